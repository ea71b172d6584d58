"""The text of not_tracked.toml -> the leaves that are not compared, each with its reason.

    [[leaf]]
    path = "cranelift / * / arch_feature"
    kind = "no fact"
    reason = "no answer rests on it"

path is a glob for each part of a leaf's path. kind is one of

    no fact      no extractor reads it; the reason says why none does
    words        prose or a grouping of truth.json's own, which no upstream file holds
    truth wrong  truth.json is wrong against the tree, and the reason says where that stands

Where archmatrix says something else, `archmatrix` is what it says, so that the entry covers this one difference and no
other; where it says nothing, the key is missing. A wrong truth is always held against what archmatrix says.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import tomli

if TYPE_CHECKING:
    from tests.truth.leaves import Path, Value

KINDS = ("no fact", "words", "truth wrong")
NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotTracked:
    """One entry. said is what archmatrix must say for the entry to hold: NOTHING where it must have no such leaf."""

    path: Path
    kind: str
    reason: str
    said: Value = NOTHING

    def covers(self, path: Path, said: Value) -> bool:
        """Whether the entry is about this leaf and what archmatrix says of it."""
        return said == self.said and type(said) is type(self.said) and self.names(path)

    def names(self, path: Path) -> bool:
        """Whether the entry's path matches."""
        return len(path) == len(self.path) and all(map(fnmatchcase, path, self.path))


def read_not_tracked(text: str) -> tuple[NotTracked, ...]:
    """Every entry, in order. Raises: ValueError for an entry without a kind or reason, or with a key not known."""
    entries = []
    for table in tomli.loads(text)["leaf"]:
        needed = {"path", "kind", "reason"} | ({"archmatrix"} if table.get("kind") == "truth wrong" else set())
        found = set(table)
        if not needed <= found <= needed | {"archmatrix"} or table["kind"] not in KINDS or not table["reason"].strip():
            raise ValueError(f"{table}: expected {', '.join(sorted(needed))}; kind one of {', '.join(KINDS)}")
        path = tuple(table["path"].split(" / "))
        said = table.get("archmatrix", NOTHING)
        entries.append(NotTracked(path=path, kind=table["kind"], reason=table["reason"], said=said))
    return tuple(entries)
