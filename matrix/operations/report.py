"""The shipped facts, or all that is known -> the report on it, which can be written in Markdown and in HTML."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from matrix.operations.stores import kept_cells, known_addresses, open_stores
from matrix.query.answer import Answers
from matrix.query.knowledge import Knowledge
from matrix.query.line import Line, came, went
from matrix.query.matrix import matrix_table
from matrix.query.question import Question
from matrix.query.scene import set_scene
from matrix.query.spine import steps
from matrix.render.report.folder import Report
from matrix.resolve.levels import support_levels
from matrix.shipped import shipped_store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matrix.operations.workplace import Workplace
    from matrix.store import Store


def make_report(work: Workplace, *, own: bool, base: str = "") -> Report:
    """The report. The user's own store enters with `own`: else it is the same wherever it is made.

    base is the address of the pages for browsers, for the feeds; "" where none is known.
    """
    if own:
        with open_stores(work) as stores:
            return replace(_report(work, stores), base=base)
    with shipped_store(work.data) as shipped:
        return replace(_report(work, (shipped,)), base=base)


def _report(work: Workplace, stores: Sequence[Store]) -> Report:
    known, knowledge = work.registry, Knowledge(stores)
    scene = set_scene(known, knowledge, Question())
    line = Line(known, knowledge, scene, kept=kept_cells(work, stores))
    answers = Answers(known, scene, line)
    spans = {(v.id, b): line.backend(v, b) for v in known.variants.values() for b in known.backends}
    return Report(
        registry=known,
        scene=scene,
        tables=(matrix_table(known, scene, by="variant"), matrix_table(known, scene, by="arch")),
        answers={id_: answers.variant(id_) for id_ in known.variants},
        contradictions=answers.contradictions,
        levels={arch: tuple(support_levels(scene.context, arch)) for arch in known.arches},
        url_of=known_addresses(work, knowledge),
        steps=tuple(steps(known, knowledge)),
        events=tuple(event for store in stores for event in store.journal.events()),
        since={key: bound for key, found in spans.items() if found and (bound := came(found))},
        until={key: bound for key, found in spans.items() if found and (bound := went(found))},
    )
