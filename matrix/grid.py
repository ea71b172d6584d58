"""A support matrix as values, ready to be written in any format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.value import dataclass

if TYPE_CHECKING:
    from datetime import datetime

    from matrix.cell import Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a row says of one backend: its cell; of several variants the best, which are as good, of how many."""

    cell: Cell
    having: tuple[str, ...]
    of: int = 1

    @property
    def count(self) -> str:
        """`2 of 7`; "" where the row stands for one variant."""
        return f"{len(self.having)} of {self.of}" if self.of > 1 else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: a variant, or an arch with all its variants. summaries are in the order of the table's columns."""

    id: str
    arch: str
    title: str
    summaries: tuple[Summary, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A support matrix. columns are backend ids, titles their names for people.

    checked_at is when what it rests on was last checked: the part that was checked longest ago.
    """

    title: str
    columns: tuple[str, ...]
    titles: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...]
    checked_at: datetime | None = None
