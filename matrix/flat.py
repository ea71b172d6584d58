"""The answers to plain questions <-> a flat file beside the shipped facts, read without SQLite and without a checksum.

    archmatrix-pages 1 00001234          the length of what follows up to the first page
    stamp TAB places.data_stamp of what the pages were made from
    file TAB sources.toml TAB size       each file of data/ that answers rest on
    page TAB is riscv64 TAB exit code TAB checked_at TAB place TAB length

A page holds where the stamp is today's. The checksum in it takes as long as the query itself, so the files are looked
at first: where each has its size, and none was touched since the file of pages was begun, they are what was read. The
moment of a change (ctime) cannot be set by hand, and a copy or an unpacked package gets a new one; where that comes
after the pages' own moment nothing is wrong, and the checksum decides. Nothing but os and sys is imported.
"""

import os

from matrix import __version__, places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

# In a folder that comes after facts/ in an archive: an installer then writes the pages last.
PAGES_FOLDER = "ready"
PAGES_FILE = PAGES_FOLDER + "/pages"
_MAGIC = b"archmatrix-pages 1 "
_HEAD = len(_MAGIC) + 9


class FlatPages:
    """The opened head of the file."""

    def __init__(self, folder: str) -> None:
        """Raises: OSError, ValueError where it is not there, or is something else."""
        self._folder, self._path = folder, os.path.join(folder, PAGES_FILE)
        with open(self._path, "rb") as file:
            first = file.read(_HEAD)
            if not first.startswith(_MAGIC):
                raise ValueError(f"{self._path}: found {first!r}, expected {_MAGIC!r}")
            self._length = int(first[len(_MAGIC) :])
            head = file.read(self._length).decode()
        self._head = "\n" + head
        self.stamp = self._after("stamp\t")

    def _after(self, start: str) -> str:
        """The rest of the first line that starts so. Raises: ValueError where there is none."""
        begin = self._head.index("\n" + start) + len(start) + 1
        return self._head[begin : self._head.index("\n", begin)]

    def untouched(self) -> bool:
        """Whether data/ is for certain what the pages were made from, told without reading it."""
        if not self.stamp.startswith(__version__ + " "):
            return False
        begun = os.stat(self._path).st_mtime_ns
        seen = ""
        for name in places.data_files(self._folder):
            about = os.stat(os.path.join(self._folder, name))
            if about.st_ctime_ns > begun:
                return False
            seen += f"\nfile\t{name}\t{about.st_size}"
        start = self._head.find("\nfile\t")
        return seen != "" and self._head[start : self._head.find("\npage\t")] == seen

    def page(self, command: str) -> "tuple[int, int | None, str] | None":
        """The exit code, when what it rests on was checked, and the text. Raises: ValueError, OSError."""
        if f"\npage\t{command}\t" not in self._head:
            return None
        code, checked_at, place, length = self._after(f"page\t{command}\t").split("\t")
        with open(self._path, "rb") as file:
            file.seek(_HEAD + self._length + int(place))
            body = file.read(int(length))
        if len(body) != int(length):
            raise ValueError(f"{self._path}: found {len(body)} bytes of {command}, expected {length}")
        return int(code), int(checked_at) if checked_at else None, body.decode()


def begin(folder: str) -> int:
    """A moment (ns, of the file system's clock) after which a change of data/ shows. Asked before data/ is read."""
    path = _temporary(folder)
    try:
        first = moment = _touch(path)
        # Its clock stands still for some milliseconds: what changes while it does would bear the same moment.
        while moment == first:
            moment = _touch(path)
    finally:
        if os.path.exists(path):
            os.unlink(path)
    return first


def _temporary(folder: str) -> str:
    os.makedirs(os.path.join(folder, PAGES_FOLDER), exist_ok=True)
    return os.path.join(folder, f"{PAGES_FOLDER}/.pages.{os.getpid()}")


def _touch(path: str) -> int:
    with open(path, "wb") as file:
        file.write(b"x")
        return os.fstat(file.fileno()).st_mtime_ns


def write_pages(folder: str, stamp: str, begun: int, pages: "Iterable[tuple[str, int, int | None, str]]") -> None:
    """Put the file in place whole. begun is what `begin` said. Raises: OSError."""
    head = [f"stamp\t{stamp}"]
    files = places.data_files(folder)
    head += [f"file\t{name}\t{os.stat(os.path.join(folder, name)).st_size}" for name in files]
    bodies = b""
    for command, code, checked_at, body in pages:
        text = body.encode()
        moment = "" if checked_at is None else checked_at
        head.append(f"page\t{command}\t{code}\t{moment}\t{len(bodies)}\t{len(text)}")
        bodies += text
    written = "".join(line + "\n" for line in head).encode()
    path = _temporary(folder)
    try:
        with open(path, "wb") as file:
            file.write(_MAGIC + b"%08d\n" % len(written) + written + bodies)
            file.flush()
            os.fsync(file.fileno())
        os.utime(path, ns=(begun, begun))
        os.replace(path, os.path.join(folder, PAGES_FILE))
    finally:
        if os.path.exists(path):
            os.unlink(path)
