"""`archmatrix prune --bodies`: give back the room of what can be fetched again. Facts and events stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cli import output, surroundings
from matrix.errors import UsageError
from matrix.exits import Exit
from matrix.operations.prune import prune

if TYPE_CHECKING:
    import argparse


def run(args: argparse.Namespace) -> int:
    """Drop the upstream files that were kept, and say how much that was; with --dry-run only say."""
    if not args.bodies:
        raise UsageError("prune: found nothing to prune, expected --bodies; facts and events are never dropped")
    work = surroundings.workplace(args)
    done = prune(work, surroundings.cache_folder(), wait=args.wait, dry=args.dry_run)
    verb = "would drop" if args.dry_run else "dropped"
    total, caches = done.objects + done.feeds, f"{done.caches} git caches ({done.objects})"
    output.write(f"{verb} {total} bytes: {caches}, feeds ({done.feeds})\n")
    output.write("facts and events are as they were; the next refresh fetches what it needs again\n")
    return Exit.YES
