"""A path of a URL -> an open file below one folder, and what it is; nothing outside it, whatever the path says.

Each folder on the way is opened by itself and never through a link, so that nothing can be put in between. Names that
begin with a dot are not served: git's own folder is one.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

if TYPE_CHECKING:
    from pathlib import Path

_INDEXES = (b"index.html", b"README.md")
_TYPES = {
    ".atom": "application/atom+xml; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".md": "text/markdown; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".xml": "application/xml",
}
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# Without O_NONBLOCK a pipe among the files would wait for its writer.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_LONGEST = 1024


@dataclass(frozen=True, slots=True)
class Opened:
    """An open file: whoever has it closes it. etag stands for its content: files are replaced, never written to."""

    handle: int
    size: int
    kind: str
    etag: str


@dataclass(frozen=True, slots=True)
class Moved:
    """The path is a folder's, and was asked for without the slash at its end."""

    to: str


def find(root: Path, target: str) -> Opened | Moved | None:
    """What a request's path (as sent, without query) stands for; None for nothing that is served."""
    parts = unquote_to_bytes(target).split(b"/")
    if parts[0] or len(target) > _LONGEST or any(_hidden(part) for part in parts[1:-1]):
        return None
    *folders, name = parts[1:]
    if b"\0" in name or name.startswith(b"."):
        return None
    try:
        # The folder itself may be a link: whoever named it meant what it leads to.
        handle = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        for folder in folders:
            inner = os.open(folder, _FOLDER, dir_fd=handle)
            os.close(handle)
            handle = inner
        if name:
            return _file(handle, name, target)
        return next((opened for index in _INDEXES if isinstance(opened := _try(handle, index, target), Opened)), None)
    except (OSError, ValueError):
        return None
    finally:
        os.close(handle)


def _hidden(part: bytes) -> bool:
    return not part or part.startswith(b".") or b"\0" in part


def _try(folder: int, name: bytes, target: str) -> Opened | Moved | None:
    with suppress(OSError):
        return _file(folder, name, target)
    return None


def _file(folder: int, name: bytes, target: str) -> Opened | Moved | None:
    handle = os.open(name, _FILE, dir_fd=folder)
    try:
        about = os.fstat(handle)
        if stat.S_ISREG(about.st_mode):
            kind = _TYPES.get(os.path.splitext(os.fsdecode(name))[1].lower(), "application/octet-stream")  # noqa: PTH122
            etag = f'"{about.st_ino:x}-{about.st_size:x}-{about.st_mtime_ns:x}"'
            opened, handle = handle, -1
            return Opened(opened, about.st_size, kind, etag)
        return Moved(f"{target}/") if stat.S_ISDIR(about.st_mode) else None
    finally:
        if handle >= 0:
            os.close(handle)
