"""The extractor cg_gcc_failing_tests on hand-written files, and on real trees."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.errors import ShapeError
from matrix.extract.cg_gcc_failing_tests import extract
from matrix.model import Fact
from matrix.text import Text

PATH = "compiler/rustc_codegen_gcc/tests/failing-ui-tests.txt"


def read(content: str, path: str = PATH) -> list[Fact]:
    return list(extract(Text.decode(path, content.encode("utf-8", "surrogatepass"))))


GOOD = "tests/ui/b.rs\ntests/ui/a-1.rs   \n\n  tests/run-make/x/\ntests/ui/b.rs\n"
# What the fuzzer starts from (tests/extract/corpus.py): path and text.
SAMPLES = ((PATH, GOOD),)


def test_distinct_tests_are_counted():
    """Blank lines and repetitions do not count, blanks around a path do not matter."""
    assert read(GOOD) == [Fact("failing-ui-tests.txt", "failing-tests", "3")]


def test_the_last_line_needs_no_end():
    """One path without a line end is one test."""
    assert read("tests/ui/a.rs")[0].value == "1"


@pytest.mark.parametrize(
    "content", ["", "\n\n", "# a remark\n", "tests/ui/a.rs # why\n", "a.rs\n", "tests/ui/a.rs tests/ui/b.rs\n"]
)
def test_another_shape_is_refused(content: str):
    """An empty list, and what is not one path a line."""
    with pytest.raises(ShapeError, match="path of a test"):
        read(content)


@given(st.text(max_size=200), st.integers(min_value=0, max_value=10_000))
def test_anything_gives_facts_or_a_shape_error(noise: str, place: int):
    """Noise alone, or put anywhere into a good file, never raises another exception."""
    cut = place % (len(GOOD) + 1)
    for content in (noise, GOOD[:cut] + noise, GOOD[:cut] + noise + GOOD[cut:]):
        with contextlib.suppress(ShapeError):
            read(content)


@pytest.mark.trees
@pytest.mark.parametrize(
    ("release", "counts"),
    [
        ("1.85.1", {"ice": 39, "lto": 33, "non-lto": 11, "run-make": 41, "ui": 122, "ui12": 48}),
        ("1.90.0", {"ice": 39, "lto": 33, "run-make": 41, "ui": 84, "ui12": 47}),
        ("1.95.0", {"ice": 39, "lto": 7, "run-make": 14, "ui": 101, "ui12": 47, "ui-without-128bit-integers": 1}),
    ],
)
def test_real_releases(trees, release: str, counts: dict[str, int]):
    """Counted with sort -u; the set of files differs between releases."""
    if tree := trees.get(f"rust-{release}"):
        found = {}
        for file in sorted((tree / PATH).parent.glob("failing-*.txt")):
            (fact,) = read(file.read_text(), str(file))
            assert fact.subject == file.name
            found[file.stem.replace("failing-", "").replace("-tests", "")] = int(fact.value)
        assert {name.replace("tests", ""): count for name, count in found.items()} == counts
