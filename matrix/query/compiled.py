"""Every name's answer and every cell under the default versions -> the pages that a plain query reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.query.answer import Answers
from matrix.query.matrix import matrix_table
from matrix.query.question import Question, set_scene
from matrix.render.answer_text import answer_text
from matrix.render.table_text import table_text
from matrix.store import Page

if TYPE_CHECKING:
    from matrix.model import Registry, Verdict
    from matrix.query.knowledge import Knowledge


def compile_answers(registry: Registry, knowledge: Knowledge) -> tuple[list[Page], list[Verdict]]:
    """The pages of `is NAME` for every name and of `table`, and the verdict on every cell."""
    scene = set_scene(registry, knowledge, Question())
    answers = Answers(registry, scene)
    pages = []
    for meaning in registry.names.values():
        found = answers.name(meaning)
        text = answer_text(registry, found)
        pages.append(
            Page(command=f"is {meaning.name.lower()}", exit=found.exit_code, checked_at=found.checked_at, body=text)
        )
    table = table_text(matrix_table(registry, scene, by="variant"))
    pages.append(Page(command="table", exit=0, checked_at=None, body=table))
    verdicts = [verdict for id_ in registry.variants for verdict in answers.variant(id_).verdicts]
    return pages, verdicts
