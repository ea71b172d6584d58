"""The extractor mrustc_language on hand-written files, and on real trees."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.errors import ShapeError
from matrix.extract.mrustc_language import extract
from matrix.model import Fact
from matrix.text import Text

PATH = "rust-version"


def read(content: str, path: str = PATH) -> list[Fact]:
    return list(extract(Text.decode(path, content.encode("utf-8", "surrogatepass"))))


GOOD = "1.29.0\n"
# What the fuzzer starts from (tests/extract/corpus.py): path and text.
SAMPLES = ((PATH, GOOD),)


@pytest.mark.parametrize("content", [GOOD, "1.29.0"])
def test_the_version_is_the_fact(content: str):
    """With its line end or without."""
    assert read(content) == [Fact("rustc", "default", "1.29.0", line=1)]


@pytest.mark.parametrize("content", ["", "\n", "1.29\n", "nightly\n", "1.29.0\n1.39.0\n", " 1.29.0\n", "v1.29.0\n"])
def test_anything_else_is_refused(content: str):
    """Not one version of three numbers."""
    with pytest.raises(ShapeError, match="one line with a version"):
        read(content)


@given(st.text(max_size=200), st.integers(min_value=0, max_value=10_000))
def test_anything_gives_facts_or_a_shape_error(noise: str, place: int):
    """Noise alone, or put anywhere into a good file, never raises another exception."""
    cut = place % (len(GOOD) + 1)
    for content in (noise, GOOD[:cut] + noise, GOOD[:cut] + noise + GOOD[cut:]):
        with contextlib.suppress(ShapeError):
            read(content)


@pytest.mark.trees
def test_real_releases(trees):
    """1.29.0 in mrustc 0.12.0 still."""
    if tree := trees.get("mrustc-0.12.0"):
        assert [f.value for f in read((tree / PATH).read_text())] == ["1.29.0"]
