"""A directory on this machine -> its files as they lie there.

In a git work tree the files are read from disk all the same: the asker's own changes are part of the question. git is
then asked only what the files cannot say: the commit they came from, and whether they still agree with it.
"""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from matrix.errors import TreeError
from matrix.text import LARGEST
from matrix.trees.globs import Names, check_path, expand

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from matrix.trees.git import Git

# What editors, patch and merges leave beside a file; `arch/*/Kconfig*` would take Kconfig.orig for upstream's.
_LEFTOVERS = ("~", ".orig", ".rej")


@dataclass(frozen=True, slots=True)
class Folder:
    """The files under `root` (absolute, resolved); `git` where it is the top of a work tree."""

    root: Path
    git: Git | None = None

    @property
    def where(self) -> str:
        """The place, for messages."""
        return str(self.root)

    @property
    def head(self) -> str:
        """The commit that the work tree is of (40 hex digits), whether or not its files still agree; else ""."""
        return self.git.resolve("HEAD") if self.git else ""

    @property
    def modified(self) -> bool:
        """Whether tracked files differ from that commit."""
        return bool(self.git and self.git.modified)

    @property
    def commit(self) -> str:
        """The commit whose files these are (40 hex digits); "" without git, or where they differ from it."""
        return "" if self.modified else self.head

    @property
    def date(self) -> datetime | None:
        """The date of `commit` (aware UTC), None where there is none."""
        return self.git.date(self.commit) if self.git and self.commit else None

    def describe(self, tag: str) -> str:
        """The nearest version by that tag template ("0.12.0-40-gbe69c747"), "" where there is none."""
        return self.git.describe(self.head, tag) if self.git and self.head else ""

    def match(self, patterns: Sequence[str]) -> list[str]:
        """The regular files matching any glob, sorted; links and leftovers (Kconfig.orig) are passed over.

        Raises: TreeError.
        """
        return expand(patterns, self._names)

    def read(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Each path with its bytes, in the order asked.

        Raises: TreeError for a file that is missing, too large, not regular, or reached through a link.
        """
        for path in paths:
            with self._opened(path) as descriptor:
                body = _read_whole(descriptor, f"{self.root}/{path}")
            yield path, body

    def written(self, path: str) -> datetime:
        """When the file was last written, aware UTC.

        Raises: TreeError.
        """
        with self._opened(path) as descriptor:
            return datetime.fromtimestamp(int(os.fstat(descriptor).st_mtime), tz=timezone.utc)

    def _names(self, folder: str) -> Names:
        folders, files = set(), set()
        try:
            with os.scandir(self.root / folder) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        folders.add(entry.name)
                    elif entry.is_file(follow_symlinks=False) and not entry.name.endswith(_LEFTOVERS):
                        files.add(entry.name)
        except OSError as error:
            raise TreeError(f"{self.root / folder}: found {error.strerror}, expected a readable folder") from None
        return Names(frozenset(folders), frozenset(files))

    @contextmanager
    def _opened(self, path: str) -> Iterator[int]:
        full = os.path.join(self.root, check_path(path))  # noqa: PTH118 - a thousand Paths cost more than the files
        try:
            # The resolved path differs exactly when some part of it is a link.
            if os.path.realpath(full) != full:
                raise TreeError(f"{full}: found a symbolic link, expected a file of the tree itself")
            # A named pipe would block a plain open for ever.
            descriptor = os.open(full, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            raise TreeError(f"{full}: found {error.strerror}, expected a readable file") from None
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise TreeError(f"{full}: found no regular file, expected one")
            yield descriptor
        finally:
            os.close(descriptor)


def _read_whole(descriptor: int, place: str) -> bytes:
    """All bytes of an open file. The size is checked first, then held to: the file may grow, or not tell its size."""
    size = os.fstat(descriptor).st_size
    if size <= LARGEST:
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            body = file.read(LARGEST + 1)
        size = len(body)
    if size > LARGEST:
        raise TreeError(f"{place}: found {size} bytes or more, expected at most {LARGEST}")
    return body
