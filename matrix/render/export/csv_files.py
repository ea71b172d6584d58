"""Tables of plain rows -> a CSV file each (RFC 4180, UTF-8, bare newlines), the same bytes for the same rows."""

from __future__ import annotations

import csv
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from matrix.dictionary import Sheet

CSV_ENDING = ".csv"


def write_csv(folder: Path, sheets: Iterable[Sheet], rows: Mapping[str, Sequence[Sequence[object]]]) -> None:
    """Write TABLE.csv for each: the names of its columns, then its rows. None is an empty field. Raises: OSError."""
    for sheet in sheets:
        with (folder / f"{sheet.name}{CSV_ENDING}").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(column.name for column in sheet.columns)
            writer.writerows([_field(value) for value in row] for row in rows.get(sheet.name, ()))


def _field(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:%Y-%m-%dT%H:%M:%SZ}" if isinstance(value, datetime) else value
