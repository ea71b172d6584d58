"""A table -> text for a terminal of 80 columns, conditions below it."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from matrix.cell import Status
from matrix.expression import show
from matrix.render import style
from matrix.render.layout import wrap
from matrix.render.phrases import cell_words, status_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matrix.grid import Row, Summary, Table

_NAME, _CELL = 15, 12


def table_text(table: Table, newer: Iterable[str] = ()) -> str:
    """The table, rows grouped by arch, and each condition once below it. newer are lines that end it."""
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
    lines += newer
    return style.safe_lines(lines)


def _group(arch: str, rows: list[Row]) -> Iterable[str]:
    if len(rows) == 1:
        yield _row(rows[0].id, rows[0])
        return
    yield arch
    for row in rows:
        yield _row(f"  {row.id}", row)


def _row(name: str, row: Row) -> str:
    words = [_word(summary) for summary in row.summaries]
    columns = [*(f"{word:<{_CELL}}" for word in words[:-1]), words[-1]]
    cells = " ".join(style.status(word, s.cell.status) for word, s in zip(columns, row.summaries, strict=True))
    return f"{name:<{_NAME}} {cells}"


# A row of several variants counts beside the status: the long words would not fit into 80 columns.
_SHORT = {Status.SUPPORTED: "yes", Status.CONDITIONAL: "if", Status.UNKNOWN: "?"}


def _word(summary: Summary) -> str:
    """The status; where the row stands for several variants a short word and how many have it."""
    cell = summary.cell
    if summary.count:
        short = _SHORT.get(cell.status) or f"!{cell.rung.value if cell.rung else ''}"
        return f"{short} {len(summary.having)}/{summary.of}"
    # Which rung before it is unknown does not fit; the legend says what the mark means.
    rung = cell.rung.value if cell.rung else ""
    return f"{status_words(cell.status.value, rung)}{'?' if cell.unknown else ''}"


def _legend(table: Table) -> Iterable[str]:
    """What marks and short words mean, and which variants have a status that not all have."""
    summaries = [summary for row in table.rows for summary in row.summaries]
    if any(s.cell.unknown and not s.count for s in summaries):
        yield from wrap("no: RUNG?  the first rung that is no; one before it is unknown")
    if not any(s.count for s in summaries):
        return
    words = "yes = supported, if = conditional, ? = unknown, !RUNG = no at that rung"
    yield from wrap(f"The best of each arch's variants, n/m: n of m have it; {words}.")
    for row in table.rows:
        having: dict[tuple[str, tuple[str, ...]], list[str]] = {}
        for column, summary in zip(table.columns, row.summaries, strict=True):
            if len(summary.having) != summary.of:
                having.setdefault((cell_words(summary.cell), summary.having), []).append(column)
        for (status, variants), columns in having.items():
            yield from wrap(f"{row.id}: {status} with {', '.join(columns)}: {', '.join(variants)}")


def _conditions(table: Table) -> Iterable[str]:
    rows: dict[str, list[str]] = {}
    for row in table.rows:
        for summary in row.summaries:
            condition = "" if summary.count else show(summary.cell.condition)
            if condition and row.id not in rows.setdefault(condition, []):
                rows[condition].append(row.id)
    for condition, ids in rows.items():
        yield from wrap(f"conditional: {', '.join(ids)} if {condition}")
