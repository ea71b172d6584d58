"""The texts of schema 5 -> the columns of schema 6: a status with its condition, counts, evidence, cells as JSON.

What it knows is how schema 5 was written, and that does not change any more. A cell that was "none" did not record
whether the port or code generation was in the way.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from matrix.change.said import Said
from matrix.store.values import digest

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable

_STATUSES = {
    "none": Said("blocked"),
    "codegen-only": Said("blocked", "target"),
    "target-only": Said("blocked", "kernel"),
}


def said_of(about: str, value: str) -> Said:
    """What a value of a family of topics says."""
    if about == "support":
        head, _, condition = value.partition(": ")
        return _STATUSES.get(value) or Said(head, condition=condition)
    if about in {"port", "kernel", "codegen", "target"}:
        head, _, condition = value.partition(" if ")
        return Said(head, condition=condition)
    if about == "release":
        return Said("release", value)
    if about == "constraint":
        return Said("only", also=value)
    if about == "requirement":
        sign, _, version = value.partition(" ")
        return Said(sign, version)
    if about == "contradiction":
        return Said("cases", value.partition(" ")[0])
    if about == "rust-target":
        tier, _, hosts = value.partition(", ")
        return Said("tier", tier.partition(" ")[2] if tier != "no tier" else "", also="host-tools" if hosts else "")
    if about == "passed":
        targets = [part.partition(" if ") for part in value.split("; ")]
        names, conditions = ",".join(t[0] for t in targets), [t[2] for t in targets]
        return Said("passes", names, *(("", ";".join(conditions)) if len(targets) > 1 else conditions))
    return Said(value)


def _statements(db: sqlite3.Connection) -> None:
    """Statements by what they say, with a row for each line of evidence; their numbers stay."""
    about = dict(
        db.execute(
            """SELECT statement, about FROM journal JOIN topics ON topics.id = topic WHERE statement IS NOT NULL
               UNION SELECT old, about FROM events JOIN topics ON topics.id = old_topic WHERE old IS NOT NULL
               UNION SELECT new, about FROM events JOIN topics ON topics.id = new_topic WHERE new IS NOT NULL"""
        )
    )
    numbers: dict[Said, int] = {}
    for id_, value, note, written in db.execute("SELECT id, value, note, evidence FROM statements_of_text").fetchall():
        said = said_of(about.get(id_, ""), value)
        if said not in numbers:
            numbers[said] = len(numbers) + 1
            db.execute("INSERT INTO said VALUES (?, ?, ?, ?, ?)", (numbers[said], *said))
        _statement(db, id_, numbers[said], note, _places(written))


def _events(db: sqlite3.Connection) -> None:
    """Events; where nothing was said is a statement that says nothing."""
    empty = db.execute("SELECT id FROM texts WHERE value = ''").fetchone()
    rows = db.execute("SELECT * FROM events_of_text ORDER BY id").fetchall()
    silent: dict[str, int] = {}
    last = db.execute("SELECT ifnull(max(id), 0) FROM statements").fetchone()[0]
    if rows and empty is None:
        empty = (db.execute("INSERT INTO texts (value) VALUES ('')").lastrowid,)
    for id_, moment, cause, kind, old_topic, old, old_silent, new_topic, new, new_silent in rows:
        for number, places in ((old, old_silent), (new, new_silent)):
            if number is None and places not in silent:
                silent[places] = last = last + 1
                _statement(db, last, None, empty[0], _places(places))
        sides = (old_topic, old or silent[old_silent], new_topic, new or silent[new_silent])
        db.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (id_, moment, cause, kind, *sides))
    # An id that was given once is given to no other event.
    db.execute(
        """UPDATE sqlite_sequence SET seq = (SELECT seq FROM sqlite_sequence WHERE name = 'events_of_text')
           WHERE name = 'events' AND seq < (SELECT seq FROM sqlite_sequence WHERE name = 'events_of_text')"""
    )


def _sightings(db: sqlite3.Connection) -> None:
    """Three numbers for each store."""
    for (text,) in db.execute("SELECT sightings FROM journal_state_of_text").fetchall():
        for store, part in enumerate(text.split("; ") if text else ()):
            db.execute("INSERT INTO journal_sightings VALUES (?, ?, ?, ?)", (store, *map(int, part.split())))


def _spans(db: sqlite3.Connection) -> None:
    """A row for each cell."""
    for name, body in db.execute("SELECT scene, body FROM spans_of_text").fetchall():
        scene = db.execute("INSERT INTO scenes (name) VALUES (?)", (name,)).lastrowid
        for cell, value in json.loads(body).items():
            variant, _, backend = cell.partition("/")
            row = (scene, variant, backend, *said_of("support", value))
            db.execute("INSERT INTO spans VALUES (?, ?, ?, ?, ?, ?, ?)", row)


def _places(written: str) -> list[tuple[int, ...]]:
    """`12 345 101 6789;...`: tree, path, line, words."""
    return [tuple(map(int, item.split())) for item in written.split(";")] if written else []


def _statement(
    db: sqlite3.Connection, id_: int, said: int | None, note: int, places: Iterable[tuple[int, ...]]
) -> None:
    placed = tuple(places)
    db.execute("INSERT INTO statements VALUES (?, ?, ?, ?)", (id_, digest(said, note, placed), said, note))
    rows = [(id_, position, *place) for position, place in enumerate(placed)]
    db.executemany("INSERT INTO evidence VALUES (?, ?, ?, ?, ?, ?)", rows)


# What was a sentence, or numbers in a text, is columns. said: what can be said of a topic or a cell (change/said.py),
# each once; a statement that says nothing has none, and its evidence is where it would stand. What was packed into a
# text of a statement is a row of evidence for each line. spans: what each cell says in a scene, which is named by all
# that it rests on. journal_sightings: what the journal was made from, by store. What projects say of themselves is
# called notices, since `said` is a word of ours. Where a file's bytes came from is dropped: nothing reads it.
V6: tuple[str | Callable[[sqlite3.Connection], None], ...] = (
    "ALTER TABLE said RENAME TO notices",
    """CREATE TABLE said (
         id INTEGER PRIMARY KEY,
         word TEXT NOT NULL,
         at TEXT NOT NULL,
         condition TEXT NOT NULL,
         also TEXT NOT NULL,
         UNIQUE (word, at, condition, also))""",
    "ALTER TABLE statements RENAME TO statements_of_text",
    "DROP INDEX statements_by_digest",
    """CREATE TABLE statements (
         id INTEGER PRIMARY KEY,
         digest INTEGER NOT NULL,
         said INTEGER REFERENCES said,
         note INTEGER NOT NULL REFERENCES texts)""",
    "CREATE INDEX statements_by_digest ON statements (digest)",
    """CREATE TABLE evidence (
         statement INTEGER NOT NULL REFERENCES statements,
         position INTEGER NOT NULL,
         tree INTEGER NOT NULL REFERENCES texts,
         path INTEGER NOT NULL REFERENCES texts,
         line INTEGER NOT NULL,
         words INTEGER NOT NULL REFERENCES texts,
         PRIMARY KEY (statement, position)) WITHOUT ROWID""",
    _statements,
    "ALTER TABLE events RENAME TO events_of_text",
    "DROP INDEX events_by_moment",
    """CREATE TABLE events (
         id INTEGER PRIMARY KEY AUTOINCREMENT,
         moment INTEGER NOT NULL,
         cause TEXT NOT NULL,
         kind TEXT NOT NULL,
         old_topic INTEGER NOT NULL REFERENCES topics,
         old INTEGER NOT NULL REFERENCES statements,
         new_topic INTEGER NOT NULL REFERENCES topics,
         new INTEGER NOT NULL REFERENCES statements)""",
    "CREATE INDEX events_by_moment ON events (moment)",
    _events,
    # Made anew, because it refers to the statements: renaming those took its references along.
    "ALTER TABLE journal RENAME TO journal_of_text",
    """CREATE TABLE journal (
         topic INTEGER NOT NULL REFERENCES topics,
         valid_from INTEGER NOT NULL,
         statement INTEGER REFERENCES statements,
         PRIMARY KEY (topic, valid_from)) WITHOUT ROWID""",
    "INSERT INTO journal SELECT topic, valid_from, statement FROM journal_of_text",
    "ALTER TABLE journal_state RENAME TO journal_state_of_text",
    """CREATE TABLE journal_state (
         stamp TEXT NOT NULL,
         moment INTEGER NOT NULL)""",
    """CREATE TABLE journal_sightings (
         store INTEGER PRIMARY KEY,
         files INTEGER NOT NULL,
         sum INTEGER NOT NULL,
         anew INTEGER NOT NULL)""",
    "INSERT INTO journal_state SELECT stamp, moment FROM journal_state_of_text",
    _sightings,
    "ALTER TABLE spans RENAME TO spans_of_text",
    """CREATE TABLE scenes (
         id INTEGER PRIMARY KEY,
         name TEXT NOT NULL UNIQUE)""",
    """CREATE TABLE spans (
         scene INTEGER NOT NULL REFERENCES scenes,
         variant TEXT NOT NULL,
         backend TEXT NOT NULL,
         word TEXT NOT NULL,
         at TEXT NOT NULL,
         condition TEXT NOT NULL,
         also TEXT NOT NULL,
         PRIMARY KEY (scene, variant, backend)) WITHOUT ROWID""",
    _spans,
    # The compiled cells are dropped: pages answer plain questions, and the resolver all others.
    "DROP TABLE cells",
    "ALTER TABLE observations RENAME TO observations_with_url",
    """CREATE TABLE observations (
         revision INTEGER NOT NULL REFERENCES revisions,
         file INTEGER NOT NULL REFERENCES files,
         valid_from INTEGER NOT NULL,
         content INTEGER NOT NULL REFERENCES contents,
         checked_at INTEGER NOT NULL CHECK (checked_at >= valid_from),
         run INTEGER NOT NULL REFERENCES runs,
         PRIMARY KEY (revision, file, valid_from)) WITHOUT ROWID""",
    """INSERT INTO observations
         SELECT revision, file, valid_from, content, checked_at, run FROM observations_with_url""",
    "DROP TABLE events_of_text",
    "DROP TABLE journal_of_text",
    "DROP TABLE statements_of_text",
    "DROP TABLE journal_state_of_text",
    "DROP TABLE spans_of_text",
    "DROP TABLE observations_with_url",
)
