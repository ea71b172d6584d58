"""`archmatrix diff A B`: what changed between two moments, or between two sets of versions."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from matrix.changes import compare
from matrix.cli import output, session
from matrix.errors import UsageError
from matrix.query.between import parse_sides, pictures_at, scenes
from matrix.query.knowledge import Knowledge
from matrix.query.picture import picture
from matrix.query.question import PROJECTS, Question
from matrix.render.changes.blocks import changes_page
from matrix.render.changes.data import change_json
from matrix.render.changes.filter import Wanted
from matrix.render.changes.text import changes_text
from matrix.render.markdown import page_markdown
from matrix.render.phrases import backwards_words, revision_words

if TYPE_CHECKING:
    import argparse
    from datetime import datetime

    from matrix.changes import Change, Picture
    from matrix.model import Registry
    from matrix.query.between import Sides
    from matrix.query.question import Scene
    from matrix.store import Store


def run(args: argparse.Namespace) -> int:
    """0 where nothing changed, 1 where something did, 3 where a named version is not known."""
    known = session.registry()
    wanted = Wanted.of(known, arch=args.arch, backend=args.backend, kind=args.kind, about=args.about)
    with ExitStack() as stack:
        open_stores = tuple(stack.enter_context(s) for s in session.stores(args))
        knowledge = Knowledge(open_stores)
        told = [m for store in open_stores if (m := store.last_told()) is not None]
        sides = parse_sides(args.first, args.second, session.now(), max(told, default=None))
        fixed = Question(versions=session.named(args), cc=args.cc or "")
        if sides.versions is not None:
            both = scenes(known, knowledge, sides.versions, fixed)
            if missing := _missing(known, both):
                output.complain(missing)
                return 3
            before, after = (picture(known, scene) for scene in both)
            words = _versions_words(known, both)
            notes = list(dict.fromkeys([*(said for scene in both for said in scene.said), *_backwards(known, both)]))
        else:
            before, after, words, notes = _moments(known, knowledge, open_stores, sides, fixed)
        urls = session.addresses(known, knowledge)
    changes = tuple(c for c in compare(before, after) if wanted.has(known, c))
    for note in notes:
        output.complain(f"note: {note}")
    if args.json or args.format == "json":
        output.write_json(
            {"before": words[0], "after": words[1], "changes": [change_json(known, c, urls) for c in changes]}
        )
    elif args.format == "markdown":
        output.write(page_markdown(changes_page(known, f"{words[0]} to {words[1]}", changes, urls)))
    else:
        body = f"\n{changes_text(known, changes)}" if changes else ""
        output.write(f"{words[0]} -> {words[1]}: {_count(changes)}\n{body}")
    return 1 if changes else 0


def _moments(
    known: Registry, knowledge: Knowledge, open_stores: tuple[Store, ...], sides: Sides, fixed: Question
) -> tuple[Picture, Picture, tuple[str, str], list[str]]:
    assert sides.moments is not None  # noqa: S101  # there are versions otherwise
    if fixed.versions or fixed.cc:
        raise UsageError(
            "diff: found dates and a named version or compiler, expected sets of versions (linux@6.12..linux@7.1): "
            "between two moments the newest releases of each are compared"
        )
    notes = []
    start, end = sides.moments
    first = knowledge.first_seen()
    if first is not None and start < first <= end:
        # What is found first is where everything starts, and no change.
        notes.append(f"nothing had been observed by {_utc(start)}; compared from the first observation on")
        start = first
    before, after = pictures_at(known, knowledge, open_stores[:-1], (start, end), session.stamp())
    words = [_utc(start), _utc(end)]
    return before, after, (words[0], words[1]), notes


def _utc(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


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


def _count(changes: tuple[Change, ...]) -> str:
    return {0: "no change", 1: "1 change"}.get(len(changes), f"{len(changes)} changes")
