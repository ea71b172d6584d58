"""Source trees and clones on this machine -> recorded, with the answers resolved anew; what became of each source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.errors import UsageError
from matrix.operations import compile as compiling
from matrix.operations.stores import recording, recording_clock
from matrix.operations.trees import open_clones, open_trees
from matrix.poll.clone import refresh_clone
from matrix.poll.trees import refresh_trees

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from contextlib import AbstractContextManager

    from matrix.operations.workplace import Workplace
    from matrix.poll.clone import Walk
    from matrix.poll.trees import RefreshedTrees
    from matrix.trees import Spec


def record_trees(work: Workplace, specs: Iterable[Spec], *, wait: float) -> RefreshedTrees:
    """Record every tree in one transaction. Raises: TreeError, StoreError, UsageError where one has no name."""
    trees = list(open_trees(work.registry, specs))
    for tree, revision in trees:
        if revision.label.endswith("-dirty"):
            raise UsageError(
                f"{tree.where}: found changed files on top of {revision.label.removesuffix('-dirty')}, expected a "
                f"state that has a name; commit them, or ask without recording: archmatrix is NAME --tree {tree.where}"
            )
    with recording(work, wait) as store:
        done = refresh_trees(work.registry, store, trees, recording_clock(work, store))
        compiling.keep_answers(work, store)
    return done


def record_clones(
    work: Workplace,
    specs: Iterable[Spec],
    *,
    wait: float,
    progress: Callable[[str], AbstractContextManager[Callable[[int, int, str], None]]],
) -> list[Walk]:
    """Record the releases that each clone has, a transaction each. Raises: TreeError, StoreError.

    progress is entered for each project, and then hears how many releases are read, of how many, and which one comes.
    """
    clones = open_clones(specs)
    walks = []
    with recording(work, wait) as store:
        clock = recording_clock(work, store)
        for project, git in clones:
            with progress(project) as tell:
                walks.append(refresh_clone(work.registry, store, project, git, clock, tell))
        if any(walk.read for walk in walks) or not store.pages.stamp:
            compiling.keep_answers(work, store)
    return walks
