"""The folders of PATH -> the executables with certain names, and what is wrong with those that cannot be run."""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING

from matrix.value import dataclass

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator

_SET_ID = stat.S_ISUID | stat.S_ISGID


@dataclass(frozen=True, slots=True, kw_only=True)
class Executable:
    """A file that a name reaches. real is where it lies without symbolic links; problem says why it is not run."""

    name: str
    path: str
    real: str = ""
    problem: str = ""


def folders(path: str, more: Iterable[str] = ()) -> Iterator[str]:
    """The folders of a PATH in its order, then more, each once. A relative one is another place everywhere: none."""
    seen: set[str] = set()
    for folder in [*path.split(os.pathsep), *more]:
        if not os.path.isabs(folder):
            continue  # an empty part is the current folder, and so is "."
        real = os.path.realpath(folder)
        if real not in seen:
            seen.add(real)
            yield folder


def executables(places: Iterable[str], wanted: re.Pattern[str]) -> Iterator[Executable]:
    """Each file whose whole name fits, in the order of the folders: the first of a name is the one that is meant.

    A name that is there twice counts once, unless the first is a link to nowhere: a shell goes on to the next one too.
    """
    found: set[str] = set()
    for folder in places:
        try:
            names = sorted(entry.name for entry in os.scandir(folder) if wanted.fullmatch(entry.name))
        except OSError:
            continue  # a folder of PATH that is not there, or that is not ours to read
        for name in names:
            one = None if name in found else _examined(name, os.path.join(folder, name))
            if one is not None:
                if one.real:  # what is there is what a shell runs, though we do not
                    found.add(name)
                yield one


def look_up(written: str, places: Iterable[str]) -> Executable:
    """What a person wrote for an executable: a path, or a name that is looked for."""
    if os.sep in written:
        place = os.path.abspath(os.path.expanduser(written))
        one = _examined(os.path.basename(place), place)
        return one or Executable(name=written, path=place, problem="cannot be run: it is a folder, or not executable")
    for folder in places:
        one = _examined(written, os.path.join(folder, written))
        if one is not None and not one.problem:
            return one
    return Executable(name=written, path="", problem="is in no folder of PATH")


def _examined(name: str, path: str) -> Executable | None:
    """None for what a shell would pass by: a folder, and a file that is not executable."""
    try:
        about = os.stat(path)
    except OSError as error:
        if error.errno == errno.ENOENT and os.path.islink(path):
            problem = f"is a symbolic link to {os.readlink(path)}, which is not there"
        elif error.errno == errno.ENOENT:
            return Executable(name=name, path=path, problem="is not there") if os.sep in name else None
        else:
            problem = f"cannot be examined: {error.strerror}"
        return Executable(name=name, path=path, problem=problem)
    real = os.path.realpath(path)
    if not stat.S_ISREG(about.st_mode) or not os.access(path, os.X_OK):
        return None
    if about.st_mode & _SET_ID:
        return Executable(name=name, path=path, real=real, problem="would run as another user or group: it is not run")
    return Executable(name=name, path=path, real=real)
