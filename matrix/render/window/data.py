"""What tools build, and which tools a kernel takes -> JSON values."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from matrix.cell import Basis
from matrix.expression import show
from matrix.render.answer.cells import beside_json, lines_json, need_json, window_json
from matrix.render.answer.data import evidence_json, scene_json
from matrix.render.contract import document
from matrix.render.links import evidence_url
from matrix.render.window.words import bad_words, cell_word, why_words

if TYPE_CHECKING:
    from matrix.model import Registry
    from matrix.query.reach import Reach, Reached, Takes
    from matrix.query.scene import Scene
    from matrix.render.links import UrlOf
    from matrix.resolve.needs import Needed


def reached_json(registry: Registry, found: Reached) -> dict[str, Any]:
    """The table as a document: a cell for each column of each row in which there is something to ask."""
    body = {
        "exit_code": int(found.exit_code),
        "distro": found.distro.id if found.distro else None,
        "named": scene_json(found.scene)["named"],
        "columns": list(found.columns),
        "rows": [
            {
                "name": row.name,
                "variant_ids": list(row.variants),
                "answer": row.answer.value if row.answer else None,
                "cells": [
                    _cell(registry, scene, cell, column)
                    for column, scene, cell in zip(found.columns, found.asked, row.cells, strict=True)
                    if cell is not None
                ],
            }
            for row in found.rows
        ],
        "others": {"no": found.shut, "unknown": found.open_},
        "notes": list(found.notes),
    }
    return document("window-kernels", body)


def _cell(registry: Registry, scene: Scene, cell: Reach, column: str) -> dict[str, Any]:
    return {
        "column": column,
        "answer": cell.answer.value,
        "text": cell_word(cell),
        "conditions": [{"variant": id_, "condition": show(condition)} for id_, condition in cell.conditions],
        "because": cell.decides.because if cell.decides else None,
        "rung": cell.decides.name.value if cell.decides else None,
        "why": why_words(cell, column) or None,
        "lacks": list(cell.lacks),
        "basis": (Basis.INFERRED if cell.inferred else Basis.READ).value,
        "beside": beside_json(cell.beside),
        "evidence": evidence_json(registry, scene, cell.decides.evidence if cell.decides else ()),
    }


def takes_json(registry: Registry, found: Takes) -> dict[str, Any]:
    """Each tool with its lines upstream, as a document; window is as `is --json` has it."""
    url_of = partial(evidence_url, registry, found.scene)
    body = {
        "exit_code": int(found.exit_code),
        **scene_json(found.scene),
        "tools": [_tool(one, url_of) for one in found.tools],
        "groups": [{"variant_ids": list(g.variants), "window": window_json(g.window)} for g in found.groups],
        "none_for": [
            {"variant": id_, "answer": cell.answer.value, "why": why_words(cell, "") or None}
            for id_, cell in found.shut
        ],
    }
    return document("window-tools", body)


def _tool(one: Needed, url_of: UrlOf) -> dict[str, Any]:
    return {
        "tool": one.tool.value,
        "needs": [need_json(one.general, url_of)] if one.general else [],
        "overrides": [{"when": when, "needs": [need_json(needed, url_of)]} for when, needed in one.overrides],
        "older_refused": lines_json([one.refused] if one.refused else [], url_of),
        "bad": [
            {
                "refused": bad.refused,
                "what": bad.what,
                "when": show(bad.when),
                "says": bad_words(bad, one.tool),
                "evidence": lines_json([bad.evidence], url_of),
            }
            for bad in one.bad
        ],
    }
