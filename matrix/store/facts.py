"""What upstream said, where it stood and when it was seen: runs write it, and every answer is read from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.errors import StoreError
from matrix.model import Document, Located, Reading
from matrix.store import reading as rows
from matrix.store.connection import moment_of, number_of, to_moment
from matrix.store.values import Observation, Snapshot, Unread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from matrix.model import Fact, Revision
    from matrix.store.connection import Database
    from matrix.store.polls import Held, Polls
    from matrix.store.values import ReadingKey, Recorded, Run


class StoredFacts:
    """Revisions, their files, what was read in them, and the runs that saw them. Every method raises StoreError."""

    def __init__(self, database: Database, polls: Callable[[], Polls]) -> None:
        self._database, self._polls = database, polls

    # --- writing --------------------------------------------------------------------------------------------

    def record(
        self,
        run: Run,
        snapshots: Iterable[Snapshot],
        outcomes: Iterable[tuple[str, str, str, str]] = (),
        hold: Iterable[Held] = (),
        checked: Iterable[tuple[str, str]] = (),
        now: datetime | None = None,
    ) -> Recorded:
        """Write a run and all that it saw, or nothing of it. The same snapshot twice adds only the run.

        outcomes are (project, revision, source, error or ""); hold is what was not believed; checked are the
        revisions (project, label) whose files are still what was seen last. now is when the outcomes were met, where
        the run's own moments are held back behind what was recorded by a clock that ran ahead.
        """
        from matrix.store.recording import check_unchanged, record  # noqa: PLC0415  # a question records nothing

        with self._database.writing() as db:
            polls = self._polls()
            polls.record_outcomes(outcomes, now or run.finished)
            polls.hold(hold)
            for project, revision in checked:
                check_unchanged(db, project, revision, run.finished)
            return record(db, run, snapshots)

    # --- runs -----------------------------------------------------------------------------------------------

    @property
    def generation(self) -> int:
        """Grows with every run that changed what is known; 0 for an empty store."""
        with self._database.reading() as db:
            return rows.generation(db)

    def runs(self, limit: int = 20) -> list[Run]:
        """The last runs, the newest first."""
        with self._database.rows("ntnntnnnn") as ask:
            return rows.runs(ask, limit)

    def first_seen(self) -> datetime | None:
        """When anything was first observed; None for an empty store."""
        with self._database.reading() as db:
            return moment_of(db.execute("SELECT min(valid_from) FROM observations").fetchone()[0])

    def last_moment(self) -> datetime | None:
        """The latest sighting recorded. A clock that was set back must not write before it."""
        with self._database.reading() as db:
            return moment_of(db.execute("SELECT max(checked_at) FROM observations").fetchone()[0])

    # --- revisions and their files --------------------------------------------------------------------------

    def revisions(self, project: str | None = None, *, as_of: datetime | None = None) -> list[Revision]:
        """Those known (by then), ordered by project; within one by when they were first recorded."""
        with self._database.rows("tttt?") as ask:
            return rows.revisions(ask, project, number_of(as_of))

    def sources(self, project: str, label: str, as_of: datetime | None = None) -> frozenset[str]:
        """The sources of which files were recorded at a revision (by then)."""
        with self._database.reading() as db:
            return rows.sources(db, project, label, number_of(as_of))

    def unread(self) -> list[Unread]:
        """The sources that could not be believed at some revision when it was last read, by project and revision."""
        with self._database.rows("ttttn") as ask:
            found = ask(
                "SELECT project, label, source, reason, seen FROM unread JOIN revisions ON id = revision "
                "ORDER BY project, revision, source"
            )
            return [Unread(row[0], row[1], row[2], row[3], to_moment(row[4])) for row in found]

    def latest(self, project: str, label: str, as_of: datetime | None = None) -> datetime | None:
        """When a file of a revision was last seen to be new or another (by then); None where none was seen."""
        with self._database.reading() as db:
            return moment_of(rows.latest(db, project, label, number_of(as_of)))

    def checked(self, project: str, label: str) -> datetime | None:
        """When a revision's files were last checked; the oldest of them counts. None where none is known."""
        with self._database.reading() as db:
            return moment_of(rows.checked(db, project, label))

    def files(self, project: str, label: str) -> dict[str, set[tuple[str, str]]]:
        """Each source's files at a revision, as (path, sha256)."""
        paths: dict[str, set[tuple[str, str]]] = {}
        with self._database.reading() as db:
            for file in rows.seen(db, project, label, None):
                paths.setdefault(file.source, set()).add((file.path, file.sha256))
        return paths

    def of(self, project: str, label: str, as_of: datetime | None = None) -> Iterator[Located]:
        """Each fact of a revision, ordered by source, path and line, from the newest reading of each file.

        As of a past moment: the files as they had been seen by then, as today's extractors read them; checked_at is
        then observed_at.
        """
        for file, facts in self._files(project, label, as_of):
            for fact in facts:
                yield Located(file.source, file.path, file.observed_at, file.checked_at, fact)

    def files_with_facts(self, project: str, label: str, as_of: datetime | None = None) -> list[rows.SeenFile]:
        """The files of a revision in which something was read, as `of` takes them; `within` reads it."""
        with self._database.still() as db:
            return [file for file in rows.seen(db, project, label, number_of(as_of)) if file.has_facts]

    def within(self, files: Sequence[rows.SeenFile]) -> list[Located]:
        """The facts of some of those files. Raises: StoreError, also where they were pruned since."""
        with self._database.reading() as db:
            facts = rows.facts_of(db, [file.reading for file in files])
        if gone := [file.path for file in files if file.reading not in facts]:
            raise StoreError(
                f"{self._database.place}: found {gone[0]} pruned while it was read, expected it; ask again"
            )
        new = tuple.__new__  # as in rows.facts_of
        return [
            new(Located, (file.source, file.path, file.observed_at, file.checked_at, fact))
            for file in files
            for fact in facts[file.reading]
        ]

    def snapshot(self, revision: Revision, as_of: datetime | None = None) -> Snapshot:
        """A revision with its files and their facts, as `record` takes it."""
        files = self._files(revision.project, revision.label, as_of)
        return Snapshot(revision, tuple(_observation(revision, file, facts) for file, facts in files))

    # --- readings -------------------------------------------------------------------------------------------

    def with_readings(self, snapshot: Snapshot) -> Snapshot:
        """The snapshot with a reading at each observation: those that it came without are the store's."""
        with self._database.reading() as db:
            return Snapshot(snapshot.revision, tuple(rows.with_reading(db, o) for o in snapshot.observations))

    def known_readings(self, keys: Iterable[ReadingKey]) -> dict[ReadingKey, int]:
        """Those of `keys` that need no reading again, each with the number of its facts."""
        with self._database.reading() as db:
            return rows.known_readings(db, keys)

    def _files(self, project: str, label: str, as_of: datetime | None) -> list[tuple[rows.SeenFile, list[Fact]]]:
        with self._database.still() as db:
            files = rows.seen(db, project, label, number_of(as_of))
            facts = rows.facts_of(db, [file.reading for file in files])
        return [(file, facts.get(file.reading, [])) for file in files]


def _observation(revision: Revision, file: rows.SeenFile, facts: list[Fact]) -> Observation:
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
