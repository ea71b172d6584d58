"""The store: one file, opened, checked and brought to today's schema; what it keeps is kept by its parts."""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from matrix.places import store_path
from matrix.store.connection import Database, is_there, is_writable, open_memory, open_readonly, open_writable
from matrix.store.facts import StoredFacts
from matrix.store.pages import Pages

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping
    from contextlib import AbstractContextManager
    from types import TracebackType

    from matrix.store.jobs import Jobs
    from matrix.store.journal import Journal
    from matrix.store.polls import Polls


def default_path(environ: Mapping[str, str] = os.environ) -> Path:
    """Where the store is when nobody says otherwise: $ARCHMATRIX_DB, else the platform's folder for a user's data."""
    if place := store_path(environ):
        return Path(place)
    # Linux does without it, and so does an answer from a named store.
    from platformdirs import user_data_path  # noqa: PLC0415

    return user_data_path("archmatrix", appauthor=False) / "facts.db"


class Store:
    """An open database. Use it in a `with`, in the thread that opened it. Every method raises StoreError.

    facts is what upstream said; polls what is known of repositories, hosts and sources; journal what was held true over
    time and what was told of it; pages the answers that were made ahead; jobs what the daemon must know after a
    restart.
    """

    def __init__(self, connection: sqlite3.Connection, place: Path | str, *, readonly: bool) -> None:
        self._database = Database(connection, place, readonly=readonly)
        self.facts = StoredFacts(self._database, lambda: self.polls)
        self.pages = Pages(self._database)

    # A question asks for facts and pages alone: the other parts are imported where they are asked for.

    @cached_property
    def polls(self) -> Polls:
        from matrix.store.polls import Polls  # noqa: PLC0415

        return Polls(self._database)

    @cached_property
    def journal(self) -> Journal:
        from matrix.store.journal import Journal  # noqa: PLC0415

        return Journal(self._database)

    @cached_property
    def jobs(self) -> Jobs:
        from matrix.store.jobs import Jobs  # noqa: PLC0415

        return Jobs(self._database)

    @classmethod
    def open(cls, path: str | Path, *, readonly: bool = False) -> Store:
        """The store at `path`, brought to today's schema; a new one where there is none.

        One that exists but cannot be written is opened for reading; `readonly` then says so.
        """
        place = Path(path)
        if readonly or (is_there(place) and not is_writable(place)):
            return cls(open_readonly(place), place, readonly=True)
        return cls(open_writable(place), place, readonly=False)

    @classmethod
    def memory(cls) -> Store:
        """An empty store that ends with the process."""
        return cls(open_memory(), "memory", readonly=False)

    @property
    def place(self) -> Path | str:
        """The file, or "memory"."""
        return self._database.place

    @property
    def readonly(self) -> bool:
        """Whether nothing can be written."""
        return self._database.readonly

    def close(self) -> None:
        self._database.connection.close()

    def __enter__(self) -> Store:  # noqa: PYI034 - typing.Self came with Python 3.11
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def transaction(self) -> AbstractContextManager[object]:
        """What is written inside, by whichever of the parts, is written whole or not at all."""
        return self._database.writing()

    def seal(self) -> None:
        """Leave one file alone, without a log beside it, that a read-only place can hold."""
        with self._database.reading() as db:
            db.execute("PRAGMA journal_mode = DELETE")
            db.execute("VACUUM")

    def faults(self) -> list[str]:
        """What SQLite's own check finds wrong with the file; empty for a sound one."""
        with self._database.reading() as db:
            broken = [row[0] for row in db.execute("PRAGMA integrity_check") if row[0] != "ok"]
            return broken + [f"row of {row[0]} without its {row[2]}" for row in db.execute("PRAGMA foreign_key_check")]
