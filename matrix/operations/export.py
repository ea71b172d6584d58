"""A workplace and a place -> all that is known, written there whole: a SQLite file, or a folder of CSV or Parquet."""

from __future__ import annotations

import os
import shutil
import tempfile
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from matrix.dictionary import SHEETS
from matrix.errors import StoreError, UsageError
from matrix.operations.dataset import counts, dataset
from matrix.render.export.csv_files import CSV_ENDING, write_csv
from matrix.render.export.package import PACKAGE_FILE, package_json
from matrix.render.export.parquet_files import PARQUET_ENDING, needed_for_parquet, write_parquet
from matrix.store.plain import write_database
from matrix.value import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from matrix.operations.dataset import Dataset
    from matrix.operations.workplace import Workplace


class ExportForm(Enum):
    """How an export is written: as one file, or as a folder with a file for each table."""

    SQLITE = "sqlite"
    CSV = "csv"
    PARQUET = "parquet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """Where an export was written, and how many rows each of its tables has."""

    place: Path
    rows: Mapping[str, int]


def export(
    work: Workplace,
    place: Path,
    form: ExportForm,
    *,
    force: bool = False,
    kernel: str | None = None,
    as_of: datetime | None = None,
) -> Exported:
    """Write it, or nothing: until all of it is there, what was there before stays.

    force puts it in the place of a file, or of an older export's folder. kernel and as_of are as `dataset` has them.
    Raises: UsageError where something else is there, MissingExtraError where pyarrow is; StoreError where it
    cannot be written; as `dataset` does.
    """
    place = Path(os.path.realpath(place.expanduser()))
    if form is ExportForm.PARQUET:
        needed_for_parquet()
    _check_place(place, form, force=force)
    data = dataset(work, kernel=kernel, as_of=as_of)
    rows = counts({sheet.name: data.get(sheet.name, []) for sheet in SHEETS})
    try:
        with tempfile.TemporaryDirectory(dir=place.parent, prefix=f".{place.name}.") as beside:
            made = _write(Path(beside) / "made", form, data, place)
            _put(made, place, Path(beside) / "before")
    except OSError as error:
        raise StoreError(f"{place}: found {error.strerror or error}, expected to write there") from error
    return Exported(place=place, rows=rows)


def _check_place(place: Path, form: ExportForm, *, force: bool) -> None:
    """Whether an export may be put there. Raises: UsageError."""
    if not place.parent.is_dir():
        raise UsageError(f"{place}: found no folder {place.parent}, expected one")
    if not place.exists():
        return
    if not force:
        raise UsageError(f"{place}: found something there already, expected nothing; --force writes over it")
    if form is ExportForm.SQLITE:
        if not place.is_file():
            raise UsageError(f"{place}: found no file, expected one to write over")
    elif not place.is_dir() or not _is_export(place):
        # What else lies in a folder is not ours to take away.
        raise UsageError(f"{place}: found what is no export, expected an older one to write over, or nothing")


def _is_export(folder: Path) -> bool:
    """Whether a folder holds an export's files and nothing else, or nothing at all."""
    ours = {f"{sheet.name}{ending}" for sheet in SHEETS for ending in (CSV_ENDING, PARQUET_ENDING)} | {PACKAGE_FILE}
    found = {entry.name for entry in folder.iterdir()}
    return found <= ours and (not found or PACKAGE_FILE in found)


def _write(made: Path, form: ExportForm, data: Dataset, place: Path) -> Path:
    """The export, on the disk to its last byte. Raises: OSError, StoreError."""
    if form is ExportForm.SQLITE:
        write_database(made, SHEETS, data, named=place)
        files = [made]
    else:
        made.mkdir()
        write, ending = {
            ExportForm.CSV: (write_csv, CSV_ENDING),
            ExportForm.PARQUET: (write_parquet, PARQUET_ENDING),
        }[form]
        write(made, SHEETS, data)
        (made / PACKAGE_FILE).write_text(package_json(SHEETS, ending), "utf-8")
        files = [*made.iterdir(), made]
    for file in files:
        _sync(file)
    return made


def _put(made: Path, place: Path, before: Path) -> None:
    """Rename it into its place. A folder cannot be renamed over another: that one is put aside first."""
    if made.is_dir() and place.exists():
        place.rename(before)
        try:
            made.rename(place)
        except OSError:
            before.rename(place)
            raise
        shutil.rmtree(before)
    else:
        made.replace(place)
    _sync(place.parent)


def _sync(place: Path) -> None:
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
