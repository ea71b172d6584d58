"""libgrust/rustc-lib/version-info -> the language level of gccrs."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.errors import ShapeError
from matrix.extract.gccrs_language import extract
from matrix.text import Text

SAMPLE = "# from here\n\nSTDARCH=abc\nLIBCORE_TAG=1.49.0\n"
# What the fuzzer starts from (tests/extract/corpus.py): path and text.
SAMPLES = (("libgrust/rustc-lib/version-info", SAMPLE),)


def level(content: str) -> list[tuple[str, str, str, int]]:
    return [(f.subject, f.attribute, f.value, f.line) for f in extract(Text("version-info", content))]


def test_the_tag_of_the_core_library_is_the_level() -> None:
    """Other names beside it, comments and empty lines are passed over; the last newline may be missing."""
    assert level("LIBCORE_TAG=1.49.0") == [("rust", "language-level", "1.49.0", 1)]
    assert level("# from here\n\nSTDARCH=abc\nLIBCORE_TAG=1.51.0\n") == [("rust", "language-level", "1.51.0", 4)]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("", "no LIBCORE_TAG"),
        ("OTHER=1.49.0", "no LIBCORE_TAG"),
        ("LIBCORE_TAG=1.49", "LIBCORE_TAG=1.49"),
        ("LIBCORE_TAG=", "LIBCORE_TAG="),
        ("LIBCORE_TAG=1.49.0-nightly", "nightly"),
        ("LIBCORE_TAG=1.49.0\nLIBCORE_TAG=1.50.0", "1.50.0"),
        ("libcore 1.49.0", "libcore 1.49.0"),
        ("<html>", "<html>"),
    ],
)
def test_a_changed_shape_is_an_error(content: str, found: str) -> None:
    """Another form of version, two versions, none, and lines of another form."""
    with pytest.raises(ShapeError, match=found):
        level(content)


@given(st.text(alphabet="LIBCORE_TAG=1.49\n# ", max_size=40))
def test_any_text_gives_facts_or_shape_error(content: str) -> None:
    """Whatever stands there, no other exception leaves the extractor."""
    with suppress(ShapeError):
        assert level(content)


@pytest.mark.trees
def test_real_level_of_gcc_16(trees: dict) -> None:
    """GCC 16 ships the core library of 1.49.0; earlier ones have no such file."""
    path = "libgrust/rustc-lib/version-info"
    if "gcc-16.2.0" not in trees:
        pytest.skip("no gcc-16.2.0")
    assert level((trees["gcc-16.2.0"] / path).read_text()) == [("rust", "language-level", "1.49.0", 1)]
    assert not any((trees[name] / path).exists() for name in ("gcc-14.2.0", "gcc-15.3.0") if name in trees)
