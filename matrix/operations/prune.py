"""What can be fetched again -> dropped, and how much room that was. Facts and events stay."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matrix.poll.lock import locked
from matrix.store import Store, is_there

if TYPE_CHECKING:
    from pathlib import Path

    from matrix.operations.workplace import Workplace


@dataclass(frozen=True, slots=True)
class Pruned:
    """How many caches of git objects, and the bytes of them and of the feeds."""

    caches: int
    objects: int
    feeds: int


def prune(work: Workplace, cache: Path, *, wait: float, dry: bool) -> Pruned:
    """Drop the upstream files that were kept, in the folder `cache` and in the store; dry only counts.

    Raises: StoreError.
    """
    caches = [folder for id_ in work.registry.upstreams if (folder := cache / f"{id_}.git").is_dir()]
    size = sum(_size(folder) for folder in caches)
    feeds = 0
    # Under the lock of the store: a refresh under way reads what would be dropped.
    with locked(work.store, wait=wait, tell=work.tell):
        if is_there(work.store):
            with Store.open(work.store, readonly=dry) as store:
                feeds = store.polls.cached_bytes()
                if not dry:
                    store.polls.drop_cached()
        for folder in caches if not dry else ():
            shutil.rmtree(folder)
    return Pruned(len(caches), size, feeds)


def _size(folder: Path) -> int:
    return sum(f.stat().st_size for f in folder.rglob("*") if f.is_file() and not f.is_symlink())
