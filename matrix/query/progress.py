"""What the projects behind the backends say of their own progress at every known version: it decides no rung."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matrix.versions import parse

if TYPE_CHECKING:
    from matrix.model import Evidence, Registry, Revision, Source
    from matrix.query.knowledge import Knowledge

SHOWN = "progress"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one source says at one version; a line is subject and attribute, value, and where it stands."""

    source: str
    revision: Revision
    lines: tuple[tuple[str, str, Evidence], ...]


def progress(registry: Registry, knowledge: Knowledge) -> tuple[Step, ...]:
    """Every source that data/sources.toml shows here, at each version of its project that is known."""
    sources = [source for source in registry.sources.values() if SHOWN in source.shown]
    return tuple(
        step
        for source in sources
        for revision in sorted(knowledge.revisions(source.project), key=lambda r: parse(r.label))
        if (step := _step(knowledge, source, revision)) is not None
    )


def _step(knowledge: Knowledge, source: Source, revision: Revision) -> Step | None:
    facts = knowledge.facts(revision)
    items = facts.of(source.id)
    if not items:
        return None
    lines = tuple((f"{i.fact.subject} {i.fact.attribute}", i.fact.value, facts.evidence(i)) for i in items)
    return Step(source=source.id, revision=revision, lines=lines)
