"""A page's values as Markdown and as HTML."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.render.html import page_html
from matrix.render.markdown import blocks_markdown, page_markdown
from matrix.render.page import (
    BREAK,
    HTML,
    MARKDOWN,
    Code,
    Footnotes,
    Grid,
    Heading,
    Id,
    Image,
    Item,
    Items,
    Link,
    Mark,
    Page,
    PageLink,
    Paragraph,
    Strong,
    line,
    plain,
)


def html(*blocks):
    """What follows the title."""
    return page_html(Page("t", blocks), "a/b").partition("</h1>\n")[2].removesuffix("\n</body></html>\n")


@pytest.mark.parametrize(
    ("block", "markdown", "markup"),
    [
        (Heading(2, ("A b_c (d)",)), "## A b\\_c (d)", '<h2 id="a-b_c-d">A b_c (d)</h2>'),
        (
            Paragraph((Strong("port"), " yes ** &")),
            "**port** yes \\*\\* &",
            "<p><strong>port</strong> yes ** &amp;</p>",
        ),
        (Paragraph((Code("a < `b`"), " x")), "`` a < `b` `` x", "<p><code>a &lt; `b`</code> x</p>"),
        (Paragraph((Id("x86_64"), " x86_64")), "x86_64 x86\\_64", "<p>x86_64 x86_64</p>"),
        (Paragraph((Id("a_*b*"),)), "a\\_\\*b\\*", "<p>a_*b*</p>"),
        (
            Paragraph((Link(("a]",), "https://a.b/?c=d&e"), " ", Link(("f",), "g/h.atom"), " ", Link(("i",), ""))),
            "[a\\]](<https://a.b/?c=d&e>) [f](g/h.atom) i",
            '<p><a href="https://a.b/?c=d&amp;e">a]</a> <a href="g/h.atom">f</a> i</p>',
        ),
        (
            Paragraph((Link(("https://a.b",), "https://a.b"),)),
            "<https://a.b>",
            '<p><a href="https://a.b">https://a.b</a></p>',
        ),
        (
            Paragraph((PageLink((Image("a", "../b.svg"),), "../arch/arm"), PageLink((" c",), "../index"))),
            "[![a](../b.svg)](../arch/arm.md)[c](../README.md)",
            '<p><a href="../arch/arm.html"><img src="../b.svg" alt="a"></a><a href="../index.html"> c</a></p>',
        ),
        (
            Paragraph((PageLink(("to 6.2",), "linux-6.1-6.2"),)),
            "[to 6.2](<linux-6.1-6.2.md>)",
            '<p><a href="linux-6.1-6.2.html">to 6.2</a></p>',
        ),
        (
            Items([Item(("a", BREAK, "b"), [("c",), ("d",)]), Item(("e",))]),
            "- a\n  b\n  - c\n  - d\n- e",
            "<ul><li>a b<ul><li>c</li>\n<li>d</li>\n</ul></li><li>e</li></ul>",
        ),
        (
            Grid([("a",), ("b",)], [[("1 | 2",), (Code("x|y"),)]]),
            "| a      | b      |\n|--------|--------|\n| 1 \\| 2 | `x\\|y` |",
            (
                "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody>"
                "<tr><td>1 | 2</td><td><code>x|y</code></td></tr>\n</tbody></table>"
            ),
        ),
        (Paragraph(("x ", Mark(1))), "x [^1]", '<p>x <sup><a href="#note-1">1</a></sup></p>'),
        (
            Footnotes([("why",), ("how",)]),
            "[^1]: why\n[^2]: how",
            '<p id="note-1">1. why</p><p id="note-2">2. how</p>',
        ),
        (
            Paragraph(("<script>alert(1)</script>",)),
            "\\<script\\>alert(1)\\</script\\>",
            "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
        ),
        (Paragraph(("a\n\u202eb\x1b[0m",)), "a \ufffdb\ufffd\\[0m", "<p>a \ufffdb\ufffd[0m</p>"),
    ],
)
def test_each_construct(block, markdown, markup):
    """In both forms; what would be markup of somebody else's is words."""
    assert blocks_markdown([block]) == f"{markdown}\n"
    assert html(block) == markup


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "//elsewhere/x", "vbscript:x"])
def test_only_harmless_links_are_links(address):
    assert html(Paragraph((Link(("a",), address),))) == "<p>a</p>"


def test_nothing_is_left_of_what_is_empty():
    assert blocks_markdown([Items([]), Paragraph(("a",)), Footnotes([])]) == "a\n"


def test_a_page_begins_with_its_title():
    """And finds its style, however deep it lies."""
    page = Page("A <b>", [Paragraph(("c",))])
    assert page_markdown(page) == "# A \\<b\\>\n\nc\n"
    text = page_html(page, "changes/x")
    assert "<title>A &lt;b&gt;</title>" in text
    assert '<link rel="stylesheet" href="../style.css">' in text
    assert '<link rel="stylesheet" href="style.css">' in page_html(page, "index")


def test_headings_have_names_of_their_own():
    """The same twice: the second is told apart, as GitHub does."""
    found = re.findall(r'id="([^"]+)"', html(Heading(2, ("What changed",)), Heading(3, ("What changed",))))
    assert found == ["what-changed", "what-changed-1"]


def test_where_pages_are():
    assert [MARKDOWN.file(page) for page in ("index", "arch/arm")] == ["README.md", "arch/arm.md"]
    assert [HTML.file(page) for page in ("changes/index", "arch/arm")] == ["changes/index.html", "arch/arm.html"]


class Heard(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.words = [], ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, sorted(name for name, _ in attributes)))

    def handle_data(self, data):
        self.words += data


words = st.text(st.one_of(st.characters(), st.sampled_from("<>&\"'`*[]()|\\#_-!{}:/")))


@given(words, words, words)
def test_whatever_is_said_is_words(said, linked, listed):
    """A browser sees those words, and the tags that the values ask for."""
    page = [Paragraph((said, Link((linked,), f"https://a.b/{line(linked)}"))), Items([Item((Strong(listed),))])]
    heard = Heard(html(*page))
    assert heard.tags == [("p", []), ("a", ["href"]), ("ul", []), ("li", []), ("strong", [])]
    assert heard.words == f"{line(said)}{line(linked)}\n{line(listed)}"
    assert plain(page[0].text) == f"{said}{linked}"
