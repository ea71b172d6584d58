"""What was held true over time <-> rows: the journal (a line of rows for each topic), and the events told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from matrix.change import Change, Event, Kind, Picture, Statement, Topic
from matrix.store.connection import made_of_rows, moment_of, number_of, to_moment, to_number
from matrix.store.statements import StatementWriter, sayings, statements
from matrix.value import dataclass

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from matrix.change import Side
    from matrix.store.connection import Database

_FOR_EVER = 2**63 - 1
# What is said of a topic as of ?1.
_SAID = "(SELECT statement FROM journal WHERE topic = topics.id AND valid_from <= ?1 ORDER BY valid_from DESC LIMIT 1)"


class Sightings(NamedTuple):
    """What one store had seen of releases until a moment: it changes when any of that does.

    files counts the sightings, sum is over them; anew counts what a newer extractor read of what was read before.
    """

    files: int
    sum: int
    anew: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalState:
    """What the journal was made from: data and code (stamp), up to a moment, and what each store had seen by then."""

    stamp: str
    moment: datetime
    sightings: tuple[Sightings, ...]


class Turn(NamedTuple):
    """Changes that were first seen at one moment, and whose they are ("upstream", "ours")."""

    moment: datetime
    cause: str
    changes: tuple[Change, ...]


class Journal:
    """What was held true of each topic over time, and what was told of it. Every method raises StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # --- what it is made from ---------------------------------------------------------------------------

    @property
    def state(self) -> JournalState | None:
        """What it was made from; None where it was not made."""
        with self._database.still() as db:
            row = db.execute("SELECT stamp, moment FROM journal_state").fetchone()
            seen = db.execute("SELECT files, sum, anew FROM journal_sightings ORDER BY store").fetchall()
        if row is None:
            return None
        return JournalState(stamp=row[0], moment=to_moment(row[1]), sightings=tuple(Sightings(*s) for s in seen))

    def moments(self) -> list[datetime]:
        """Every moment at which a file of a release was first seen, or seen to be another, oldest first."""
        with self._database.reading() as db:
            rows = db.execute(
                "SELECT DISTINCT valid_from FROM observations "
                "WHERE revision IN (SELECT id FROM revisions WHERE kind = 'release') ORDER BY valid_from"
            ).fetchall()
        return [to_moment(row[0]) for row in rows]

    def sightings(self, moment: datetime) -> Sightings:
        """What was seen of releases until a moment."""
        with self._database.still() as db:
            seen = db.execute(
                "SELECT count(*), ifnull(sum((valid_from + content + 7 * file) % 1000003), 0) FROM observations "
                "WHERE valid_from <= ? AND revision IN (SELECT id FROM revisions WHERE kind = 'release')",
                (to_number(moment),),
            ).fetchone()
            anew = db.execute(
                "SELECT (SELECT count(*) FROM readings) "
                "- (SELECT count(*) FROM (SELECT DISTINCT content, file FROM readings))"
            ).fetchone()
        return Sightings(*seen, *anew)

    # --- reading ----------------------------------------------------------------------------------------

    def pictured(self, as_of: datetime | None = None, about: str | None = None) -> dict[Topic, Statement]:
        """What was held true as of a moment, of every topic or of one family, with its evidence: one seek a topic."""
        with self._database.still() as db:
            rows = db.execute(
                f"SELECT id, {_SAID} AS said FROM topics "  # noqa: S608 - no word from outside
                "WHERE (?2 IS NULL OR about = ?2) AND said IS NOT NULL",
                (_FOR_EVER if as_of is None else to_number(as_of), about),
            )
            held: dict[int, int] = dict(rows.fetchall())
            with made_of_rows():
                topics = _topics(db, about)
                spoken = statements(db, set(held.values()))
                sides = [spoken[number].of(topics[topic]) for topic, number in held.items()]
        return {s.topic: Statement(s.said, s.evidence, s.note) for s in sides if s.said is not None}

    def compared(self, before: datetime, after: datetime) -> tuple[Picture, Picture]:
        """What was held true at two moments. Only what differs has its note and evidence: the rest nobody asks for."""
        with self._database.still() as db:
            both = f"SELECT about, subject, attribute, {_SAID}, {_SAID.replace('?1', '?2')} FROM topics"  # noqa: S608
            moments = to_number(before), to_number(after)
            # 0 is the number of no statement.
            rows = [(Topic(*row[:3]), row[3] or 0, row[4] or 0) for row in db.execute(both, moments)]
            with made_of_rows():
                said = sayings(db, {number for _, *sides in rows for number in sides if number})
                changed = {n for _, old, new in rows if said.get(old) is not said.get(new) for n in (old, new) if n}
                spoken = statements(db, changed)
                whole = {
                    number: Statement(value, *spoken[number][1:]) if number in spoken else Statement(value)
                    for number, value in said.items()
                    if value is not None
                }
                return (
                    Picture({topic: whole[old] for topic, old, _ in rows if old}),
                    Picture({topic: whole[new] for topic, _, new in rows if new}),
                )

    def events(self, after: int = 0, since: datetime | None = None, limit: int = 2**31) -> list[Event]:
        """What was told after an event's id and since a moment, in the order of the ids; at most `limit` of it."""
        with self._database.still() as db:
            rows = db.execute(
                """SELECT id, moment, cause, kind, old_topic, old, new_topic, new FROM events
                   WHERE id > ? AND moment >= ? ORDER BY id LIMIT ?""",
                (after, -_FOR_EVER if since is None else number_of(since), limit),
            ).fetchall()
            with made_of_rows():
                topics = _topics(db, None) if rows else {}
                spoken = statements(db, {number for row in rows for number in (row[5], row[7])})
                return [
                    Event(
                        id=id_,
                        moment=to_moment(moment),
                        cause=cause,
                        change=Change(
                            kind=Kind(kind),
                            before=spoken[old].of(topics[old_topic]),
                            after=spoken[new].of(topics[new_topic]),
                        ),
                    )
                    for id_, moment, cause, kind, old_topic, old, new_topic, new in rows
                ]

    def last_event(self) -> int:
        """The id of the newest event, 0 where there is none."""
        with self._database.reading() as db:
            return int(db.execute("SELECT coalesce(max(id), 0) FROM events").fetchone()[0])

    def last_told(self) -> datetime | None:
        """The moment of the last change of upstream's that was told; None where there was none."""
        with self._database.reading() as db:
            return moment_of(db.execute("SELECT max(moment) FROM events WHERE cause = 'upstream'").fetchone()[0])

    # --- writing ----------------------------------------------------------------------------------------

    def keep(self, turns: Iterable[Turn], made: JournalState) -> None:
        """Add what changed at each moment and tell it, and note what it was made from; all or nothing."""
        with self._database.writing() as db:
            writer = _Writer(db)
            for turn in turns:
                writer.journal(turn)
                writer.tell(turn)
            _note(db, made)

    def rewrite(self, turns: Iterable[Turn], told: Iterable[Turn], made: JournalState, besides: str) -> None:
        """Make it anew from `turns`, but for the topics of one family; of `told` only events are made.

        Events that were told before stay.
        """
        with self._database.writing() as db:
            db.execute("DELETE FROM journal WHERE topic IN (SELECT id FROM topics WHERE about <> ?)", (besides,))
            writer = _Writer(db)
            for turn in turns:
                writer.journal(turn)
            for turn in told:
                writer.tell(turn)
            spoken = """(SELECT statement FROM journal WHERE statement IS NOT NULL
                         UNION SELECT old FROM events UNION SELECT new FROM events)"""
            db.execute(f"DELETE FROM evidence WHERE statement NOT IN {spoken}")  # noqa: S608
            db.execute(f"DELETE FROM statements WHERE id NOT IN {spoken}")  # noqa: S608
            _note(db, made)


class _Writer:
    """The open transaction, and the ids it has looked up."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db
        self._topic_ids = {topic: number for number, topic in _topics(db, None).items()}
        self._statements = StatementWriter(db)

    def journal(self, turn: Turn) -> None:
        moment = to_number(turn.moment)
        rows: list[tuple[Topic, int | None]] = [
            (c.before.topic, None) for c in turn.changes if c.before.topic != c.after.topic
        ]
        said = [c.after for c in turn.changes if c.after.said is not None]
        rows += [(c.after.topic, None) for c in turn.changes if c.after.said is None]
        rows += zip((side.topic for side in said), self._statements.numbers(said), strict=True)
        self.db.executemany(
            "INSERT OR REPLACE INTO journal VALUES (?, ?, ?)", [(self._topic(t), moment, s) for t, s in rows]
        )

    def tell(self, turn: Turn) -> None:
        before, after = self._sides([c.before for c in turn.changes]), self._sides([c.after for c in turn.changes])
        self.db.executemany(
            "INSERT INTO events (moment, cause, kind, old_topic, old, new_topic, new) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (to_number(turn.moment), turn.cause, change.kind.value, *old, *new)
                for change, old, new in zip(turn.changes, before, after, strict=True)
            ],
        )

    def _sides(self, sides: Sequence[Side]) -> Iterable[tuple[int, int]]:
        return zip([self._topic(side.topic) for side in sides], self._statements.numbers(sides), strict=True)

    def _topic(self, topic: Topic) -> int:
        if topic not in self._topic_ids:
            cursor = self.db.execute("INSERT INTO topics (about, subject, attribute) VALUES (?, ?, ?)", topic)
            self._topic_ids[topic] = int(cursor.lastrowid or 0)
        return self._topic_ids[topic]


def _note(db: sqlite3.Connection, made: JournalState) -> None:
    db.execute("DELETE FROM journal_state")
    db.execute("DELETE FROM journal_sightings")
    db.execute("INSERT INTO journal_state VALUES (?, ?)", (made.stamp, to_number(made.moment)))
    db.executemany(
        "INSERT INTO journal_sightings VALUES (?, ?, ?, ?)", [(n, *seen) for n, seen in enumerate(made.sightings)]
    )


def _topics(db: sqlite3.Connection, about: str | None) -> dict[int, Topic]:
    rows = db.execute("SELECT id, about, subject, attribute FROM topics WHERE ?1 IS NULL OR about = ?1", (about,))
    return {row[0]: Topic(*row[1:]) for row in rows}
