"""What is known -> every plain answer resolved and rendered ahead; data/ -> data/shipped.db, which holds them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matrix import flat, places
from matrix.operations import journal
from matrix.operations.stores import kept_cells
from matrix.places import DATABASE
from matrix.query.absent import absent_ports
from matrix.query.answer import Answers
from matrix.query.knowledge import Knowledge
from matrix.query.line import Cells, Kept, Line
from matrix.query.matrix import matrix_table
from matrix.query.question import Question
from matrix.query.scene import set_scene
from matrix.registry import data_folder, load
from matrix.registry.compiled import write_compiled
from matrix.render import style
from matrix.render.answer.names import all_names_text, meaning_text
from matrix.render.answer.screen import answer_screen
from matrix.render.phrases import newer_lines
from matrix.render.table.text import table_text
from matrix.shipped import load_text, shipped_store
from matrix.store import Store, StoredPage
from matrix.store.connection import number_of

if TYPE_CHECKING:
    from pathlib import Path

    from matrix.model import Registry
    from matrix.operations.workplace import Workplace


@dataclass(frozen=True, slots=True)
class Compiled:
    """The pages of `is NAME` and `names NAME` for every name, of `names` and of `table`, and the cells of past kernels.

    spans has, by what they rest on, the cells of each kernel along which "since" runs.
    """

    pages: list[StoredPage]
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
        text = answer_screen(registry, found)
        pages.append(
            StoredPage(command=f"is {meaning.name}", exit=found.exit_code, checked_at=found.checked_at, body=text)
        )
    table = table_text(matrix_table(registry, scene, by="variant"), newer_lines(registry, scene))
    absent = absent_ports(scene.context, registry.variants.values())
    lists = {f"names {m.name}": meaning_text(registry, m, absent) for m in registry.names.values()}
    lists["names"] = all_names_text(registry, absent)
    bodies = {"table": table, **{command: style.safe_lines(lines) for command, lines in lists.items()}}
    pages += [StoredPage(command=command, exit=0, checked_at=None, body=body) for command, body in bodies.items()]
    return Compiled(pages, {kept.key(scene_key): cells for scene_key, cells in spans.items()})


def keep_answers(work: Workplace, store: Store) -> None:
    """Resolve ahead what plain queries ask, from the store laid over the shipped facts, and journal what changed."""
    with shipped_store(work.data) as shipped:
        done = compile_answers(work.registry, Knowledge([store, shipped]), kept_cells(work, [store, shipped]))
    journal.journal_changes(work, store)
    with store.transaction():
        store.pages.keep_spans(done.spans)
        # Last: a stamp that holds says that all before it was done.
        store.pages.compile(work.stamp, done.pages)


def compile_shipped(folder: Path) -> Path:
    """Write the database whole and put it in place by rename. Raises: RegistryError, StoreError."""
    begun = flat.begin(str(folder))
    registry = load(folder)
    from matrix.registry.distros import load_distros  # noqa: PLC0415  # what is compiled otherwise rests on none of it

    load_distros(folder, registry.variants)  # no package is built with faults in it
    place = folder / DATABASE
    temporary = folder / f".{DATABASE}.{os.getpid()}"
    try:
        with Store.open(temporary) as store:
            load_text(store, folder)
            today = places.data_stamp(str(folder))
            done = compile_answers(registry, Knowledge([store]), Kept(today, lambda _: None))
            store.pages.keep_spans(done.spans)
            store.pages.compile(today, done.pages)
            store.seal()
        temporary.replace(place)
        pages = ((p.command, p.exit, number_of(p.checked_at), p.body) for p in done.pages)
        write_compiled(folder, registry)
        flat.write_pages(str(folder), today, begun, pages)
    finally:
        for rest in folder.glob(f"{temporary.name}*"):
            rest.unlink()
    return place


if __name__ == "__main__":
    compile_shipped(data_folder())
