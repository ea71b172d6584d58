"""A version that a compiler says -> the facts that speak of it, and what they say of one thing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.choose import choose
from matrix.errors import UsageError
from matrix.query.verified import Grounds
from matrix.value import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from matrix.model import Evidence, Located
    from matrix.query.knowledge import Knowledge
    from matrix.resolve.facts import Facts


@dataclass(frozen=True, slots=True)
class HeldFacts:
    """The facts of a version, or of the releases beside it, the older first; () where nothing is known."""

    facts: tuple[Facts, ...]
    basis: Grounds | None
    said: tuple[str, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """The releases that were read."""
        return tuple(facts.revision.label for facts in self.facts)

    def have(self, source: str) -> bool:
        """Whether all of them read this source."""
        return bool(self.facts) and all(facts.has(source) for facts in self.facts)

    def alike(self, say: Callable[[Facts], Located | None]) -> tuple[bool, Located | None, tuple[Evidence, ...]]:
        """Whether all say the same, what the newest says, and where it stands in each."""
        items = [say(facts) for facts in self.facts]
        values = {item.fact.value if item else None for item in items}
        stands = tuple(facts.evidence(item) for facts, item in zip(self.facts, items, strict=True) if item)
        return len(values) == 1, items[-1], stands


def held(knowledge: Knowledge, project: str, version: str) -> HeldFacts:
    """The facts of exactly this version, else by docs/semantics.md section 3 of what is next to it.

    A snapshot or a prerelease is what it says: no release's facts are its own.
    """
    try:
        chosen = choose(knowledge.revisions(project), f"v{version}")
    except UsageError as error:
        return HeldFacts((), None, (str(error),))
    if chosen.revision is not None:
        return HeldFacts((knowledge.facts(chosen.revision),), Grounds.SAME)
    beside = tuple(knowledge.facts(revision) for revision in chosen.neighbours)
    if not beside:
        return HeldFacts((), None, chosen.said)
    return HeldFacts(beside, Grounds.BETWEEN if len(beside) > 1 else Grounds.NEAREST, chosen.said)


def evidence_of_first(facts: Iterable[Facts], source: str, says: str) -> tuple[Evidence, ...]:
    """Where a list begins that does not hold something."""
    return tuple(one.evidence(first, says) for one in facts if (first := one.beginning(source)) is not None)
