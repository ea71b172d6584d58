"""The store: what upstream said, where it stood, and when it was seen."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from matrix.errors import StoreError
from matrix.model import Document, Located, Reading
from matrix.store import history, jobs, polling
from matrix.store import reading as rows
from matrix.store.connection import (
    faults,
    is_writable,
    open_memory,
    open_readonly,
    open_writable,
    to_moment,
    to_number,
    transaction,
)
from matrix.store.recording import record
from matrix.store.values import Observation, Page, Snapshot

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from datetime import datetime
    from types import TracebackType

    from matrix.changes import Event, Picture, Statement, Topic
    from matrix.model import Fact, Revision, Verdict
    from matrix.store.history import Entry, JournalState
    from matrix.store.jobs import Job
    from matrix.store.polling import Cached, Held, Ref, Said, State
    from matrix.store.values import ReadingKey, Recorded, Run

# Chooses another place for the store than the platform's data directory.
VARIABLE = "ARCHMATRIX_DB"


def default_path(environ: Mapping[str, str] = os.environ) -> Path:
    """Where the store is when nobody says otherwise: $ARCHMATRIX_DB, else the platform's folder for a user's data."""
    if chosen := environ.get(VARIABLE):
        return Path(chosen).expanduser()
    # Imported here: an answer from a named store does without it.
    from platformdirs import user_data_path  # noqa: PLC0415

    return user_data_path("archmatrix", appauthor=False) / "facts.db"


class Store:
    """An open database of facts. Use it in a `with`, in the thread that opened it. Every method raises StoreError."""

    def __init__(self, db: sqlite3.Connection, place: Path | str, *, readonly: bool) -> None:
        self._db = db
        self.place = place
        self.readonly = readonly

    @classmethod
    def open(cls, path: str | Path, *, readonly: bool = False) -> Store:
        """The store at `path`, brought to today's schema; a new one where there is none.

        One that exists but cannot be written is opened for reading; `readonly` then says so.
        """
        place = Path(path)
        if readonly or (place.exists() and not is_writable(place)):
            return cls(open_readonly(place), place, readonly=True)
        return cls(open_writable(place), place, readonly=False)

    @classmethod
    def memory(cls) -> Store:
        """An empty store that ends with the process."""
        return cls(open_memory(), "memory", readonly=False)

    def close(self) -> None:
        self._db.close()

    def __enter__(self) -> Store:  # noqa: PYI034 - typing.Self came with Python 3.11
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def generation(self) -> int:
        """Grows with every run that changed what is known; 0 for an empty store."""
        with faults(self.place):
            return rows.generation(self._db)

    def revisions(self, project: str | None = None, *, as_of: datetime | None = None) -> list[Revision]:
        """Those known (by then), ordered by project; within one by when they were first recorded."""
        with faults(self.place):
            return rows.revisions(self._db, project, _number(as_of))

    def facts(self, project: str, label: str, as_of: datetime | None = None) -> Iterator[Located]:
        """Each fact of a revision, ordered by source, path and line, from the newest reading of each file.

        As of a past moment: the files as they had been seen by then, as today's extractors read them; checked_at is
        then observed_at.
        """
        for file, facts in self._files(project, label, as_of):
            for fact in facts:
                yield Located(file.source, file.path, file.observed_at, file.checked_at, fact)

    def sources(self, project: str, label: str, as_of: datetime | None = None) -> frozenset[str]:
        """The sources of which files were recorded at a revision (by then)."""
        with faults(self.place):
            return rows.sources(self._db, project, label, _number(as_of))

    def latest(self, project: str, label: str, as_of: datetime | None = None) -> datetime | None:
        """When a file of a revision was last seen to be new or another (by then); None where none was seen."""
        with faults(self.place):
            number = rows.latest(self._db, project, label, _number(as_of))
        return None if number is None else to_moment(number)

    def first_seen(self) -> datetime | None:
        """When anything was first observed; None for an empty store."""
        with faults(self.place):
            number = self._db.execute("SELECT min(valid_from) FROM observations").fetchone()[0]
        return None if number is None else to_moment(number)

    def files(self, project: str, label: str) -> dict[str, set[tuple[str, str]]]:
        """Each source's files at a revision, as (path, sha256)."""
        found: dict[str, set[tuple[str, str]]] = {}
        with faults(self.place):
            for file in rows.seen(self._db, project, label, None):
                found.setdefault(file.source, set()).add((file.path, file.sha256))
        return found

    def checked(self, project: str, label: str) -> datetime | None:
        """When a revision's files were last checked; the oldest of them counts. None where none is known."""
        with faults(self.place):
            number = rows.checked(self._db, project, label)
        return None if number is None else to_moment(number)

    def snapshot(self, revision: Revision, as_of: datetime | None = None) -> Snapshot:
        """A revision with its files and their facts, as `record` takes it."""
        files = self._files(revision.project, revision.label, as_of)
        return Snapshot(revision, tuple(_observation(revision, file, facts) for file, facts in files))

    def with_readings(self, snapshot: Snapshot) -> Snapshot:
        """The snapshot with a reading at each observation: those that it came without are the store's."""
        with faults(self.place):
            return Snapshot(snapshot.revision, tuple(rows.with_reading(self._db, o) for o in snapshot.observations))

    @staticmethod
    def located(snapshot: Snapshot) -> Iterator[Located]:
        """The facts of a snapshot whose observations all have their readings."""
        for item in snapshot.observations:
            about = item.document
            for fact in item.reading.facts if item.reading else ():
                yield Located(item.source, about.path, about.observed_at, about.checked_at, fact)

    def known_readings(self, keys: Iterable[ReadingKey]) -> dict[ReadingKey, int]:
        """Those of `keys` that need no reading again, each with the number of its facts."""
        with faults(self.place):
            return rows.known_readings(self._db, keys)

    def record(
        self,
        run: Run,
        snapshots: Iterable[Snapshot],
        outcomes: Iterable[tuple[str, str, str, str]] = (),
        hold: Iterable[Held] = (),
        checked: Iterable[tuple[str, str]] = (),
    ) -> Recorded:
        """Write a run and all that it saw, or nothing of it. The same snapshot twice adds only the run.

        outcomes are (project, revision, source, error or ""); hold is what was not believed; checked are the
        revisions (project, label) whose files are still what was seen last.
        Raises: StoreError.
        """
        if self.readonly:
            raise StoreError(f"{self.place}: found a store that can only be read, expected one to write")
        with faults(self.place), transaction(self._db):
            for project, revision, source, error in outcomes:
                polling.record_outcomes(self._db, project, revision, [(source, error)], run.finished)
            for item in hold:
                polling.hold(self._db, item)
            for project, revision in checked:
                polling.record_checked(self._db, project, revision, run.finished)
            return record(self._db, run, snapshots)

    # --- what polls know ---------------------------------------------------------------------------

    def refs(self, upstream: str) -> dict[str, Ref]:
        """Every ref of an upstream as it was last seen, by name."""
        with faults(self.place):
            return polling.refs(self._db, upstream)

    def record_refs(self, upstream: str, seen: Mapping[str, str], moment: datetime) -> list[Ref]:
        """Note where refs point; the tags that moved."""
        with faults(self.place), transaction(self._db):
            return polling.record_refs(self._db, upstream, seen, moment)

    def states(self) -> list[State]:
        """How each source of each project fared."""
        with faults(self.place):
            return polling.states(self._db)

    def capabilities(self, url: str) -> str:
        """What a host said a repository can do, "" where it was not asked."""
        with faults(self.place):
            return polling.capabilities(self._db, url)

    def record_host(self, url: str, can: str, wait_until: datetime | None = None) -> None:
        """Note what a host can do, and until when it asked to be left alone."""
        with faults(self.place), transaction(self._db):
            polling.record_host(self._db, url, can, wait_until)

    def waits(self) -> dict[str, datetime]:
        """Until when each address is to be left alone."""
        with faults(self.place):
            return polling.waits(self._db)

    def held(self) -> list[Held]:
        """What was not believed and waits to be accepted."""
        with faults(self.place):
            return polling.held(self._db)

    def said(self) -> list[Said]:
        """What projects say of themselves, by upstream and topic."""
        with faults(self.place):
            return polling.said(self._db)

    def record_said(self, items: Iterable[Said], cached: Iterable[Cached] = ()) -> None:
        """Note what was said, and the bodies that say so, at once: an ETag never stands for what is not here."""
        with faults(self.place), transaction(self._db):
            polling.record_said(self._db, items, cached)

    def forget_said(self, upstream: str, topic: str) -> None:
        """Note that it is said no more."""
        with faults(self.place), transaction(self._db):
            polling.forget_said(self._db, upstream, topic)

    def cached(self, url: str, asker: str) -> Cached | None:
        """The body that came last from an address to this asker."""
        with faults(self.place):
            return polling.cached(self._db, url, asker)

    def cached_bytes(self) -> int:
        """How many bytes of bodies are kept so that they need not come again."""
        with faults(self.place):
            return int(self._db.execute("SELECT ifnull(sum(length(body)), 0) FROM cached").fetchone()[0])

    def drop_cached(self) -> None:
        """Forget those bodies, and give their room back. Raises: StoreError."""
        with faults(self.place):
            self._db.execute("DELETE FROM cached")
            self._db.execute("VACUUM")

    # --- what was held true over time ------------------------------------------------------------------

    @property
    def journal(self) -> JournalState | None:
        """What the journal was made from; None where none was made."""
        with faults(self.place):
            return history.state(self._db)

    def sightings(self) -> list[datetime]:
        """Every moment at which a file of a release was first seen, or seen to be another, oldest first."""
        with faults(self.place):
            return [to_moment(number) for number in history.sightings(self._db)]

    def sightings_sum(self, moment: datetime) -> str:
        """What was seen of releases until a moment, as a sum that changes when any of it does."""
        with faults(self.place):
            return history.summed(self._db, to_number(moment))

    def pictured(self, as_of: datetime | None = None, about: str | None = None) -> dict[Topic, Statement]:
        """What was held true as of a moment, of every topic or of one family, with its evidence."""
        with faults(self.place):
            return history.pictured(self._db, about, _number(as_of))

    def compared(self, before: datetime, after: datetime) -> tuple[Picture, Picture]:
        """What was held true at two moments; evidence comes with what differs alone."""
        with faults(self.place):
            return history.compared(self._db, to_number(before), to_number(after))

    def events(self, after: int = 0, since: datetime | None = None, limit: int = 2**31) -> list[Event]:
        """What was told after an event's id and since a moment, in the order of the ids."""
        with faults(self.place):
            return history.events(self._db, after, _number(since), limit)

    def last_told(self) -> datetime | None:
        """The moment of the last change of upstream's that was told; None where there was none."""
        with faults(self.place):
            number = self._db.execute("SELECT max(moment) FROM events WHERE cause = 'upstream'").fetchone()[0]
        return None if number is None else to_moment(number)

    def keep_journal(self, entries: Iterable[Entry], made: JournalState) -> None:
        """Add what changed at each moment to the journal and tell it, all or nothing. Raises: StoreError."""
        with faults(self.place), transaction(self._db):
            history.keep(self._db, entries, made)

    def rewrite_journal(
        self, entries: Iterable[Entry], told: Iterable[Entry], made: JournalState, besides: str
    ) -> None:
        """Make the journal anew from `entries`, but for the topics of one family; of `told` only events are made.

        Events that were told before stay. Raises: StoreError.
        """
        with faults(self.place), transaction(self._db):
            history.rewrite(self._db, entries, told, made, besides)

    def spans(self, scenes: Collection[str]) -> dict[str, Mapping[str, str]]:
        """The cells kept of those scenes that are known."""
        with faults(self.place):
            return history.spans(self._db, scenes)

    def keep_spans(self, cells: Mapping[str, Mapping[str, str]]) -> None:
        """Replace what is kept of scenes by these. Raises: StoreError."""
        with faults(self.place), transaction(self._db):
            history.keep_spans(self._db, cells)

    # --- compiled answers ----------------------------------------------------------------------------

    @property
    def stamp(self) -> str:
        """What the compiled answers were made from, or "" where there are none of today's generation."""
        with faults(self.place):
            row = self._db.execute("SELECT stamp, generation FROM compiled").fetchone()
            return row[0] if row is not None and row[1] == rows.generation(self._db) else ""

    def compile(self, stamp: str, pages: Iterable[Page], verdicts: Iterable[Verdict]) -> None:
        """Replace the compiled answers, all at once. They hold until the facts change. Raises: StoreError."""
        with faults(self.place), transaction(self._db):
            for table in ("compiled", "pages", "cells"):
                self._db.execute(f"DELETE FROM {table}")  # noqa: S608 - the names stand above
            self._db.executemany(
                "INSERT INTO pages VALUES (?, ?, ?, ?)",
                ((p.command, p.exit, _number(p.checked_at), p.body) for p in pages),
            )
            self._db.executemany(
                "INSERT INTO cells VALUES (?, ?, ?, ?, ?, ?)",
                ((v.variant, v.backend, v.status.value, v.answer.value, v.condition, v.target) for v in verdicts),
            )
            self._db.execute("INSERT INTO compiled VALUES (?, ?)", (stamp, rows.generation(self._db)))

    def carry(self, checked_at: datetime | None) -> None:
        """Let the compiled answers hold for today's generation: what they rest on is the same.

        checked_at is when that was seen of all of it, None where it was not. Raises: StoreError.
        """
        with faults(self.place), transaction(self._db):
            self._db.execute("UPDATE compiled SET generation = ?", (rows.generation(self._db),))
            moment = 0 if checked_at is None else to_number(checked_at)
            self._db.execute("UPDATE pages SET checked_at = max(checked_at, ?) WHERE checked_at IS NOT NULL", (moment,))

    def seal(self) -> None:
        """Leave one file alone, without a log beside it, that a read-only place can hold. Raises: StoreError."""
        with faults(self.place):
            self._db.execute("PRAGMA journal_mode = DELETE")
            self._db.execute("VACUUM")

    def cells(self) -> list[tuple[str, str, str, str, str, str]]:
        """The compiled cells: variant, backend, status, answer, condition, target."""
        with faults(self.place):
            return self._db.execute("SELECT * FROM cells ORDER BY variant, backend").fetchall()

    def page(self, command: str) -> Page | None:
        """The compiled answer to a command line, or None; whether it still holds is for `stamp` to say."""
        with faults(self.place):
            row = self._db.execute("SELECT * FROM pages WHERE command = ?", (command,)).fetchone()
        if row is None:
            return None
        moment = None if row[2] is None else to_moment(row[2])
        return Page(command=row[0], exit=row[1], checked_at=moment, body=row[3])

    def runs(self, limit: int = 20) -> list[Run]:
        """The last runs, the newest first."""
        with faults(self.place):
            return rows.runs(self._db, limit)

    def last_moment(self) -> datetime | None:
        """The latest sighting recorded. A clock that was set back must not write before it."""
        with faults(self.place):
            number = self._db.execute("SELECT max(checked_at) FROM observations").fetchone()[0]
        return None if number is None else to_moment(number)

    def faults(self) -> list[str]:
        """What SQLite's own check finds wrong with the file; empty for a sound one."""
        with faults(self.place):
            found = [row[0] for row in self._db.execute("PRAGMA integrity_check") if row[0] != "ok"]
            return found + [
                f"row of {row[0]} without its {row[2]}" for row in self._db.execute("PRAGMA foreign_key_check")
            ]

    # --- what the daemon keeps -----------------------------------------------------------------------

    def jobs(self) -> list[Job]:
        """How the scheduled refreshes of each project fared."""
        with faults(self.place):
            return jobs.jobs(self._db)

    def record_job(self, job: Job) -> None:
        """Note how one fared. Raises: StoreError."""
        with faults(self.place), transaction(self._db):
            jobs.record_job(self._db, job)

    def delivered(self, hook: str) -> int | None:
        """Up to which number a hook was told everything, None where it is not known yet."""
        with faults(self.place):
            return jobs.delivered(self._db, hook)

    def last_event(self) -> int:
        """The id of the newest event, 0 where there is none."""
        with faults(self.place):
            return jobs.last_event(self._db)

    def record_delivered(self, hook: str, last: int) -> None:
        """Note that a hook was told everything up to this number. Raises: StoreError."""
        with faults(self.place), transaction(self._db):
            jobs.record_delivered(self._db, hook, last)

    def _files(self, project: str, label: str, as_of: datetime | None) -> list[tuple[rows.Seen, list[Fact]]]:
        with faults(self.place):
            self._db.execute("BEGIN")
            try:
                files = rows.seen(self._db, project, label, _number(as_of))
                facts = rows.facts_of(self._db, [file.reading for file in files])
            finally:
                self._db.execute("ROLLBACK")
        return [(file, facts.get(file.reading, [])) for file in files]


def _number(moment: datetime | None) -> int | None:
    return None if moment is None else to_number(moment)


def _observation(revision: Revision, file: rows.Seen, facts: list[Fact]) -> Observation:
    return Observation(
        source=file.source,
        document=Document(
            project=revision.project,
            revision=revision.label,
            path=file.path,
            sha256=file.sha256,
            observed_at=file.observed_at,
            checked_at=file.checked_at,
        ),
        reading=Reading(
            sha256=file.sha256,
            source=file.source,
            extractor=file.extractor,
            version=file.version,
            facts=tuple(facts),
        ),
    )
