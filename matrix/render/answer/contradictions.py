"""Contradictions -> text and JSON, grouped by the rule that found them."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from matrix.render import style
from matrix.render.answer.data import evidence_json
from matrix.render.answer.text import evidence_lines
from matrix.render.layout import wrap
from matrix.render.phrases import versions_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matrix.cell import Contradiction
    from matrix.model import Registry
    from matrix.query.question import Scene


def contradictions_text(registry: Registry, scene: Scene, found: Sequence[Contradiction]) -> str:
    """Each rule, what it looks for being its name, and below it every case with both sides."""
    lines = wrap(versions_words(registry, scene))
    for rule, items in groupby(found, key=lambda c: c.rule):
        cases = list(items)
        lines += ["", f"{style.bold(rule)} ({len(cases)})"]
        for item in cases:
            lines += wrap(f"{item.subject}: {item.says}", 2)
            for side in item.sides:
                lines += evidence_lines(registry, scene, side, 4)
    return style.safe_lines(lines)


def contradiction_json(registry: Registry, scene: Scene, item: Contradiction) -> dict[str, Any]:
    """One case as values."""
    return {
        "rule": item.rule,
        "subject": item.subject,
        "says": item.says,
        "sides": [evidence_json(registry, scene, side) for side in item.sides],
    }
