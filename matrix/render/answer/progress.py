"""The progress of the backends' own projects -> text and JSON."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from matrix.render import style
from matrix.render.answer.cells import lines_json
from matrix.render.contract import document
from matrix.render.layout import wrap
from matrix.render.phrases import revision_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matrix.model import Registry
    from matrix.query.progress import Step
    from matrix.render.links import UrlOf


def progress_text(registry: Registry, steps: Sequence[Step]) -> str:
    """A block for each source, a paragraph for each version."""
    lines: list[str] = []
    for source, of in groupby(steps, key=lambda step: step.source):
        lines += ["", style.bold(source)] if lines else [style.bold(source)]
        for step in of:
            said = "; ".join(f"{topic} {value}" for topic, value, _ in step.lines)
            lines += wrap(f"{revision_words(registry, step.revision)}: {said}", 2)
    return style.safe_lines(lines)


def progress_json(steps: Sequence[Step], url_of: UrlOf) -> dict[str, Any]:
    """The same as a document."""
    told = [
        {
            "source": step.source,
            "project": step.revision.project,
            "version": step.revision.label,
            "facts": [
                {"topic": topic, "value": value, "evidence": lines_json([item], url_of)}
                for topic, value, item in step.lines
            ],
        }
        for step in steps
    ]
    return document("progress", {"steps": told})
