"""The whole matrix -> reports/matrix.json, whose shape is render/schemas/matrix.json."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

from matrix.render.answer.cells import cell_json, terms_json, window_json
from matrix.render.answer.data import contradiction_json, revision_json
from matrix.render.answer.names import listed_names
from matrix.render.contract import document
from matrix.render.links import evidence_url

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matrix.cell import Cell, Contradiction
    from matrix.model import Registry
    from matrix.query.answer import VariantAnswer
    from matrix.query.scene import Scene

    # (variant, backend) -> {"release": "6.18.15", "not_in": "6.12.107", "exact": false}
    Bounds = Mapping[tuple[str, str], Mapping[str, object]]


def matrix_json(
    registry: Registry,
    scene: Scene,
    answers: Mapping[str, VariantAnswer],
    contradictions: Sequence[Contradiction],
    *,
    since: Bounds | None = None,
    until: Bounds | None = None,
) -> dict[str, Any]:
    """The document. since says in which release a cell's status came, until in which an earlier yes went.

    Of both `release` is the first that is known to have it so, `not_in` the last that is known not to, null for none
    known, and `exact` that nothing was released between them. A cell that is in neither has null.
    """
    bounds = since or {}, until or {}
    body = {
        "versions": {project: revision_json(revision) for project, revision in scene.revisions.items()},
        "backends": [{"id": b.id, "title": b.title, "generator": b.generator} for b in registry.backends.values()],
        "variants": [_variant(registry, scene, a) for a in answers.values()],
        "cells": [_cell(registry, scene, cell, *bounds) for a in answers.values() for cell in a.cells],
        "contradictions": [contradiction_json(registry, scene, c) for c in contradictions],
    }
    return document("matrix", body)


def matrix_text(told: Mapping[str, Any]) -> str:
    """The document as text, ASCII alone, ending in one newline."""
    return json.dumps(told, indent=1) + "\n"


def _variant(registry: Registry, scene: Scene, answer: VariantAnswer) -> dict[str, Any]:
    variant = answer.variant
    return {
        "id": variant.id,
        "arch": variant.arch,
        "title": variant.title,
        "names": listed_names(variant),
        "isa": variant.isa or None,
        "bits": variant.bits,
        "endian": variant.endian,
        **terms_json(answer.terms, partial(evidence_url, registry, scene)),
        "window": window_json(answer.window),
    }


def _cell(registry: Registry, scene: Scene, cell: Cell, since: Bounds, until: Bounds) -> dict[str, Any]:
    key = cell.variant, cell.backend
    return {
        **cell_json(cell, partial(evidence_url, registry, scene)),
        "since": dict(since[key]) if key in since else None,
        "until": dict(until[key]) if key in until else None,
    }
