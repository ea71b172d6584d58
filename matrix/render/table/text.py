"""A table -> text for a terminal of 80 columns, conditions below it."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from matrix.render import style
from matrix.render.layout import wrap

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matrix.model import Cell, Row, Table

_NAME, _CELL = 15, 12


def table_text(table: Table) -> str:
    """The table, rows grouped by arch, and each condition once below it."""
    heads = " ".join(
        f"{column.removeprefix('rustc-') if len(column) > _CELL else column:<{_CELL}}" for column in table.columns
    )
    lines = [f"{'':<{_NAME}} {heads}".rstrip()]
    for arch, rows in groupby(table.rows, key=lambda row: row.arch):
        lines += _group(arch, list(rows))
    lines += ["", *wrap(table.title)]
    lines += _legend(table)
    lines += _conditions(table)
    for note in table.notes:
        lines += wrap(f"note: {note}")
    return style.safe_lines(lines)


def _group(arch: str, rows: list[Row]) -> Iterable[str]:
    if len(rows) == 1:
        yield _row(rows[0].id, rows[0])
        return
    yield arch
    for row in rows:
        yield _row(f"  {row.id}", row)


def _row(name: str, row: Row) -> str:
    words = [_word(cell) for cell in row.cells]
    columns = [*(f"{word:<{_CELL}}" for word in words[:-1]), words[-1]]
    cells = " ".join(style.status(word, cell.status) for word, cell in zip(columns, row.cells, strict=True))
    return f"{name:<{_NAME}} {cells}"


# A row of several variants counts beside the status: the long words would not fit into 80 columns.
_SHORT = {"supported": "yes", "conditional": "if", "unknown": "?", "target-only": "target", "codegen-only": "codegen"}


def _word(cell: Cell) -> str:
    """The status; where the row stands for several variants a short word and how many have it."""
    if not cell.count:
        return cell.status.value
    return f"{_SHORT.get(cell.status.value, cell.status.value)} {cell.count.replace(' of ', '/')}"


def _legend(table: Table) -> Iterable[str]:
    """For rows of several variants: the short words, and which variants have a status that not all have."""
    if not any(cell.count for row in table.rows for cell in row.cells):
        return
    words = ", ".join(f"{short} = {word}" for word, short in _SHORT.items())
    yield from wrap(f"The best of each arch's variants, n/m: n of m have it; {words}.")
    for row in table.rows:
        having: dict[str, list[str]] = {}
        for column, cell in zip(table.columns, row.cells, strict=True):
            few, all_ = (cell.count or "1 of 1").split(" of ")
            if few != all_:
                having.setdefault(f"{cell.status.value} {cell.note}", []).append(column)
        for what, columns in having.items():
            status, _, variants = what.partition(" ")
            yield from wrap(f"{row.id}: {status} with {', '.join(columns)}: {variants}")


def _conditions(table: Table) -> Iterable[str]:
    found: dict[str, list[str]] = {}
    for row in table.rows:
        for cell in row.cells:
            if cell.condition and row.id not in found.setdefault(cell.condition, []):
                found[cell.condition].append(row.id)
    for condition, rows in found.items():
        yield from wrap(f"conditional: {', '.join(rows)} if {condition}")
