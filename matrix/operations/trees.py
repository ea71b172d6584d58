"""Where trees and clones are said to be -> the open trees with the revisions that they are, the open clones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.extras import need
from matrix.trees import identify, open_repository, open_tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from matrix.model import Registry, Revision
    from matrix.trees import Git, Spec, Tree


def open_trees(registry: Registry, specs: Iterable[Spec]) -> Iterator[tuple[Tree, Revision]]:
    """Each tree with the revision that it is. Raises: TreeError, UsageError, MissingExtraError."""
    need("refresh")
    for spec in specs:
        tag = registry.projects[spec.project].tag
        tree = open_tree(spec.place, spec.version, tag=tag)
        yield tree, identify(spec.project, tree, spec.version, tag=tag)


def open_clones(specs: Iterable[Spec]) -> list[tuple[str, Git]]:
    """Each clone: its project and its repository. Raises: TreeError, MissingExtraError."""
    need("refresh")
    return [(spec.project, open_repository(spec.place)) for spec in specs]
