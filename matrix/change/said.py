"""What is said of a topic, as closed fields that can be compared, ordered and stored: no sentence stands in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from matrix.cell import RungName, Status
from matrix.change.logic import implies
from matrix.expression import show
from matrix.model import Truth

if TYPE_CHECKING:
    from matrix.cell import Cell

# The ladder from the bottom.
RUNGS = tuple(name.value for name in RungName)
# A cell's statuses from the worst to the best.
_STATUSES = tuple(status.value for status in reversed(Status))
# The rungs that "" may stand for.
_UNRECORDED = frozenset({"", "port", "codegen"})


class Said(NamedTuple):
    """What is said of a topic. docs/history.md has the words of each family.

    word is a status, a truth, a level, the sign of a requirement, or a name for what is measured ("tier", "cases").
    at is what it is measured at: the rung that blocks, a version, a tier, a count; "" for none. condition is a Kconfig
    expression, "" for none. also is what is said besides, separated by commas: "host-tools", or the unknown rungs
    before the one that blocks.
    """

    word: str
    at: str = ""
    condition: str = ""
    also: str = ""

    @property
    def truth(self) -> Truth:
        """What it answers."""
        if self.word == "unknown":
            return Truth.UNKNOWN
        return Truth.YES if self.word in {"yes", "supported", "conditional"} else Truth.NO


def of_cell(cell: Cell) -> Said:
    """What a cell says: its status, the rung that blocks it or is unknown, the condition, the rungs unknown before."""
    at = cell.rung.value if cell.rung else ""
    return Said(cell.status.value, at, show(cell.condition), ",".join(name.value for name in cell.unknown))


def step(said: Said) -> int:
    """How far up the ladder the rung is that a status names; 0 for one that is not recorded."""
    return RUNGS.index(said.at) if said.at in RUNGS else 0


def rank(said: Said) -> tuple[int, int]:
    """What counts as better: the status, then the rung that it names."""
    return _STATUSES.index(said.word) if said.word in _STATUSES else -1, step(said)


def says_the_same(before: Said, after: Said) -> bool:
    """Whether two say the same: a condition whose parts were only put in another order is no change.

    Nor is a rung that is recorded now and was not before. What is unknown below a rung that blocks is said of those
    rungs, and makes no other cell.
    """
    if before == after:
        return True
    if before.word != after.word:
        return False
    if before.word == "blocked":
        return before.at == after.at or ("" in {before.at, after.at} and {before.at, after.at} <= _UNRECORDED)
    if before.word == "unknown" and before[2:] == after[2:]:
        return not (before.at and after.at)
    if (before.at, before.also) != (after.at, after.also):
        return False
    old, new = before.condition, after.condition
    return bool(old and new and implies(old, new) and implies(new, old))
