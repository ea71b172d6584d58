"""A git repository at one revision -> the files of that commit, without a work tree and without the network."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from matrix.errors import TreeError, UsageError
from matrix.text import LARGEST
from matrix.trees.globs import Names, check_path, expand
from matrix.versions import parse

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime
    from typing import IO

    from matrix.trees.git import Git

# Modes of ls-tree; links (120000) and submodules (160000) are no files.
_FILES = (b"100644", b"100755", b"100664")


@dataclass(frozen=True)
class Repository:
    """The files of one commit (40 hex digits). tagged is the version whose tag it was found by, else ""."""

    git: Git
    commit: str
    tagged: str = ""

    @staticmethod
    def at(git: Git, revision: str, *, tag: str) -> Repository:
        """The commit of a version (by the project's tag template), tag, branch or commit.

        Raises: TreeError.
        """
        for version in _versions(revision):
            if commit := git.resolve("refs/tags/" + tag.replace("{version}", version)):
                return Repository(git, commit, version)
        if commit := git.resolve(revision):
            return Repository(git, commit)
        hint = "" if git.root.name.endswith(".git") else "; without a version, the files are read as they lie there"
        tags = " or ".join(f"tag {tag.replace('{version}', v)}" for v in _versions(revision))
        raise TreeError(
            f"{git.root}: found no revision {revision!r}, expected {tags + ', or ' if tags else ''}"
            f"a tag, branch or commit that this clone holds{hint}"
        )

    @property
    def where(self) -> str:
        """The place, for messages."""
        return f"{self.git.root} at {self.commit[:8]}"

    @property
    def head(self) -> str:
        """The commit."""
        return self.commit

    @property
    def modified(self) -> bool:
        """Never: a commit's files are the commit's."""
        return False

    @property
    def date(self) -> datetime | None:
        """The commit's date, aware UTC; None where no calendar has it."""
        return self.git.date(self.commit)

    def describe(self, tag: str) -> str:
        """The nearest version by that tag template ("0.12.0-40-gbe69c747"), "" where there is none."""
        return self.git.describe(self.commit, tag)

    def match(self, patterns: Sequence[str]) -> list[str]:
        """The regular files matching any glob, sorted; the commit is listed once.

        Raises: TreeError.
        """
        return expand(patterns, lambda folder: self._folders.get(folder, _NOTHING))

    def read(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Each path with its bytes, in the order asked, through one `git cat-file --batch`.

        Raises: TreeError for a file that is missing, no regular file, too large, or absent from a partial clone.
        """
        wanted = [(path, self._blob(path)) for path in paths]
        if not wanted:
            return
        process = self.git.start("cat-file", "--batch")
        try:
            for path, blob in wanted:
                yield path, self._body(process, path, blob)
        finally:
            process.kill()
            # Also closes the pipes.
            process.communicate()

    def _blob(self, path: str) -> str:
        blob = self._blobs.get(check_path(path))
        if blob is None:
            raise TreeError(f"{self.where}: found no regular file {path}, expected one")
        return blob

    def _body(self, process: subprocess.Popen[bytes], path: str, blob: str) -> bytes:
        requests, answers = _pipes(process)
        try:
            requests.write(blob.encode("ascii") + b"\n")
            requests.flush()
        except BrokenPipeError:
            raise self._unread(process, path) from None
        header = answers.readline().split()
        if header[1:] == [b"missing"]:
            raise TreeError(f"{self.where}: {path}: found no content in this partial clone, expected blob {blob}")
        if len(header) != 3 or header[1] != b"blob":
            raise self._unread(process, path)
        size = int(header[2])
        if size > LARGEST:
            raise TreeError(f"{self.where}: {path}: found {size} bytes, expected at most {LARGEST}")
        body = answers.read(size + 1)
        if len(body) != size + 1:
            raise self._unread(process, path)
        return body[:-1]

    def _unread(self, process: subprocess.Popen[bytes], path: str) -> TreeError:
        _, stderr = process.communicate()
        return TreeError(f"{path}: {self.git.fault(stderr)}")

    @cached_property
    def _blobs(self) -> dict[str, str]:
        """The regular files of the commit, each with its blob's name."""
        blobs: dict[str, str] = {}
        for entry in self.git.run("ls-tree", "-r", "-z", "--full-tree", self.commit).split(b"\0"):
            about, _, path = entry.partition(b"\t")
            if about.startswith(_FILES):
                blobs[path.decode("utf-8", "surrogateescape")] = about.rsplit(b" ", 1)[1].decode("ascii")
        return blobs

    @cached_property
    def _folders(self) -> dict[str, Names]:
        files: dict[str, set[str]] = {"": set()}
        for path in self._blobs:
            folder, _, name = path.rpartition("/")
            files.setdefault(folder, set()).add(name)
        folders: dict[str, set[str]] = {folder: set() for folder in files}
        for path in files:
            below = path
            while below:
                above, _, name = below.rpartition("/")
                folders.setdefault(above, set()).add(name)
                below = above
        return {f: Names(frozenset(names), frozenset(files.get(f, ()))) for f, names in folders.items()}


_NOTHING = Names(frozenset(), frozenset())


def _versions(revision: str) -> tuple[str, ...]:
    """How the project may have written the version in its tag: 7.1.0 as v7.1 too. Empty for a branch or commit."""
    try:
        version = parse(revision)
    except UsageError:
        return ()
    shorter = version.text.removesuffix(".0") if len(version.numbers) == 3 else version.text
    return tuple(dict.fromkeys((version.text, shorter)))


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    if process.stdin is None or process.stdout is None:
        raise TypeError("started without pipes")
    return process.stdin, process.stdout
