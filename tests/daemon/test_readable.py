"""Markdown as the reports write it, as a browser shows it."""

from __future__ import annotations

import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.daemon.readable import page
from tests.daemon.conftest import CHECKOUT

ALONE = {"meta", "img"}


class Shape(HTMLParser):
    """The tags that were opened and closed, each in its turn."""

    def __init__(self, text):
        super().__init__()
        self.open, self.seen, self.links, self.ids = [], [], [], set()
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.seen.append(tag)
        self.links += [value for name, value in attributes if name in {"href", "src"}]
        self.ids |= {value for name, value in attributes if name == "id"}
        if tag not in ALONE:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def body(text):
    return page(text).partition("<body>\n")[2].removesuffix("\n</body></html>\n")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<!-- made -->\n# A b\\_c (d)", '<h1 id="a-b_c-d">A b_c (d)</h1>'),
        ("one\ntwo\n\nthree", "<p>one two</p>\n<p>three</p>"),
        ("**port** yes \\*\\* &", "<p><strong>port</strong> yes ** &amp;</p>"),
        ("`a < b` ``c``", "<p><code>a &lt; b</code> <code>c</code></p>"),
        ("[a](b.md), [c\\]](<d e.md>)", '<p><a href="b.md">a</a>, <a href="d e.md">c]</a></p>'),
        ("[![a](b.svg)](c.md)", '<p><a href="c.md"><img src="b.svg" alt="a"></a></p>'),
        ("- a\n  - b\n- c", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"),
        ("- a\n  goes on", "<ul><li>a goes on</li></ul>"),
        ("x [^1]\n\n[^1]: why", '<p>x <sup><a href="#note-1">1</a></sup></p>\n<p id="note-1"><sup>1</sup> why</p>'),
        (
            "| a | b |\n|---|--:|\n| 1 \\| 2 | `x` |",
            (
                "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody>\n"
                "<tr><td>1 | 2</td><td><code>x</code></td></tr>\n</tbody></table>"
            ),
        ),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("[a](javascript:alert)", "<p>a</p>"),
        ('[a](<x"onclick=y>)', '<p><a href="x&quot;onclick=y">a</a></p>'),
        ("", ""),
    ],
)
def test_each_construct(text, html):
    """And what would be markup of somebody else's is text."""
    assert body(text) == html


def test_every_report_that_is_committed():
    """Nothing of the markup is left over, and links within a page lead somewhere."""
    pages = sorted((CHECKOUT / "reports").rglob("*.md"))
    if not pages:
        pytest.skip("no reports here, as in a source package")
    for place in pages:
        html = page(place.read_text())
        shape = Shape(html)
        assert {link[1:] for link in shape.links if link.startswith("#")} <= shape.ids, place
        left = re.sub(r"<[^>]*>", "", html)
        assert not re.search(r"\]\(|\*\*|\\[_<>|]|\[\^\d|\|--", left), place


@given(st.text(st.sampled_from(list('ab\n -#|*`[]()<>!^:\\&"1'))))
def test_whatever_is_written_is_a_page(text):
    """Every tag is closed, in order, and only known ones come out."""
    shape = Shape(page(text))
    known = "html head meta title style body h1 h2 h3 h4 h5 h6 p ul li table thead tbody tr th td a img code strong sup"
    assert set(shape.seen) <= set(known.split())


@pytest.mark.parametrize("heap", ["[", "`", "*", "**a", "[a](<", "![", "|", "- ", "\\", "[^", "[a](b", "#"])
def test_a_heap_of_signs_is_soon_done(heap):
    began = time.perf_counter()
    page(heap * (200_000 // len(heap)))
    assert time.perf_counter() - began < 2
