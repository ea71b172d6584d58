"""Two moments, or two sets of versions, as a person writes them -> what changed from the one to the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matrix.change import compare
from matrix.errors import UsageError
from matrix.moment import moment_words
from matrix.operations.stores import known_addresses, open_stores
from matrix.query.between import parse_sides, pictures_at, scenes
from matrix.query.knowledge import Knowledge
from matrix.query.picture import picture
from matrix.query.question import PROJECTS, Question
from matrix.render.phrases import backwards_words, revision_words

if TYPE_CHECKING:
    from datetime import datetime

    from matrix.change import Change
    from matrix.model import Registry
    from matrix.operations.workplace import Workplace
    from matrix.query.scene import Scene
    from matrix.render.changes.filter import ChangeFilter
    from matrix.render.links import UrlOf


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    """What changed. before and after name the sides in words; missing says what is not known of them, or ""."""

    before: str = ""
    after: str = ""
    changes: tuple[Change, ...] = ()
    notes: tuple[str, ...] = ()
    missing: str = ""
    url_of: UrlOf


def diff(work: Workplace, first: str, second: str | None, fixed: Question, wanted: ChangeFilter) -> Diff:
    """Compare `A..B`, or A and B apart; without B the present. fixed is on both sides. Raises: UsageError."""
    known = work.registry
    with open_stores(work) as stores:
        knowledge = Knowledge(stores)
        told = [m for store in stores if (m := store.journal.last_told()) is not None]
        sides = parse_sides(first, second, work.clock(), max(told, default=None))
        urls = known_addresses(work, knowledge)
        if sides.versions is not None:
            both = scenes(known, knowledge, sides.versions, fixed)
            if missing := _missing(known, both):
                return Diff(missing=missing, url_of=urls)
            before, after = (picture(known, scene) for scene in both)
            words = _versions_words(known, both)
            notes = list(dict.fromkeys([*(said for scene in both for said in scene.said), *_backwards(known, both)]))
        else:
            assert sides.moments is not None  # noqa: S101  # there are versions otherwise
            start, notes = _start(knowledge, sides.moments, fixed)
            end = sides.moments[1]
            before, after = pictures_at(known, knowledge, stores[:-1], (start, end), work.stamp)
            words = moment_words(start), moment_words(end)
    return Diff(
        before=words[0],
        after=words[1],
        changes=tuple(c for c in compare(before, after) if wanted.has(known, c)),
        notes=tuple(notes),
        url_of=urls,
    )


def _start(knowledge: Knowledge, moments: tuple[datetime, datetime], fixed: Question) -> tuple[datetime, list[str]]:
    """The moment to compare from, and what is to be said of it."""
    if fixed.versions or fixed.cc or fixed.tools:
        raise UsageError(
            "diff: found dates and a named version or compiler, expected sets of versions (linux@6.12..linux@7.1): "
            "between two moments the newest releases of each are compared"
        )
    start, end = moments
    first = knowledge.first_seen()
    if first is not None and start < first <= end:
        # What is found first is where everything starts, and no change.
        return first, [f"nothing had been observed by {moment_words(start)}; compared from the first observation on"]
    return start, []


def _missing(known: Registry, both: tuple[Scene, Scene]) -> str:
    """What is not known of the versions that were named; "" where all are."""
    return "; ".join(
        dict.fromkeys(
            said
            for scene in both
            for project in scene.question.versions
            if scene.revisions[project] is None
            for said in scene.said
            if said.startswith(known.projects[project].name) or "no release" in said
        )
    )


def _backwards(known: Registry, both: tuple[Scene, Scene]) -> list[str]:
    sides = [(both[0].revisions[p], both[1].revisions[p]) for p in PROJECTS]
    return [words for a, b in sides if a and b and (words := backwards_words(known, a, b))]


def _versions_words(known: Registry, both: tuple[Scene, Scene]) -> tuple[str, str]:
    named = [p for p in PROJECTS if any(p in scene.question.versions for scene in both)]
    differing = [p for p in named if both[0].revisions[p] != both[1].revisions[p]] or named
    old, new = (
        ", ".join(revision_words(known, r) for p in differing if (r := scene.revisions[p]) is not None)
        for scene in both
    )
    return old, new
