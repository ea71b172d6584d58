"""Several trees -> one run in the store: all of it recorded, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matrix.poll.tree import TreeRead, read_tree
from matrix.store import Run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from matrix.model import Registry, Revision
    from matrix.store import Recorded, Store
    from matrix.trees import Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshedTrees:
    """What a run read and what it changed."""

    reads: tuple[TreeRead, ...]
    recorded: Recorded


def refresh_trees(
    registry: Registry,
    store: Store,
    trees: Iterable[tuple[Tree, Revision]],
    clock: Callable[[], datetime],
) -> RefreshedTrees:
    """Read each tree, parse what the store has not read before, and record it all in one transaction.

    Raises: TreeError, StoreError. A source that fails is told in its outcome and keeps its last good facts.
    """
    started = clock()
    reads = tuple(
        read_tree(tree, revision, registry.sources.values(), started, store.facts.known_readings)
        for tree, revision in trees
    )
    outcomes = [o for read in reads for o in read.outcomes]
    failed = sum(o.error is not None for o in outcomes)
    run = Run(
        kind="tree",
        started=started,
        finished=clock(),
        outcome="complete" if not failed else "partial" if failed < len(outcomes) else "failed",
        bytes=sum(o.bytes for o in outcomes),
        documents=sum(o.documents for o in outcomes),
    )
    return RefreshedTrees(reads=reads, recorded=store.facts.record(run, [read.snapshot for read in reads]))
