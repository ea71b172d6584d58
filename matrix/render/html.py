"""A page's values -> HTML, built as a tree in a frame: no word of anybody opens a tag or ends an attribute.

Pages hold no script and no style of their own, and load nothing from elsewhere, so that the strictest policy of a web
server suits them. Their links are relative: they work from a file system too.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING
from xml.etree.ElementTree import TreeBuilder, tostring

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from matrix.render.page import (
    HTML,
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
    plain,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jinja2 import Template

    from matrix.render.page import Inline, Inlines, Item, Page, Part

STYLE_FILE = "style.css"
STYLE = """\
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; margin: 1.5rem auto; max-width: 100rem; padding: 0 1rem }
table { border-collapse: collapse; display: block; overflow-x: auto }
th, td { border: 1px solid #8886; padding: .2rem .5rem; text-align: left; vertical-align: top }
code { font-family: ui-monospace, monospace }
sup { line-height: 0 }
img { vertical-align: middle }
:target { background: #fd06 }
"""
_NO_PART_OF_A_SLUG = re.compile(r"[^\w\- ]")
# What comes before a colon is a scheme, unless a slash, a query or a fragment has begun.
_SCHEME = re.compile(r"[^/?#]*:")


def page_html(page: Page, name: str) -> str:
    """The page, ending in one newline. name is its own, `arch/arm`: the style lies at the top of its folder."""
    writer = _Writer()
    with writer.tag("body"):
        for block in (Heading(1, (page.title,)), *page.blocks):
            writer.block(block)
    body = tostring(writer.tree.close(), encoding="unicode", method="html")
    # The tree has escaped every word of the body; the frame escapes what it is given.
    return _frame().render(title=line(page.title), style="../" * name.count("/") + STYLE_FILE, body=Markup(body)) + "\n"  # noqa: S704


@cache
def _frame() -> Template:
    loader = PackageLoader("matrix.render", "frames")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined).get_template("page.html.j2")


class _Writer:
    """A tree that grows, and the names that its headings have taken.

    Each block, row and item ends a line of the file, so that a diff shows what changed.
    """

    def __init__(self) -> None:
        self.tree = TreeBuilder()
        self._slugs: dict[str, int] = {}

    @contextmanager
    def tag(self, name: str, /, **attributes: str) -> Iterator[None]:
        self.tree.start(name, attributes)
        yield
        self.tree.end(name)

    def alone(self, name: str, /, **attributes: str) -> None:
        with self.tag(name, **attributes):
            pass

    def words(self, words: str) -> None:
        self.tree.data(line(words))

    def block(self, block: Part) -> None:
        match block:
            case Heading(level, text):
                self.within(f"h{level}", text, id=self.slug(text))
            case Paragraph(text):
                self.within("p", text)
            case Items(items):
                self.items(items)
            case Grid(heads, rows):
                self.grid(heads, rows)
            case Footnotes(texts):
                for number, text in enumerate(texts, 1):
                    self.within("p", (f"{number}. ", *text), id=f"note-{number}")
        self.tree.data("\n")

    def items(self, items: Sequence[Item]) -> None:
        if not items:
            return
        with self.tag("ul"):
            for item in items:
                with self.tag("li"):
                    self.text(item.text)
                    if item.below:
                        with self.tag("ul"):
                            for text in item.below:
                                self.within("li", text)
                                self.tree.data("\n")

    def grid(self, heads: Sequence[Inlines], rows: Sequence[Sequence[Inlines]]) -> None:
        with self.tag("table"):
            with self.tag("thead"), self.tag("tr"):
                for head in heads:
                    self.within("th", head)
            with self.tag("tbody"):
                for row in rows:
                    with self.tag("tr"):
                        for cell in row:
                            self.within("td", cell)
                    self.tree.data("\n")

    def within(self, name: str, text: Inlines, /, **attributes: str) -> None:
        with self.tag(name, **attributes):
            self.text(text)

    def text(self, text: Inlines) -> None:
        for span in text:
            self.span(span)

    def span(self, span: Inline) -> None:
        match span:
            case str():
                self.words(span)
            case Id(words):
                self.words(words)
            case Code(words):
                self.within("code", (words,))
            case Strong(words):
                self.within("strong", (words,))
            case Image(words, address):
                self.alone("img", src=_address(address), alt=line(words))
            case Link(text, address):
                self.link(text, _address(address))
            case PageLink(text, page):
                self.link(text, HTML.file(page))
            case Mark(number):
                with self.tag("sup"):
                    self.link((str(number),), f"#note-{number}")
            case Break():
                self.words(" ")

    def link(self, text: Inlines, address: str) -> None:
        if address:
            self.within("a", text, href=address)
        else:
            self.text(text)

    def slug(self, text: Inlines) -> str:
        """What a heading is called in links to it, as GitHub has it: a number where the name is taken."""
        name = _NO_PART_OF_A_SLUG.sub("", line(plain(text)).lower()).strip().replace(" ", "-")
        taken = self._slugs.get(name, 0)
        self._slugs[name] = taken + 1
        return f"{name}-{taken}" if taken else name


def _address(address: str) -> str:
    """Where it leads somewhere harmless: below the folder, or to http(s)."""
    foreign = _SCHEME.match(address) or address.startswith("//")
    return "" if foreign and not address.startswith(("https://", "http://")) else address
