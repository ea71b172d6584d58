"""What a person asks -> the chosen versions and the context in which every rule is asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from matrix.query.age import choice_checked
from matrix.resolve.context import Asked, Context
from matrix.versions import Chosen, choose, in_version, parse

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from matrix.model import Registry, Revision
    from matrix.query.knowledge import Knowledge
    from matrix.resolve.facts import Facts

PROJECTS = ("linux", "rust", "gcc", "llvm", "mrustc")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The versions that the asker named, by project, and the C compiler; all optional.

    backend limits the answer to one backend's id. strict turns "yes, if" into no. What was last checked before
    not_before (aware UTC) is too old to tell.
    """

    versions: Mapping[str, str] = field(default_factory=dict)
    cc: str = ""
    backend: str = ""
    strict: bool = False
    not_before: datetime | None = None

    @property
    def plain(self) -> bool:
        """Whether nothing was named, so that a compiled answer serves."""
        return not (self.versions or self.cc or self.backend or self.strict or self.not_before)

    def names_only(self, project: str) -> bool:
        """Whether nothing was named that a verdict depends on, but perhaps this project's version."""
        return self.versions.keys() <= {project} and not (self.cc or self.backend)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The revisions that a question rests on, what is to be said about the choice, and the context for the rules.

    revisions holds None for a project of which the named version is not known. own are projects that are read from
    the asker's own tree: their lines stand there, and nowhere upstream. checked says when it was last seen that a
    project's revision is the one that was meant, None for one that was named exactly, which has no age; a project that
    is not in it is as old as its files.
    """

    revisions: Mapping[str, Revision | None]
    said: tuple[str, ...]
    context: Context
    question: Question
    own: frozenset[str] = frozenset()
    checked: Mapping[str, datetime | None] = field(default_factory=dict)


def _named(registry: Registry, project: str, said: str) -> str:
    """A sentence that begins with a project's id, beginning with its name."""
    name = registry.projects[project].name
    said = said.replace("of the project is known", f"of {name} is known")
    return name + said.removeprefix(project) if said.startswith(f"{project} ") else said


def _newest_whole(
    registry: Registry, knowledge: Knowledge, chosen: Chosen, known: tuple[Revision, ...]
) -> tuple[Chosen, list[str]]:
    """The newest release of which every source was read: one that failed in part takes nothing away."""
    said: list[str] = []
    while chosen.revision is not None:
        missing = _missing(registry, knowledge, chosen.revision)
        if not missing:
            break
        older = choose([r for r in known if r != chosen.revision], None)
        if older.revision is None:
            break
        label = f"{registry.projects[chosen.revision.project].name} {chosen.revision.label}"
        said.append(f"{label} is newer, but was not read whole (without {', '.join(missing)}): name it to ask about it")
        known = tuple(r for r in known if r != chosen.revision)
        chosen = older
    return chosen, said


def _missing(registry: Registry, knowledge: Knowledge, revision: Revision) -> list[str]:
    version = parse(revision.label)
    wanted = [s.id for s in registry.sources.values() if s.project == revision.project and in_version(s, version)]
    held = knowledge.sources(revision)
    return sorted(id_ for id_ in wanted if id_ not in held)


def set_scene(registry: Registry, knowledge: Knowledge, question: Question, said: tuple[str, ...] = ()) -> Scene:
    """Choose a revision of each project and load its facts. Raises: UsageError for a version that does not parse."""
    revisions: dict[str, Revision | None] = {}
    facts: dict[str, Facts | None] = {}
    named: dict[str, str] = {}
    checked: dict[str, datetime | None] = {}
    words = list(said)
    for project in PROJECTS:
        asked = question.versions.get(project)
        known = knowledge.revisions(project)
        chosen = choose(known, asked)
        if asked is None:
            chosen, partial = _newest_whole(registry, knowledge, chosen, known)
            words += partial
        revisions[project] = chosen.revision
        if chosen.exact:
            checked[project] = None
        elif chosen.revision and (moment := choice_checked(registry, knowledge, asked, chosen.revision)):
            checked[project] = moment
        facts[project] = knowledge.facts(chosen.revision) if chosen.revision else None
        if asked is not None:
            named[project] = chosen.revision.label if chosen.revision else chosen.read
        words += [_named(registry, project, said) for said in chosen.said]
    context = Context(
        facts=facts,
        asked=Asked(rustc=named.get("rust", ""), gcc=named.get("gcc", ""), llvm=named.get("llvm", ""), cc=question.cc),
        symbols={arch.symbol: arch.id for arch in registry.arches.values()},
        sources=registry.sources,
    )
    return Scene(
        revisions=revisions,
        said=tuple(words),
        context=context,
        question=question,
        own=frozenset(knowledge.own),
        checked=checked,
    )
