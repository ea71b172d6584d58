"""The store's rows -> revisions, files and facts, each by a few statements over sets."""

from __future__ import annotations

import sqlite3
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from matrix.model import Fact, Reading, Revision
from matrix.store.connection import to_moment
from matrix.store.values import ReadingKey, Run
from matrix.value import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from matrix.store.connection import Row
    from matrix.store.values import Observation

# SQLite before 3.32 takes at most 999 parameters.
CHUNK = 900
_FOR_EVER = 2**63 - 1


class SeenFile(NamedTuple):
    """A file of a revision as it was at the moment asked for, with its newest reading, which may have no facts."""

    source: str
    path: str
    sha256: str
    observed_at: datetime
    checked_at: datetime
    reading: int
    extractor: str
    version: int
    has_facts: bool


def revisions(ask: Callable[..., list[Row]], project: str | None, as_of: int | None) -> list[Revision]:
    """Those with a file seen by then, ordered by project and age in the store. ask is Database.rows, of "tttt?"."""
    rows = ask(
        """SELECT project, label, kind, commit_name, date FROM revisions
           WHERE (?1 IS NULL OR project = ?1)
             AND EXISTS (SELECT 1 FROM observations o WHERE o.revision = revisions.id AND o.valid_from <= ?2)
           ORDER BY project, id""",
        project,
        _FOR_EVER if as_of is None else as_of,
    )
    return [
        Revision(project=p, label=label, kind=kind, commit=commit, date=None if date is None else to_moment(date))
        for p, label, kind, commit, date in rows
    ]


def seen(db: sqlite3.Connection, project: str, label: str, as_of: int | None) -> list[SeenFile]:
    """The files of a revision, ordered by source and path.

    As of a past moment checked_at is observed_at: when a content was looked at in between is not kept, and an answer
    about the past must not change with later looks.
    """
    rows = db.execute(
        """WITH latest AS (
             SELECT file, content, max(valid_from) AS valid_from, checked_at FROM observations
             WHERE revision = (SELECT id FROM revisions WHERE project = ?1 AND label = ?2) AND valid_from <= ?3
             GROUP BY file)
           SELECT source.value, path.value, lower(hex(contents.sha256)),
                  latest.valid_from, latest.checked_at, readings.id, extractor.value, readings.version,
                  EXISTS (SELECT 1 FROM facts WHERE facts.reading = readings.id)
           FROM latest
           JOIN files ON files.id = latest.file
           JOIN contents ON contents.id = latest.content
           JOIN readings ON readings.content = latest.content AND readings.file = latest.file
           JOIN texts source ON source.id = files.source
           JOIN texts path ON path.id = files.path
           JOIN texts extractor ON extractor.id = readings.extractor
           ORDER BY source.value, path.value, readings.version DESC, readings.id DESC""",
        (project, label, _FOR_EVER if as_of is None else as_of),
    )
    newest = (next(readings) for _, readings in groupby(rows, key=itemgetter(0, 1)))
    return [
        SeenFile(source, path, sha256, to_moment(start), to_moment(checked if as_of is None else start), *reading)
        for source, path, sha256, start, checked, *reading in newest
    ]


def sources(db: sqlite3.Connection, project: str, label: str, as_of: int | None) -> frozenset[str]:
    """The sources of which a revision has files, seen by then."""
    rows = db.execute(
        "SELECT DISTINCT texts.value FROM observations JOIN revisions ON revisions.id = observations.revision "
        "JOIN files ON files.id = observations.file JOIN texts ON texts.id = files.source "
        "WHERE revisions.project = ? AND revisions.label = ? AND observations.valid_from <= ?",
        (project, label, _FOR_EVER if as_of is None else as_of),
    )
    return frozenset(row[0] for row in rows)


def latest(db: sqlite3.Connection, project: str, label: str, as_of: int | None) -> int | None:
    """When a file of a revision was last seen to be new or another, by then."""
    moment: int | None = db.execute(
        "SELECT max(valid_from) FROM observations WHERE valid_from <= ? "
        "AND revision = (SELECT id FROM revisions WHERE project = ? AND label = ?)",
        (_FOR_EVER if as_of is None else as_of, project, label),
    ).fetchone()[0]
    return moment


def with_reading(db: sqlite3.Connection, item: Observation) -> Observation:
    """The observation with the newest reading of its bytes at its path, where it came without one."""
    if item.reading is not None:
        return item
    row = db.execute(
        "SELECT readings.id, extractors.value, readings.version FROM readings "
        "JOIN contents ON contents.id = readings.content JOIN files ON files.id = readings.file "
        "JOIN texts AS sources ON sources.id = files.source JOIN texts AS paths ON paths.id = files.path "
        "JOIN texts AS extractors ON extractors.id = readings.extractor "
        "WHERE contents.sha256 = ? AND sources.value = ? AND paths.value = ? ORDER BY readings.version DESC LIMIT 1",
        (bytes.fromhex(item.document.sha256), item.source, item.document.path),
    ).fetchone()
    if row is None:
        return item
    facts = facts_of(db, [row[0]]).get(row[0], [])
    reading = Reading(
        sha256=item.document.sha256, source=item.source, extractor=row[1], version=row[2], facts=tuple(facts)
    )
    return replace(item, reading=reading)


def checked(db: sqlite3.Connection, project: str, label: str) -> int | None:
    """When the file of a revision that was checked longest ago was checked."""
    row = db.execute(
        "SELECT min(latest) FROM (SELECT max(checked_at) AS latest FROM observations "
        "JOIN revisions ON revisions.id = observations.revision WHERE project = ? AND label = ? GROUP BY file)",
        (project, label),
    ).fetchone()
    moment: int | None = row[0]
    return moment


def facts_of(db: sqlite3.Connection, readings: Sequence[int]) -> dict[int, list[Fact]]:
    """The facts of each reading, in the order of their lines; a reading without facts is left out."""
    facts: dict[int, list[Fact]] = {}
    new = tuple.__new__  # what Fact._make calls, thousands of times for one answer
    for chunk in _chunks(readings):
        marks = ",".join("?" * len(chunk))
        # Words are joined from the left: a fact without one of its words comes with nothing in its place.
        rows = db.execute(
            f"""SELECT reading, subject.value, attribute.value, word.value, condition.value, line FROM facts
                LEFT JOIN texts subject ON subject.id = facts.subject
                LEFT JOIN texts attribute ON attribute.id = facts.attribute
                LEFT JOIN texts word ON word.id = facts.value
                LEFT JOIN texts condition ON condition.id = facts.condition
                WHERE reading IN ({marks}) ORDER BY reading, position""",  # noqa: S608 - marks are question marks
            chunk,
        )
        for reading, group in groupby(rows, key=itemgetter(0)):
            facts[reading] = read = [new(Fact, row[1:]) for row in group]
            if any(None in fact for fact in read):
                raise sqlite3.DatabaseError("database disk image is malformed: a fact without its words")
    return facts


def known_readings(db: sqlite3.Connection, keys: Iterable[ReadingKey]) -> dict[ReadingKey, int]:
    """Those of `keys` that the store holds, each with the number of its facts."""
    wanted = set(keys)
    held: dict[ReadingKey, int] = {}
    for chunk in _chunks(sorted({bytes.fromhex(key.sha256) for key in wanted})):
        marks = ",".join("?" * len(chunk))
        rows = db.execute(
            f"""SELECT source.value, path.value, lower(hex(sha256)), extractor.value, version,
                       (SELECT ifnull(max(position) + 1, 0) FROM facts WHERE reading = readings.id)
                FROM contents JOIN readings ON readings.content = contents.id
                JOIN files ON files.id = readings.file
                JOIN texts source ON source.id = files.source
                JOIN texts path ON path.id = files.path
                JOIN texts extractor ON extractor.id = readings.extractor
                WHERE sha256 IN ({marks})""",  # noqa: S608
            chunk,
        )
        held.update((ReadingKey(*row[:-1]), row[-1]) for row in rows)
    return {key: facts for key, facts in held.items() if key in wanted}


def runs(ask: Callable[..., list[Row]], limit: int) -> list[Run]:
    """The last runs, the newest first. ask is Database.rows, of "ntnntnnnn"."""
    rows = ask(
        """SELECT id, kind, started, finished, outcome, bytes, documents, requests, generation
           FROM runs ORDER BY id DESC LIMIT ?""",
        limit,
    )
    return [
        Run(
            id=row[0],
            kind=row[1],
            started=to_moment(row[2]),
            finished=to_moment(row[3]),
            outcome=row[4],
            bytes=row[5],
            documents=row[6],
            requests=row[7],
            generation=row[8],
        )
        for row in rows
    ]


def generation(db: sqlite3.Connection) -> int:
    """0 for an empty store."""
    row = db.execute("SELECT generation FROM runs ORDER BY id DESC LIMIT 1").fetchone()
    return int(row[0]) if row else 0


def _chunks(values: Sequence[object]) -> Iterator[Sequence[object]]:
    return (values[at : at + CHUNK] for at in range(0, len(values), CHUNK))
