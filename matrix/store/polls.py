"""What polls know of the public repositories <-> rows: refs, hosts, how each source fared, what is held, notices."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from matrix.store.connection import moment_of, number_of, to_moment, to_number
from matrix.value import dataclass
from matrix.versions import kind, parse

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from matrix.store.connection import Database


class SeenRef(NamedTuple):
    """A ref as it was last seen. before is where a moved tag pointed earlier, "" for one that never moved."""

    upstream: str
    name: str
    oid: str
    before: str
    checked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
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


class Notice(NamedTuple):
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


class Polls:
    """What polls know beside the facts. Every method raises StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # --- refs and hosts -----------------------------------------------------------------------------------

    def refs(self, upstream: str) -> dict[str, SeenRef]:
        """Every ref of an upstream as it was last seen, by name."""
        with self._database.rows("ttttn") as ask:
            rows = ask("SELECT * FROM refs WHERE upstream = ?", upstream)
            return {row[1]: SeenRef(row[0], row[1], row[2], row[3], to_moment(row[4])) for row in rows}

    def record_refs(self, upstream: str, seen: Mapping[str, str], moment: datetime) -> list[SeenRef]:
        """Note where refs point; the tags that moved. A ref that vanished stays as it was last seen.

        moment is now. What a clock that ran ahead has noted as seen later was seen by now at the latest.
        """
        moved = []
        number = to_number(moment)
        with self._database.writing() as db:
            db.execute("UPDATE refs SET checked_at = ?1 WHERE upstream = ?2 AND checked_at > ?1", (number, upstream))
            known = self.refs(upstream)
            for name, oid in seen.items():
                old = known.get(name)
                before = old.before if old else ""
                if old is not None and old.oid != oid and name.startswith("refs/tags/"):
                    before = old.oid
                    moved.append(SeenRef(upstream, name, oid, before, moment))
                db.execute("INSERT OR REPLACE INTO refs VALUES (?, ?, ?, ?, ?)", (upstream, name, oid, before, number))
        return moved

    def capabilities(self, url: str) -> str:
        """What a host said a repository can do, "" where it was not asked."""
        with self._database.rows("t") as ask:
            rows = ask("SELECT capabilities FROM hosts WHERE url = ?", url)
            return rows[0][0] if rows else ""

    def record_host(self, url: str, can: str, wait_until: datetime | None = None) -> None:
        """Note what a host can do, and until when it asked to be left alone."""
        with self._database.writing() as db:
            db.execute("INSERT OR REPLACE INTO hosts VALUES (?, ?, ?)", (url, can, number_of(wait_until)))

    def waits(self) -> dict[str, datetime]:
        """Until when each address is to be left alone."""
        with self._database.rows("tn") as ask:
            rows = ask("SELECT url, wait_until FROM hosts WHERE wait_until IS NOT NULL")
            return {row[0]: to_moment(row[1]) for row in rows}

    # --- sources ------------------------------------------------------------------------------------------

    def states(self) -> list[SourceState]:
        """How each source of each project fared, by project and source."""
        with self._database.rows("tttn?nt") as ask:
            return [
                SourceState(
                    project=row[0],
                    source=row[1],
                    revision=row[2],
                    attempted=to_moment(row[3]),
                    succeeded=moment_of(row[4]),
                    failures=row[5],
                    error=row[6],
                )
                for row in ask("SELECT * FROM states ORDER BY project, source")
            ]

    def held(self) -> list[Held]:
        """What was not believed and waits to be accepted, by project and source."""
        with self._database.rows("tttttnt") as ask:
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
                for row in ask("SELECT * FROM held ORDER BY project, source")
            ]

    def record_outcomes(self, outcomes: Iterable[tuple[str, str, str, str]], moment: datetime) -> None:
        """Note how sources fared: (project, revision, source, "" or the error).

        A failure keeps the moment of the last success. A success ends what was held of the source at that revision, or
        at one before it.
        """
        number = to_number(moment)
        with self._database.writing() as db:
            for project, revision, source, error in outcomes:
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

    def hold(self, items: Iterable[Held]) -> None:
        """Keep facts back, each in place of what was held of the same source."""
        with self._database.writing() as db:
            for item in items:
                row = (
                    item.project,
                    item.source,
                    item.revision,
                    item.commit,
                    item.reason,
                    to_number(item.since),
                    item.body,
                )
                db.execute("INSERT OR REPLACE INTO held VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    # --- notices ------------------------------------------------------------------------------------------

    def notices(self) -> list[Notice]:
        """What projects say of themselves, by upstream and topic."""
        with self._database.rows("ttttn") as ask:
            rows = ask("SELECT * FROM notices ORDER BY project, topic")
            return [Notice(row[0], row[1], row[2], row[3], to_moment(row[4])) for row in rows]

    def record_notices(self, items: Iterable[Notice], cached: Iterable[Cached] = ()) -> None:
        """Note what was said, and the bodies that say so, at once: an ETag never stands for what is not here.

        A body goes to the one who asked for it last.
        """
        with self._database.writing() as db:
            for item in items:
                values = (*item[:4], to_number(item.checked_at))
                db.execute("INSERT OR REPLACE INTO notices VALUES (?, ?, ?, ?, ?)", values)
            for answer in cached:
                # A token that changes with every run would leave a copy each time.
                db.execute("DELETE FROM cached WHERE url = ?", (answer.url,))
                db.execute("INSERT INTO cached VALUES (?, ?, ?, ?)", answer)

    def forget_notice(self, upstream: str, topic: str) -> None:
        """Note that it is said no more."""
        with self._database.writing() as db:
            db.execute("DELETE FROM notices WHERE project = ? AND topic = ?", (upstream, topic))

    def cached(self, url: str, asker: str) -> Cached | None:
        """The body that came last from an address to this asker."""
        with self._database.rows("tttb") as ask:
            rows = ask("SELECT * FROM cached WHERE url = ? AND asker = ?", url, asker)
            return Cached(*rows[0]) if rows else None

    def cached_bytes(self) -> int:
        """How many bytes of bodies are kept so that they need not come again."""
        with self._database.reading() as db:
            return int(db.execute("SELECT ifnull(sum(length(body)), 0) FROM cached").fetchone()[0])

    def drop_cached(self) -> None:
        """Forget those bodies, and give their room back."""
        with self._database.reading() as db:
            db.execute("DELETE FROM cached")
            db.execute("VACUUM")


def _release_passed(db: sqlite3.Connection, project: str, source: str, revision: str) -> None:
    """Hold no longer what a later success has passed."""
    row = db.execute("SELECT revision FROM held WHERE project = ? AND source = ?", (project, source)).fetchone()
    if row is None or kind(project, row[0]) != kind(project, revision):
        return
    # Heads have no order by name; the one that succeeds is the one that is followed.
    if kind(project, revision) == "head" or parse(row[0]) <= parse(revision):
        db.execute("DELETE FROM held WHERE project = ? AND source = ?", (project, source))
