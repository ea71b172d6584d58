"""An answer -> the whole ladder of each variant and backend: every rung, the rule that decided, and its evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.expression import YES, show
from matrix.model import Truth
from matrix.places import AGE
from matrix.render import style
from matrix.render.answer.headline import since_aside
from matrix.render.answer.text import evidence_lines
from matrix.render.history.words import since_words
from matrix.render.layout import wrap
from matrix.render.phrases import (
    age_label,
    answer_words,
    cell_words,
    newer_lines,
    range_words,
    versions_words,
    wrong_words,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matrix.cell import Cell, Rung
    from matrix.model import Registry
    from matrix.query.answer import Answer
    from matrix.query.scene import Scene


def why_text(registry: Registry, answer: Answer) -> str:
    """All of it, ending in one newline. Rungs that are the same for all backends are shown once."""
    lines = wrap(versions_words(registry, answer.scene))
    for said in answer.scene.said:
        lines += wrap(f"note: {said}")
    lines += newer_lines(registry, answer.scene)
    for found in answer.variants:
        head = answer_words(found.answer, found.condition)
        lines += ["", *wrap(f"{style.bold(found.variant.id)}: {style.truth(head, found.answer)}")]
        if found.spans:
            lines += wrap(f"since: {since_words(found.spans)}{since_aside(found)}", 2)
        shared = [r for r in found.cells[0].rungs if all(r in cell.rungs for cell in found.cells)]
        for one in found.window:
            says = answer_words(one.answer, one.condition) if one.read else "not read here"
            lines += wrap(f"rustc {range_words(one, found.window[0].first)}: {says}", 2)
        if len(found.cells) > 1:
            lines += ["", style.bold("for every backend")]
            for rung in shared:
                lines += _rung(registry, answer.scene, rung)
        for cell in found.cells:
            lines += _cell(registry, answer.scene, cell, shared if len(found.cells) > 1 else [])
        for item in found.contradictions:
            lines += ["", *wrap(f"{style.bold('contradiction')} ({item.rule}): {item.says}")]
            for side in item.sides:
                lines += evidence_lines(registry, answer.scene, side, 2)
    if answer.checked_at is not None:
        lines += ["", f"{age_label(polled=answer.polled)} {AGE}"]
    return style.safe_lines([*lines, "", *wrap(wrong_words())])


def _cell(registry: Registry, scene: Scene, cell: Cell, shared: list[Rung]) -> Iterable[str]:
    title = registry.backends[cell.backend].title
    yield ""
    words = style.status(cell_words(cell), cell.status)
    yield from wrap(f"{style.bold(title)}: {words}{f' ({show(cell.condition)})' if cell.condition != YES else ''}")
    for rung in cell.rungs:
        if rung not in shared:
            yield from _rung(registry, scene, rung)
    for remark in cell.remarks:
        yield from wrap(f"remark: {remark}", 2)


def _rung(registry: Registry, scene: Scene, rung: Rung) -> Iterable[str]:
    word = {Truth.YES: "yes", Truth.NO: "no", Truth.UNKNOWN: "unknown"}[rung.truth]
    head = f"{rung.name.value}: {style.truth(word, rung.truth)}"
    yield from wrap(f"{head}{f', if {show(rung.condition)}' if rung.condition != YES else ''}", 2)
    yield from wrap(f"because {rung.because}", 4)
    yield from wrap(f"rule    {rung.rule.partition(': ')[2]}", 4)
    for item in rung.evidence:
        yield from evidence_lines(registry, scene, item, 4)
