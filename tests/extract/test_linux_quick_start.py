"""matrix.extract.linux_quick_start: Documentation/rust/quick-start.rst -> the policy on versions of two tools."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matrix.errors import ShapeError
from matrix.extract import linux_quick_start
from matrix.model import Fact
from matrix.text import Text

PATH = "Documentation/rust/quick-start.rst"
START = "Invented\n========\n\nA particular version is required.\n\nNeeds\n-----\n\n"
RUSTC = (
    "rustc\n*****\n\nA particular version of the Rust bird is required. It\nflies::\n\n\tA new version is required.\n\n"
)
BINDGEN = "bindgen\n*******\n\nOne needs ``bindgen``, says the\ncat. A particular version is required.\n\n"
FILE = START + RUSTC + BINDGEN + "clippy\n******\n\nA recent version is required.\n"
# What the fuzzer starts from (tests/extract/corpus.py): path and text.
SAMPLES = ((PATH, FILE),)


def read(content: str) -> list[Fact]:
    return list(linux_quick_start.extract(Text(PATH, content)))


def test_each_tool_has_the_policy_that_its_section_tells():
    """On the line of the sentence; other sections and examples are not read."""
    assert read(FILE) == [
        Fact("rustc", "version-policy", "exactly", line=12),
        Fact("bindgen", "version-policy", "exactly", line=21),
    ]


def test_a_recent_version_is_a_minimum_and_nothing_said_of_bindgen_is_nothing():
    """As from Linux 6.12 on."""
    content = FILE.replace("A particular version of", "A recent version of").replace(
        " A particular version is", " It is"
    )
    assert read(content) == [Fact("rustc", "version-policy", "minimum", line=12)]


@pytest.mark.parametrize(
    ("content", "line", "found"),
    [
        ("", 0, "0 sections 'rustc'"),
        (START + BINDGEN, 0, "0 sections 'rustc'"),
        (START + RUSTC, 0, "0 sections 'bindgen'"),
        (FILE + "\n" + RUSTC, 0, "2 sections 'rustc'"),
        (FILE.replace("A particular version of the Rust bird", "The bird"), 0, "no sentence"),
        (FILE.replace("A particular version of", "A splendid version of"), 12, "a splendid version"),
        (FILE.replace("It\nflies", "A recent version of it is required"), 12, "a particular version"),
    ],
)
def test_another_shape_is_refused(content, line, found):
    """Sections that are missing, and sentences of other words."""
    with pytest.raises(ShapeError) as error:
        read(content)
    assert (error.value.line, found in error.value.found) == (line, True), error.value


@settings(deadline=None)
@given(st.lists(st.sampled_from(FILE.split("\n")) | st.text()).map("\n".join))
def test_any_text_gives_facts_or_a_shape_error(content):
    """No text raises anything else."""
    with contextlib.suppress(ShapeError):
        assert read(content)


@pytest.mark.trees
def test_real_trees_say_what_was_read_by_eye(trees):
    """6.1 pins both; later kernels ask for a recent rustc and say nothing of bindgen."""
    lines = {"6.1.176": (32, 97), "6.12.107": (108,), "6.17.8": (163,), "6.18.15": (163,), "7.1.13": (160,)}
    for version, places in lines.items():
        file = trees[f"linux-{version}"] / PATH if f"linux-{version}" in trees else None
        if file is None or not file.exists():
            continue
        value = "exactly" if version.startswith("6.1.") else "minimum"
        tools = ("rustc", "bindgen")[: len(places)]
        expected = [Fact(tool, "version-policy", value, line=line) for tool, line in zip(tools, places, strict=True)]
        assert read(file.read_text(encoding="utf-8")) == expected, version
