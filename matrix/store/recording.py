"""One run's snapshots -> rows: what is new is added, what is unchanged moves checked_at, nothing is taken away.

The contents of a file at a revision are a line of rows in time, each from valid_from until the next. A sighting
(content, moment) falls on that line: where the content is the one that holds then, the row's checked_at moves; else a
row is added, between others too, so that snapshots may be recorded in any order. One that falls inside the time in
which another content was seen splits that row; the looks at it in between are not kept, so the first part then ends
with its first sighting and the second starts with its last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from matrix.errors import StoreError
from matrix.store.connection import to_number
from matrix.store.reading import CHUNK, generation
from matrix.store.values import Recorded

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from matrix.model import Reading, Revision
    from matrix.store.values import Observation, Run, Snapshot


def record(db: sqlite3.Connection, run: Run, snapshots: Iterable[Snapshot]) -> Recorded:
    """Write it all; the caller holds the transaction.

    Raises: StoreError where a file comes without a reading that is known, or had two contents at one moment.
    """
    before = generation(db)
    number = _log(db, run, before)
    writer = _Writer(db, number, to_number(run.finished))
    for snapshot in snapshots:
        writer.snapshot(snapshot)
    after = before + 1 if writer.changed else before
    if writer.changed:
        db.execute("UPDATE runs SET generation = ? WHERE id = ?", (after, number))
    return Recorded(
        run=number,
        generation=after,
        observations=writer.observations,
        readings=writer.readings,
        facts=writer.facts,
    )


def check_unchanged(db: sqlite3.Connection, project: str, label: str, moment: datetime) -> None:
    """Note that the files of a revision are still what was seen last."""
    db.execute(
        "UPDATE observations SET checked_at = max(checked_at, ?) "
        "WHERE revision = (SELECT id FROM revisions WHERE project = ? AND label = ?) AND valid_from = "
        "(SELECT max(valid_from) FROM observations AS seen "
        "WHERE seen.revision = observations.revision AND seen.file = observations.file)",
        (to_number(moment), project, label),
    )


class _Row(NamedTuple):
    """A row of observations, without its revision and file."""

    valid_from: int
    content: int
    checked_at: int
    run: int


class _Writer:
    """The open transaction of one run: what it has written, and the ids it has looked up."""

    def __init__(self, db: sqlite3.Connection, run: int, moment: int) -> None:
        self.db, self.run, self.moment = db, run, moment
        self.observations = self.readings = self.facts = 0
        self.changed = False
        self.texts = Interned(db, "texts", "value")
        self.contents = Interned(db, "contents", "sha256")

    def snapshot(self, snapshot: Snapshot) -> None:
        about, items = snapshot.revision, snapshot.observations
        for item in items:
            _check(about, item)
        revision = self._revision(about)
        words = {word for item in items for word in (item.source, item.document.path)}
        self.texts.add(words | {item.reading.extractor for item in items if item.reading})
        self.contents.add({bytes.fromhex(item.document.sha256) for item in items})
        files = self._files(items)
        self._readings(items, files)
        self._observe(revision, items, files)
        self._unread(revision, {item.source for item in items}, snapshot.unread)

    def _revision(self, about: Revision) -> int:
        """Its id. What a later visit does not know (commit, date) stays as an earlier one knew it."""
        date = None if about.date is None else to_number(about.date)
        row = self.db.execute(
            "SELECT id, kind, commit_name, date FROM revisions WHERE project = ? AND label = ?",
            (about.project, about.label),
        ).fetchone()
        if row is None:
            self.changed = True
            cursor = self.db.execute(
                "INSERT INTO revisions (project, label, kind, commit_name, date) VALUES (?, ?, ?, ?, ?)",
                (about.project, about.label, about.kind, about.commit, date),
            )
            return int(cursor.lastrowid or 0)
        known = (about.kind, about.commit or row[2], row[3] if date is None else date)
        if known != row[1:]:
            self.changed = True
            self.db.execute("UPDATE revisions SET kind = ?, commit_name = ?, date = ? WHERE id = ?", (*known, row[0]))
        return int(row[0])

    def _files(self, items: Sequence[Observation]) -> dict[tuple[str, str], int]:
        """The id of each (source, path)."""
        pairs = {(self.texts[i.source], self.texts[i.document.path]) for i in items}
        self.db.executemany("INSERT OR IGNORE INTO files (source, path) VALUES (?, ?)", sorted(pairs))
        sources = {self.texts[i.source] for i in items}
        ids: dict[tuple[int, int], int] = {}
        for source in sources:
            rows = self.db.execute("SELECT path, id FROM files WHERE source = ?", (source,))
            ids.update({(source, path): file for path, file in rows})
        return {(i.source, i.document.path): ids[self.texts[i.source], self.texts[i.document.path]] for i in items}

    def _readings(self, items: Sequence[Observation], files: dict[tuple[str, str], int]) -> None:
        held = self._held(items)
        fresh: dict[tuple[int, int, int, int], Reading] = {}
        for item in items:
            place = (self.contents[bytes.fromhex(item.document.sha256)], files[item.source, item.document.path])
            if item.reading is None:
                if not held.get(place) and not any(key[:2] == place for key in fresh):
                    raise StoreError(
                        f"{item.document.project} {item.document.revision}: {item.document.path}: found no reading"
                        f" of {item.document.sha256[:12]} by source {item.source}, expected one with its facts"
                    )
                continue
            key = (*place, self.texts[item.reading.extractor], item.reading.version)
            if key not in held.get(place, ()):
                fresh.setdefault(key, item.reading)
        self.texts.add({w for r in fresh.values() for f in r.facts for w in (f.subject, f.attribute, f.value, f.when)})
        for key, reading in fresh.items():
            self._read(key, reading)

    def _held(self, items: Sequence[Observation]) -> dict[tuple[int, int], list[tuple[int, int, int, int]]]:
        """The readings of these contents, by content and file."""
        held: dict[tuple[int, int], list[tuple[int, int, int, int]]] = {}
        numbers = sorted({self.contents[bytes.fromhex(item.document.sha256)] for item in items})
        for at in range(0, len(numbers), CHUNK):
            chunk = numbers[at : at + CHUNK]
            marks = ",".join("?" * len(chunk))
            rows = self.db.execute(
                f"SELECT content, file, extractor, version FROM readings WHERE content IN ({marks})",  # noqa: S608
                chunk,
            )
            for row in rows:
                held.setdefault(row[:2], []).append(row)
        return held

    def _read(self, key: tuple[int, int, int, int], reading: Reading) -> None:
        cursor = self.db.execute(
            "INSERT INTO readings (content, file, extractor, version, run) VALUES (?, ?, ?, ?, ?)", (*key, self.run)
        )
        number, texts = cursor.lastrowid, self.texts
        self.db.executemany(
            "INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (number, at, texts[f.subject], texts[f.attribute], texts[f.value], texts[f.when], f.line)
                for at, f in enumerate(sorted(reading.facts, key=lambda fact: (fact.line, fact)))
            ),
        )
        self.changed = True
        self.readings += 1
        self.facts += len(reading.facts)

    def _observe(self, revision: int, items: Sequence[Observation], files: dict[tuple[str, str], int]) -> None:
        lines: dict[int, list[_Row]] = {}
        for file, *row in self.db.execute(
            """SELECT file, valid_from, content, checked_at, run FROM observations
               WHERE revision = ? ORDER BY file, valid_from""",
            (revision,),
        ):
            lines.setdefault(file, []).append(_Row(*row))
        for item in items:
            file, document = files[item.source, item.document.path], item.document
            content = self.contents[bytes.fromhex(document.sha256)]
            line = lines.setdefault(file, [])
            before = set(line)
            for moment in (to_number(document.observed_at), to_number(document.checked_at)):
                if not _sight(line, _Row(moment, content, moment, self.run)):
                    raise StoreError(
                        f"{document.project} {document.revision}: {document.path}: found two contents at one moment"
                        f" ({document.observed_at.isoformat()}), expected a later one"
                    )
            self._write(revision, file, before, set(line))

    def _unread(self, revision: int, read: set[str], unread: Sequence[tuple[str, str]]) -> None:
        """Note which sources could not be believed; one that was read since is no more among them."""
        self.db.executemany(
            "DELETE FROM unread WHERE revision = ? AND source = ?", [(revision, source) for source in sorted(read)]
        )
        self.db.executemany(
            "INSERT OR REPLACE INTO unread VALUES (?, ?, ?, ?)",
            [(revision, source, reason, self.moment) for source, reason in unread],
        )

    def _write(self, revision: int, file: int, before: set[_Row], after: set[_Row]) -> None:
        gone = {row.valid_from: row for row in before - after}
        new = {row.valid_from: row for row in after - before}
        # A row that starts earlier than was known replaces the one it was.
        for start in gone.keys() - new.keys():
            self.db.execute(
                "DELETE FROM observations WHERE revision = ? AND file = ? AND valid_from = ?", (revision, file, start)
            )
        self.db.executemany(
            "INSERT OR REPLACE INTO observations (revision, file, valid_from, content, checked_at, run) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            [(revision, file, *row) for row in new.values()],
        )
        starts = len(new.keys() - gone.keys())
        if starts:
            self.changed = True
            self.observations += starts


class Interned:
    """A table of distinct values: value -> id, new ones numbered on from the last."""

    def __init__(self, db: sqlite3.Connection, table: str, column: str) -> None:
        self.db, self.table, self.column = db, table, column
        self.ids: dict[str | bytes, int] = {}

    def __getitem__(self, value: str | bytes) -> int:
        return self.ids[value]

    def add(self, values: Iterable[str | bytes]) -> None:
        """Give each value an id."""
        wanted = sorted(value for value in set(values) if value not in self.ids)
        for at in range(0, len(wanted), CHUNK):
            chunk = wanted[at : at + CHUNK]
            marks = ",".join("?" * len(chunk))
            self.ids.update(
                self.db.execute(f"SELECT {self.column}, id FROM {self.table} WHERE {self.column} IN ({marks})", chunk)  # noqa: S608
            )
        last: int = self.db.execute(f"SELECT ifnull(max(id), 0) FROM {self.table}").fetchone()[0]  # noqa: S608
        new = {v: n for n, v in enumerate((v for v in wanted if v not in self.ids), start=last + 1)}
        self.db.executemany(f"INSERT INTO {self.table} ({self.column}, id) VALUES (?, ?)", new.items())  # noqa: S608
        self.ids.update(new)


def _sight(line: list[_Row], new: _Row) -> bool:
    """Put one sighting into a file's rows (ordered by valid_from); False where another content was seen that moment."""
    moment = new.valid_from
    at = sum(row.valid_from <= moment for row in line)
    earlier = line[at - 1] if at else None
    later = line[at] if at < len(line) else None
    if earlier and earlier.content == new.content:
        line[at - 1] = earlier._replace(checked_at=max(earlier.checked_at, moment))
    elif earlier and moment in (earlier.valid_from, earlier.checked_at):
        return False
    elif earlier and moment < earlier.checked_at:
        line[at - 1 : at] = [
            earlier._replace(checked_at=earlier.valid_from),
            new,
            earlier._replace(valid_from=earlier.checked_at),
        ]
    elif later and later.content == new.content:
        line[at] = later._replace(valid_from=moment)
    else:
        line.insert(at, new)
    return True


def _check(revision: Revision, item: Observation) -> None:
    """See that the parts of an observation belong together, before anything is written."""
    document, reading = item.document, item.reading
    place = f"{revision.project} {revision.label}: {document.path}"
    if (document.project, document.revision) != (revision.project, revision.label):
        raise StoreError(
            f"{place}: found a file of {document.project} {document.revision}, expected one of this revision"
        )
    if len(document.sha256) != 64 or document.sha256.strip("0123456789abcdef"):
        raise StoreError(f"{place}: found sha256 {document.sha256!r}, expected 64 hex digits in lower case")
    if document.checked_at < document.observed_at:
        raise StoreError(f"{place}: found it checked before it was observed, expected the other order")
    if reading and (reading.sha256, reading.source) != (document.sha256, item.source):
        raise StoreError(
            f"{place}: found a reading of {reading.sha256[:12]} by {reading.source}, expected the file's own"
        )


def _log(db: sqlite3.Connection, run: Run, before: int) -> int:
    cursor = db.execute(
        """INSERT INTO runs (kind, started, finished, outcome, bytes, documents, requests, generation)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            run.kind,
            to_number(run.started),
            to_number(run.finished),
            run.outcome,
            run.bytes,
            run.documents,
            run.requests,
            before,
        ),
    )
    return int(cursor.lastrowid or 0)
