"""The extractor cg_gcc_libgccjit on hand-written files, and on real trees."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.errors import ShapeError
from matrix.extract.cg_gcc_libgccjit import extract
from matrix.model import Fact
from matrix.text import Text

PATH = "compiler/rustc_codegen_gcc/libgccjit.version"


def read(content: str, path: str = PATH) -> list[Fact]:
    return list(extract(Text.decode(path, content.encode("utf-8", "surrogatepass"))))


COMMIT = "0123456789abcdef0123456789abcdef01234567"
GOOD = COMMIT + "\n"
# What the fuzzer starts from (tests/extract/corpus.py): path and text.
SAMPLES = ((PATH, GOOD),)


@pytest.mark.parametrize("content", [GOOD, COMMIT, COMMIT + "\r\n"])
def test_a_full_commit_is_the_fact(content: str):
    """With its line end, without, or with that of Windows."""
    assert read(content) == [Fact("libgccjit", "commit", COMMIT, line=1)]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "\n",
        COMMIT[:39],
        COMMIT[:9] + "\n",
        COMMIT + "0",
        COMMIT.upper(),
        "g" + COMMIT[1:],
        GOOD + GOOD,
        f" {GOOD}",
        GOOD + "\n",
    ],
)
def test_anything_else_is_refused(content: str):
    """Abbreviated, longer, in capitals, twice, with blanks: not exactly 40 digits."""
    with pytest.raises(ShapeError, match="exactly 40 hexadecimal digits"):
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
    ("release", "commit"),
    [
        ("1.85.1", "e744a9459d33864067214741daf5c5bc2a7b88c6"),
        ("1.90.0", "04ce66d8c918de9273bd7101638ad8724edf5e21"),
        ("1.95.0", "efdd0a7290c22f5438d7c5380105d353ee3e8518"),
    ],
)
def test_real_releases(trees, release: str, commit: str):
    """The commit that each release pins."""
    if tree := trees.get(f"rust-{release}"):
        assert read((tree / PATH).read_text())[0].value == commit
