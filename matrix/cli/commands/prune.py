"""`archmatrix prune --bodies`: give back the room of what can be fetched again. Facts and events stay."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from matrix.cli import output, session
from matrix.errors import UsageError
from matrix.poll.lock import locked
from matrix.store import Store

if TYPE_CHECKING:
    import argparse
    from pathlib import Path


def run(args: argparse.Namespace) -> int:
    """Drop the upstream files that were kept, and say how much that was; with --dry-run only say."""
    if not args.bodies:
        raise UsageError("prune: found nothing to prune, expected --bodies; facts and events are never dropped")
    known, place = session.registry(), session.store_path(args)
    caches = [folder for id_ in known.upstreams if (folder := session.cache_folder() / f"{id_}.git").is_dir()]
    size = sum(_size(folder) for folder in caches)
    feeds = 0
    # Under the lock of the store: a refresh under way reads what would be dropped.
    with locked(place, wait=args.wait, tell=output.complain):
        if place.exists():
            with Store.open(place, readonly=args.dry_run) as store:
                feeds = store.polls.cached_bytes()
                if not args.dry_run:
                    store.polls.drop_cached()
        for folder in caches if not args.dry_run else ():
            shutil.rmtree(folder)
    verb = "would drop" if args.dry_run else "dropped"
    output.write(f"{verb} {size + feeds} bytes: {len(caches)} git caches ({size}), feeds ({feeds})\n")
    output.write("facts and events are as they were; the next refresh fetches what it needs again\n")
    return 0


def _size(folder: Path) -> int:
    return sum(f.stat().st_size for f in folder.rglob("*") if f.is_file() and not f.is_symlink())
