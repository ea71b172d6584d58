r"""Statements <-> rows that name their words by number, as `texts` has them.

    statements  id, digest, said, note    what is said (a row of `said`, NULL for nothing) and what decided
    evidence    statement, position, tree ("rust 1.95.0"), path, line, words

What a release changes in nearly every statement is a line and the release's own label. So a label that stands in a
quotation or in a note is left out of the text, to be put there again from the evidence: "rustc \x1a0; lists it" has
the first label of the evidence.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from matrix.change import Said, Side
from matrix.model import Evidence
from matrix.store.reading import CHUNK
from matrix.store.recording import Interned
from matrix.store.values import digest

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from matrix.change import Topic

_MARK = "\x1a"

# Tree, path, line, words: the line as it is, the others as numbers of texts.
_Place = tuple[int, int, int, int]


class Spoken(NamedTuple):
    """What a row of statements holds, whatever topic it is of. said is None where nothing is said."""

    said: Said | None
    evidence: tuple[Evidence, ...]
    note: str

    def of(self, topic: Topic) -> Side:
        """The same of a topic."""
        return Side(topic, self.said, self.evidence, self.note)


class _Parts(NamedTuple):
    """A statement with its words apart; an item of evidence is tree, path, line, words."""

    said: Said | None
    note: str
    evidence: tuple[tuple[str, str, int, str], ...]


class StatementWriter:
    """The open transaction, and the numbers it has looked up."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db, self._words = db, Interned(db, "texts", "value")
        self._said: dict[Said, int] = {}
        self._numbers: dict[tuple[int | None, int, tuple[_Place, ...]], int] = {}
        # Rows of evidence that are still to be written.
        self._stands: list[tuple[int, ...]] = []

    def numbers(self, sides: Iterable[Side]) -> list[int]:
        """The number of the statement that each side makes, also of one that says nothing."""
        parts = [_taken(side) for side in sides]
        words = {word for p in parts for tree, path, _, says in p.evidence for word in (tree, path, says)}
        self._words.add(words | {p.note for p in parts})
        numbers = [self._number(p) for p in parts]
        self._db.executemany("INSERT INTO evidence VALUES (?, ?, ?, ?, ?, ?)", self._stands)
        self._stands = []
        return numbers

    def _number(self, parts: _Parts) -> int:
        of = self._words
        said = None if parts.said is None else self._saying(parts.said)
        places = tuple([(of[tree], of[path], line, of[says]) for tree, path, line, says in parts.evidence])
        key = said, of[parts.note], places
        if key not in self._numbers:
            number = digest(*key)
            self._numbers[key] = self._find(number, *key) or self._add(number, *key)
        return self._numbers[key]

    def _find(self, number: int, said: int | None, note: int, places: tuple[_Place, ...]) -> int | None:
        """A statement that is the same. A few share a digest: the rest of the row decides."""
        rows = self._db.execute(
            "SELECT id FROM statements WHERE digest = ? AND said IS ? AND note = ?", (number, said, note)
        )
        for (id_,) in rows.fetchall():
            stands = self._db.execute(
                "SELECT tree, path, line, words FROM evidence WHERE statement = ? ORDER BY position", (id_,)
            )
            if tuple(stands) == places:
                return int(id_)
        return None

    def _add(self, number: int, said: int | None, note: int, places: tuple[_Place, ...]) -> int:
        cursor = self._db.execute("INSERT INTO statements (digest, said, note) VALUES (?, ?, ?)", (number, said, note))
        id_ = int(cursor.lastrowid or 0)
        self._stands += [(id_, position, *place) for position, place in enumerate(places)]
        return id_

    def _saying(self, said: Said) -> int:
        if said not in self._said:
            find = "SELECT id FROM said WHERE word = ? AND at = ? AND condition = ? AND also = ?"
            row = self._db.execute(find, said).fetchone()
            if row is None:
                add = "INSERT INTO said (word, at, condition, also) VALUES (?, ?, ?, ?)"
                row = (self._db.execute(add, said).lastrowid,)
            self._said[said] = int(row[0])
        return self._said[said]


def sayings(db: sqlite3.Connection, numbers: Collection[int]) -> dict[int, Said | None]:
    """What each statement says, by the statement's number: one value for all that say the same."""
    of = dict(_rows(db, "SELECT id, said FROM statements WHERE id IN ({})", numbers))
    said = _said(db, of.values())
    return {id_: said[number] for id_, number in of.items()}


def statements(db: sqlite3.Connection, numbers: Collection[int]) -> dict[int, Spoken]:
    """The statements under these numbers."""
    rows = list(_rows(db, "SELECT id, said, note FROM statements WHERE id IN ({})", numbers))
    said = _said(db, (row[1] for row in rows))
    placed = list(
        _rows(
            db,
            "SELECT statement, tree, path, line, words FROM evidence WHERE statement IN ({})"
            " ORDER BY statement, position",
            numbers,
        )
    )
    wanted = {row[2] for row in rows}.union(*([row[1], row[2], row[4]] for row in placed))
    words: dict[int, str] = dict(_rows(db, "SELECT id, value FROM texts WHERE id IN ({})", wanted))
    # Many statements stand on the same lines: each is made once.
    made = {place: _evidence(words, place) for place in {row[1:] for row in placed}}
    stands: dict[int, list[Evidence]] = {row[0]: [] for row in rows}
    for row in placed:
        stands[row[0]].append(made[row[1:]])
    return {
        id_: Spoken(said[number], tuple(stands[id_]), _note(words[note], stands[id_])) for id_, number, note in rows
    }


def _note(text: str, evidence: Iterable[Evidence]) -> str:
    return _whole(text, dict.fromkeys([item.revision for item in evidence])) if _MARK in text else text


def _said(db: sqlite3.Connection, numbers: Iterable[int | None]) -> dict[int | None, Said | None]:
    rows = _rows(db, "SELECT id, word, at, condition, also FROM said WHERE id IN ({})", {n for n in numbers if n})
    return {None: None, **{row[0]: Said(*row[1:]) for row in rows}}


def _evidence(words: Mapping[int, str], place: _Place) -> Evidence:
    tree, path, line, says = place
    project, _, label = words[tree].partition(" ")
    text = words[says]
    return Evidence(
        project=project,
        revision=label,
        path=words[path],
        line=line,
        says=_whole(text, (label,)) if _MARK in text else text,
    )


def _rows(db: sqlite3.Connection, query: str, numbers: Collection[int]) -> Iterator[tuple]:  # type: ignore[type-arg]
    """The rows of a query for these numbers, as many at once as SQLite takes."""
    ordered = sorted(numbers)
    for at in range(0, len(ordered), CHUNK):
        chunk = ordered[at : at + CHUNK]
        yield from db.execute(query.format(",".join("?" * len(chunk))), chunk)


# --- labels taken out, and put back ------------------------------------------------------------------


def _taken(side: Side) -> _Parts:
    evidence: Sequence[Evidence] = side.evidence
    items = ((f"{i.project} {i.revision}", i.path, i.line, _bare(i.says, (i.revision,))) for i in evidence)
    note = _bare(side.note, tuple(dict.fromkeys(item.revision for item in evidence)))
    return _Parts(side.said, note, tuple(items))


def _bare(text: str, labels: tuple[str, ...]) -> str:
    """The text with a mark for each label in it, and a mark without a number for the mark itself."""
    pattern, numbers = _labels(labels)
    return pattern.sub(lambda match: f"{_MARK}{numbers.get(match[0], '')};", text)


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
