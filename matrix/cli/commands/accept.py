"""`archmatrix accept SOURCE`: believe what was held back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cli import output, session
from matrix.errors import UsageError
from matrix.poll.lock import locked
from matrix.store import Run, Store, read_facts

if TYPE_CHECKING:
    import argparse


def run(args: argparse.Namespace) -> int:
    """Record what was held of the source; 2 where nothing is."""
    known = session.registry()
    place = session.store_path(args)
    if not place.exists():
        raise UsageError(f"{args.source}: nothing was polled yet")
    with locked(place, wait=args.wait, tell=output.complain), Store.open(place) as store:
        held = [h for h in store.polls.held() if h.source == args.source]
        if not held:
            names = ", ".join(sorted({h.source for h in store.polls.held()})) or "nothing"
            raise UsageError(f"source: got {args.source!r}, expected one that is held; held now: {names}")
        now = session.now()
        for item in held:
            snapshot = read_facts(item.body, f"held {item.source}")
            outcomes = [(item.project, item.revision, item.source, "")]
            store.facts.record(Run(kind="accept", started=now, finished=now, outcome="complete"), [snapshot], outcomes)
            output.write(f"{item.source} of {item.revision}: accepted\n")
        session.compile_answers(known, store)
    return 0
