"""What a person asks -> the chosen versions and the context in which every rule is asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from matrix.resolve.context import Asked, Context
from matrix.versions import choose

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matrix.model import Registry, Revision
    from matrix.query.knowledge import Knowledge
    from matrix.resolve.facts import Facts

PROJECTS = ("linux", "rust", "gcc", "llvm", "mrustc")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The versions that the asker named, by project, and the C compiler; all optional.

    backend limits the answer to one backend's id. strict turns "yes, if" into no.
    """

    versions: Mapping[str, str] = field(default_factory=dict)
    cc: str = ""
    backend: str = ""
    strict: bool = False

    @property
    def plain(self) -> bool:
        """Whether nothing was named, so that a compiled answer serves."""
        return not (self.versions or self.cc or self.backend or self.strict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The revisions that a question rests on, what is to be said about the choice, and the context for the rules.

    revisions holds None for a project of which the named version is not known.
    """

    revisions: Mapping[str, Revision | None]
    said: tuple[str, ...]
    context: Context
    question: Question


def set_scene(registry: Registry, knowledge: Knowledge, question: Question, said: tuple[str, ...] = ()) -> Scene:
    """Choose a revision of each project and load its facts. Raises: UsageError for a version that does not parse."""
    revisions: dict[str, Revision | None] = {}
    facts: dict[str, Facts | None] = {}
    named: dict[str, str] = {}
    words = list(said)
    for project in PROJECTS:
        asked = question.versions.get(project)
        chosen = choose(knowledge.revisions(project), asked)
        revisions[project] = chosen.revision
        facts[project] = knowledge.facts(chosen.revision) if chosen.revision else None
        if asked is not None:
            named[project] = chosen.revision.label if chosen.revision else chosen.read
        words += chosen.said
    context = Context(
        facts=facts,
        asked=Asked(rustc=named.get("rust", ""), gcc=named.get("gcc", ""), llvm=named.get("llvm", ""), cc=question.cc),
        symbols={arch.symbol: arch.id for arch in registry.arches.values()},
        sources=registry.sources,
    )
    return Scene(revisions=revisions, said=tuple(words), context=context, question=question)
