"""What tools build, and which tools a kernel takes -> the blocks of a page."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from matrix.cell import Tool
from matrix.render.links import evidence_url
from matrix.render.page import Code, Footnotes, Grid, Heading, Id, Item, Items, Link, Mark, Paragraph
from matrix.render.window.words import (
    asks_words,
    bad_words,
    cell_word,
    explained_cells,
    group_words,
    kernel_words,
    none_words,
    override_words,
    rest_words,
    tools_words,
    why_words,
)

if TYPE_CHECKING:
    from matrix.model import Evidence, Registry
    from matrix.query.reach import Reached, ReachRow, Takes
    from matrix.render.links import UrlOf
    from matrix.render.page import Inline, Inlines, Part
    from matrix.resolve.needs import Needed


def reached_blocks(registry: Registry, found: Reached) -> list[Part]:
    """The table; what a cell hangs on, or what stands in the way, is a footnote."""
    del registry
    notes = {(one.word, one.why): number for number, one in enumerate(explained_cells(found), start=1)}
    rows = [[(Id(row.name),), *_meant(found, row), *_cells(found, row, notes)] for row in found.rows]
    head: list[Inlines] = [("architecture",), ("variants",)] if found.distro else [("variant",)]
    title = f"{found.distro.title}: {tools_words(found.scene)}" if found.distro else tools_words(found.scene)
    return [
        Paragraph((title,)),
        Grid([*head, *((column,) for column in found.columns)], rows),
        Footnotes([(f"{word}: {why}",) for word, why in notes]),
        *_rest(found),
        *(Paragraph((f"Note: {note}",)) for note in found.notes),
    ]


def _rest(found: Reached) -> list[Part]:
    return [Paragraph((words,))] if (words := rest_words(found)) else []


def _meant(found: Reached, row: ReachRow) -> list[Inlines]:
    return [(", ".join(row.variants),)] if found.distro else []


def _cells(found: Reached, row: ReachRow, notes: dict[tuple[str, str], int]) -> list[Inlines]:
    cells: list[Inlines] = []
    for column, cell in zip(found.columns, row.cells, strict=True):
        word, why = cell_word(cell), why_words(cell, column)
        cells.append((word, " ", Mark(notes[word, why])) if why else (word,))
    return cells


def takes_blocks(registry: Registry, found: Takes) -> list[Part]:
    """A table of the tools, each with its line upstream, and for which variants which rustc will do."""
    linux = found.scene.revisions["linux"]
    url_of = partial(evidence_url, registry, found.scene)
    title = kernel_words(registry, found.scene)
    says = [Item(line) for one in found.tools for line in _says(one, url_of)]
    along = [Item((f"{', '.join(g.variants)}: {group_words(g, found.tools)}",)) for g in found.groups]
    none = [Item((f"{id_}: {none_words(cell, linux.label if linux else '')}",)) for id_, cell in found.shut]
    return [
        Heading(1, (f"{title}: the tools that build it with Rust",)),
        Items(says),
        *_along(along),
        Items(none),
        *(Paragraph((f"Note: {note}",)) for note in found.scene.said),
    ]


def _along(items: list[Item]) -> list[Part]:
    return [Heading(2, ("Along rustc's versions",)), Items(items)] if items else []


def _says(one: Needed, url_of: UrlOf) -> list[Inlines]:
    name = {Tool.GCC: "GCC", Tool.LLVM: "LLVM"}.get(one.tool, one.tool.value)
    lines: list[Inlines] = []
    if one.general is not None:
        lines.append(
            (f"{name}: {asks_words(one.general)} (", _link(one.general.evidence, url_of), *_policy(one, url_of), ")")
        )
    for when, needed in one.overrides:
        words = f"{name} for {override_words(when)}: {asks_words(needed)} ("
        lines.append((words, _link(needed.evidence, url_of), ")"))
    if one.refused is not None:
        lines.append((f"{name}: an older one is refused (", _link(one.refused, url_of), ")"))
    lines += [(f"{name}: {bad_words(bad, one.tool)} (", _link(bad.evidence, url_of), ")") for bad in one.bad]
    return lines


def _policy(one: Needed, url_of: UrlOf) -> Inlines:
    policy = one.general.policy if one.general else None
    return (
        () if policy is None or one.general is None or policy == one.general.evidence else (", ", _link(policy, url_of))
    )


def _link(item: Evidence, url_of: UrlOf) -> Inline:
    return Link((Code(f"{item.path}:{item.line}"),), url_of(item))
