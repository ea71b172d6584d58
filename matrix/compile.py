"""data/ -> data/shipped.db: the shipped facts in a store, with every plain answer resolved ahead."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from matrix.query.compiled import compile_answers
from matrix.query.knowledge import Knowledge
from matrix.registry import data_folder, load
from matrix.shipped import DATABASE, data_stamp, load_text
from matrix.store import Store

if TYPE_CHECKING:
    from pathlib import Path


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
