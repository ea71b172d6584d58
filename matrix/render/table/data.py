"""A table -> JSON values and CSV."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from matrix.expression import show
from matrix.render.phrases import cell_words, decides_words

if TYPE_CHECKING:
    from matrix.grid import Summary, Table


def table_json(table: Table) -> dict[str, Any]:
    """The table as values, a list of rows with a cell for each backend id."""
    return {
        "versions": table.title,
        "notes": list(table.notes),
        "checked_at": table.checked_at.isoformat() if table.checked_at else None,
        "rows": [
            {
                "id": row.id,
                "arch": row.arch,
                "title": row.title,
                "cells": {
                    column: {
                        "status": cell_words(summary.cell),
                        "answer": summary.cell.answer.value,
                        "rung": summary.cell.rung.value if summary.cell.rung else None,
                        "unknown": [name.value for name in summary.cell.unknown],
                        "condition": _condition(summary) or None,
                        "count": summary.count or None,
                        "note": _note(summary),
                    }
                    for column, summary in zip(table.columns, row.summaries, strict=True)
                },
            }
            for row in table.rows
        ],
    }


def table_csv(table: Table) -> str:
    """A line a cell: arch, row, backend, status, count, condition, note. Quoted as in RFC 4180, with bare newlines."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["arch", "id", "backend", "status", "count", "condition", "note"])
    for row in table.rows:
        for column, s in zip(table.columns, row.summaries, strict=True):
            writer.writerow([row.arch, row.id, column, cell_words(s.cell), s.count, _condition(s), _note(s)])
    return text.getvalue()


def _condition(summary: Summary) -> str:
    """What the cell hangs on; of several variants each has its own."""
    return "" if summary.count else show(summary.cell.condition)


def _note(summary: Summary) -> str:
    """What decides; of several variants which have the best status."""
    return ", ".join(summary.having) if summary.count else decides_words(summary.cell)
