"""Changes -> Markdown: sections as values for the templates, a document of its own, and the lines of an arch's page.

    - **rustc + LLVM**: narrowed: supported -> conditional if !KASAN
      - before: [Linux 6.18.15 arch/arm/Kconfig:137](<https://...>): config ARM: select HAVE_RUST if ...
      - after: [Linux 7.1.13 arch/arm/Kconfig:139](<https://...>): config ARM: select HAVE_RUST if ...

No word of upstream is markup.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matrix.render import markdown
from matrix.render.changes.groups import sections
from matrix.render.changes.words import place, subject, telling, what
from matrix.render.phrases import explained
from matrix.render.report.templating import fill, templates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from matrix.changes import Change
    from matrix.model import Evidence, Registry
    from matrix.render.changes.groups import Block, Item, Section, Shown
    from matrix.render.links import UrlOf

_SIDES = ("before", "after")


def changes_markdown(registry: Registry, title: str, changes: Iterable[Change], url_of: UrlOf) -> str:
    """A document with a title, ending in one newline."""
    return fill(templates(), "diff.md.j2", title=title, sections=section_values(registry, changes, url_of))


def section_values(registry: Registry, changes: Iterable[Change], url_of: UrlOf) -> list[dict[str, Any]]:
    """The sections as templates/sections.md.j2 wants them."""
    made = _Sections(registry, url_of)
    return [made.section(section) for section in sections(registry, changes)]


def change_lines(registry: Registry, changes: Iterable[Change], url_of: UrlOf) -> list[str]:
    """A line for each change, with a link to either side: ready Markdown.

    A rung that changed by the very lines of a cell above it is left out.
    """
    made = _Sections(registry, url_of)
    blocks = [block for section in sections(registry, changes) for block in section.blocks]
    return [made.told(b, i) for b in blocks for i in b.items if not all(i.repeated)]


class _Sections:
    def __init__(self, registry: Registry, url_of: UrlOf) -> None:
        self.registry, self.url_of = registry, url_of

    def section(self, section: Section) -> dict[str, Any]:
        ready: Callable[[Block], object] = self.table if section.compact else self.items
        return {
            "title": section.title,
            "compact": section.compact,
            "blocks": [{"head": ", ".join(b.heads), "count": len(b.items), "items": ready(b)} for b in section.blocks],
        }

    def items(self, block: Block) -> list[dict[str, Any]]:
        return [
            {
                "label": ", ".join(item.labels),
                "what": what(item.change),
                "numbers": explained(what(item.change)),
                "sides": [self.side(*pair) for pair in zip(_SIDES, item.sides(), strict=True)],
            }
            for item in block.items
        ]

    def side(self, word: str, shown: Shown) -> dict[str, Any]:
        if shown.repeated and shown.lines:
            places = ", ".join(self.linked(e, place(self.registry, e)) for e in shown.lines)
            return {"word": word, "lines": [f"{places} (above)"]}
        notes = [markdown.escape(note) for note in shown.notes]
        return {"word": word, "lines": [*notes, *(self.line(shown, e) for e in shown.lines)]}

    def line(self, shown: Shown, item: Evidence) -> str:
        linked = self.linked(item, place(self.registry, item))
        return f"not in {linked}" if shown.missing else f"{linked}: {markdown.escape(item.says)}"

    def linked(self, item: Evidence, words: str) -> str:
        return markdown.link(markdown.escape(words), self.url_of(item))

    def table(self, block: Block) -> str:
        rows = [[markdown.escape(i.labels[0]), *(self.cell(side) for side in i.sides())] for i in block.items]
        return markdown.table(["target", *_SIDES], rows)

    def cell(self, shown: Shown) -> str:
        words = ", ".join(self.linked(e, _short(e)) for e in shown.lines)
        return f"not in {words}" if shown.missing and words else words

    def told(self, block: Block, item: Item) -> str:
        change = item.change
        names = subject(self.registry, change.topic)
        if change.topic.subject in block.heads:
            joint = " with " if change.topic.about == "support" else ", "
            names = f"{', '.join(block.heads)}{joint}{', '.join(item.labels)}"
        links = [
            markdown.link(word, address)
            for word, line in zip(_SIDES, _ends(change), strict=True)
            if line and (address := self.url_of(line))
        ]
        return markdown.escape(f"{names}: {what(change)}") + (f" ({', '.join(links)})" if links else "")


def _ends(change: Change) -> tuple[Evidence | None, Evidence | None]:
    return telling(change.before, change.after), telling(change.after, change.before)


def _short(item: Evidence) -> str:
    """`mod.rs:2216`."""
    name = item.path.rpartition("/")[2] or item.path
    return f"{name}:{item.line}" if item.line else name
