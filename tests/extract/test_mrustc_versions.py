"""The extractor mrustc_versions on hand-written files, and on real trees."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.errors import ShapeError
from matrix.extract.mrustc_versions import extract
from matrix.model import Fact
from matrix.text import Text

PATH = "src/include/target_version.hpp"


def read(content: str, path: str = PATH) -> list[Fact]:
    return list(extract(Text.decode(path, content.encode("utf-8", "surrogatepass"))))


GOOD = """\
// versions
enum class TargetVersion {
    Rustc1_19,
    Rustc1_29 = 3, // a remark

    Rustc1_90
};
extern TargetVersion version;
#define LEAST (version >= TargetVersion::Rustc1_99)
"""
# What the fuzzer starts from (tests/extract/corpus.py): path and text.
SAMPLES = ((PATH, GOOD),)


def test_each_member_is_a_version():
    """Only members of the enumeration count, not macros that name one."""
    assert read(GOOD) == [
        Fact("rustc", "builds", "1.19", line=3),
        Fact("rustc", "builds", "1.29", line=4),
        Fact("rustc", "builds", "1.90", line=6),
    ]


def test_the_brace_may_stand_below():
    """A base type and the brace on a line of its own are the same enumeration."""
    assert len(read("enum class TargetVersion : int\n\n{\nRustc1_19,\n};\n")) == 1


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("enum class TargetVersion", "enum class Version", "enum class TargetVersion"),
        ("Rustc1_90", "Latest", "a member"),
        ("    Rustc1_90", "/* Rustc1_90 */", "a member"),
        ("Rustc1_90", "Rustc1_19", "each version once"),
        ("};", "", "or the end"),
        ("extern", "enum class TargetVersion {\n", "one enumeration"),
        ("TargetVersion {", "TargetVersion\nRustc1_1", "brace"),
    ],
)
def test_another_shape_is_refused(old: str, new: str, expected: str):
    """Another kind of member, and an enumeration that is missing, unfinished or there twice."""
    assert old in GOOD
    with pytest.raises(ShapeError, match=expected):
        read(GOOD.replace(old, new, 1))


def test_an_empty_enumeration_is_refused():
    """No version at all is never a statement."""
    with pytest.raises(ShapeError, match="members"):
        read("enum class TargetVersion {\n};\n")


def test_a_cut_file_never_reads_as_a_shorter_list():
    """Cut anywhere before the end of the enumeration, the file is refused."""
    for cut in range(GOOD.index("};") + 1):
        with pytest.raises(ShapeError):
            read(GOOD[:cut])


@given(st.text(max_size=200), st.integers(min_value=0, max_value=10_000))
def test_anything_gives_facts_or_a_shape_error(noise: str, place: int):
    """Noise alone, or put anywhere into a good file, never raises another exception."""
    cut = place % (len(GOOD) + 1)
    for content in (noise, GOOD[:cut] + noise, GOOD[:cut] + noise + GOOD[cut:]):
        with contextlib.suppress(ShapeError):
            read(content)


@pytest.mark.trees
def test_real_releases(trees):
    """Six versions in mrustc 0.12.0."""
    if tree := trees.get("mrustc-0.12.0"):
        values = [f.value for f in read((tree / PATH).read_text())]
        assert values == ["1.19", "1.29", "1.39", "1.54", "1.74", "1.90"]
