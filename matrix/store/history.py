"""What was held true over time <-> rows: the journal (a line of rows for each topic), and the events told of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from matrix.changes import Change, Event, Kind, Picture, Side, Statement, Topic
from matrix.store.connection import to_moment, to_number
from matrix.store.statements import StatementWriter, evidences, statements, written

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

_FOR_EVER = 2**63 - 1
# What is said of a topic as of ?1.
_SAID = "(SELECT statement FROM journal WHERE topic = topics.id AND valid_from <= ?1 ORDER BY valid_from DESC LIMIT 1)"


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalState:
    """What the journal was made from: data and code (stamp), up to a moment, and the sightings until then as a sum."""

    stamp: str
    moment: datetime
    sightings: str


class Entry(NamedTuple):
    """Changes that were first seen at one moment, and whose they are ("upstream", "ours")."""

    moment: datetime
    cause: str
    changes: tuple[Change, ...]


# --- reading ------------------------------------------------------------------------------------------


def state(db: sqlite3.Connection) -> JournalState | None:
    """What the journal was made from; None where none was made."""
    row = db.execute("SELECT stamp, moment, sightings FROM journal_state").fetchone()
    return None if row is None else JournalState(stamp=row[0], moment=to_moment(row[1]), sightings=row[2])


def sightings(db: sqlite3.Connection) -> list[int]:
    """Every moment at which a file of a release was first seen, or seen to be another, oldest first."""
    rows = db.execute(
        "SELECT DISTINCT valid_from FROM observations "
        "WHERE revision IN (SELECT id FROM revisions WHERE kind = 'release') ORDER BY valid_from"
    )
    return [row[0] for row in rows]


def summed(db: sqlite3.Connection, moment: int) -> str:
    """A sum over all that releases were seen to be until a moment, and over what was read anew of it.

    It changes when a sighting is added before that moment, or a newer extractor has read what was read before.
    """
    seen = db.execute(
        "SELECT count(*), ifnull(sum((valid_from + content + 7 * file) % 1000003), 0) FROM observations "
        "WHERE valid_from <= ? AND revision IN (SELECT id FROM revisions WHERE kind = 'release')",
        (moment,),
    ).fetchone()
    again = db.execute(
        "SELECT (SELECT count(*) FROM readings) - (SELECT count(*) FROM (SELECT DISTINCT content, file FROM readings))"
    ).fetchone()
    return f"{seen[0]} {seen[1]} {again[0]}"


def standing(db: sqlite3.Connection, about: str | None, as_of: int | None) -> dict[int, int]:
    """Topic -> statement, as of a moment: one seek a topic."""
    rows = db.execute(
        f"SELECT id, {_SAID} AS said FROM topics WHERE (?2 IS NULL OR about = ?2) AND said IS NOT NULL",  # noqa: S608
        (_FOR_EVER if as_of is None else as_of, about),
    )
    return dict(rows.fetchall())


def pictured(db: sqlite3.Connection, about: str | None, as_of: int | None) -> dict[Topic, Statement]:
    """What was held true as of a moment, with its evidence."""
    found = standing(db, about, as_of)
    topics = _topics(db, about)
    said = statements(db, written(db, set(found.values())))
    return {topics[topic]: said[number] for topic, number in found.items()}


def compared(db: sqlite3.Connection, before: int, after: int) -> tuple[Picture, Picture]:
    """The pictures at two moments. Only what differs has its note and evidence: those of the rest nobody asks for."""
    both = f"SELECT about, subject, attribute, {_SAID}, {_SAID.replace('?1', '?2')} FROM topics"  # noqa: S608
    rows = [(Topic(*row[:3]), row[3] or 0, row[4] or 0) for row in db.execute(both, (before, after))]
    there = written(db, {number for _, *sides in rows for number in sides})
    # 0 is the number of no statement.
    value = {row[0]: row[1] for row in there}
    changed = {n for _, old, new in rows if value.get(old) != value.get(new) for n in (old, new)}
    said = statements(db, [row for row in there if row[0] in changed])
    said |= {number: Statement(text) for number, text in value.items() if number not in changed}
    return (
        Picture({topic: said[old] for topic, old, _ in rows if old}),
        Picture({topic: said[new] for topic, _, new in rows if new}),
    )


def events(db: sqlite3.Connection, after: int, since: int | None, limit: int) -> list[Event]:
    """The first `limit` events after an id, of a moment or later, in the order of their ids."""
    rows = db.execute(
        """SELECT id, moment, cause, kind, old_topic, old, old_silent, new_topic, new, new_silent FROM events
           WHERE id > ? AND moment >= ? ORDER BY id LIMIT ?""",
        (after, -_FOR_EVER if since is None else since, limit),
    ).fetchall()
    topics = _topics(db, None) if rows else {}
    spoken = statements(db, written(db, {n for row in rows for n in (row[5], row[8]) if n is not None}))
    silent = evidences(db, {text for row in rows for text in (row[6], row[9])})

    def side(topic: int, number: int | None, where: str) -> Side:
        if number is None:
            return Side(topics[topic], None, silent[where])
        said = spoken[number]
        return Side(topics[topic], said.value, said.evidence, said.note)

    return [
        Event(
            id=row[0],
            moment=to_moment(row[1]),
            cause=row[2],
            change=Change(kind=Kind(row[3]), before=side(*row[4:7]), after=side(*row[7:10])),
        )
        for row in rows
    ]


# --- writing --------------------------------------------------------------------------------------------


def keep(db: sqlite3.Connection, entries: Iterable[Entry], made: JournalState) -> None:
    """Add to the journal what changed at each moment, tell it as events, and note what it was made from."""
    writer = _Writer(db)
    for entry in entries:
        writer.journal(entry)
        writer.tell(entry)
    _note(db, made)


def rewrite(
    db: sqlite3.Connection, entries: Iterable[Entry], told: Iterable[Entry], made: JournalState, besides: str
) -> None:
    """Replace the journal but for one family of topics, that is not made from observations; tell other entries."""
    db.execute("DELETE FROM journal WHERE topic IN (SELECT id FROM topics WHERE about <> ?)", (besides,))
    writer = _Writer(db)
    for entry in entries:
        writer.journal(entry)
    for entry in told:
        writer.tell(entry)
    db.execute(
        """DELETE FROM statements WHERE id NOT IN (
             SELECT statement FROM journal WHERE statement IS NOT NULL
             UNION SELECT old FROM events WHERE old IS NOT NULL UNION SELECT new FROM events WHERE new IS NOT NULL)"""
    )
    _note(db, made)


class _Writer:
    """The open transaction, and the ids it has looked up."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db
        self._topic_ids = {topic: number for number, topic in _topics(db, None).items()}
        self._statements = StatementWriter(db)

    def journal(self, entry: Entry) -> None:
        moment = to_number(entry.moment)
        rows: list[tuple[Topic, int | None]] = [
            (c.before.topic, None) for c in entry.changes if c.before.topic != c.after.topic
        ]
        after = [c.after for c in entry.changes]
        rows += zip((side.topic for side in after), self._statements.numbers(after), strict=True)
        self.db.executemany(
            "INSERT OR REPLACE INTO journal VALUES (?, ?, ?)", [(self._topic(t), moment, s) for t, s in rows]
        )

    def tell(self, entry: Entry) -> None:
        before, after = self._sides([c.before for c in entry.changes]), self._sides([c.after for c in entry.changes])
        self.db.executemany(
            "INSERT INTO events (moment, cause, kind, old_topic, old, old_silent, new_topic, new, new_silent) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (to_number(entry.moment), entry.cause, change.kind.value, *old, *new)
                for change, old, new in zip(entry.changes, before, after, strict=True)
            ],
        )

    def _sides(self, sides: Sequence[Side]) -> Iterable[tuple[int, int | None, str]]:
        topics = [self._topic(side.topic) for side in sides]
        return zip(topics, self._statements.numbers(sides), self._statements.silent(sides), strict=True)

    def _topic(self, topic: Topic) -> int:
        if topic not in self._topic_ids:
            cursor = self.db.execute("INSERT INTO topics (about, subject, attribute) VALUES (?, ?, ?)", topic)
            self._topic_ids[topic] = int(cursor.lastrowid or 0)
        return self._topic_ids[topic]


def _note(db: sqlite3.Connection, made: JournalState) -> None:
    db.execute("DELETE FROM journal_state")
    db.execute("INSERT INTO journal_state VALUES (?, ?, ?)", (made.stamp, to_number(made.moment), made.sightings))


# --- rows and values --------------------------------------------------------------------------------------


def _topics(db: sqlite3.Connection, about: str | None) -> dict[int, Topic]:
    rows = db.execute("SELECT id, about, subject, attribute FROM topics WHERE ?1 IS NULL OR about = ?1", (about,))
    return {row[0]: Topic(*row[1:]) for row in rows}


def spans(db: sqlite3.Connection, scenes: Collection[str]) -> dict[str, Mapping[str, str]]:
    """The cells kept for each scene that is known, as JSON gave them."""
    found: dict[str, Mapping[str, str]] = {}
    for scene in scenes:
        row = db.execute("SELECT body FROM spans WHERE scene = ?", (scene,)).fetchone()
        if row is not None:
            found[scene] = json.loads(row[0])
    return found


def keep_spans(db: sqlite3.Connection, cells: Mapping[str, Mapping[str, str]]) -> None:
    """Replace what is kept of scenes."""
    db.execute("DELETE FROM spans")
    db.executemany(
        "INSERT INTO spans VALUES (?, ?)",
        [(scene, json.dumps(body, ensure_ascii=False, separators=(",", ":"))) for scene, body in cells.items()],
    )
