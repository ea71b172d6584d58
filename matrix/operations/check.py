"""The asker's own tree, and what is known of a version -> the facts that differ, with both lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matrix.change import differences
from matrix.choose import choose
from matrix.operations.stores import open_stores
from matrix.operations.trees import open_trees
from matrix.poll.excerpt import relevant_symbols, thinned
from matrix.poll.tree import read_tree
from matrix.query.knowledge import Knowledge
from matrix.store import Snapshot, located

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matrix.change import Difference
    from matrix.choose import Chosen
    from matrix.model import Located, Registry, Revision
    from matrix.operations.workplace import Workplace
    from matrix.poll.tree import SourceOutcome
    from matrix.store import Store
    from matrix.trees import Spec


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A tree held against a known revision. Sources that could not be read of the tree are in failures alone."""

    known: Revision
    tree: Revision
    where: str
    differences: Sequence[Difference]
    failures: tuple[SourceOutcome, ...]


def check(work: Workplace, spec: Spec, against: str | None) -> Checked | Chosen:
    """What differs; where the version is not known, what was chosen instead: nothing, with words and neighbours.

    against names the known version to compare with; None is the tree's own. Raises: TreeError, UsageError, StoreError.
    """
    ((tree, revision),) = open_trees(work.registry, [spec])
    with open_stores(work) as stores:
        held = choose(Knowledge(stores).revisions(revision.project), against or f"v{revision.label}")
        if held.revision is None:
            return held
        before = _held(stores, held.revision)
    # What takes the whole tree to read is no part of most people's own, and no answer rests on it.
    sources = [source for source in work.registry.sources.values() if not source.joined]
    read = read_tree(tree, revision, sources, work.clock())
    ours, theirs = _alike(work.registry, before, read.snapshot)
    compared = {i.source for i in ours} & {s.id for s in sources} - {o.source.id for o in read.failures}
    return Checked(
        known=held.revision,
        tree=revision,
        where=str(tree.where),
        differences=differences(
            (i for i in ours if i.source in compared),
            (i for i in theirs if i.source in compared),
        ),
        failures=read.failures,
    )


def _held(stores: Sequence[Store], revision: Revision) -> Snapshot:
    """What is held of a revision: the user's own facts where there are any, else the shipped ones."""
    snapshots = (store.facts.snapshot(revision) for store in stores)
    return next((s for s in snapshots if s.observations), Snapshot(revision, ()))


def _alike(known: Registry, held: Snapshot, tree: Snapshot) -> tuple[list[Located], list[Located]]:
    """The facts of both sides, thinned by the symbols that matter in what is held (the shipped facts are)."""
    symbols = relevant_symbols(known, held)
    return list(located(thinned(held, symbols))), list(located(thinned(tree, symbols)))
