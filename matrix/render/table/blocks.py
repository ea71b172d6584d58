"""A table -> the blocks of a page, conditions as footnotes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.expression import show
from matrix.render.page import Code, Footnotes, Grid, Id, Mark, PageLink, Paragraph
from matrix.render.phrases import cell_words

if TYPE_CHECKING:
    from matrix.grid import Summary, Table
    from matrix.render.page import Inlines, Part


def table_blocks(matrix: Table, *, pages: bool = False) -> list[Part]:
    """The table with footnotes. With pages, arches and backends link to their pages in reports/."""
    footnotes: dict[str, int] = {}
    rows = []
    for row in matrix.rows:
        arch: Inlines = (PageLink((row.arch,), f"arch/{row.arch}"),) if pages else (Id(row.arch),)
        rows.append([arch, (Id(row.id),), *(_cell(summary, footnotes) for summary in row.summaries)])
    columns = zip(matrix.columns, matrix.titles, strict=True)
    heads: list[Inlines] = [
        (PageLink((title,), f"backend/{column}"),) if pages else (title,) for column, title in columns
    ]
    return [
        Grid([("arch",), ("variant",), *heads], rows),
        Paragraph((matrix.title,)),
        Footnotes([("if ", Code(condition)) for condition in footnotes]),
        *(Paragraph((f"Note: {note}",)) for note in matrix.notes),
    ]


def _cell(summary: Summary, footnotes: dict[str, int]) -> Inlines:
    words = f"{cell_words(summary.cell)}{f' ({summary.count})' if summary.count else ''}"
    condition = "" if summary.count else show(summary.cell.condition)
    if not condition:
        return (words,)
    return (words, " ", Mark(footnotes.setdefault(condition, len(footnotes) + 1)))
