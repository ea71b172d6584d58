"""`archmatrix log`: what refreshes observed to change, the newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cli import output, surroundings
from matrix.exits import Exit
from matrix.operations.events import observed
from matrix.query.moments import parse_moment
from matrix.render.changes.data import log_json
from matrix.render.changes.filter import ChangeFilter
from matrix.render.changes.text import events_text

if TYPE_CHECKING:
    import argparse


def run(args: argparse.Namespace) -> int:
    """Print the events that were asked for; none is no fault."""
    work = surroundings.workplace(args)
    known = work.registry
    wanted = ChangeFilter.of(known, arch=args.arch, backend=args.backend, kind=args.kind, about=args.about)
    since = None if args.since is None else parse_moment(args.since, work.clock(), "--since")
    seen = observed(work, wanted, since, args.limit)
    if not seen.refreshed:
        if args.db:
            raise surroundings.no_store(work)
        output.complain(
            "nothing was refreshed here yet, and the log holds what refreshes observe; diff tells what changed between"
            " releases that are known",
            then="archmatrix diff linux@6.12..linux@7.1",
        )
    if args.json:
        output.write_json(log_json(known, reversed(seen.events), seen.url_of))
    else:
        output.write(events_text(known, seen.events))
    return Exit.YES
