"""A path -> an open SQLite database of ours, at today's schema; and SQLite's errors -> StoreError."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from stat import S_ISREG
from typing import TYPE_CHECKING

from matrix.errors import OldStoreError, StoreError
from matrix.places import APPLICATION, quoted
from matrix.store.schema import MIGRATIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import Any, TypeAlias

    # What SQLite gives for one: text, bytes, numbers and nothing, in the order asked for.
    Row: TypeAlias = tuple[Any, ...]

# A refresh holds the write lock for well under a second; a reader never waits in WAL.
_MOMENT = timedelta(milliseconds=10)  # between two tries where SQLite itself does not wait
PATIENCE = timedelta(seconds=10)
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MICROSECOND = timedelta(microseconds=1)


def open_writable(path: Path) -> sqlite3.Connection:
    """The database at `path` at today's schema; made, with its folders, where there is none.

    Raises: StoreError.
    """
    with faults(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        return _migrated(_open(_uri(path, "mode=rwc")), path)


def open_readonly(path: Path) -> sqlite3.Connection:
    """The database at `path`, for reading only, from a folder that cannot be written too.

    Raises: StoreError, also where the schema is not today's: bringing it there needs writing.
    """
    if not is_there(path):
        raise StoreError(f"{path}: found nothing, expected a store")
    with faults(path):
        try:
            db = _open(_uri(path, "mode=ro"))
        except sqlite3.OperationalError:
            # WAL wants an index file beside the database. Without a log, the file alone is the whole truth.
            if not _is_alone(path):
                raise
            db = _open(_uri(path, "immutable=1"))
        return _current(db, path)


def open_memory() -> sqlite3.Connection:
    """An empty database that ends with its connection."""
    return _migrated(_open("file::memory:"), "memory")


def is_there(path: Path) -> bool:
    """Whether there is anything at the path. A file of no bytes is what a full disk left of the first attempt.

    Raises: StoreError where that cannot be seen: what may not be entered is not the same as what is not there.
    """
    with faults(path):
        try:
            about = path.stat()
        except (FileNotFoundError, NotADirectoryError, ValueError):
            return False
        return about.st_size > 0 or not S_ISREG(about.st_mode)


def is_writable(path: Path) -> bool:
    """Whether an existing database can be written: itself, and the folder for the log beside it."""
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


@contextmanager
def faults(place: Path | str) -> Iterator[None]:
    """Turn what goes wrong inside into an error that names the place.

    Raises: StoreError.
    """
    try:
        yield
    except sqlite3.ProgrammingError:  # ours, such as a closed connection
        raise
    except sqlite3.Error as error:
        raise StoreError(f"{place}: {_meaning(str(error))}") from error
    except UnicodeDecodeError as error:  # SQLite quotes a damaged schema in its message
        raise StoreError(f"{place}: {_meaning('malformed schema')}") from error
    except (UnicodeEncodeError, OverflowError) as error:
        raise StoreError(
            f"{place}: found what cannot be stored ({error}), expected UTF-8 text, 64-bit numbers"
        ) from error
    except OSError as error:
        raise StoreError(f"{place}: found {error.strerror}, expected a place for the store") from error


# By the letters of Database.rows.
_KINDS: dict[str, type | tuple[type, ...]] = {"t": str, "b": bytes, "n": int, "?": (int, type(None))}


class Database:
    """An open connection and its place, which every error names. Raises: StoreError, from each `with`."""

    def __init__(self, connection: sqlite3.Connection, place: Path | str, *, readonly: bool) -> None:
        self.connection, self.place, self.readonly = connection, place, readonly

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection for one question."""
        with faults(self.place):
            yield self.connection

    @contextmanager
    def rows(self, kinds: str) -> Iterator[Callable[..., list[Row]]]:
        """A function that asks one question, whose answer is made into values inside.

        kinds has a letter a column: t text, b bytes, n a number, ? a number or nothing. Else the file is damaged:
        SQLite takes a flipped bit for another type as it comes.
        """

        def ask(question: str, *values: object) -> list[Row]:
            rows = self.connection.execute(question, values).fetchall()
            for row in rows:
                for value, kind in zip(row, kinds, strict=True):
                    if not isinstance(value, _KINDS[kind]):
                        raise TypeError(f"found {type(value).__name__} in {question}")
            return rows

        with faults(self.place), made_of_rows():
            yield ask

    @contextmanager
    def still(self) -> Iterator[sqlite3.Connection]:
        """The connection for several questions of one state."""
        with faults(self.place):
            if self.connection.in_transaction:
                yield self.connection
                return
            self.connection.execute("BEGIN")
            try:
                yield self.connection
            finally:
                self.connection.execute("ROLLBACK")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """All of what is written inside, or nothing; within another it is a part of that."""
        if self.readonly:
            raise StoreError(f"{self.place}: found a store that can only be read, expected one to write")
        with faults(self.place):
            if self.connection.in_transaction:
                yield self.connection
                return
            with transaction(self.connection):
                yield self.connection


@contextmanager
def made_of_rows() -> Iterator[None]:
    """Rows that are turned into values inside and are not what was written are damage, as SQLite would call it."""
    try:
        yield
    except (KeyError, OverflowError, TypeError, ValueError) as error:
        raise sqlite3.DatabaseError(f"database disk image is malformed: {error!r}") from error


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """All of what is written inside, or nothing."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        # After some errors (disk full) SQLite has rolled back by itself.
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def to_number(moment: datetime) -> int:
    """A moment (aware) as the store writes it."""
    return (moment - _EPOCH) // _MICROSECOND


@lru_cache(maxsize=1024)  # the hundreds of files of a revision were seen at few moments
def to_moment(number: int) -> datetime:
    """What the store wrote, as aware UTC."""
    return _EPOCH + number * _MICROSECOND


def number_of(moment: datetime | None) -> int | None:
    """The same of a moment that may be none."""
    return None if moment is None else to_number(moment)


def moment_of(number: int | None) -> datetime | None:
    """The same of a number that may be none."""
    return None if number is None else to_moment(number)


def _uri(path: Path, options: str) -> str:
    return f"file:{quoted(str(path))}?{options}"


def _open(uri: str) -> sqlite3.Connection:
    db = sqlite3.connect(uri, uri=True, timeout=PATIENCE.total_seconds(), isolation_level=None)
    try:
        db.execute("PRAGMA foreign_keys = ON")
        # The first read tells a database from any other file, and whether it can be read at all.
        db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        db.close()
        raise
    return db


def _migrated(db: sqlite3.Connection, place: Path | str) -> sqlite3.Connection:
    try:
        if _version(db, place) < len(MIGRATIONS):
            # A table that is made anew under its name is for a moment not there for those that refer to it. The
            # pragma does nothing inside a transaction.
            db.execute("PRAGMA foreign_keys = OFF")
            _migrate(db, place)
            db.execute("PRAGMA foreign_keys = ON")
        _use_log(db)
        db.execute("PRAGMA synchronous = FULL")
    except BaseException:
        db.close()
        raise
    return db


def _use_log(db: sqlite3.Connection) -> None:
    """Write ahead into a log beside the file. Raises: sqlite3.Error.

    SQLite waits for nobody here, so that of several who make the same store at once some would be refused.
    """
    for _ in range(PATIENCE // _MOMENT):
        if not _is_locked(db):
            return
        time.sleep(_MOMENT.total_seconds())
    db.execute("PRAGMA journal_mode = WAL")


def _is_locked(db: sqlite3.Connection) -> bool:
    try:
        db.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError as error:
        if "locked" not in str(error):
            raise
        return True
    return False


def _migrate(db: sqlite3.Connection, place: Path | str) -> None:
    """Bring an older schema to today's, in one transaction."""
    with transaction(db):
        # Asked again under the lock: another process may have done it meanwhile.
        for number, parts in enumerate(MIGRATIONS[_version(db, place) :], start=_version(db, place) + 1):
            for part in parts:
                if isinstance(part, str):
                    db.execute(part)
                else:
                    with made_of_rows():
                        part(db)
            db.execute(f"PRAGMA user_version = {number}")


def _current(db: sqlite3.Connection, place: Path) -> sqlite3.Connection:
    try:
        _expect_today(_version(db, place), place)
        db.execute("PRAGMA query_only = ON")
    except BaseException:
        db.close()
        raise
    return db


def _expect_today(version: int, place: Path) -> None:
    if version < len(MIGRATIONS):
        raise OldStoreError(
            f"{place}: found a store of schema {version}, expected {len(MIGRATIONS)};"
            " it is brought there the first time it is opened for writing"
        )


def _version(db: sqlite3.Connection, place: Path | str) -> int:
    """The schema's number, 0 for an empty file.

    Raises: StoreError for another program's database, and for a schema newer than ours.
    """
    version: int = db.execute("PRAGMA user_version").fetchone()[0]
    application = db.execute("PRAGMA application_id").fetchone()[0]
    if application != APPLICATION and (application or version or db.execute("SELECT 1 FROM sqlite_master").fetchone()):
        raise StoreError(f"{place}: found another program's database, expected an archmatrix store")
    if version > len(MIGRATIONS):
        raise StoreError(
            f"{place}: found a store of schema {version}, expected at most {len(MIGRATIONS)}:"
            " a newer archmatrix wrote it; upgrade this one, or name another store"
        )
    return version


def _is_alone(path: Path) -> bool:
    log = path.with_name(path.name + "-wal")
    return not log.exists() or log.stat().st_size == 0


def _meaning(message: str) -> str:
    if "locked" in message:
        return f"found it locked by another process for {PATIENCE.total_seconds():.0f} s, expected to write; try again"
    if "full" in message or "I/O" in message:
        return f"found no room or a failing disk ({message}), expected to write; what was stored before is untouched"
    if "malformed" in message or "not a database" in message:
        return f"found a damaged file ({message}), expected an archmatrix store; move it away and refresh"
    if "readonly" in message:
        return "found a place that cannot be written, expected to write"
    return f"found {message}, expected a usable store"
