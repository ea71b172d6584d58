"""What a page says, as values: markdown.py writes them as Markdown, html.py as HTML, with the same words in both.

A str is words, whoever said them: no writer lets any of it be markup. Whitespace in it is one blank.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_BLANK = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Id:
    """An id of ours: lower-case letters and digits, with - and _ between them."""

    words: str


@dataclass(frozen=True, slots=True)
class Code:
    """What is typed, or was written in a file."""

    words: str


@dataclass(frozen=True, slots=True)
class Strong:
    """What a reader looks for first."""

    words: str


@dataclass(frozen=True, slots=True)
class Image:
    """words stand in its place where it cannot be seen."""

    words: str
    address: str


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to an address, or to a file below reports/ (relative); to nowhere where the address is ""."""

    text: Inlines
    address: str


@dataclass(frozen=True, slots=True)
class PageLink:
    """Words that lead to another page, by its name relative to the own: `../arch/arm`."""

    text: Inlines
    page: str


@dataclass(frozen=True, slots=True)
class Mark:
    """What leads to a footnote, by its number from 1."""

    number: int


class Break(Enum):
    """Where a line of prose ends in Markdown; for a reader it is a blank."""

    BREAK = "\n"


BREAK = Break.BREAK
Inline = str | Id | Code | Strong | Image | Link | PageLink | Mark | Break
Inlines = tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """level is from 1."""

    level: int
    text: Inlines


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: Inlines


@dataclass(frozen=True, slots=True)
class Item:
    """One of a list, and what stands indented below it."""

    text: Inlines
    below: Sequence[Inlines] = ()


@dataclass(frozen=True, slots=True)
class Items:
    """A list; of none, nothing."""

    items: Sequence[Item]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table, each row with a cell for each head."""

    heads: Sequence[Inlines]
    rows: Sequence[Sequence[Inlines]]


@dataclass(frozen=True, slots=True)
class Footnotes:
    """What marks lead to, from number 1 on; of none, nothing."""

    texts: Sequence[Inlines]


Part = Heading | Paragraph | Items | Grid | Footnotes


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its title, which is its first heading, and what stands below it."""

    title: str
    blocks: Sequence[Part]


@dataclass(frozen=True, slots=True)
class Form:
    """How pages are called where they are files. The index of a folder is the page `index` in it."""

    ending: str
    index: str
    kind: str

    def file(self, page: str) -> str:
        """`arch/arm` -> `arch/arm.md`, `changes/index` -> `changes/README.md`."""
        folder, slash, name = page.rpartition("/")
        return f"{folder}{slash}{self.index if name == 'index' else name}{self.ending}"


MARKDOWN = Form(".md", "README", "text/markdown")
HTML = Form(".html", "index", "text/html")


def line(words: str) -> str:
    """Words as they are written by every writer: in one line, without a character that turns it around or ends it."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in _BLANK.sub(" ", words))


def joined(texts: Iterable[Inlines]) -> Inlines:
    """One after the other, with commas between them."""
    found: list[Inline] = []
    for text in texts:
        found += [", ", *text] if found else text
    return tuple(found)


def plain(text: Inlines) -> str:
    """The words alone."""
    return "".join(_plain(span) for span in text)


def _plain(span: Inline) -> str:
    if isinstance(span, str):
        return span
    if isinstance(span, Link | PageLink):
        return plain(span.text)
    if isinstance(span, Mark | Break):
        return " " if isinstance(span, Break) else ""
    return span.words
