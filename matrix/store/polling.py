"""What polls know of the public repositories <-> rows: refs, hosts, how each source fared, and what is held back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from matrix.store.connection import to_moment, to_number

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping
    from datetime import datetime


class Ref(NamedTuple):
    """A ref as it was last seen. before is where a moved tag pointed earlier, "" for one that never moved."""

    upstream: str
    name: str
    oid: str
    before: str
    checked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How a source of a project fared. succeeded is None where it never did; failures counts those in a row."""

    project: str
    source: str
    revision: str
    attempted: datetime
    succeeded: datetime | None
    failures: int
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Facts of one source at one revision that were not believed: body is their text form."""

    project: str
    source: str
    revision: str
    commit: str
    reason: str
    since: datetime
    body: str


def refs(db: sqlite3.Connection, upstream: str) -> dict[str, Ref]:
    """Every known ref of an upstream, by name."""
    rows = db.execute("SELECT * FROM refs WHERE upstream = ?", (upstream,))
    return {row[1]: Ref(row[0], row[1], row[2], row[3], to_moment(row[4])) for row in rows}


def record_refs(db: sqlite3.Connection, upstream: str, seen: Mapping[str, str], moment: datetime) -> list[Ref]:
    """Note where each ref points now; the tags among them that moved. A ref that vanished stays as it was last seen."""
    known = refs(db, upstream)
    moved = []
    number = to_number(moment)
    for name, oid in seen.items():
        old = known.get(name)
        before = old.before if old else ""
        if old is not None and old.oid != oid and name.startswith("refs/tags/"):
            before = old.oid
            moved.append(Ref(upstream, name, oid, before, moment))
        db.execute("INSERT OR REPLACE INTO refs VALUES (?, ?, ?, ?, ?)", (upstream, name, oid, before, number))
    return moved


def states(db: sqlite3.Connection) -> list[State]:
    """How every source fared, by project and source."""
    rows = db.execute("SELECT * FROM states ORDER BY project, source")
    return [
        State(
            project=row[0],
            source=row[1],
            revision=row[2],
            attempted=to_moment(row[3]),
            succeeded=None if row[4] is None else to_moment(row[4]),
            failures=row[5],
            error=row[6],
        )
        for row in rows
    ]


def record_outcomes(
    db: sqlite3.Connection, project: str, revision: str, outcomes: Iterable[tuple[str, str]], moment: datetime
) -> None:
    """Note how sources fared: (source id, "" or the error). A failure keeps the moment of the last success."""
    number = to_number(moment)
    for source, error in outcomes:
        row = db.execute(
            "SELECT succeeded, failures FROM states WHERE project = ? AND source = ?", (project, source)
        ).fetchone()
        succeeded, failures = row or (None, 0)
        values = (number, 0) if not error else (succeeded, failures + 1)
        db.execute(
            "INSERT OR REPLACE INTO states VALUES (?, ?, ?, ?, ?, ?, ?)",
            (project, source, revision, number, *values, error),
        )


def capabilities(db: sqlite3.Connection, url: str) -> str:
    """What a repository's host said it can do, "" where it was not asked."""
    row = db.execute("SELECT capabilities FROM hosts WHERE url = ?", (url,)).fetchone()
    return row[0] if row else ""


def record_host(db: sqlite3.Connection, url: str, can: str, wait_until: datetime | None) -> None:
    """Note what a host can do and until when it is to be left alone."""
    until = None if wait_until is None else to_number(wait_until)
    db.execute("INSERT OR REPLACE INTO hosts VALUES (?, ?, ?)", (url, can, until))


def waits(db: sqlite3.Connection) -> dict[str, datetime]:
    """Until when each address is to be left alone."""
    rows = db.execute("SELECT url, wait_until FROM hosts WHERE wait_until IS NOT NULL")
    return {row[0]: to_moment(row[1]) for row in rows}


def held(db: sqlite3.Connection) -> list[Held]:
    """All that is held back, by project and source."""
    rows = db.execute("SELECT * FROM held ORDER BY project, source")
    return [
        Held(
            project=row[0],
            source=row[1],
            revision=row[2],
            commit=row[3],
            reason=row[4],
            since=to_moment(row[5]),
            body=row[6],
        )
        for row in rows
    ]


def hold(db: sqlite3.Connection, item: Held) -> None:
    """Keep something back, in place of what was held of the same source."""
    db.execute(
        "INSERT OR REPLACE INTO held VALUES (?, ?, ?, ?, ?, ?, ?)",
        (item.project, item.source, item.revision, item.commit, item.reason, to_number(item.since), item.body),
    )


def release(db: sqlite3.Connection, project: str, source: str) -> None:
    """Hold it no longer."""
    db.execute("DELETE FROM held WHERE project = ? AND source = ?", (project, source))
