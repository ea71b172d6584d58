"""What was resolved ahead <-> rows: pages of the default versions, and the cells of past releases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.store.connection import moment_of, number_of, to_number
from matrix.store.reading import generation
from matrix.store.values import StoredPage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from matrix.change import Said
    from matrix.store.connection import Database

    # What the cells of a scene say, by variant and backend.
    Cells = Mapping[tuple[str, str], Said]


class Pages:
    """The answers to plain questions, ready. They hold until the facts change. Every method raises StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def stamp(self) -> str:
        """What the compiled answers were made from, or "" where there are none of today's generation."""
        with self._database.reading() as db:
            row = db.execute("SELECT stamp, generation FROM compiled").fetchone()
            return row[0] if row is not None and row[1] == generation(db) else ""

    def compile(self, stamp: str, pages: Iterable[StoredPage]) -> None:
        """Replace the compiled answers, all at once. They hold until the facts change."""
        with self._database.writing() as db:
            for table in ("compiled", "pages"):
                db.execute(f"DELETE FROM {table}")  # noqa: S608 - the names stand above
            db.executemany(
                "INSERT INTO pages VALUES (?, ?, ?, ?)",
                ((p.command, p.exit, number_of(p.checked_at), p.body) for p in pages),
            )
            db.execute("INSERT INTO compiled VALUES (?, ?)", (stamp, generation(db)))

    def carry(self, checked_at: datetime | None, now: datetime) -> None:
        """Let the compiled answers hold for today's generation: what they rest on is the same.

        checked_at is when that was seen of all of it, None where it was not. Nothing was checked later than now.
        """
        with self._database.writing() as db:
            db.execute("UPDATE compiled SET generation = ?", (generation(db),))
            moment = number_of(checked_at) or 0
            db.execute(
                "UPDATE pages SET checked_at = min(max(checked_at, ?), ?) WHERE checked_at IS NOT NULL",
                (moment, to_number(now)),
            )

    def page(self, command: str) -> StoredPage | None:
        """The compiled answer to a command line, or None; whether it still holds is for `stamp` to say."""
        with self._database.reading() as db:
            row = db.execute(
                "SELECT command, exit, checked_at, body FROM pages WHERE command = ?", (command,)
            ).fetchone()
        if row is None:
            return None
        return StoredPage(command=row[0], exit=row[1], checked_at=moment_of(row[2]), body=row[3])

    # --- the past ---------------------------------------------------------------------------------------

    def spans(self, scene: str) -> Cells | None:
        """What the cells of a scene say; None where that is not kept."""
        from matrix.change.said import Said  # noqa: PLC0415  # a question about no past imports no changes

        with self._database.still() as db:
            row = db.execute("SELECT id FROM scenes WHERE name = ?", (scene,)).fetchone()
            if row is None:
                return None
            columns = "variant, backend, word, at, condition, also"
            rows = db.execute(f"SELECT {columns} FROM spans WHERE scene = ?", row)  # noqa: S608
            return {(variant, backend): Said(*said) for variant, backend, *said in rows}

    def keep_spans(self, scenes: Mapping[str, Cells]) -> None:
        """Replace what is kept of scenes by these."""
        with self._database.writing() as db:
            db.execute("DELETE FROM spans")
            db.execute("DELETE FROM scenes")
            for number, (name, cells) in enumerate(scenes.items(), start=1):
                db.execute("INSERT INTO scenes VALUES (?, ?)", (number, name))
                rows = [(number, *cell, *said) for cell, said in cells.items()]
                db.executemany("INSERT INTO spans VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
