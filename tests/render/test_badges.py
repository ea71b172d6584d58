"""The badges."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from matrix.cell import Status
from matrix.render.phrases import cell_words
from matrix.render.table.badges import _LEFT, BADGE_COLOURS, badge, badges, text_width
from tests.render.conftest import HOSTILE

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def made(registry, by_arch):
    return badges(registry, by_arch)


def drawn(text: str) -> tuple[ET.Element, list[str]]:
    root = ET.fromstring(text)  # noqa: S314  # we made it
    return root, [node.text for node in root.iter(f"{SVG}text")]


def test_one_for_each_arch_and_each_arch_with_a_backend(made, registry):
    expected = {f"badges/{a}.svg" for a in registry.arches}
    assert set(made) == expected | {f"badges/{a}-{b}.svg" for a in registry.arches for b in registry.backends}


def test_they_say_what_the_matrix_says(made, by_arch):
    """The status, and of how many variants."""
    for row in by_arch.rows:
        for column, summary in zip(by_arch.columns, row.summaries, strict=True):
            _, (left, right) = drawn(made[f"badges/{row.id}-{column}.svg"])
            assert left.startswith(f"Rust in Linux: {row.id}, ")
            words = cell_words(summary.cell)
            assert right == (f"{words}, {summary.count}" if summary.count else words)


def test_an_arch_has_its_best_backend(made):
    """Which one that is stands in the title."""
    root, words = drawn(made["badges/arm.svg"])
    assert words == ["Rust in Linux: arm", "conditional, 2 of 7"]
    title = root.findtext(f"{SVG}title")
    assert title.startswith("Rust in Linux: arm with rustc + LLVM: conditional (2 of 7 variants:")
    assert drawn(made["badges/ia64.svg"])[1] == ["Rust in Linux: ia64", "no: port"]


def test_a_reader_who_sees_nothing_is_told(made):
    """role, title and aria-label, with the versions."""
    for text in made.values():
        root, words = drawn(text)
        assert root.get("role") == "img"
        assert root.get("aria-label") == root.findtext(f"{SVG}title")
        assert all(part in root.get("aria-label") for part in [words[0], words[1].split(",")[0], "Linux "])


def test_words_fit_into_their_boxes(made):
    for text in made.values():
        root, _ = drawn(text)
        left, right = root.iter(f"{SVG}text")
        border = int(re.match(r"M3 0H(\d+)V", root.find(f"{SVG}path").get("d"))[1])
        assert int(left.get("x")) + int(left.get("textLength")) < border < int(right.get("x"))
        assert int(right.get("x")) + int(right.get("textLength")) < int(root.get("width"))


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("colour", [_LEFT, *BADGE_COLOURS.values()])
def test_white_on_every_colour_can_be_read(colour):
    """WCAG 2, AA: a contrast of 4.5."""
    assert 1.05 / (luminance(colour) + 0.05) >= 4.5


def test_every_status_has_a_colour_of_its_own():
    assert set(BADGE_COLOURS) == set(Status)
    assert len(set(BADGE_COLOURS.values())) == len(Status)


def test_upstream_s_words_are_words(registry, by_arch):
    """Nothing of theirs is a tag or breaks the document."""
    text = badge(HOSTILE, HOSTILE, Status.BLOCKED, HOSTILE)
    root, words = drawn(text)
    assert [node.tag for node in root.iter()].count(f"{SVG}script") == 0
    assert words[0] == words[1]
    assert all(c.isprintable() for c in words[0])
    drawn(badges(registry, replace(by_arch, title=HOSTILE))["badges/arm.svg"])


def test_text_width():
    """Wide letters are wider; what is not known is as wide as the widest."""
    assert text_width("iiii") < text_width("aaaa") < text_width("WWWW") <= text_width("\u4e2d\u4e2d\u4e2d\u4e2d")
    assert text_width("") == 0
