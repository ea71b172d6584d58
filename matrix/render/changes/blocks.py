"""Changes -> the blocks of a page: sections of them, a page of its own, and the lines of an arch's page.

    - **rustc + LLVM**: narrowed: supported -> conditional if !KASAN
      - before: [Linux 6.18.15 arch/arm/Kconfig:137](<https://...>): config ARM: select HAVE_RUST if ...
      - after: [Linux 7.1.13 arch/arm/Kconfig:139](<https://...>): config ARM: select HAVE_RUST if ...

These are values: page.py says which, and who writes them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.render.changes.groups import sections
from matrix.render.changes.words import place, subject, telling, what
from matrix.render.page import Grid, Heading, Item, Items, Link, Page, Paragraph, Strong, joined
from matrix.render.phrases import explained

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from matrix.change import Change
    from matrix.model import Evidence, Registry
    from matrix.render.changes.groups import Group as Told
    from matrix.render.changes.groups import Section, Shown
    from matrix.render.changes.groups import ToldLine as Line
    from matrix.render.links import UrlOf
    from matrix.render.page import Inlines, Part

_SIDES = ("before", "after")


def changes_page(registry: Registry, title: str, changes: Iterable[Change], url_of: UrlOf) -> Page:
    """A page of its own."""
    return Page(title, section_blocks(registry, changes, url_of) or [Paragraph(("No change.",))])


def section_blocks(registry: Registry, changes: Iterable[Change], url_of: UrlOf) -> list[Part]:
    """Each section below a heading of the second level."""
    made = _Sections(registry, url_of)
    return [block for section in sections(registry, changes) for block in made.section(section)]


def change_lines(registry: Registry, changes: Iterable[Change], url_of: UrlOf) -> list[Inlines]:
    """A line for each change, with a link to either side.

    A rung that changed by the very lines of a cell above it is left out.
    """
    made = _Sections(registry, url_of)
    told = [block for section in sections(registry, changes) for block in section.blocks]
    return [made.told(b, i) for b in told for i in b.items if not all(i.repeated)]


class _Sections:
    def __init__(self, registry: Registry, url_of: UrlOf) -> None:
        self.registry, self.url_of = registry, url_of

    def section(self, section: Section) -> Iterator[Part]:
        yield Heading(2, (section.title[0].upper() + section.title[1:],))
        for block in section.blocks:
            head = ", ".join(block.heads)
            if section.compact:
                yield Heading(3, (f"{head} ({len(block.items)})",))
                yield self.table(block)
                continue
            if head:
                yield Heading(3, (head,))
            yield Items([self.item(item) for item in block.items])

    def item(self, item: Line) -> Item:
        words = what(item.change)
        numbers = f" ({numbers})" if (numbers := explained(words)) else ""
        sides = zip(_SIDES, item.sides(), strict=True)
        lines = [(f"{word}: ", *line) for word, shown in sides for line in self.side(shown)]
        return Item((Strong(", ".join(item.labels)), f": {words}{numbers}"), lines)

    def side(self, shown: Shown) -> Iterator[Inlines]:
        if shown.repeated and shown.lines:
            places = [(self.linked(e, place(self.registry, e)),) for e in shown.lines]
            yield (*joined(places), " (above)")
            return
        for note in shown.notes:
            yield (note,)
        for item in shown.lines:
            linked = self.linked(item, place(self.registry, item))
            yield ("not in ", linked) if shown.missing else (linked, f": {item.says}")

    def linked(self, item: Evidence, words: str) -> Link:
        return Link((words,), self.url_of(item))

    def table(self, block: Told) -> Grid:
        rows = [[(i.labels[0],), *(self.cell(side) for side in i.sides())] for i in block.items]
        return Grid([("target",), *((side,) for side in _SIDES)], rows)

    def cell(self, shown: Shown) -> Inlines:
        links = joined([(self.linked(e, _short(e)),) for e in shown.lines])
        return ("not in ", *links) if shown.missing and links else links

    def told(self, block: Told, item: Line) -> Inlines:
        change = item.change
        names = subject(self.registry, change.topic)
        if change.topic.subject in block.heads:
            joint = " with " if change.topic.about == "support" else ", "
            names = f"{', '.join(block.heads)}{joint}{', '.join(item.labels)}"
        links: list[Inlines] = [
            (Link((word,), address),)
            for word, line in zip(_SIDES, _ends(change), strict=True)
            if line and (address := self.url_of(line))
        ]
        words = f"{names}: {what(change)}"
        return (words, " (", *joined(links), ")") if links else (words,)


def _ends(change: Change) -> tuple[Evidence | None, Evidence | None]:
    return telling(change.before, change.after), telling(change.after, change.before)


def _short(item: Evidence) -> str:
    """`mod.rs:2216`."""
    name = item.path.rpartition("/")[2] or item.path
    return f"{name}:{item.line}" if item.line else name
