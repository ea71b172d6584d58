"""The whole matrix -> one JSON document, and its JSON Schema (matrix.schema.json beside this file).

    versions        project -> label, kind, commit, date
    variants        id, arch, title, names, isa, bits, endian
    cells           variant, backend, status, answer, condition, target, rungs, blockers, since, until
    contradictions  rule, subject, says, sides

A rung is rung, truth, because, condition, evidence, and each piece of evidence has its address.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from matrix.render.answer.data import evidence_json, revision_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matrix.model import Contradiction, Evidence, Registry, Rung, Variant, Verdict
    from matrix.query.answer import VariantAnswer
    from matrix.query.question import Scene

    # (variant, backend) -> {"release": "6.18.15", "not_in": "6.12.107", "exact": false}
    Bounds = Mapping[tuple[str, str], Mapping[str, object]]

FORMAT = 1
SCHEMA = "matrix.schema.json"


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
    return {
        "format": FORMAT,
        "versions": {project: revision_json(revision) for project, revision in scene.revisions.items()},
        "backends": [{"id": b.id, "title": b.title, "generator": b.generator} for b in registry.backends.values()],
        "variants": [_variant(a.variant) for a in answers.values()],
        "cells": [_cell(registry, scene, v, *bounds) for a in answers.values() for v in a.verdicts],
        "contradictions": [
            {"rule": c.rule, "subject": c.subject, "says": c.says, "sides": _evidence(registry, scene, c.sides)}
            for c in contradictions
        ],
    }


def matrix_text(document: Mapping[str, Any]) -> str:
    """The document as text, ASCII alone, ending in one newline."""
    return json.dumps(document, indent=1) + "\n"


def schema_text() -> str:
    """The schema as it is published."""
    return files("matrix.render.report").joinpath(SCHEMA).read_text("utf-8")


def _variant(variant: Variant) -> dict[str, Any]:
    return {
        "id": variant.id,
        "arch": variant.arch,
        "title": variant.title,
        "names": {system: list(names) for system, names in variant.names.items()},
        "isa": variant.isa or None,
        "bits": variant.bits,
        "endian": variant.endian,
    }


def _cell(registry: Registry, scene: Scene, verdict: Verdict, since: Bounds, until: Bounds) -> dict[str, Any]:
    key = verdict.variant, verdict.backend
    return {
        "variant": verdict.variant,
        "backend": verdict.backend,
        "status": verdict.status.value,
        "answer": verdict.answer.value,
        "condition": verdict.condition or None,
        "target": verdict.target or None,
        "rungs": [_rung(registry, scene, r) for r in verdict.rungs],
        "blockers": [r.name for r in verdict.blockers],
        "since": dict(since[key]) if key in since else None,
        "until": dict(until[key]) if key in until else None,
    }


def _rung(registry: Registry, scene: Scene, rung: Rung) -> dict[str, Any]:
    return {
        "rung": rung.name,
        "truth": rung.truth.value,
        "because": rung.because,
        "condition": rung.condition or None,
        "evidence": _evidence(registry, scene, rung.evidence),
    }


def _evidence(registry: Registry, scene: Scene, items: Sequence[Evidence]) -> list[dict[str, Any]]:
    return [evidence_json(registry, scene, item) for item in items]
