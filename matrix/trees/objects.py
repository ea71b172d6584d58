"""A git repository -> its objects through one process, whatever the number of revisions that are read.

    with Objects(git) as objects:
        for tag in tags:
            tree = Walked(git, objects.commit(tag), version, objects=objects)
            tree.match(["arch/*/Kconfig"]); tree.digests(paths); tree.body(path)

Only the folders that a pattern can enter are read, and what two revisions share (a folder, a file) is read and hashed
once: git names both by their content.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from matrix.errors import TreeError
from matrix.text import LARGEST
from matrix.trees.git import commit_date
from matrix.trees.globs import Names, check_path, expand
from matrix.trees.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime
    from types import TracebackType

    from matrix.trees.git import Git

_COMMIT = re.compile(rb"tree ([0-9a-f]{40,64})\n(?:[^\n]+\n)*?committer [^\n]*> ([0-9]{1,12}) [+-][0-9]{4}\n")
_TAG = re.compile(rb"object ([0-9a-f]{40,64})\n")
# Modes of a tree's entries; links (120000) and submodules (160000) are no files.
_FILES = (b"100644", b"100755", b"100664")
_FOLDER = b"40000"
# A folder of a kernel is some 40 entries: as many as fit into a few MB.
_FOLDERS_KEPT = 2048
# Some 25,000 names, ten times as many as any folder that is read has; sorted out they take several times the room.
LARGEST_FOLDER = 1 << 20
_FOLDERS_BYTES = 16 << 20
FRESH = 32 << 20
# Requests are written ahead of their answers. They must fit into the pipe, or both sides would wait for each other.
_PIPE = 32_768
_AHEAD = _PIPE // 65


class TreeObject(NamedTuple):
    """One tree object: the names in it, and the object behind each."""

    names: Names
    oids: Mapping[str, str]


class Digest(NamedTuple):
    """A file's sha256 (64 hex digits) and size in bytes."""

    sha256: str
    size: int


class Commit(NamedTuple):
    """A commit's name, the tree of its files, and the committer's date (aware UTC; None where no calendar has it)."""

    oid: str
    tree: str
    date: datetime | None


class _Object(NamedTuple):
    """kind is "commit", "tree", "blob" or "tag"."""

    oid: str
    kind: str
    body: bytes


class Objects:
    """One `git cat-file --batch`. Use it in a `with`. Every method raises TreeError."""

    def __init__(self, git: Git) -> None:
        self.git = git
        self.folder = lru_cache(maxsize=_FOLDERS_KEPT)(self._folder)
        self.commit = lru_cache(maxsize=16)(self._commit)
        self._digests: dict[str, Digest] = {}
        self._fresh: dict[str, bytes] = {}
        self._folders_read = 0
        self._process = git.start("cat-file", "--batch")

    def __enter__(self) -> Objects:  # noqa: PYI034 - typing.Self came with Python 3.11
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()  # also closes the pipes

    def digests(self, blobs: Sequence[str]) -> list[Digest]:
        """The digest of each blob. Those not met before are read, and most kept at hand until this is asked again."""
        self._fresh, kept = {}, 0
        unmet = list(dict.fromkeys(blob for blob in blobs if blob not in self._digests))
        for at in range(0, len(unmet), _AHEAD):
            for blob, body in self._each(unmet[at : at + _AHEAD]):
                self._digests[blob] = Digest(hashlib.sha256(body).hexdigest(), len(body))
                # Hundreds of the largest would be gigabytes: those beyond are read again where they are wanted.
                if kept + len(body) <= FRESH:
                    self._fresh[blob] = body
                    kept += len(body)
        return [self._digests[blob] for blob in blobs]

    def _each(self, blobs: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """Each blob with its bytes, one after the other: as many as fit into the pipe."""
        self._send(blobs)
        wrong: TreeError | None = None
        # All are taken, so that the next question gets its own.
        for blob in blobs:
            item = self._receive(blob)
            if isinstance(item, TreeError):
                wrong = wrong or item
            elif item.kind != "blob":
                wrong = wrong or TreeError(f"{self.git.root}: {blob}: found a {item.kind}, expected a blob")
            elif wrong is None:
                yield blob, item.body
        if wrong is not None:
            raise wrong

    def blob(self, oid: str) -> bytes:
        """The bytes of a blob, at most text.LARGEST of them."""
        held = self._fresh.get(oid)
        return held if held is not None else self._blobs([oid])[0]

    def _commit(self, name: str) -> Commit:
        """The commit that an object stands for, through any number of tags."""
        item = self._ask(name)
        while item.kind == "tag" and (tag := _TAG.match(item.body)):
            item = self._ask(tag[1].decode("ascii"))
        about = _COMMIT.match(item.body) if item.kind == "commit" else None
        if about is None:
            raise TreeError(f"{self.git.root}: {name}: found a {item.kind}, expected a commit")
        return Commit(item.oid, about[1].decode("ascii"), commit_date(about[2]))

    def _folder(self, oid: str) -> TreeObject:
        _, kind, body = self._ask(oid)
        if kind != "tree":
            raise TreeError(f"{self.git.root}: {oid}: found a {kind}, expected a tree")
        if len(body) > LARGEST_FOLDER:
            where = f"{self.git.root}: folder {oid}"
            raise TreeError(f"{where}: found {len(body)} bytes, expected at most {LARGEST_FOLDER}")
        self._folders_read += len(body)
        if self._folders_read > _FOLDERS_BYTES:
            self.folder.cache_clear()
            self._folders_read = len(body)
        folders, files, oids = set(), set(), {}
        for mode, name, entry in _entries(body, len(oid) // 2):
            if mode in _FILES:
                files.add(name)
            elif mode == _FOLDER:
                folders.add(name)
            else:
                continue
            oids[name] = entry
        return TreeObject(Names(frozenset(folders), frozenset(files)), oids)

    def _ask(self, name: str) -> _Object:
        return self._all([name])[0]

    def _all(self, names: Sequence[str]) -> list[_Object]:
        answers = self._answers(names)
        sound = [answer for answer in answers if not isinstance(answer, TreeError)]
        if len(sound) < len(answers):
            raise next(answer for answer in answers if isinstance(answer, TreeError))
        return sound

    def _answers(self, names: Sequence[str]) -> list[_Object | TreeError]:
        """The answers to as many requests as fit into the pipe."""
        self._send(names)
        # All are taken, so that the next question gets its own.
        return [self._receive(name) for name in names]

    def _blobs(self, oids: Sequence[str]) -> list[bytes]:
        objects = self._all(oids)
        if other := next((o for o in objects if o.kind != "blob"), None):
            raise TreeError(f"{self.git.root}: {other.oid}: found a {other.kind}, expected a blob")
        return [o.body for o in objects]

    def _send(self, names: Sequence[str]) -> None:
        requests = self._process.stdin
        assert requests is not None  # noqa: S101 - started with pipes
        try:
            requests.write("".join(f"{name}\n" for name in names).encode("utf-8", "surrogateescape"))
            requests.flush()
        except (BrokenPipeError, ValueError):
            raise self._ended() from None

    def _receive(self, name: str) -> _Object | TreeError:
        """The answer to one request. An error is handed back where the process can go on, else raised."""
        answers = self._process.stdout
        assert answers is not None  # noqa: S101 - started with pipes
        header = answers.readline().split()
        if header[-1:] == [b"missing"]:
            return TreeError(f"{self.git.root}: found no object {name} in this clone (a partial one?), expected it")
        if len(header) != 3:
            raise self._ended()
        size = int(header[2])
        if size > LARGEST:
            for part in (*[LARGEST] * (size // LARGEST), size % LARGEST + 1):
                answers.read(part)
            return TreeError(f"{self.git.root}: {name}: found {size} bytes, expected at most {LARGEST}")
        body = answers.read(size + 1)
        if len(body) != size + 1:
            raise self._ended()
        return _Object(header[0].decode("ascii"), header[1].decode("ascii"), body[:-1])

    def _ended(self) -> TreeError:
        """Why git ended. Another takes its place: in a partial clone it ends at the first object that is not there."""
        self._process.kill()
        _, said = self._process.communicate()
        self._process = self.git.start("cat-file", "--batch")
        return self.git.fault(said)


@dataclass(frozen=True)
class Walked(Repository):
    """A repository at one commit, read through `objects`, which other revisions share."""

    objects: Objects = field(kw_only=True)

    @property
    def date(self) -> datetime | None:
        """The commit's date, aware UTC; None where no calendar has it."""
        return self.objects.commit(self.commit).date

    def match(self, patterns: Sequence[str]) -> list[str]:
        """The regular files matching any glob, sorted. Raises: TreeError."""
        return expand(patterns, lambda folder: _names(self._at(folder)))

    def read(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Each path with its bytes, in the order asked. Raises: TreeError."""
        for path in paths:
            yield path, self.body(path)

    def digests(self, paths: Sequence[str]) -> list[Digest]:
        """The digest of each path's file; one that was met at another revision is not read. Raises: TreeError."""
        return self.objects.digests([self.blob(path) for path in paths])

    def body(self, path: str) -> bytes:
        """The bytes of one file. Raises: TreeError."""
        return self.objects.blob(self.blob(path))

    def blob(self, path: str) -> str:
        """The name of the object that holds a file. Raises: TreeError where there is no regular file."""
        oid = self.find(path)
        if not oid:
            raise TreeError(f"{self.where}: found no regular file {path}, expected one")
        return oid

    def find(self, path: str) -> str:
        """The name of the object that holds a file, "" where there is no regular file. Raises: TreeError."""
        above, _, name = check_path(path).rpartition("/")
        folder = self._at(above)
        return folder.oids[name] if folder is not None and name in folder.names.files else ""

    def _at(self, folder: str) -> TreeObject | None:
        """The tree object of a folder ("" is the root), None where there is none."""
        here = self.objects.folder(self.objects.commit(self.commit).tree)
        for name in folder.split("/") if folder else ():
            if name not in here.names.folders:
                return None
            here = self.objects.folder(here.oids[name])
        return here


def _entries(body: bytes, width: int) -> Iterator[tuple[bytes, str, str]]:
    """Mode, name and object of each entry of a tree object; its hashes are `width` bytes long.

    What is no entry ends the list, as in git's own reading: the names before it stand.
    """
    at = 0
    while (end := body.find(b"\0", at)) > 0:
        mode, _, name = body[at:end].partition(b" ")
        at = end + 1 + width
        yield mode, name.decode("utf-8", "surrogateescape"), body[end + 1 : at].hex()


def _names(folder: TreeObject | None) -> Names:
    return folder.names if folder else Names(frozenset(), frozenset())
