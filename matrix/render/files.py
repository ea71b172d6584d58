"""Finished texts -> files, each replaced whole: a reader never sees half of one, and a kill leaves the old one."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from matrix.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Written:
    """Paths that were new, differed or had to go; sorted."""

    changed: tuple[str, ...]


def write_files(folder: Path, files: Mapping[str, str], *, check: bool, keep: bool) -> Written:
    """Make `folder` hold these files (path below it -> text). Unchanged ones are not touched.

    check: write nothing, only tell. keep: leave other files alone; else those beside ours with the same ending go.
    Raises: StoreError.
    """
    try:
        changed = [name for name, text in files.items() if _differs(folder / name, text)]
        gone = [] if keep else _others(folder, files)
        if not check:
            for name in changed:
                replace_file(folder / name, files[name].encode())
            for name in gone:
                (folder / name).unlink()
    except OSError as error:
        raise StoreError(f"{error.filename or folder}: {error.strerror or error}") from error
    return Written(tuple(sorted([*changed, *gone])))


def _differs(path: Path, text: str) -> bool:
    return not path.is_file() or path.read_bytes() != text.encode()


def _others(folder: Path, files: Mapping[str, str]) -> list[str]:
    """Files that stand where we write, with an ending that we write there."""
    ours = {(path.parent, path.suffix) for path in map(Path, files)}
    found = (p.relative_to(folder) for p in folder.rglob("*") if p.is_file())
    return [name for p in found if (p.parent, p.suffix) in ours and (name := p.as_posix()) not in files]


def replace_file(path: Path, body: bytes) -> None:
    """Write beside, sync, rename over, sync the folder: after a crash there is the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
