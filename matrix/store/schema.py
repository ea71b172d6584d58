"""The store's tables, as numbered migrations: the first brings an empty file to version 1, and so on.

Moments are integers, microseconds since 1970 in UTC. A migration that has been released is never edited.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.places import APPLICATION

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable


_V1 = (
    # Every word of a fact, once.
    """CREATE TABLE texts (
         id INTEGER PRIMARY KEY,
         value TEXT NOT NULL UNIQUE)""",
    # generation grows with every run that changed what is known; compiled answers are stamped with it.
    """CREATE TABLE runs (
         id INTEGER PRIMARY KEY,
         kind TEXT NOT NULL,
         started INTEGER NOT NULL,
         finished INTEGER NOT NULL,
         outcome TEXT NOT NULL,
         bytes INTEGER NOT NULL,
         documents INTEGER NOT NULL,
         requests INTEGER NOT NULL,
         generation INTEGER NOT NULL)""",
    """CREATE TABLE revisions (
         id INTEGER PRIMARY KEY,
         project TEXT NOT NULL,
         label TEXT NOT NULL,
         kind TEXT NOT NULL,
         commit_name TEXT NOT NULL,
         date INTEGER,
         UNIQUE (project, label))""",
    # A path that a source reads, at any revision.
    """CREATE TABLE files (
         id INTEGER PRIMARY KEY,
         source INTEGER NOT NULL REFERENCES texts,
         path INTEGER NOT NULL REFERENCES texts,
         UNIQUE (source, path))""",
    """CREATE TABLE contents (
         id INTEGER PRIMARY KEY,
         sha256 BLOB NOT NULL UNIQUE)""",
    # A file at a revision had this content from valid_from until the next row's valid_from; checked_at is when that
    # was last seen. No column for the end: two columns could contradict each other, and an as-of question is one seek.
    """CREATE TABLE observations (
         revision INTEGER NOT NULL REFERENCES revisions,
         file INTEGER NOT NULL REFERENCES files,
         valid_from INTEGER NOT NULL,
         content INTEGER NOT NULL REFERENCES contents,
         checked_at INTEGER NOT NULL CHECK (checked_at >= valid_from),
         run INTEGER NOT NULL REFERENCES runs,
         url INTEGER REFERENCES texts,
         PRIMARY KEY (revision, file, valid_from)) WITHOUT ROWID""",
    # The file belongs to the key: equal bytes at two paths may hold different facts (a port's name is in the path).
    """CREATE TABLE readings (
         id INTEGER PRIMARY KEY,
         content INTEGER NOT NULL REFERENCES contents,
         file INTEGER NOT NULL REFERENCES files,
         extractor INTEGER NOT NULL REFERENCES texts,
         version INTEGER NOT NULL,
         run INTEGER NOT NULL REFERENCES runs,
         UNIQUE (content, file, extractor, version))""",
    # position keeps the order of the lines without a sort.
    """CREATE TABLE facts (
         reading INTEGER NOT NULL REFERENCES readings,
         position INTEGER NOT NULL,
         subject INTEGER NOT NULL REFERENCES texts,
         attribute INTEGER NOT NULL REFERENCES texts,
         value INTEGER NOT NULL REFERENCES texts,
         condition INTEGER NOT NULL REFERENCES texts,
         line INTEGER NOT NULL,
         PRIMARY KEY (reading, position)) WITHOUT ROWID""",
    f"PRAGMA application_id = {APPLICATION}",
)

# Answers resolved ahead for the default versions, all of one generation of the facts. stamp names the data and code
# that made them; a mismatch of stamp or generation takes the resolver's path. An age is no part of them: checked_at
# is, and it is NULL where nothing was checked.
_V2 = (
    """CREATE TABLE compiled (
         stamp TEXT NOT NULL,
         generation INTEGER NOT NULL)""",
    # What a command line prints, by the command line: "is riscv64".
    """CREATE TABLE pages (
         command TEXT PRIMARY KEY,
         exit INTEGER NOT NULL,
         checked_at INTEGER,
         body TEXT NOT NULL) WITHOUT ROWID""",
    """CREATE TABLE cells (
         variant TEXT NOT NULL,
         backend TEXT NOT NULL,
         status TEXT NOT NULL,
         answer TEXT NOT NULL,
         condition TEXT NOT NULL,
         target TEXT NOT NULL,
         PRIMARY KEY (variant, backend)) WITHOUT ROWID""",
)

# What a poll knows of the public repositories. refs holds each ref as it was last seen; a tag that moved keeps where it
# was before. hosts: capabilities asked once, and until when a host asked to be left alone. states: how each source of a
# project fared, so that a failure shows with the moment of the last success. held: facts that would change more than
# is believable, kept as text until accepted or seen again at a later commit. cached: bodies of feeds by address and
# by who asked (an ETag varies with the token; the token itself is not kept). said: what a project says of itself.
_V3 = (
    """CREATE TABLE refs (
         upstream TEXT NOT NULL,
         name TEXT NOT NULL,
         oid TEXT NOT NULL,
         before TEXT NOT NULL,
         checked_at INTEGER NOT NULL,
         PRIMARY KEY (upstream, name)) WITHOUT ROWID""",
    """CREATE TABLE hosts (
         url TEXT PRIMARY KEY,
         capabilities TEXT NOT NULL,
         wait_until INTEGER) WITHOUT ROWID""",
    """CREATE TABLE states (
         project TEXT NOT NULL,
         source TEXT NOT NULL,
         revision TEXT NOT NULL,
         attempted INTEGER NOT NULL,
         succeeded INTEGER,
         failures INTEGER NOT NULL,
         error TEXT NOT NULL,
         PRIMARY KEY (project, source)) WITHOUT ROWID""",
    """CREATE TABLE held (
         project TEXT NOT NULL,
         source TEXT NOT NULL,
         revision TEXT NOT NULL,
         commit_name TEXT NOT NULL,
         reason TEXT NOT NULL,
         since INTEGER NOT NULL,
         body TEXT NOT NULL,
         PRIMARY KEY (project, source)) WITHOUT ROWID""",
    """CREATE TABLE cached (
         url TEXT NOT NULL,
         asker TEXT NOT NULL,
         etag TEXT NOT NULL,
         body BLOB NOT NULL,
         PRIMARY KEY (url, asker)) WITHOUT ROWID""",
    """CREATE TABLE said (
         project TEXT NOT NULL,
         topic TEXT NOT NULL,
         value TEXT NOT NULL,
         url TEXT NOT NULL,
         checked_at INTEGER NOT NULL,
         PRIMARY KEY (project, topic)) WITHOUT ROWID""",
)

# What the daemon must know after a restart. jobs: how a project's scheduled refreshes fared; known is when it was first
# scheduled, due when it is to run next. delivered: up to which event (or generation) each hook and the reports are
# done.
_V4 = (
    """CREATE TABLE jobs (
         project TEXT PRIMARY KEY,
         known INTEGER NOT NULL,
         attempted INTEGER,
         finished INTEGER,
         succeeded INTEGER,
         failures INTEGER NOT NULL,
         outcome TEXT NOT NULL,
         note TEXT NOT NULL,
         due INTEGER) WITHOUT ROWID""",
    """CREATE TABLE delivered (
         hook TEXT PRIMARY KEY,
         last INTEGER NOT NULL) WITHOUT ROWID""",
)

# What was held true over time, made from the observations above by today's code: it can be made again, and is when the
# code changes. journal: a topic had this statement from valid_from until its next row; NULL for none any more. events
# are what was told of it, once, and are never made again. A statement's note and the words of its evidence are numbers
# of texts (statements.py); digest is of the row: an index over the row itself would hold it twice. spans: the cells at
# one choice of versions, to be told apart from others at once.
_V5 = (
    """CREATE TABLE topics (
         id INTEGER PRIMARY KEY,
         about TEXT NOT NULL,
         subject TEXT NOT NULL,
         attribute TEXT NOT NULL,
         UNIQUE (about, subject, attribute))""",
    """CREATE TABLE statements (
         id INTEGER PRIMARY KEY,
         digest INTEGER NOT NULL,
         value TEXT NOT NULL,
         note INTEGER NOT NULL REFERENCES texts,
         evidence TEXT NOT NULL)""",
    "CREATE INDEX statements_by_digest ON statements (digest)",
    """CREATE TABLE journal (
         topic INTEGER NOT NULL REFERENCES topics,
         valid_from INTEGER NOT NULL,
         statement INTEGER REFERENCES statements,
         PRIMARY KEY (topic, valid_from)) WITHOUT ROWID""",
    """CREATE TABLE journal_state (
         stamp TEXT NOT NULL,
         moment INTEGER NOT NULL,
         sightings TEXT NOT NULL)""",
    """CREATE TABLE events (
         id INTEGER PRIMARY KEY AUTOINCREMENT,
         moment INTEGER NOT NULL,
         cause TEXT NOT NULL,
         kind TEXT NOT NULL,
         old_topic INTEGER NOT NULL REFERENCES topics,
         old INTEGER REFERENCES statements,
         old_silent TEXT NOT NULL,
         new_topic INTEGER NOT NULL REFERENCES topics,
         new INTEGER REFERENCES statements,
         new_silent TEXT NOT NULL)""",
    "CREATE INDEX events_by_moment ON events (moment)",
    """CREATE TABLE spans (
         scene TEXT PRIMARY KEY,
         body TEXT NOT NULL) WITHOUT ROWID""",
)

# A part is a statement, or a function for what SQL says badly.


def _to_v6(db: sqlite3.Connection) -> None:
    """What was kept as sentences becomes columns; only an old store imports what reads them."""
    from matrix.store.prose import V6  # noqa: PLC0415

    for part in V6:
        if isinstance(part, str):
            db.execute(part)
        else:
            part(db)


# Which sources could not be believed at a revision. What was polled is in states too; of a tree nothing else tells it.
_V7 = (
    """CREATE TABLE unread (
         revision INTEGER NOT NULL REFERENCES revisions,
         source TEXT NOT NULL,
         reason TEXT NOT NULL,
         seen INTEGER NOT NULL,
         PRIMARY KEY (revision, source)) WITHOUT ROWID""",
)

MIGRATIONS: tuple[tuple[str | Callable[[sqlite3.Connection], None], ...], ...] = (
    _V1,
    _V2,
    _V3,
    _V4,
    _V5,
    (_to_v6,),
    _V7,
)
