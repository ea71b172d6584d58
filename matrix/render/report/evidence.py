"""Contradictions and evidence -> the words, lines and tables that several pages share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.render.links import evidence_url
from matrix.render.page import Grid, Item, Link

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matrix.cell import Contradiction
    from matrix.model import Evidence, Registry
    from matrix.query.scene import Scene
    from matrix.render.page import Inlines


def words_grid(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Grid:
    """A table of words alone."""
    return Grid([(head,) for head in heads], [[(word,) for word in row] for row in rows])


def evidence_text(registry: Registry, scene: Scene, item: Evidence) -> Inlines:
    """`Linux 7.1.13 arch/um/Kconfig:41: UML: select HAVE_RUST`, with a link."""
    place = f"{item.path}:{item.line}" if item.line else item.path
    words = f"{registry.projects[item.project].name} {item.revision} {place}"
    return (Link((words,), evidence_url(registry, scene, item)), f": {item.says}")


def case_item(registry: Registry, scene: Scene, case: Contradiction, words: Inlines) -> Item:
    """A contradiction in those words, and both its sides."""
    return Item(words, [evidence_text(registry, scene, side) for side in case.sides])
