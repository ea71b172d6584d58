"""A table -> Markdown, conditions as footnotes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.expression import show
from matrix.render.markdown import code, escape, table
from matrix.render.phrases import cell_words

if TYPE_CHECKING:
    from matrix.table import Table


def table_markdown(matrix: Table, *, pages: bool = False) -> str:
    """The table with footnotes. With pages, arches and backends link to their pages in reports/."""
    footnotes: dict[str, int] = {}
    rows = []
    for row in matrix.rows:
        cells = []
        for summary in row.summaries:
            mark, condition = "", "" if summary.count else show(summary.cell.condition)
            if condition:
                mark = f" [^{footnotes.setdefault(condition, len(footnotes) + 1)}]"
            cells.append(f"{cell_words(summary.cell)}{f' ({summary.count})' if summary.count else ''}{mark}")
        arch = f"[{row.arch}](arch/{row.arch}.md)" if pages else row.arch
        rows.append([arch, row.id, *cells])
    heads = [
        f"[{escape(title)}](backend/{column}.md)" if pages else escape(title)
        for column, title in zip(matrix.columns, matrix.titles, strict=True)
    ]
    lines = [table(["arch", "variant", *heads], rows), "", escape(matrix.title)]
    lines += (
        ["", *(f"[^{number}]: if {code(condition)}" for condition, number in footnotes.items())] if footnotes else []
    )
    lines += [f"\nNote: {escape(note)}" for note in matrix.notes]
    return "\n".join(lines) + "\n"
