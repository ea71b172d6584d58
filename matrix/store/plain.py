"""Tables of plain rows -> a SQLite file of their own, which any program can read. It is no store."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import TYPE_CHECKING

from matrix.store.connection import faults

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from matrix.dictionary import Column, Sheet

_TYPES = {"text": "TEXT", "integer": "INTEGER", "boolean": "INTEGER", "moment": "TEXT"}
# By what people look things up; each table's own key has an index already.
_INDEXES = (
    ("facts", "subject, attribute"),
    ("facts", "project, version, source, path"),
    ("cells", "variant, backend"),
    ("names", "variant"),
)


def write_database(
    path: Path, sheets: Iterable[Sheet], rows: Mapping[str, Sequence[Sequence[object]]], *, named: Path
) -> None:
    """Make the file, which must not be there yet. The same rows give the same bytes, with one version of SQLite.

    Moments become text (ISO 8601, UTC), booleans 0 and 1. Raises: StoreError, which says that it is `named`.
    """
    with faults(named):
        db = sqlite3.connect(path, isolation_level=None)
        try:
            db.execute("PRAGMA synchronous = FULL")
            db.execute("BEGIN")
            for sheet in sheets:
                db.execute(_table(sheet))
                marks = ", ".join("?" * len(sheet.columns))
                listed = (tuple(map(_plain, row)) for row in rows.get(sheet.name, ()))
                db.executemany(f"INSERT INTO {sheet.name} VALUES ({marks})", listed)  # noqa: S608 - names of our own
            for number, (table, columns) in enumerate(_INDEXES):
                db.execute(f"CREATE INDEX {table}_{number} ON {table} ({columns})")
            db.execute("COMMIT")
        finally:
            db.close()


def _table(sheet: Sheet) -> str:
    """The statement that makes a table; what its columns mean stands in it as comments."""
    parts = [_column(column) for column in sheet.columns]
    parts.append(f"  PRIMARY KEY ({', '.join(sheet.key)})")
    parts += [f"  FOREIGN KEY ({column.name}) REFERENCES {column.refers}" for column in sheet.columns if column.refers]
    return f"CREATE TABLE {sheet.name} ( -- {sheet.about}\n" + ",\n".join(parts) + "\n)"


def _column(column: Column) -> str:
    return f"  /* {column.about} */ {column.name} {_TYPES[column.type]}{' NOT NULL' if column.required else ''}"


def _plain(value: object) -> object:
    return f"{value:%Y-%m-%dT%H:%M:%SZ}" if isinstance(value, datetime) else value
