"""What the daemon keeps over a restart <-> rows: how each project's refreshes fared, and what hooks were told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.store.connection import moment_of, number_of, to_moment
from matrix.value import dataclass

if TYPE_CHECKING:
    from datetime import datetime

    from matrix.store.connection import Database


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


class Jobs:
    """What the daemon keeps. Every method raises StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Job]:
        """How the scheduled refreshes of each project fared, by project."""
        columns = "project, known, attempted, finished, succeeded, failures, outcome, note, due"
        with self._database.rows("tn???ntt?") as ask:
            return [
                Job(
                    project=row[0],
                    known=to_moment(row[1]),
                    attempted=moment_of(row[2]),
                    finished=moment_of(row[3]),
                    succeeded=moment_of(row[4]),
                    failures=row[5],
                    outcome=row[6],
                    note=row[7],
                    due=moment_of(row[8]),
                )
                for row in ask(f"SELECT {columns} FROM jobs ORDER BY project")  # noqa: S608 - named above
            ]

    def record(self, job: Job) -> None:
        """Note how one stands."""
        moments = (number_of(m) for m in (job.known, job.attempted, job.finished, job.succeeded))
        with self._database.writing() as db:
            db.execute(
                "INSERT OR REPLACE INTO jobs "
                "(project, known, attempted, finished, succeeded, failures, outcome, note, due) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (job.project, *moments, job.failures, job.outcome, job.note, number_of(job.due)),
            )

    def delivered(self, hook: str) -> int | None:
        """Up to which number (an event's, or a generation) a hook was told everything; None where it is new."""
        with self._database.rows("n") as ask:
            rows = ask("SELECT last FROM delivered WHERE hook = ?", hook)
            return rows[0][0] if rows else None

    def record_delivered(self, hook: str, last: int) -> None:
        """Note that it was told everything up to there."""
        with self._database.writing() as db:
            db.execute("INSERT OR REPLACE INTO delivered VALUES (?, ?)", (hook, last))
