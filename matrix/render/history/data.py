"""What was said of variants at each release -> JSON values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matrix.render.answer.data import scene_json, span_json
from matrix.render.contract import document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matrix.model import Variant
    from matrix.query.line import Line
    from matrix.query.scene import Scene


def history_json(scene: Scene, line: Line, variants: Sequence[Variant], backends: Sequence[str]) -> dict[str, Any]:
    """The document of `history`: the releases, oldest first, and each cell's spans along them."""
    body = {
        **scene_json(scene),
        "along": line.project,
        "releases": [release.label for release in line.releases],
        "variants": [
            {
                "id": variant.id,
                "arch": variant.arch,
                "title": variant.title,
                "spans": [span_json(span, b) for b in backends for span in line.backend(variant, b)],
            }
            for variant in variants
        ],
    }
    return document("history", body)
