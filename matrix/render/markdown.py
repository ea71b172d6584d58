"""A page's values -> Markdown, in which words mean themselves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tabulate import tabulate

from matrix.render.page import (
    MARKDOWN,
    Break,
    Code,
    Footnotes,
    Grid,
    Heading,
    Id,
    Image,
    Items,
    Link,
    Mark,
    PageLink,
    Paragraph,
    Strong,
    line,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matrix.render.page import Inline, Inlines, Item, Page, Part

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~$])")
_ID = re.compile(r"[a-z0-9]+(?:[-_]+[a-z0-9]+)*")
# Anything else stands in angle brackets: no sign of it can end the link.
_SIMPLE = re.compile(r"(?:\.\./)*[A-Za-z0-9_/-]+(?:\.[a-z]+)*|#[a-z-]+")
_FOREIGN = re.compile(r"https?://")


def page_markdown(page: Page) -> str:
    """The page, ending in one newline."""
    return blocks_markdown([Heading(1, (page.title,)), *page.blocks])


def blocks_markdown(blocks: Iterable[Part]) -> str:
    """What stands on a page, ending in one newline."""
    return "\n\n".join(words for block in blocks if (words := _block(block))) + "\n"


def _block(block: Part) -> str:
    match block:
        case Heading(level, text):
            return f"{'#' * level} {_text(text)}"
        case Paragraph(text):
            return _text(text)
        case Items(items):
            return "\n".join(map(_item, items))
        case Grid(heads, rows):
            cells = [[_text(cell) for cell in row] for row in rows]
            return tabulate(cells, [_text(head) for head in heads], tablefmt="github", disable_numparse=True)
        case Footnotes(texts):
            return "\n".join(f"[^{number}]: {_text(text)}" for number, text in enumerate(texts, 1))


def _item(item: Item) -> str:
    # A line that goes on with an item is indented.
    own = f"- {_text(item.text)}".replace("\n", "\n  ")
    return "\n".join([own, *(f"  - {_text(text)}" for text in item.below)])


def _text(text: Inlines) -> str:
    return "".join(map(_span, text)).strip()


def _span(span: Inline) -> str:
    match span:
        case str():
            return _escape(span)
        case Id(words):
            return words if _ID.fullmatch(words) else _escape(words)
        case Code(words):
            return _code(words)
        case Strong(words):
            return f"**{_escape(words)}**"
        case Image(words, address):
            return f"![{_escape(words)}]({_target(address)})"
        case Link(text, address):
            # An address for its own words says them once.
            return f"<{address}>" if _FOREIGN.match(address) and text == (address,) else _link(text, address)
        case PageLink(text, page):
            return _link(text, MARKDOWN.file(page))
        case Mark(number):
            return f"[^{number}]"
        case Break():
            return "\n"


def _escape(words: str) -> str:
    """No markup, no HTML, no control character, no end of a table cell."""
    return _SPECIAL.sub(r"\\\1", line(words))


def _code(words: str) -> str:
    """With a fence longer than any run of backticks in the words."""
    if not words:
        return ""
    longest = max((len(run) for run in re.findall(r"`+", words)), default=0)
    fence, pad = "`" * (longest + 1), " " if words.startswith("`") or words.endswith("`") else ""
    return f"{fence}{pad}{line(words)}{pad}{fence}".replace("|", "\\|")


def _link(text: Inlines, address: str) -> str:
    return f"[{_text(text)}]({_target(address)})" if address else _text(text)


def _target(address: str) -> str:
    return address if _SIMPLE.fullmatch(address) else f"<{address}>"
