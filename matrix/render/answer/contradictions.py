"""Contradictions -> text and JSON, grouped by the rule that found them."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Any

from matrix.cell import Weight
from matrix.render import style
from matrix.render.answer.data import contradiction_json, scene_json
from matrix.render.answer.text import evidence_lines
from matrix.render.contract import document
from matrix.render.layout import wrap
from matrix.render.phrases import versions_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matrix.cell import Contradiction
    from matrix.model import Registry
    from matrix.query.scene import Scene


_MANY = {
    Weight.ANSWER: "change an answer",
    Weight.TARGET: "concern a kernel target",
    Weight.OTHER: "concern no kernel target",
}


def contradictions_text(registry: Registry, scene: Scene, shown: Sequence[Contradiction], *, hidden: int = 0) -> str:
    """How many there are and how heavy; then each rule, what it looks for being its name, with every case.

    hidden counts those that are not shown, about targets that no kernel has.
    """
    lines = [*wrap(_summary(shown, hidden)), *wrap(versions_words(registry, scene), 2)]
    for (weight, rule), items in groupby(shown, key=lambda c: (c.weight, c.rule)):
        cases = list(items)
        lines += ["", f"{style.bold(rule)} ({len(cases)}, {weight.value})"]
        for item in cases:
            lines += wrap(f"{item.subject}: {item.says}", 2)
            for side in item.sides:
                lines += evidence_lines(registry, scene, side, 4)
    return style.safe_lines(lines)


def _summary(shown: Sequence[Contradiction], hidden: int) -> str:
    """`14 contradictions: 11 change an answer, 3 concern a kernel target; 9 more concern none (--all)`."""
    counts = Counter(item.weight for item in shown)
    said = [f"{n} {words if n > 1 else weight.value}" for weight, words in _MANY.items() if (n := counts[weight])]
    more = f"; {hidden} more about targets that no kernel has (--all)" if hidden else ""
    noun = "contradiction" if len(shown) == 1 else "contradictions"
    return f"{len(shown) or 'no'} {noun}{': ' if said else ''}{', '.join(said)}{more}"


def contradictions_json(
    registry: Registry, scene: Scene, shown: Sequence[Contradiction], *, hidden: int
) -> dict[str, Any]:
    """The same as a document."""
    cases = [contradiction_json(registry, scene, item) for item in shown]
    return document("contradictions", {**scene_json(scene), "contradictions": cases, "hidden": hidden})
