"""What is known -> every plain answer resolved and rendered ahead; data/ -> data/shipped.db, which holds them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matrix.query.answer import Answers
from matrix.query.knowledge import Knowledge
from matrix.query.line import Kept, Line
from matrix.query.matrix import matrix_table
from matrix.query.question import Question, set_scene
from matrix.registry import data_folder, load
from matrix.render.answer.text import answer_text
from matrix.render.table.text import table_text
from matrix.resolve.rust_targets import rust_target
from matrix.shipped import DATABASE, data_stamp, load_text
from matrix.store import Page, Store

if TYPE_CHECKING:
    from pathlib import Path

    from matrix.model import Registry, Verdict
    from matrix.query.answer import VariantAnswer
    from matrix.query.line import Cells
    from matrix.query.question import Scene


@dataclass(frozen=True, slots=True)
class Compiled:
    """The pages of `is NAME` for every name and of `table`, the verdict on every cell, and the cells of past kernels.

    tiers has, by variant, what rustc promises of the targets that the kernel passes. spans has, by what they rest on,
    the cells of each kernel along which "since" runs.
    """

    pages: list[Page]
    verdicts: list[Verdict]
    tiers: dict[str, str]
    spans: dict[str, Cells]


def compile_answers(registry: Registry, knowledge: Knowledge, kept: Kept) -> Compiled:
    """Resolve and render all that plain questions ask. kept saves resolving old kernels again."""
    scene = set_scene(registry, knowledge, Question())
    line = Line(registry, knowledge, scene, kept=kept)
    spans = line.all_cells()
    # The cells are at hand now, also those that were not kept.
    line = Line(registry, knowledge, scene, kept=Kept("", lambda key: spans.get(key.removeprefix(": "))))
    answers = Answers(registry, scene, line)
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
    tiers = {id_: _tier(scene, answers.variant(id_)) for id_ in registry.variants}
    return Compiled(pages, verdicts, tiers, {kept.key(scene_key): cells for scene_key, cells in spans.items()})


def _tier(scene: Scene, answer: VariantAnswer) -> str:
    """The tier of each target that the kernel passes, in their order; "" where rustc's list is not known."""
    rust = scene.context.known("rust", "rust-target-list")
    tiers = [rust_target(rust, passed.name).tier for passed in answer.passed] if rust else []
    return ", ".join(tier.fact.value for tier in tiers if tier)


def compile_shipped(folder: Path) -> Path:
    """Write the database whole and put it in place by rename. Raises: RegistryError, StoreError."""
    registry = load(folder)
    place = folder / DATABASE
    temporary = folder / f".{DATABASE}.{os.getpid()}"
    try:
        with Store.open(temporary) as store:
            load_text(store, folder)
            today = data_stamp(folder)
            done = compile_answers(registry, Knowledge([store]), Kept(today, lambda _: None))
            store.pages.keep_spans(done.spans)
            store.pages.compile(today, done.pages, done.verdicts, done.tiers)
            store.seal()
        temporary.replace(place)
    finally:
        for rest in folder.glob(f"{temporary.name}*"):
            rest.unlink()
    return place


if __name__ == "__main__":
    compile_shipped(data_folder())
