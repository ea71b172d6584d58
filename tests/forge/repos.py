"""A directory tree or a handful of made files -> a bare git repository whose history a test can move as it likes.

    linux = Repository.create(folder / "linux.git", {"MAINTAINERS": "...", "arch/riscv/Kconfig": "..."}, tag="v7.0")
    linux.commit({"MAINTAINERS": "...", "arch/old": None}, tag="v7.1")      # None: the file goes, "": it is empty
    linux.touch(300); linux.replace("MAINTAINERS", "STATUS:", "State:"); linux.move_tag("v7.1", commit)

Equal calls make equal commits: author, dates and packing are fixed, nobody's git configuration is read. Dates begin at
FIRST and go on by a day a commit. All of a commit goes through one `git fast-import`, however many files it has.
"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import threading
import weakref
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

FIRST = datetime(2026, 1, 1, tzinfo=timezone.utc)
WHO = "Forge Keeper <keeper@forge.example>"
ENVIRONMENT = {
    "PATH": os.environ.get("PATH", os.defpath),
    "LC_ALL": "C",
    "HOME": os.devnull,
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


@dataclass(frozen=True)
class Ref:
    """What a ref names: `id` is the object itself (an annotated tag's own), `commit` what it peels to."""

    id: str
    commit: str


@dataclass(frozen=True)
class Commit:
    """One line of history, as the feeds show it."""

    id: str
    date: datetime
    subject: str


def made_files(count: int, *, lines: int = 40) -> dict[str, str]:
    """`count` small tables with a header each, spread over folders: "table/a07/f0123.txt"."""
    return {
        f"table/a{number % 16:02}/f{number:04}.txt": "NAME  STATE\n"
        + "".join(f"row{row:03}-{number:04}  {'yes' if (row + number) % 3 else 'no'}\n" for row in range(lines))
        for number in range(count)
    }


def tree_files(root: Path) -> Iterator[tuple[str, str, bytes]]:
    """(path, git mode, content) of every file and link under a directory, in order; `.git` is passed over."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name != ".git")
        links = [name for name in folders if (Path(folder) / name).is_symlink()]
        for name in sorted([*names, *links]):
            place = Path(folder) / name
            mode = place.lstat().st_mode
            path = place.relative_to(root).as_posix()
            if stat.S_ISLNK(mode):
                yield path, "120000", os.fsencode(os.readlink(place))  # noqa: PTH115 - bytes as they are
            elif stat.S_ISREG(mode):
                yield path, "100755" if mode & stat.S_IXUSR else "100644", place.read_bytes()


class Repository:
    """A bare repository. Every method that changes it returns the commit that its branch then has."""

    def __init__(self, path: Path, *, branch: str = "main", commits: int = 0) -> None:
        self.path, self.branch = path, branch
        self.refs: dict[str, Ref] = {}
        self._commits = commits
        self._lock = threading.RLock()
        self._batch: subprocess.Popen[bytes] | None = None
        self._end: Callable[[], object] = bool  # nothing to end yet
        self._trees: dict[str, dict[str, str]] = {}
        self._blobs: dict[str, bytes] = {}
        self._read_refs()

    # --- making -----------------------------------------------------------------------------------------------------

    @classmethod
    def create(
        cls,
        path: Path,
        files: Mapping[str, str | bytes] | None = None,
        *,
        branch: str = "main",
        tag: str | None = None,
        allow_filter: bool = True,
    ) -> Repository:
        """A new one with `files` as its first commit; `allow_filter` False is a host without partial clone."""
        path.parent.mkdir(parents=True, exist_ok=True)
        command = ["git", "init", "--quiet", "--bare", "--template=", f"--initial-branch={branch}", str(path)]
        subprocess.run(command, check=True, env=ENVIRONMENT, capture_output=True)
        with (path / "config").open("a") as config:
            config.write(
                f"[uploadpack]\n\tallowFilter = {str(allow_filter).lower()}\n\tallowAnySHA1InWant = true\n"
                "[gc]\n\tauto = 0\n[pack]\n\tthreads = 1\n"
            )
        new = cls(path, branch=branch)
        if files is not None:
            new.commit(files, tag=tag)
        return new

    def copy(self, path: Path) -> Repository:
        """The same repository again, cheaply (objects are linked), for a test to change."""
        shutil.copytree(self.path, path, copy_function=_link_objects)
        return Repository(path, branch=self.branch, commits=self._commits)

    def add_tree(self, root: Path, *, tag: str | None = None, branch: str | None = None) -> str:
        """One commit on `branch` whose files are exactly those under the directory `root`."""
        return self._import(tree_files(root), (), branch=branch, message=f"{root.name}\n", tag=tag, whole=True)

    def commit(
        self,
        files: Mapping[str, str | bytes | None],
        *,
        branch: str | None = None,
        message: str = "Change some files\n",
        tag: str | None = None,
        annotated: bool = True,
        onto: str | None = None,
        whole: bool = False,
        date: datetime | None = None,
    ) -> str:
        """One commit. None as content removes the file, empty content empties it.

        onto: the parent, where it is not the branch's head (the head is then forced over: rewritten history).
        whole: the files are all that there is. date: aware; the next day by default.
        """
        written = ((path, "100644", _bytes(body)) for path, body in files.items() if body is not None)
        removed = [path for path, body in files.items() if body is None]
        return self._import(
            written,
            removed,
            branch=branch,
            message=message,
            tag=tag,
            annotated=annotated,
            onto=onto,
            whole=whole,
            date=date,
        )

    def touch(self, count: int, pattern: str = "*", *, tag: str | None = None) -> str:
        """A commit that adds one line to each of the first `count` files matching the glob (`*` crosses folders)."""
        paths = [path for path in sorted(self.tree(self.head)) if fnmatchcase(path, pattern)][:count]
        if len(paths) < count:
            raise ValueError(f"{pattern}: found {len(paths)} files, expected {count}")
        line = f"# state {self._commits}\n".encode()
        return self.commit({path: self.read(path) + line for path in paths}, tag=tag)

    def replace(self, path: str, old: str, new: str, *, tag: str | None = None) -> str:
        """A commit that writes `new` for the first `old` in a file: a table header, a version, a row."""
        body = self.read(path)
        if old.encode() not in body:
            raise ValueError(f"{path}: {old!r} is not in it")
        return self.commit({path: body.replace(old.encode(), new.encode(), 1)}, tag=tag)

    def remove(self, *paths: str) -> str:
        """A commit without these files."""
        return self.commit(dict.fromkeys(paths))

    def empty(self, *paths: str) -> str:
        """A commit where these files are empty."""
        return self.commit(dict.fromkeys(paths, ""))

    def rename(self, old: str, new: str) -> str:
        """A commit where the file has another name."""
        return self.commit({old: None, new: self.read(old)})

    def rewrite(self, files: Mapping[str, str | bytes | None]) -> str:
        """The head's commit replaced by another on its parent: a forced push. The old one stays until `prune`."""
        parent = self.git("rev-parse", "--verify", "--quiet", f"{self.head}^").strip()
        return self.commit(files, onto=parent, message="Change history\n")

    def move_branch(self, name: str, commit: str) -> str:
        """The branch (made where it is new) at that commit."""
        return self._move(f"refs/heads/{name}", commit)

    def move_tag(self, name: str, commit: str, *, annotated: bool = True) -> str:
        """The tag (made where it is new) at that commit."""
        if annotated:
            self._run(["fast-import", "--quiet", "--force", "--date-format=raw"], _tag(name, commit, self._clock()))
            self._read_refs()
            return self.head
        return self._move(f"refs/tags/{name}", commit)

    def add_object(self, kind: str, body: bytes) -> str:
        """An object ("commit", "tree", ...) of these bytes, however odd they are: its name."""
        return self._run(["hash-object", "-t", kind, "-w", "--literally", "--stdin"], body).decode().strip()

    def delete_ref(self, name: str) -> None:
        """The ref ("refs/tags/v7.1") is gone."""
        self.git("update-ref", "-d", name)
        self._read_refs()

    def prune(self) -> None:
        """Objects that no ref reaches are gone, as after a host's garbage collection."""
        self.close()
        self.git("repack", "-a", "-d", "-q")
        self.git("prune", "--expire=now")
        self._trees.clear()
        self._blobs.clear()

    def repack(self) -> None:
        """One pack with deltas and a bitmap, as hosts keep; worth it before a benchmark on real trees."""
        self.close()
        self.git("repack", "-a", "-d", "-q", "-f", "--write-bitmap-index")

    # --- reading ----------------------------------------------------------------------------------------------------

    @property
    def head(self) -> str:
        """The commit of the default branch, "" before the first."""
        ref = self.refs.get(f"refs/heads/{self.branch}")
        return ref.commit if ref else ""

    def resolve(self, name: str) -> str | None:
        """The commit that a tag, branch, full ref, "HEAD" or full commit id names; None where nothing does."""
        if name == "HEAD":
            return self.head or None
        for full in (f"refs/tags/{name}", f"refs/heads/{name}", name):
            if full in self.refs:
                return self.refs[full].commit
        if len(name) == 40:
            with suppress(subprocess.CalledProcessError):
                return self.git("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}").strip()
        return None

    def find(self, ref_and_path: str) -> tuple[str, str] | None:
        """("releases/gcc-14.2.0/gcc/config.gcc") -> (commit, path): a ref may have slashes, the longest that is one."""
        parts = ref_and_path.split("/")
        for cut in range(len(parts) - 1, 0, -1):
            commit = self.resolve("/".join(parts[:cut]))
            if commit is not None:
                return commit, "/".join(parts[cut:])
        return None

    def tree(self, commit: str) -> dict[str, str]:
        """Path -> blob id of all files of a commit."""
        if commit not in self._trees:
            rows = (row.split("\t", 1) for row in self.git("ls-tree", "-rz", commit).split("\0") if row)
            self._trees[commit] = {path: head.split()[2] for head, path in rows if head.split()[1] == "blob"}
        return self._trees[commit]

    def read(self, path: str, ref: str = "HEAD") -> bytes:
        """A file's content at a ref.

        Raises: KeyError.
        """
        commit = self.resolve(ref)
        if commit is None:
            raise KeyError(ref)
        return self.blob(self.tree(commit)[path])

    def blob(self, name: str) -> bytes:
        """A blob's content, by one long-lived `git cat-file --batch`: 300 files must not cost 300 gits."""
        with self._lock:
            if name not in self._blobs:
                if self._batch is None:
                    command = ["git", "-C", self.path, "cat-file", "--batch"]
                    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
                    self._batch = subprocess.Popen(command, env=ENVIRONMENT, **pipes)  # type: ignore[call-overload]
                    self._end = weakref.finalize(self, self._batch.communicate)
                self._batch.stdin.write(f"{name}\n".encode())  # type: ignore[union-attr]
                self._batch.stdin.flush()  # type: ignore[union-attr]
                head = self._batch.stdout.readline().split()  # type: ignore[union-attr]
                if len(head) != 3:
                    raise KeyError(name)
                self._blobs[name] = self._batch.stdout.read(int(head[2]) + 1)[:-1]  # type: ignore[union-attr]
            return self._blobs[name]

    def log(self, commit: str, count: int) -> list[Commit]:
        """The newest `count` commits reached from one."""
        rows = self.git("log", f"-{count}", "--format=%H %ct %s", commit).splitlines()
        fields = (row.split(" ", 2) for row in rows)
        return [Commit(name, datetime.fromtimestamp(int(at), tz=timezone.utc), subject) for name, at, subject in fields]

    def date(self, commit: str) -> datetime:
        """When a commit was made, aware UTC."""
        return self.log(commit, 1)[0].date

    def git(self, *arguments: str) -> str:
        """The output of git in this repository.

        Raises: subprocess.CalledProcessError.
        """
        return self._run(arguments, None).decode(errors="surrogateescape")

    def close(self) -> None:
        """End the reading process; it comes back when something is read. A repository that is dropped closes itself."""
        with self._lock:
            self._end()
            self._batch = None

    # --- underneath -------------------------------------------------------------------------------------------------

    def _import(
        self,
        written: Iterable[tuple[str, str, bytes]],
        removed: Iterable[str],
        *,
        branch: str | None,
        message: str,
        tag: str | None,
        annotated: bool = True,
        onto: str | None = None,
        whole: bool = False,
        date: datetime | None = None,
    ) -> str:
        branch = branch or self.branch
        self._commits += 1
        seconds = int(date.timestamp()) if date else self._clock()
        parent = onto or (self.refs[f"refs/heads/{branch}"].commit if f"refs/heads/{branch}" in self.refs else "")

        def stream() -> Iterator[bytes]:
            yield f"commit refs/heads/{branch}\nmark :1\ncommitter {WHO} {seconds} +0000\n".encode() + _data(message)
            if parent:
                yield f"from {parent}\n".encode()
            if whole:
                yield b"deleteall\n"
            for path in removed:
                yield f"D {_quoted(path)}\n".encode()
            for path, mode, body in written:
                yield f"M {mode} inline {_quoted(path)}\n".encode(errors="surrogateescape") + _data(body)
            if tag:
                yield _tag(tag, ":1", seconds) if annotated else f"reset refs/tags/{tag}\nfrom :1\n\n".encode()
            yield b"done\n"

        with self._lock:
            self._run(["fast-import", "--quiet", "--force", "--done", "--date-format=raw"], stream())
            self._read_refs()
        return self.refs[f"refs/heads/{branch}"].commit

    def _run(self, arguments: Iterable[str], stdin: Iterable[bytes] | bytes | None) -> bytes:
        command = ["git", "-C", str(self.path), *arguments]
        if stdin is None or isinstance(stdin, bytes):
            return subprocess.run(command, input=stdin, check=True, env=ENVIRONMENT, capture_output=True).stdout
        # fast-import says nothing until it ends, so writing all before reading cannot lock.
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=ENVIRONMENT) as process:
            for piece in stdin:
                process.stdin.write(piece)  # type: ignore[union-attr]
            output, _ = process.communicate()
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command)
        return output

    def _move(self, ref: str, commit: str) -> str:
        self.git("update-ref", ref, commit)
        self._read_refs()
        return self.head

    def _read_refs(self) -> None:
        rows = self.git("for-each-ref", "--format=%(refname) %(objectname) %(*objectname)").splitlines()
        self.refs = {name: Ref(own, peeled or own) for name, own, peeled in (row.split(" ") for row in rows)}

    def _clock(self) -> int:
        return int((FIRST + timedelta(days=max(self._commits - 1, 0))).timestamp())


def _bytes(body: str | bytes) -> bytes:
    return body.encode() if isinstance(body, str) else body


def _data(body: str | bytes) -> bytes:
    body = _bytes(body)
    return b"data %d\n%b\n" % (len(body), body)


def _tag(name: str, commit: str, seconds: int) -> bytes:
    return f"tag {name}\nfrom {commit}\ntagger {WHO} {seconds} +0000\n".encode() + _data(f"{name}\n")


def _quoted(path: str) -> str:
    if path.startswith('"') or "\n" in path:
        return '"' + path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    return path


def _link_objects(source: str, target: str) -> None:
    """Objects and packs never change, so a second name will do; all else (refs, config) is copied."""
    if "/objects/" in source:
        os.link(source, target)
    else:
        shutil.copy2(source, target)
