"""A table -> JSON values and CSV."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matrix.model import Table


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
                        "status": cell.status.value,
                        "condition": cell.condition or None,
                        "count": cell.count or None,
                        "note": cell.note,
                    }
                    for column, cell in zip(table.columns, row.cells, strict=True)
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
        for column, cell in zip(table.columns, row.cells, strict=True):
            writer.writerow([row.arch, row.id, column, cell.status.value, cell.count, cell.condition, cell.note])
    return text.getvalue()
