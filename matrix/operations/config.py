"""A .config, at a workplace -> whether config RUST can be y in it, what stands in the way, and what would take it away.

`examine` is the whole of it, for the command line, a program and the judge (scripts that hold it against the kernel's
own scripts/kconfig/conf): values in, values out, no file read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cell import Tool
from matrix.dotconfig import Dotconfig, DotconfigError, read_dotconfig
from matrix.operations.ask import ask
from matrix.resolve.concrete.changes import remedies
from matrix.resolve.concrete.definitions import Definitions
from matrix.resolve.concrete.fits import fits
from matrix.resolve.concrete.tools import Assumed, Subject
from matrix.resolve.concrete.verdict import State, find
from matrix.registry import resolve_name
from matrix.value import dataclass, replace
from matrix.versions import parse, rustc_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matrix.cell import Requirement
    from matrix.model import Registry, Revision, Variant
    from matrix.operations.ask import OpenQuestion, Wish
    from matrix.operations.workplace import Workplace
    from matrix.query.question import Scene
    from matrix.resolve.concrete.changes import Remedy
    from matrix.resolve.concrete.verdict import Finding
    from matrix.resolve.context import Context

# Where a .config says which port it is of, if its header does not.
_ARCHES_WANTED = "a header such as '# Linux/x86 6.12.107 Kernel Configuration', a port's symbol, or --arch NAME"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What one kernel that was read says of the configuration.

    variants are those of data/arches.toml that it fits. rustc is the rustc that was assumed, "" for none, and why says
    where it comes from: "named", "recorded" or "newest". own says that the configuration was made for this kernel.
    """

    kernel: Revision
    own: bool
    finding: Finding
    variants: tuple[Variant, ...]
    rustc: str
    why: str
    needs: Requirement | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """A known kernel whose port declares Rust, where the asked one's does not; when is under which condition."""

    kernel: Revision
    when: tuple[str, ...]
    path: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """The answer to `archmatrix config`.

    sights are what the kernels that were read say: one, or those beside a version that was not read, the nearest
    last. state is what they say together. remedies are sets of settings that make config RUST possible, () where it
    is, and where nothing does; later is where the port itself says no.
    """

    name: str
    config: Dotconfig
    srcarch: str
    kernel: str
    scene: Scene
    state: State
    sights: tuple[Sight, ...]
    inferred: bool = False
    remedies: tuple[Remedy, ...] = ()
    later: Later | None = None

    @property
    def sight(self) -> Sight | None:
        """The one whose lines are shown; None where no Kconfig of such a kernel was read."""
        return self.sights[-1] if self.sights else None

    @property
    def exit_code(self) -> int:
        """0 on or possible, 1 blocked, 3 cannot tell."""
        return {State.ON: 0, State.POSSIBLE: 0, State.BLOCKED: 1, State.UNKNOWN: 3}[self.state]


def examine(
    work: Workplace, wish: Wish, text: bytes | str, *, name: str = ".config", arch: str = "", changes: bool = True
) -> Examination:
    """Examine one configuration.

    text is its whole content. The kernel is the one that `wish` names or whose tree it gives, else the configuration's
    own, else the newest known. arch is any name of an architecture, for a fragment that does not say. changes is
    whether to look for what would make Rust possible.

    Raises: DotconfigError for what is no configuration or contradicts itself; UsageError, TreeError, StoreError.
    """
    body = text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
    config = read_dotconfig(body, name)
    srcarch = _srcarch(work.registry, config, name, arch)
    named = "linux" in wish.versions or any(spec.project == "linux" for spec in wish.trees)
    if not named and config.version:
        wish = replace(wish, versions={**wish.versions, "linux": _numbers(config.version)})
    with ask(work, wish) as question:
        return _examined(work.registry, question, wish, config, name, srcarch, changes=changes)


def _numbers(version: str) -> str:
    """6.18.0 as the header writes it is 6.18, and no series of which the newest is meant: v6.18."""
    return f"v{version}" if version[:1].isdigit() else version


def _srcarch(registry: Registry, config: Dotconfig, name: str, arch: str) -> str:
    """The port that a configuration is of. Raises: DotconfigError, UsageError."""
    tops = {a.id for a in registry.arches.values() if config.values.get(a.symbol) == "y"}
    # UML sets its host's symbols too.
    by_symbol = {"um"} if "um" in tops else tops
    by_header = {v.srcarch for v in registry.variants.values() if config.arch in {*v.make, v.srcarch}}
    if config.arch and not by_header:
        known = ", ".join(sorted({v.srcarch for v in registry.variants.values()}))
        raise DotconfigError(f"{name}: found Linux/{config.arch} in its header, expected a port: {known}")
    if by_header and by_symbol and not by_header & by_symbol:
        found = f"Linux/{config.arch} in its header, and symbols of {', '.join(sorted(by_symbol))}"
        raise DotconfigError(f"{name}: found {found}, expected one architecture")
    if len(by_symbol) > 1:
        raise DotconfigError(f"{name}: found symbols of {', '.join(sorted(by_symbol))}, expected one architecture")
    wanted = {registry.variants[id_].srcarch for id_ in resolve_name(registry, arch).variants} if arch else set()
    said = by_header or by_symbol
    if said and wanted and not said & wanted:
        raise DotconfigError(f"{name}: found {', '.join(sorted(said))}, expected {arch} as --arch says")
    for found in (said, wanted):
        if len(found) == 1:
            return found.pop()
    raise DotconfigError(f"{name}: found no architecture, expected {_ARCHES_WANTED}")


def _examined(
    registry: Registry,
    question: OpenQuestion,
    wish: Wish,
    config: Dotconfig,
    name: str,
    srcarch: str,
    *,
    changes: bool,
) -> Examination:
    scene = question.scene
    asked = wish.versions.get("linux", config.version).removeprefix("v")
    read = [scene] if scene.revisions["linux"] is not None else _nearest_last(scene, asked)
    seen = [(s, _subject(registry, s.context, wish, config, srcarch)) for s in read]
    sights = tuple(_sight(registry, s, subject, wish, srcarch) for s, subject in seen if subject is not None)
    state, inferred = _together(scene, sights)
    subject = next((subject for _, subject in reversed(seen) if subject is not None), None)
    finding = sights[-1].finding if sights else None
    blocked = finding is not None and finding.state is State.BLOCKED and finding.defined
    found = remedies(subject) if changes and blocked and subject is not None and not finding.architecture else ()
    return Examination(
        name=name,
        config=config,
        srcarch=srcarch,
        kernel=asked if not sights or inferred or scene.revisions["linux"] is None else sights[-1].kernel.label,
        scene=scene,
        state=state,
        sights=sights,
        inferred=inferred,
        remedies=found,
        later=_later(question, sights, srcarch) if finding is not None and finding.architecture else None,
    )


def _nearest_last(scene: Scene, asked: str) -> list[Scene]:
    """The sides of a version that was not read: the one of its own series last, else the newer one."""
    wanted = parse(asked).numbers[:2]

    def alike(side: Scene) -> bool:
        revision = side.revisions["linux"]
        return revision is not None and parse(revision.label).numbers[:2] == wanted

    return sorted(scene.sides, key=alike)


def _together(scene: Scene, sights: Sequence[Sight]) -> tuple[State, bool]:
    """What the sights say together, and whether that is inferred from those beside the version."""
    if not sights:
        return State.UNKNOWN, False
    if scene.revisions["linux"] is not None:
        return sights[-1].finding.state, False
    states = {sight.finding.state for sight in sights}
    alike = len(states) == 1 and scene.between
    return (states.pop() if alike else State.UNKNOWN), alike


def _subject(
    registry: Registry, context: Context, wish: Wish, config: Dotconfig, srcarch: str
) -> Subject | None:
    port = context.port(srcarch)
    if port is None:
        return None
    linux = context.facts["linux"]
    label = linux.revision.label if linux else ""
    variants = [v for v in registry.variants.values() if v.srcarch == srcarch]
    texts = {"$(SRCARCH)": srcarch}
    makes = {make for v in variants for make in v.make}
    if config.arch or len(makes) == 1:
        texts["$(ARCH)"] = config.arch or makes.pop()
    subject = Subject(
        definitions=Definitions(port),
        values=config.values,
        whole=config.whole,
        own=not config.version or _is_own(config.version, label, context, wish),
        texts=texts,
    )
    if srcarch == "um":
        texts["$(SUBARCH)"] = "x86"
    return replace(subject, assumed=_assumed(context, wish, config, _fitting(registry, subject, srcarch)))


def _is_own(version: str, label: str, context: Context, wish: Wish) -> bool:
    """Whether a kernel's Kconfig is the one that wrote the configuration, or stands in for it."""
    if "linux" in wish.versions:
        return wish.versions["linux"].removeprefix("v") == version or parse(label) == parse(version)
    del context
    return parse(version).numbers[:2] == parse(label).numbers[:2]


def _fitting(registry: Registry, subject: Subject, srcarch: str) -> tuple[Variant, ...]:
    return fits(subject.recorded(), [v for v in registry.variants.values() if v.srcarch == srcarch])


def _assumed(context: Context, wish: Wish, config: Dotconfig, variants: Sequence[Variant]) -> Assumed:
    cc = wish.cc if wish.cc and (wish.cc != config.compiler or wish.cc_version) else ""
    return Assumed(
        rustc=_rustc(context, wish, config, variants)[0],
        rustc_llvm=wish.versions.get("llvm", ""),
        cc=cc,
        cc_version=wish.cc_version if cc else "",
        pahole=wish.tools.get("pahole", ""),
    )


def _rustc(context: Context, wish: Wish, config: Dotconfig, variants: Sequence[Variant]) -> tuple[str, str]:
    """The rustc that is assumed and why: the named one, the recorded one where it is new enough, else the newest."""
    if "rust" in wish.versions:
        return context.asked.named_rustc or wish.versions["rust"], "named"
    recorded = config.tools.get("rustc", "")
    needed = context.minimum(Tool.RUSTC, variants[0]) if variants else None
    if recorded and needed is not None:
        least = rustc_number(needed.version)
        if rustc_number(recorded) == least or (rustc_number(recorded) > least and not needed.exactly):
            return recorded, "recorded"
    newest = context.rustc(variants[0]) if variants else context.asked.rustc
    return (newest, "newest") if newest else ("", "")


def _sight(registry: Registry, scene: Scene, subject: Subject, wish: Wish, srcarch: str) -> Sight:
    linux = scene.context.facts["linux"]
    assert linux is not None, "a port was read of it"  # noqa: S101
    now = subject.now()
    variants = fits(now, [v for v in registry.variants.values() if v.srcarch == srcarch])
    config = Dotconfig(values=subject.values, lines={})
    rustc, why = _rustc(scene.context, wish, config, variants)
    return Sight(
        kernel=linux.revision,
        own=subject.own,
        finding=find(now, subject.recorded()),
        variants=variants,
        rustc=rustc,
        why=why,
        needs=scene.context.minimum(Tool.RUSTC, variants[0]) if variants else None,
    )


def _later(question: OpenQuestion, sights: Sequence[Sight], srcarch: str) -> Later | None:
    """The first known newer kernel whose port declares Rust."""
    asked = parse(sights[-1].kernel.label)
    knowledge = question.knowledge
    if "linux" in knowledge.own:
        return None
    newer = sorted(
        (r for r in knowledge.revisions("linux") if r.kind == "release" and parse(r.label) > asked),
        key=lambda r: parse(r.label),
    )
    for revision in newer:
        if found := _declares(question, revision, srcarch):
            return found
    return None


def _declares(question: OpenQuestion, revision: Revision, srcarch: str) -> Later | None:
    from matrix.resolve.kconfig import SOURCE  # noqa: PLC0415

    facts = question.knowledge.facts(revision)
    gate = "HAVE_RUST"
    lines: list[tuple[str, str, int]] = [
        (item.fact.when, item.path, item.fact.line)
        for item in facts.of(SOURCE)
        if item.fact.value == gate
        and item.fact.attribute in {"select", "imply"}
        and item.path.startswith(f"arch/{srcarch}/")
    ]
    if not lines:
        return None
    return Later(kernel=revision, when=tuple(when for when, _, _ in lines), path=lines[0][1], line=lines[0][2])


def differing(first: Examination, second: Examination) -> Iterable[tuple[str, str, str]]:
    """The symbols that config RUST's clauses name in either, whose values differ: name, and both values."""
    values: list[dict[str, str]] = []
    for one in (first, second):
        found: dict[str, str] = {}
        finding = one.sight.finding if one.sight else None
        for clause in finding.clauses if finding else ():
            found.update(clause.values)
        for gate in finding.gates if finding else ():
            for line in gate.declaring:
                found.update(line.values)
        values.append(found)
    for name in dict.fromkeys([*values[0], *values[1]]):
        a, b = values[0].get(name, ""), values[1].get(name, "")
        if a != b:
            yield name, a, b
