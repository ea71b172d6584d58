"""Nested tables and lists -> leaves: one path of texts for each single value.

    {"a": {"b": 1}, "c": ["x", "y"], "d": []}
    a / b = 1    c / x = True    c / y = True    d = "none"

A list is a set of texts: each element is a leaf that is there. An empty list or table is one leaf.
"""

from __future__ import annotations

from typing import TypeAlias

Value: TypeAlias = "str | int | bool | None"
Tree: TypeAlias = "dict[str, Tree] | list[str] | Value"
Path: TypeAlias = "tuple[str, ...]"
Leaves: TypeAlias = "dict[Path, Value]"

EMPTY = "none"


def flatten(tree: Tree, above: Path = ()) -> Leaves:
    """Every leaf of `tree` under its path. Raises: ValueError for a list that holds anything but different texts."""
    if isinstance(tree, dict) and tree:
        return {path: value for key, below in tree.items() for path, value in flatten(below, (*above, key)).items()}
    if isinstance(tree, list) and tree:
        if not all(isinstance(item, str) for item in tree) or len(set(tree)) != len(tree):
            raise ValueError(f"{show(above)}: found {tree!r}, expected a list of different texts")
        return {(*above, item): True for item in tree}
    return {above: EMPTY if isinstance(tree, (dict, list)) else tree}


def show(path: Path) -> str:
    """The path as text: `kernel / 7.1.13 / arm64 / rust`."""
    return " / ".join(path)
