"""What polls know of the public repositories <-> rows: refs, hosts, how each source fared, and what is held back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from matrix.store.connection import to_moment, to_number
from matrix.versions import kind, parse

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


class Said(NamedTuple):
    """What a project says of itself: value is JSON, url where people read it, checked_at when it last said so."""

    upstream: str
    topic: str
    value: str
    url: str
    checked_at: datetime


class Cached(NamedTuple):
    """A body that is asked for again only if it changed. asker stands for the token it was asked with, "" for none."""

    url: str
    asker: str
    etag: str
    body: bytes


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
    """Note how sources fared: (source id, "" or the error). A failure keeps the moment of the last success.

    A success ends what was held of the source at that revision, or at one before it.
    """
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
        if not error:
            _release_passed(db, project, source, revision)


def record_checked(db: sqlite3.Connection, project: str, revision: str, moment: datetime) -> None:
    """Note that the files of a revision are still what was seen last."""
    db.execute(
        "UPDATE observations SET checked_at = max(checked_at, ?) "
        "WHERE revision = (SELECT id FROM revisions WHERE project = ? AND label = ?) AND valid_from = "
        "(SELECT max(valid_from) FROM observations AS seen "
        "WHERE seen.revision = observations.revision AND seen.file = observations.file)",
        (to_number(moment), project, revision),
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


def _release_passed(db: sqlite3.Connection, project: str, source: str, revision: str) -> None:
    row = db.execute("SELECT revision FROM held WHERE project = ? AND source = ?", (project, source)).fetchone()
    if row is None or kind(project, row[0]) != kind(project, revision):
        return
    # Heads have no order by name; the one that succeeds is the one that is followed.
    if kind(project, revision) == "head" or parse(row[0]) <= parse(revision):
        release(db, project, source)


def said(db: sqlite3.Connection) -> list[Said]:
    """All that projects said of themselves, by upstream and topic."""
    rows = db.execute("SELECT * FROM said ORDER BY project, topic")
    return [Said(row[0], row[1], row[2], row[3], to_moment(row[4])) for row in rows]


def record_said(db: sqlite3.Connection, items: Iterable[Said], cached: Iterable[Cached]) -> None:
    """Note what was said, in place of what was before. A body goes to the one who asked for it last."""
    for item in items:
        values = (*item[:4], to_number(item.checked_at))
        db.execute("INSERT OR REPLACE INTO said VALUES (?, ?, ?, ?, ?)", values)
    for answer in cached:
        # A token that changes with every run would leave a copy each time.
        db.execute("DELETE FROM cached WHERE url = ?", (answer.url,))
        db.execute("INSERT INTO cached VALUES (?, ?, ?, ?)", answer)


def forget_said(db: sqlite3.Connection, upstream: str, topic: str) -> None:
    """It is said no more."""
    db.execute("DELETE FROM said WHERE project = ? AND topic = ?", (upstream, topic))


def cached(db: sqlite3.Connection, url: str, asker: str) -> Cached | None:
    """The body that came last from an address to this asker."""
    row = db.execute("SELECT * FROM cached WHERE url = ? AND asker = ?", (url, asker)).fetchone()
    return Cached(*row) if row else None
