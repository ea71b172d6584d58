"""What tools build, and which tools a kernel takes -> JSON values."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from matrix.expression import show
from matrix.render.answer.cells import condition_json, line_json, window_json
from matrix.render.answer.data import evidence_json, revision_json
from matrix.render.links import evidence_url
from matrix.render.window.words import bad_words, cell_word, why_words

if TYPE_CHECKING:
    from matrix.cell import Requirement
    from matrix.model import Registry
    from matrix.query.reach import Reach, Reached, Takes
    from matrix.query.scene import Scene
    from matrix.render.links import UrlOf
    from matrix.resolve.needs import Needed


def reached_json(registry: Registry, found: Reached) -> dict[str, Any]:
    """The table as values: a cell for each column of each row, null where there is nothing to ask."""
    return {
        "distro": found.distro.id if found.distro else None,
        "named": dict(found.scene.question.versions),
        "cc": found.scene.compiler or None,
        "tools": dict(found.scene.question.tools),
        "columns": list(found.columns),
        "rows": [
            {
                "name": row.name,
                "variants": list(row.variants),
                "answer": row.answer.value if row.answer else None,
                "cells": {
                    column: _cell(registry, scene, cell, column)
                    for column, scene, cell in zip(found.columns, found.asked, row.cells, strict=True)
                },
            }
            for row in found.rows
        ],
        "others": {"no": found.shut, "unknown": found.open_},
        "notes": list(found.notes),
        "exit_code": int(found.exit_code),
    }


def _cell(registry: Registry, scene: Scene, cell: Reach | None, column: str) -> dict[str, Any] | None:
    if cell is None:
        return None
    return {
        "answer": cell.answer.value,
        "word": cell_word(cell),
        "conditions": {id_: show(condition) for id_, condition in cell.conditions},
        "because": cell.decides.because if cell.decides else None,
        "rung": cell.decides.name.value if cell.decides else None,
        "why": why_words(cell, column) or None,
        "lacks": list(cell.lacks),
        "inferred": cell.inferred,
        "beside": [
            {"versions": words, "answer": truth.value, "condition": condition_json(condition)}
            for words, truth, condition in cell.beside
        ],
        "evidence": [evidence_json(registry, scene, e) for e in cell.decides.evidence] if cell.decides else [],
    }


def takes_json(registry: Registry, found: Takes) -> dict[str, Any]:
    """Each tool with its lines upstream; window is as `is --json` has it."""
    url_of = partial(evidence_url, registry, found.scene)
    return {
        "kernel": revision_json(found.scene.revisions["linux"]),
        "tools": [_tool(one, url_of) for one in found.tools],
        "rustc": [{"variants": list(g.variants), "window": window_json(g.window)} for g in found.groups],
        "none": [
            {"variant": id_, "answer": cell.answer.value, "why": why_words(cell, "") or None}
            for id_, cell in found.shut
        ],
        "notes": list(found.scene.said),
        "exit_code": int(found.exit_code),
    }


def _tool(one: Needed, url_of: UrlOf) -> dict[str, Any]:
    return {
        "tool": one.tool.value,
        "needs": _requirement(one.general, url_of) if one.general else None,
        "overrides": [{"when": when, **_requirement(needed, url_of)} for when, needed in one.overrides],
        "older_refused": line_json(one.refused, url_of(one.refused)) if one.refused else None,
        "bad": [
            {
                "refused": bad.refused,
                "what": bad.what,
                "when": show(bad.when),
                "says": bad_words(bad, one.tool),
                "evidence": line_json(bad.evidence, url_of(bad.evidence)),
            }
            for bad in one.bad
        ],
    }


def _requirement(needed: Requirement, url_of: UrlOf) -> dict[str, Any]:
    return {
        "version": needed.version,
        "exactly": needed.exactly,
        "evidence": line_json(needed.evidence, url_of(needed.evidence)),
        "policy": line_json(needed.policy, url_of(needed.policy)) if needed.policy else None,
    }
