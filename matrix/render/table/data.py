"""A table -> JSON values and CSV."""

from __future__ import annotations

import csv
import io
from functools import partial
from typing import TYPE_CHECKING, Any

from matrix.expression import show
from matrix.render.answer.cells import lines_json, verdict_json
from matrix.render.answer.data import scene_json
from matrix.render.contract import document
from matrix.render.links import evidence_url
from matrix.render.phrases import cell_words, decides_words

if TYPE_CHECKING:
    from matrix.grid import Summary, Table
    from matrix.model import Registry
    from matrix.query.scene import Scene
    from matrix.render.links import UrlOf


def table_json(registry: Registry, scene: Scene, table: Table, by: str) -> dict[str, Any]:
    """The table as a document: rows, each with a cell for each backend. by is what a row is: "variant" or "arch"."""
    url_of = partial(evidence_url, registry, scene)
    body = {
        **scene_json(scene),
        "by": by,
        "checked_at": table.checked_at.isoformat() if table.checked_at else None,
        "rows": [
            {
                "id": row.id,
                "arch": row.arch,
                "title": row.title,
                "cells": [_cell(summary, url_of) for summary in row.summaries],
            }
            for row in table.rows
        ],
    }
    return document("table", body)


def _cell(summary: Summary, url_of: UrlOf) -> dict[str, Any]:
    """What the best of a row's variants comes to, which are as good, of how many, and what decides."""
    return {
        **verdict_json(summary.cell),
        "variant_ids": list(summary.having),
        "of": summary.of,
        "because": decides_words(summary.cell),
        "evidence": lines_json(summary.cell.decisive.evidence, url_of),
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
