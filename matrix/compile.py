"""What is known -> every plain answer resolved and rendered ahead; data/ -> data/shipped.db, which holds them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from matrix.query.answer import Answers
from matrix.query.knowledge import Knowledge
from matrix.query.matrix import matrix_table
from matrix.query.question import Question, set_scene
from matrix.registry import data_folder, load
from matrix.render.answer_text import answer_text
from matrix.render.table_text import table_text
from matrix.shipped import DATABASE, data_stamp, load_text
from matrix.store import Page, Store

if TYPE_CHECKING:
    from pathlib import Path

    from matrix.model import Registry, Verdict


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


def compile_shipped(folder: Path) -> Path:
    """Write the database whole and put it in place by rename. Raises: RegistryError, StoreError."""
    registry = load(folder)
    place = folder / DATABASE
    temporary = folder / f".{DATABASE}.{os.getpid()}"
    try:
        with Store.open(temporary) as store:
            load_text(store, folder)
            pages, verdicts = compile_answers(registry, Knowledge([store]))
            store.compile(data_stamp(folder), pages, verdicts)
            store.seal()
        temporary.replace(place)
    finally:
        for rest in folder.glob(f"{temporary.name}*"):
            rest.unlink()
    return place


if __name__ == "__main__":
    compile_shipped(data_folder())
