"""What the daemon keeps over a restart <-> rows: how each project's refreshes fared, and what hooks were told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matrix.store.connection import to_moment, to_number

if TYPE_CHECKING:
    import sqlite3
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """The scheduled refreshes of one project, as the last of them left it; moments are None for what never was.

    known is when it was first scheduled, due when it runs next. outcome is "" before the first attempt, "running"
    while one runs and after it was cut short, "complete", "partial" (a source failed or is held) or "failed"; note
    says why. failures counts those in a row; one that runs counts as failed until it ends well.
    """

    project: str
    known: datetime
    attempted: datetime | None = None
    finished: datetime | None = None
    succeeded: datetime | None = None
    failures: int = 0
    outcome: str = ""
    note: str = ""
    due: datetime | None = None


def jobs(db: sqlite3.Connection) -> list[Job]:
    """All of them, by project."""
    return [
        Job(
            project=row[0],
            known=to_moment(row[1]),
            attempted=_moment(row[2]),
            finished=_moment(row[3]),
            succeeded=_moment(row[4]),
            failures=row[5],
            outcome=row[6],
            note=row[7],
            due=_moment(row[8]),
        )
        for row in db.execute(
            "SELECT project, known, attempted, finished, succeeded, failures, outcome, note, due "
            "FROM jobs ORDER BY project"
        )
    ]


def record_job(db: sqlite3.Connection, job: Job) -> None:
    """Note how one stands."""
    moments = (_number(m) for m in (job.attempted, job.finished, job.succeeded))
    db.execute(
        "INSERT OR REPLACE INTO jobs (project, known, attempted, finished, succeeded, failures, outcome, note, due) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (job.project, to_number(job.known), *moments, job.failures, job.outcome, job.note, _number(job.due)),
    )


def delivered(db: sqlite3.Connection, hook: str) -> int | None:
    """Up to which number (an event's, or a generation) a hook is done; None where it is new."""
    row = db.execute("SELECT last FROM delivered WHERE hook = ?", (hook,)).fetchone()
    return row[0] if row else None


def record_delivered(db: sqlite3.Connection, hook: str, last: int) -> None:
    """Note that it is done up to there."""
    db.execute("INSERT OR REPLACE INTO delivered VALUES (?, ?)", (hook, last))


def last_event(db: sqlite3.Connection) -> int:
    """The id of the newest event, 0 where there is none."""
    found: int = db.execute("SELECT coalesce(max(id), 0) FROM events").fetchone()[0]
    return found


def _moment(number: int | None) -> datetime | None:
    return None if number is None else to_moment(number)


def _number(moment: datetime | None) -> int | None:
    return None if moment is None else to_number(moment)
