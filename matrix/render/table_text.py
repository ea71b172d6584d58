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
    cells = " ".join(style.status(f"{_word(cell):<{_CELL}}", cell.status) for cell in row.cells)
    return f"{name:<{_NAME}} {cells}"


def _word(cell: Cell) -> str:
    """The status, shortened where "n of m" must fit beside it."""
    if not cell.count:
        return cell.status.value
    short = {
        "supported": "yes",
        "conditional": "if",
        "unknown": "?",
        "target-only": "target",
        "codegen-only": "codegen",
    }
    return f"{short.get(cell.status.value, cell.status.value)} {cell.count.replace(' of ', '/')}"


def _conditions(table: Table) -> Iterable[str]:
    found: dict[str, list[str]] = {}
    for row in table.rows:
        for cell in row.cells:
            if cell.condition and row.id not in found.setdefault(cell.condition, []):
                found[cell.condition].append(row.id)
    for condition, rows in found.items():
        yield from wrap(f"conditional: {', '.join(rows)} if {condition}")
