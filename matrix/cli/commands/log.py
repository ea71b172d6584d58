"""`archmatrix log`: what refreshes observed to change, the newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cli import output, session
from matrix.errors import UsageError
from matrix.query.knowledge import Knowledge
from matrix.query.moments import parse_moment
from matrix.render.changes.data import event_json
from matrix.render.changes.filter import Wanted
from matrix.render.changes.text import events_text
from matrix.store import Store

if TYPE_CHECKING:
    import argparse


def run(args: argparse.Namespace) -> int:
    """Print the events that were asked for; none is no fault."""
    known = session.registry()
    wanted = Wanted.of(known, arch=args.arch, backend=args.backend, kind=args.kind, about=args.about)
    since = None if args.since is None else parse_moment(args.since, session.now(), "--since")
    place = session.store_path(args)
    if not place.exists():
        if args.db:
            raise UsageError(f"--db {place}: found no such file, expected a store")
        output.complain(
            "nothing was refreshed here yet, and the log holds what refreshes observe; between releases that are"
            " known: archmatrix diff linux@6.12..linux@7.1"
        )
        events = []
        urls = session.addresses(known, Knowledge([]))
    else:
        with Store.open(place, readonly=True) as store:
            events = [e for e in store.journal.events(since=since) if wanted.has(known, e.change)]
            urls = session.addresses(known, Knowledge([store]))
    if args.limit is not None:
        events = events[-args.limit :]
    if args.json:
        output.write_json([event_json(known, e, urls) for e in reversed(events)])
    else:
        output.write(events_text(known, events))
    return 0
