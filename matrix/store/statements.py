r"""Statements <-> rows that name their words by number, as `texts` has them.

What a release changes in nearly every statement is a line and the release's own label. So a label that stands in a
quotation or in a note is left out of the text, to be put there again from the evidence:

    note      "rustc \x1a0; lists riscv64gc-unknown-linux-gnu (tier 2)"    "\x1a0;": the first label of the evidence
    evidence  "12 345 101 6789;12 346 1886 6790"                           tree ("rust 1.95.0"), path, line, words
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from matrix.changes import Statement
from matrix.model import Evidence
from matrix.store.reading import CHUNK
from matrix.store.recording import Interned

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from matrix.changes import Side

_MARK = "\x1a"


# A statement as it is written: its number, value, note (a text's number) and evidence. A plain tuple: they are many.
Row = tuple[int, str, int, str]


class _Parts(NamedTuple):
    """A statement with its words apart; an item of evidence is tree, path, line, words."""

    value: str
    note: str
    evidence: tuple[tuple[str, str, int, str], ...]


class StatementWriter:
    """The open transaction, and the numbers it has looked up."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db, self._words = db, Interned(db, "texts", "value")
        self._numbers: dict[tuple[str | int, ...], int] = {}

    def numbers(self, sides: Iterable[Side]) -> list[int | None]:
        """The number of what each side says, None where it says nothing."""
        parts = [None if side.value is None else _taken(side.value, side.note, side.evidence) for side in sides]
        self._learn([p for p in parts if p])
        return [None if p is None else self._number(p.value, self._words[p.note], self._places(p)) for p in parts]

    def silent(self, sides: Iterable[Side]) -> list[str]:
        """Where each side that says nothing would say it; "" for one that says something."""
        parts = [_taken("", "", () if side.value is not None else side.evidence) for side in sides]
        self._learn(parts)
        return [self._places(p) for p in parts]

    def _learn(self, parts: Collection[_Parts]) -> None:
        words = {word for p in parts for tree, path, _, says in p.evidence for word in (tree, path, says)}
        self._words.add(words | {p.note for p in parts})

    def _places(self, parts: _Parts) -> str:
        of = self._words
        return ";".join(f"{of[tree]} {of[path]} {line} {of[says]}" for tree, path, line, says in parts.evidence)

    def _number(self, *key: str | int) -> int:
        if key not in self._numbers:
            # Three bytes, which a few share: the rest of the row decides.
            digest = crc32("\n".join(map(str, key)).encode()) >> 9
            found = self._db.execute(
                "SELECT id FROM statements WHERE digest = ? AND value = ? AND note = ? AND evidence = ?", (digest, *key)
            ).fetchone()
            if found is None:
                cursor = self._db.execute(
                    "INSERT INTO statements (digest, value, note, evidence) VALUES (?, ?, ?, ?)", (digest, *key)
                )
                found = (cursor.lastrowid,)
            self._numbers[key] = int(found[0])
        return self._numbers[key]


def written(db: sqlite3.Connection, numbers: Collection[int]) -> list[Row]:
    """The rows under these numbers."""
    return list(_by_id(db, "statements", "id, value, note, evidence", numbers))


def statements(db: sqlite3.Connection, rows: Collection[Row]) -> dict[int, Statement]:
    """What stands in each row, by its number."""
    places, words = _places(db, {row[3] for row in rows}, {row[2] for row in rows})
    found = {}
    for number, value, note, places_written in rows:
        evidence, text = places[places_written], words[note]
        if _MARK in text:
            text = _whole(text, dict.fromkeys([item.revision for item in evidence]))
        found[number] = Statement(value, evidence, text)
    return found


def evidences(db: sqlite3.Connection, texts: Collection[str]) -> dict[str, tuple[Evidence, ...]]:
    """Evidence by how it is written, of what is said or of where nothing is."""
    return _places(db, texts, set())[0]


def _places(
    db: sqlite3.Connection, texts: Collection[str], besides: set[int]
) -> tuple[dict[str, tuple[Evidence, ...]], dict[int, str]]:
    """Evidence by how it is written; and its words with others, by number."""
    # Many statements stand on the same lines: each is made once.
    apart = {text: text.split(";") if text else [] for text in texts}
    numbers = {item: list(map(int, item.split())) for items in apart.values() for item in items}
    wanted = besides.union(*([of[0], of[1], of[3]] for of in numbers.values()))
    words: dict[int, str] = dict(_by_id(db, "texts", "id, value", wanted))
    trees = {tree: words[tree].split(" ", 1) for tree in {of[0] for of in numbers.values()}}
    told = {}
    for item, (tree, path, line, says) in numbers.items():
        (project, label), text = trees[tree], words[says]
        if _MARK in text:
            text = _whole(text, (label,))
        told[item] = Evidence(project=project, revision=label, path=words[path], line=line, says=text)
    return {text: tuple([told[item] for item in items]) for text, items in apart.items()}, words


def _by_id(db: sqlite3.Connection, table: str, columns: str, numbers: Collection[int]) -> Iterator[tuple]:  # type: ignore[type-arg]
    ordered = sorted(numbers)
    for at in range(0, len(ordered), CHUNK):
        chunk = ordered[at : at + CHUNK]
        marks = ",".join("?" * len(chunk))
        yield from db.execute(f"SELECT {columns} FROM {table} WHERE id IN ({marks})", chunk)  # noqa: S608


# --- labels taken out, and put back ------------------------------------------------------------------


def _taken(value: str, note: str, evidence: Sequence[Evidence]) -> _Parts:
    items = ((f"{i.project} {i.revision}", i.path, i.line, _bare(i.says, (i.revision,))) for i in evidence)
    return _Parts(value, _bare(note, tuple(dict.fromkeys(item.revision for item in evidence))), tuple(items))


def _bare(text: str, labels: tuple[str, ...]) -> str:
    """The text with a mark for each label in it, and a mark without a number for the mark itself."""
    pattern, numbers = _labels(labels)
    return pattern.sub(lambda found: f"{_MARK}{numbers.get(found[0], '')};", text)


@lru_cache(maxsize=256)
def _labels(labels: tuple[str, ...]) -> tuple[re.Pattern[str], Mapping[str, int]]:
    """What finds them, the longest first: 7.1 is no part of 7.1.13."""
    numbers = {label: number for number, label in enumerate(labels) if label and _MARK not in label}
    return re.compile("|".join(map(re.escape, [_MARK, *sorted(numbers, key=len, reverse=True)]))), numbers


def _whole(text: str, labels: Iterable[str]) -> str:
    for number, label in enumerate(labels):
        text = text.replace(f"{_MARK}{number};", label)
    # Last: no label holds the mark.
    return text.replace(f"{_MARK};", _MARK)
