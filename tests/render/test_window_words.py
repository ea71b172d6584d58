"""How the window of rustc, and what a condition means, are put in words."""

from __future__ import annotations

import pytest

from matrix.expression import YES, parse
from matrix.model import Truth, Variant
from matrix.render.answer.cells import window_json
from matrix.render.phrases import means_words, range_words, window_words
from matrix.resolve.window import RustcRange

LEAST = 107800


def span(first, last, answer="yes", condition="", *, read=True):
    """A range of rustc's versions."""
    return RustcRange(first=first, last=last, answer=Truth(answer), condition=parse(condition), read=read)


BEYOND = span(109501, None, "unknown", read=False)


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (107800, 108199, "< 1.82"),
        (107800, 109000, "<= 1.90.0"),
        (108000, 108199, "< 1.82, from 1.80 on"),
        (108200, 109500, "<= 1.95.0, from 1.82 on"),
        (109001, 109499, "< 1.95, after 1.90.0"),
        (109500, 109500, "1.95.0"),
        (109501, None, "> 1.95.0"),
        (109600, None, ">= 1.96"),
        (109900, 109999, "< 1.100, from 1.99 on"),
    ],
)
def test_a_range_is_written_by_its_ends(first, last, words):
    """Series by their two numbers, releases by three; the kernel's own minimum goes without saying."""
    assert range_words(span(first, last), LEAST) == words


def test_a_window_in_which_every_rustc_says_the_same_is_not_told():
    """The answer says it already."""
    for answer, condition in (("yes", ""), ("yes", "!KASAN"), ("no", "")):
        only = span(LEAST, 109500, answer, condition)
        assert window_words((only, BEYOND), only.answer, only.condition) == ""


def test_what_differs_from_the_answer_is_told_with_what_was_not_read():
    """arm64 on 6.18."""
    whole = (span(LEAST, 108199, condition="!SHADOW_CALL_STACK"), span(108200, 109500), BEYOND)
    words = "rustc < 1.82: only if !SHADOW_CALL_STACK; rustc > 1.95.0: not read here"
    assert window_words(whole, Truth.YES, YES) == words


def test_an_upper_end_is_told_whole():
    """x86_64 on 6.18: the answer is a yes under a condition on rustc, which no range has."""
    whole = (
        span(LEAST, 109000),
        span(109001, 109499, "unknown", read=False),
        span(109500, 109500, "no"),
        BEYOND,
    )
    assert window_words(whole, Truth.YES, parse("rustc <= 1")).split("; ") == [
        "rustc <= 1.90.0: yes",
        "rustc < 1.95, after 1.90.0: not read here",
        "rustc 1.95.0: no",
        "rustc > 1.95.0: not read here",
    ]


def test_json_has_the_whole_window():
    """Also what the answer says; the last range has no end."""
    told = window_json((span(LEAST, 108199, condition="!KASAN"), span(108200, 109500), BEYOND))
    assert [(r["from"], r["to"], r["answer"], r["condition"], r["read"]) for r in told] == [
        ("1.78.0", "1.81.99", "yes", "!KASAN", True),
        ("1.82.0", "1.95.0", "yes", None, True),
        ("1.95.1", None, "unknown", None, False),
    ]


def test_what_a_symbol_means_for_a_person_is_said_where_the_condition_names_it():
    """In the words of data/arches.toml."""
    variant = Variant(
        id="dune",
        arch="dune",
        title="Dune",
        bits=32,
        endian="little",
        on=(),
        off=(),
        free=("V7",),
        names={},
        means={"V7": "one image for both"},
    )
    assert means_words(variant, parse("V7 && !KASAN")) == "V7 means one image for both"
    assert means_words(variant, parse("!KASAN")) == ""
