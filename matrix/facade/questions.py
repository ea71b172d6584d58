"""The questions that a program asks: each what the command of its name asks, with its options as keywords."""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

from matrix.errors import CannotTellError
from matrix.facade.made import citation, matrix_of, stretch, verdict, verdict_of_gone
from matrix.facade.options import CellsAsked, FactsAsked, QuestionAsked, TableAsked, VersionsAsked, opened
from matrix.facade.told import ChangeFound, Changes, Past, StatedFact
from matrix.operations import ask as asking
from matrix.query.question import Question
from matrix.registry import part_gone, resolve_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typing_extensions import Unpack

    from matrix.change import Change
    from matrix.facade.verdicts import Matrix, Verdict
    from matrix.model import Registry
    from matrix.render.links import UrlOf


@overload
def ask(name: str, **options: Unpack[QuestionAsked]) -> Verdict: ...
@overload
def ask(name: list[str] | tuple[str, ...], **options: Unpack[QuestionAsked]) -> tuple[Verdict, ...]: ...
def ask(name: str | list[str] | tuple[str, ...], **options: Unpack[QuestionAsked]) -> Verdict | tuple[Verdict, ...]:
    """Whether Rust can be used in the kernel on an architecture, as `archmatrix is NAME` says it.

    name is an architecture in any naming system; of several names each gets its verdict, in their order, and all of it
    is read once. The keywords are those of matrix.QuestionAsked: kernel, rustc, gcc, llvm, cc, backend, set, distro,
    tree, strict, ...

    >>> import matrix
    >>> answer = matrix.ask("i386", kernel="7.1.13")
    >>> answer.truth
    <Truth.NO: 'no'>
    >>> answer.in_the_way[0].because
    'HAVE_RUST is selected if X86_64, and X86_64 is n for x86, 32-bit'
    >>> line = answer.in_the_way[0].evidence[0]
    >>> print(line, line.says)
    arch/x86/Kconfig:300 config X86: select HAVE_RUST if X86_64

    A yes may hang on a condition, which is a Kconfig expression:

    >>> answer = matrix.ask("riscv64", kernel="7.1.13", backend="rustc-llvm")
    >>> answer.truth is matrix.Truth.YES, answer.condition
    (True, 'CC_IS_CLANG')
    >>> matrix.ask("riscv64", kernel="7.1.13", cc="gcc").truth
    <Truth.NO: 'no'>
    >>> [(answer.name, answer.truth.value) for answer in matrix.ask(["x86_64", "alpha"], kernel="7.1.13")]
    [('x86_64', 'yes'), ('alpha', 'no')]

    Raises: UsageError for a name that means nothing, a version that does not parse and the like; TreeError, StoreError,
    RegistryError. All of them are MatrixErrors.

    >>> matrix.ask("pdp11")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    matrix.errors.UsageError: ...
    """
    names = [name] if isinstance(name, str) else list(name)
    work, wish = opened(options, QuestionAsked, names)
    there, gone = part_gone(work.registry, names)
    found = iter(asking.answers(work, wish, there)[1] if there else ())
    dropped = iter(gone)
    left = iter(there)
    verdicts = []
    waiting = next(left, None)
    for one in names:
        if one == waiting:
            verdicts.append(verdict(work.registry, next(found)))
            waiting = next(left, None)
        else:
            verdicts.append(verdict_of_gone(next(dropped)))
    return verdicts[0] if isinstance(name, str) else tuple(verdicts)


def table(by: str = "variant", *, status: Sequence[str] = (), **options: Unpack[TableAsked]) -> Matrix:
    """The support matrix, as `archmatrix table` shows it.

    by is "variant" or "arch", what a row is. status keeps the rows that have such a cell: "supported", "conditional",
    "unknown", "blocked", or with a rung as tables print it, "no: kernel". The keywords are those of
    matrix.TableAsked.

    >>> import matrix
    >>> grid = matrix.table(kernel="7.1.13")
    >>> grid["m68k-classic", "rustc-llvm"].words
    'no: kernel'
    >>> [row.id for row in matrix.table(kernel="7.1.13", backend="rustc-llvm", status=["conditional"]).rows][:2]
    ['arm-v6', 'arm-v7']

    Raises: as `ask` does.
    """
    from matrix.query.matrix import having  # noqa: PLC0415  # not every program wants a table

    if by not in {"variant", "arch"}:
        raise ValueError(f"by: got {by!r}, expected 'variant' or 'arch'")
    work, wish = opened(options, TableAsked)
    found, scene = asking.table(work, wish, by=by, wanted=having(status) if status else None)
    return matrix_of(work.registry, found, scene)


def history(name: str, *, along: str = "linux", **options: Unpack[CellsAsked]) -> Past:
    """What a name was at every known release of a project, as `archmatrix history NAME` shows it.

    along is "linux", "rust", "gcc", "llvm" or "mrustc"; the other projects stay as they are chosen. The keywords are
    those of matrix.CellsAsked.

    >>> import matrix
    >>> past = matrix.history("arm64", kernel="7.1.13")
    >>> past.releases[0]
    '6.1.176'
    >>> first = past.stretches["arm64", "rustc-llvm"][0]
    >>> first.truth, first.first, first.before
    (<Truth.NO: 'no'>, '6.1.176', None)

    Raises: as `ask` does; CannotTellError where no release is known along which to ask.
    """
    work, wish = opened(options, CellsAsked, [name])
    variants = [work.registry.variants[id_] for id_ in resolve_name(work.registry, name).variants]
    with asking.ask(work, wish) as question:
        line = question.line(along)
        if not line.releases:
            raise CannotTellError("; ".join(question.scene.said) or f"{along} is read from your own tree alone")
        backends = [b for b in work.registry.backends if question.scene.question.backend in {"", b}]
        stretches = {(v.id, b): tuple(stretch(s) for s in line.backend(v, b)) for v in variants for b in backends}
    return Past(project=along, releases=tuple(r.label for r in line.releases), stretches=stretches)


def changes(
    first: str,
    second: str | None = None,
    *,
    arch: str | None = None,
    backend: str | None = None,
    kind: Sequence[str] = (),
    about: Sequence[str] = (),
    **options: Unpack[VersionsAsked],
) -> Changes:
    """What changed between two sets of versions, or between two moments, as `archmatrix diff` shows it.

    first and second are "linux@6.12" or "linux@6.12,rust@1.85", a day, or how long ago; without a second one it is now,
    or the newest releases. "A..B" in first is both. arch is an architecture in any naming system; kind and about keep
    those kinds and families of changes (docs/history.md). Of the keywords of matrix.VersionsAsked those that name a
    version or a tool hold on both sides; distro, exact, tree and as_of are refused.

    >>> import matrix
    >>> found = matrix.changes("linux@6.12.107..linux@7.1.13", arch="arm64", about=["kernel"])
    >>> len(found)
    1

    Raises: UsageError; CannotTellError where a version that is named is not known; StoreError.
    """
    from matrix.operations.diff import diff  # noqa: PLC0415  # the rest pays for none of it
    from matrix.render.changes.filter import ChangeFilter  # noqa: PLC0415

    if refused := sorted({"distro", "exact", "tree", "as_of"} & options.keys()):
        raise TypeError(f"changes() got {refused[0]!r}, expected the versions of both sides alone")
    work, wish = opened(options, VersionsAsked)
    wanted = ChangeFilter.of(work.registry, arch=arch, backend=backend, kind=kind, about=about)
    fixed = Question(versions=wish.versions, cc=wish.cc, cc_version=wish.cc_version, tools=wish.tools)
    done = diff(work, first, second, fixed, wanted)
    if done.missing:
        raise CannotTellError(done.missing)
    return Changes(
        before=done.before,
        after=done.after,
        changes=tuple(_changed(work.registry, change, done.url_of) for change in done.changes),
        notes=done.notes,
    )


def _changed(registry: Registry, change: Change, url_of: UrlOf) -> ChangeFound:
    from matrix.render.changes.words import headline  # noqa: PLC0415
    from matrix.render.said import said_words  # noqa: PLC0415

    topic, sides = change.topic, (change.before, change.after)
    before, after = ("" if side.said is None else said_words(side.said) for side in sides)
    return ChangeFound(
        kind=change.kind,
        about=topic.about,
        subject=topic.subject,
        attribute=topic.attribute,
        before=before,
        after=after,
        headline=headline(registry, change),
        evidence=tuple(citation(item, url_of) for side in sides for item in side.evidence),
    )


def facts(
    project: str,
    version: str | None = None,
    *,
    source: str | None = None,
    subject: str | None = None,
    attribute: str | None = None,
    **options: Unpack[FactsAsked],
) -> tuple[StatedFact, ...]:
    """What the files of an upstream project say at one version, in upstream's own words, by source, file and line.

    project is "linux", "rust", "gcc", "llvm" or "mrustc", or a repository that runs ahead of one. version is written as
    for `ask`; without one it is the newest known release. source, subject and attribute keep what has exactly that:
    docs/facts.md lists them. The keywords are those of matrix.FactsAsked.

    >>> import matrix
    >>> facts = matrix.facts("linux", "7.1.13", source="linux-arch-support", attribute="rust-level")
    >>> [(fact.subject, fact.value) for fact in facts if fact.subject.startswith("arm")]
    [('arm', 'Maintained'), ('arm64', 'Maintained')]
    >>> facts[0].file
    'Documentation/rust/arch-support.rst'

    Raises: UsageError for a project or a source that there is not; CannotTellError for a version that is not known.
    """
    from matrix.operations.stated import stated_facts  # noqa: PLC0415

    work, wish = opened(options, FactsAsked)
    found = stated_facts(work, project, version, as_of=wish.as_of, source=source)
    revision, located, url_of = found.revision, found.facts, found.url_of
    return tuple(
        StatedFact(
            project=revision.project,
            version=revision.label,
            source=one.source,
            file=one.path,
            line=one.fact.line,
            subject=one.fact.subject,
            attribute=one.fact.attribute,
            value=one.fact.value,
            when=one.fact.when,
            url=url_of(one.path, one.fact.line),
            observed_at=one.observed_at,
            checked_at=one.checked_at,
        )
        for one in located
        if subject in {None, one.fact.subject} and attribute in {None, one.fact.attribute}
    )
