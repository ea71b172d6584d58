"""The extractor llvm_maintainers_file on hand-written files, and on real trees."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.errors import ShapeError
from matrix.extract.llvm_maintainers_file import extract
from matrix.model import Fact
from matrix.text import Text

PATH = "llvm/Maintainers.md"


def read(content: str, path: str = PATH) -> list[Fact]:
    return list(extract(Text.decode(path, content.encode("utf-8", "surrogatepass"))))


GOOD = "llvm/Maintainers.md\n"


@pytest.mark.parametrize("path", ["llvm/CODE_OWNERS.TXT", "llvm/Maintainers.md", "llvm/Maintainers.rst"])
def test_each_form_is_a_fact(path: str):
    """The path itself is the statement; a listing has no lines to point at."""
    assert read(f"{path}\n") == [Fact(path, "maintainers-file", "yes")]
    assert read(path) == [Fact(path, "maintainers-file", "yes")]


def test_both_forms_at_once():
    """A version between the two forms may have both."""
    assert len(read("llvm/CODE_OWNERS.TXT\nllvm/Maintainers.md\n")) == 2


@pytest.mark.parametrize("content", ["", "\n", "llvm/README.txt\n", "clang/Maintainers.rst\n"])
def test_another_listing_is_refused(content: str):
    """No file, or a file that was not asked for, is drift."""
    with pytest.raises(ShapeError, match=r"llvm/Maintainers\.md"):
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
    """LLVM 21 and 22 have Maintainers.md and nothing else."""
    for version in ("21.1.8", "22.1.8"):
        if tree := trees.get(f"llvm-{version}"):
            names = ("CODE_OWNERS.TXT", "Maintainers.md", "Maintainers.rst")
            listing = "\n".join(f"llvm/{name}" for name in names if (tree / "llvm" / name).exists())
            assert [f.subject for f in read(listing)] == ["llvm/Maintainers.md"]
