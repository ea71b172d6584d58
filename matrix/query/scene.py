"""A question -> the chosen versions and the context in which every rule is asked."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from matrix.choose import Chosen, choose
from matrix.query.age import choice_checked
from matrix.query.question import PROJECTS, Question
from matrix.query.toolchain import Toolchain, toolchain
from matrix.resolve.context import Asked, Context
from matrix.value import dataclass, field, replace
from matrix.versions import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from matrix.model import Registry, Revision
    from matrix.query.knowledge import Knowledge
    from matrix.resolve.facts import Facts


class NewerDue(NamedTuple):
    """The newest known release of a project, and from when on (aware UTC) a newer one is very likely out."""

    project: str
    newest: str
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The revisions that a question rests on, what is to be said about the choice, and the context for the rules.

    revisions holds None for a project of which the named version is not known. own are projects that are read from
    the asker's own tree: their lines stand there, and nowhere upstream. checked says when it was last seen that a
    project's revision is the one that was meant, None for one that was named exactly, which has no age; a project that
    is not in it is as old as its files. compiler is the C compiler with its version, as far as it was named. newer
    says from when on the newest known release of a project is very likely no more the newest there is.

    sides are the same question at the releases next to a version that was not read, every combination where that is so
    of several projects, the older first; between says that each such version lies between two that were read, so that
    what all sides say alike can be inferred. beside are the labels of a side, by project.
    """

    revisions: Mapping[str, Revision | None]
    said: tuple[str, ...]
    context: Context
    question: Question
    own: frozenset[str] = frozenset()
    checked: Mapping[str, datetime | None] = field(default_factory=dict)
    compiler: str = ""
    newer: tuple[NewerDue, ...] = ()
    sides: tuple[Scene, ...] = ()
    between: bool = False
    beside: Mapping[str, str] = field(default_factory=dict)

    @property
    def over_time(self) -> Context:
        """The context in which releases are compared.

        A rustc that nobody named is left open there: what a kernel says of every rustc that it accepts is its history,
        and not what it says of the one that is the newest today.
        """
        return self.context.asking(rustc=self.context.asked.named_rustc)


def set_context(registry: Registry, knowledge: Knowledge, question: Question) -> Context:
    """The context alone, for what needs no more of a scene. Raises: UsageError for a version that does not parse."""
    choices = {project: _choice(registry, knowledge, question, project) for project in PROJECTS}
    return _context(registry, knowledge, question, choices)[0]


def set_scene(
    registry: Registry,
    knowledge: Knowledge,
    question: Question,
    said: tuple[str, ...] = (),
    *,
    deciding: bool = True,
) -> Scene:
    """Choose a revision of each project and load its facts. Raises: UsageError for a version that does not parse.

    deciding is whether to say which sources that can decide a cell were not read.
    """
    choices = {project: _choice(registry, knowledge, question, project) for project in PROJECTS}
    scene = _scene(registry, knowledge, question, choices, said, deciding=deciding)
    unread = {p: c.neighbours for p, c in choices.items() if c.revision is None and question.names(p)}
    if not unread or not all(unread.values()):
        return scene
    sides = []
    for revisions in product(*unread.values()):
        chosen = dict(zip(unread, revisions, strict=True))
        stand_in = {p: replace(choices[p], revision=r, said=(), stands_in=True) for p, r in chosen.items()}
        side = _scene(registry, knowledge, question, {**choices, **stand_in}, (), deciding=deciding)
        sides.append(replace(side, beside={p: r.label for p, r in chosen.items()}))
    between = not question.exact and all(len(neighbours) > 1 for neighbours in unread.values())
    return replace(scene, sides=tuple(sides), between=between)


def _scene(
    registry: Registry,
    knowledge: Knowledge,
    question: Question,
    choices: dict[str, Chosen],
    said: tuple[str, ...],
    *,
    deciding: bool,
) -> Scene:
    context, tools = _context(registry, knowledge, question, choices)
    choices = {**choices, "rust": tools.rust}
    words = [*said, *(_named(registry, p, words) for p, choice in choices.items() for words in choice.said)]
    return Scene(
        revisions={project: choice.revision for project, choice in choices.items()},
        said=(*words, *tools.said, *(_unread(registry, question, context) if deciding else ())),
        context=context,
        question=question,
        own=frozenset(knowledge.own),
        checked=dict(_checked(registry, knowledge, question, choices)),
        compiler=" ".join(part for part in (question.cc, tools.cc_version) if part),
        newer=tuple(_newer(registry, knowledge, question, choices)),
    )


def _newer(
    registry: Registry, knowledge: Knowledge, question: Question, choices: Mapping[str, Chosen]
) -> Iterator[NewerDue]:
    """Of projects whose newest release was meant: when the next one is due by the project's own rhythm."""
    for project, choice in choices.items():
        rhythm = registry.projects[project].rhythm
        if not rhythm or choice.revision is None or choice.exact or choice.stands_in or question.names(project):
            continue
        releases = [r for r in knowledge.revisions(project) if r.kind == "release"]
        newest = max(releases, key=lambda r: parse(r.label), default=None)
        if newest is not None and newest.date is not None:
            yield NewerDue(project, newest.label, newest.date + timedelta(days=rhythm))


def _context(
    registry: Registry, knowledge: Knowledge, question: Question, choices: dict[str, Chosen]
) -> tuple[Context, Toolchain]:
    linux = choices["linux"].revision
    tools = toolchain(
        linux=knowledge.facts(linux) if linux else None,
        known=knowledge.revisions("rust"),
        question=question,
        choices=choices,
    )
    choices = {**choices, "rust": tools.rust}
    revisions = {project: choice.revision for project, choice in choices.items()}
    context = Context(
        facts={project: knowledge.facts(r) if r else None for project, r in revisions.items()},
        asked=_asked(registry, question, tools, choices),
        symbols={arch.symbol: arch.id for arch in registry.arches.values()},
        sources=registry.sources,
        names={project.id: project.name for project in registry.projects.values()},
        rustcs=_rustcs(knowledge),
    )
    return context, tools


def _rustcs(knowledge: Knowledge) -> dict[str, Callable[[], Facts]]:
    """The known releases of rustc, the newest first, and what reads each."""
    releases = [r for r in knowledge.revisions("rust") if r.kind == "release"]
    releases.sort(key=lambda r: parse(r.label), reverse=True)
    return {r.label: partial(knowledge.facts, r) for r in releases}


def _choice(registry: Registry, knowledge: Knowledge, question: Question, project: str) -> Chosen:
    if (settled := question.chosen.get(project)) is not None:
        return Chosen(settled, read=settled.label, exact=True)
    longterm = registry.projects[project].longterm
    return choose(knowledge.revisions(project), question.versions.get(project), longterm)


def _asked(registry: Registry, question: Question, tools: Toolchain, choices: Mapping[str, Chosen]) -> Asked:
    named = choices["rust"].label if question.names("rust") else ""
    linux, first = choices["linux"], registry.projects["linux"].first
    too_early = linux.revision is None and linux.read and parse(linux.read).numbers[:2] < parse(first).numbers[:2]
    return Asked(
        named_rustc=named,
        rustc=named or tools.rustc,
        sets=question.sets,
        cc=question.cc,
        cc_version=tools.cc_version,
        named_cc_version=tools.named_cc_version,
        bindgen=tools.named.get("bindgen", ""),
        libclang=tools.named.get("libclang", ""),
        pahole=tools.named.get("pahole", ""),
        kernel_before_rust=linux.read if too_early else "",
        first_kernel=first,
    )


def _checked(
    registry: Registry, knowledge: Knowledge, question: Question, choices: Mapping[str, Chosen]
) -> Iterator[tuple[str, datetime | None]]:
    for project, choice in choices.items():
        if choice.exact or choice.stands_in:
            yield project, None
        elif choice.revision is not None:
            asked = question.versions.get(project)
            if moment := choice_checked(registry, knowledge, asked, choice.revision):
                yield project, moment


def _unread(registry: Registry, question: Question, context: Context) -> Iterator[str]:
    """The sources that can decide the answer and were not read at the chosen versions."""
    from matrix.resolve.cell import deciding_sources  # noqa: PLC0415  # a context alone asks no backend

    backends = [question.backend] if question.backend else list(registry.backends)
    for source in deciding_sources(backends):
        if context.lacks(source):
            yield f"{context.unread(source)} (archmatrix status)"


def _named(registry: Registry, project: str, said: str) -> str:
    """A sentence that begins with a project's id, beginning with its name."""
    name = registry.projects[project].name
    said = said.replace("of the project is known", f"of {name} is known")
    return name + said.removeprefix(project) if said.startswith(f"{project} ") else said
