"""`archmatrix check DIR`: what is known against the asker's own tree, each difference with both lines."""

from __future__ import annotations

import argparse
from contextlib import ExitStack
from typing import TYPE_CHECKING

from matrix.changes import differences
from matrix.cli import output, session
from matrix.poll.excerpt import relevant_symbols, thinned
from matrix.poll.tree import read_tree
from matrix.query.knowledge import Knowledge
from matrix.render.answer.check import check_json, check_text
from matrix.store import Snapshot, located
from matrix.versions import choose

if TYPE_CHECKING:
    from matrix.model import Located, Registry, Revision
    from matrix.store import Store


def run(args: argparse.Namespace) -> int:
    """0 where they agree, 1 where they differ, 3 where the version is not known, 4 where a file cannot be read."""
    known = session.registry()
    ((tree, revision),) = session.open_trees(argparse.Namespace(tree=[args.place]), known)
    with ExitStack() as stack:
        stores = [stack.enter_context(store) for store in session.stores(args)]
        held = choose(Knowledge(stores).revisions(revision.project), args.against or f"v{revision.label}")
        if held.revision is None:
            output.complain("; ".join(held.said) + f"; name a known one: --against {_example(held.neighbours)}")
            return 3
        known_before = _held(stores, held.revision)
    read = read_tree(tree, revision, known.sources.values(), session.now())
    ours, theirs = _alike(known, known_before, read.snapshot)
    compared = {i.source for i in ours} - {o.source.id for o in read.failures}
    found = differences(
        (i for i in ours if i.source in compared),
        (i for i in theirs if i.source in compared),
    )
    for outcome in read.failures:
        output.complain(f"{outcome.source.id}: {outcome.error}")
    if args.json:
        output.write_json(check_json(held.revision, revision, found))
    else:
        output.write(check_text(known, held.revision, revision, found, str(tree.where)))
    return 4 if read.failures else 1 if found else 0


def _example(neighbours: tuple[Revision, ...]) -> str:
    return neighbours[-1].label if neighbours else "V"


def _held(stores: list[Store], revision: Revision) -> Snapshot:
    """What is held of a revision: the user's own facts where there are any, else the shipped ones."""
    snapshots = (store.facts.snapshot(revision) for store in stores)
    return next((s for s in snapshots if s.observations), Snapshot(revision, ()))


def _alike(known: Registry, held: Snapshot, tree: Snapshot) -> tuple[list[Located], list[Located]]:
    """The facts of both sides, thinned by the symbols that matter in what is held (the shipped facts are)."""
    symbols = relevant_symbols(known, [held])
    return list(located(thinned(held, symbols))), list(located(thinned(tree, symbols)))
