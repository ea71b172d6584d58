"""Glob patterns and a way to list one folder -> the paths that match, entering only folders that can hold one.

`*` and `?` stay within one name, `**` as a whole name crosses any number of folders (none too); every other character
stands for itself. As in a shell, a name that starts with a dot is matched only by a pattern that spells the dot: `**`
never enters `.git`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from matrix.errors import TreeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


class Names(NamedTuple):
    """What one folder holds: names of folders, and of regular files."""

    folders: frozenset[str]
    files: frozenset[str]


def expand(patterns: Iterable[str], names: Callable[[str], Names]) -> list[str]:
    """The files matching any pattern, sorted. `names` lists a folder, given as a path ("" is the root).

    Raises: TreeError for a pattern that leaves the tree, and for a matching name that cannot be written in a line.
    """
    listed: dict[str, Names] = {}

    def cached(folder: str) -> Names:
        if folder not in listed:
            listed[folder] = names(folder)
        return listed[folder]

    matching: set[str] = set()
    for pattern in patterns:
        matching.update(_matching(check_path(pattern).split("/"), cached))
    for path in matching:
        if not path.isprintable():
            raise TreeError(f"found a file named {path!r}, expected printable UTF-8 in the name")
    return sorted(matching)


def check_path(path: str) -> str:
    """`path` itself, where it is relative and stays inside the tree.

    Raises: TreeError.
    """
    if path.startswith("/") or "\0" in path or any(part in ("", ".", "..") for part in path.split("/")):
        raise TreeError(f"found path {path!r}, expected one inside the tree, such as arch/arm/Kconfig")
    return path


def _matching(parts: list[str], names: Callable[[str], Names]) -> Iterator[str]:
    folders = {""}
    for part in parts[:-1]:
        if part == "**":
            folders = {below for folder in folders for below in _descend(folder, names)}
        else:
            folders = {_join(f, name) for f in folders for name in _select(part, names(f).folders)}
    last = parts[-1]
    if last == "**":
        folders = {below for folder in folders for below in _descend(folder, names)}
        last = "*"
    for folder in folders:
        for name in _select(last, names(folder).files):
            yield _join(folder, name)


def _descend(folder: str, names: Callable[[str], Names]) -> Iterator[str]:
    """`folder` and every folder below it."""
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        yield here
        waiting.extend(_join(here, name) for name in _select("*", names(here).folders))


def _select(part: str, names: frozenset[str]) -> list[str]:
    if "*" not in part and "?" not in part:
        return [part] if part in names else []
    wanted = re.compile(
        "".join({"*": ".*", "?": "."}.get(c, re.escape(c)) for c in re.sub(r"\*+", "*", part)), re.DOTALL
    )
    dotted = part.startswith(".")
    return [n for n in names if n.startswith(".") == dotted and wanted.fullmatch(n)]


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name
