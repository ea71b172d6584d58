"""The extractor rust_target_json on hand-written files, and on real trees."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.errors import ShapeError
from matrix.extract.rust_target_json import extract
from matrix.model import Fact
from matrix.text import Text

PATH = "target_specs/m68k-unknown-linux-gnu.json"


def read(content: str, path: str = PATH) -> list[Fact]:
    return list(extract(Text.decode(path, content.encode("utf-8", "surrogatepass"))))


GOOD = """\
{
  "arch": "m68k",
  "cpu": "M68020",
  "llvm-target": "m68k-unknown-linux-gnu",
  "target-endian": "big",
  "target-family": ["unix"],
  "target-pointer-width": 32
}
"""
# What the fuzzer starts from (tests/extract/corpus.py): path and text.
SAMPLES = ((PATH, GOOD),)
TARGET = "m68k-unknown-linux-gnu"


def test_the_four_facts():
    """The subject is the file's name without .json."""
    assert read(GOOD) == [
        Fact(TARGET, "llvm-target", "m68k-unknown-linux-gnu", line=4),
        Fact(TARGET, "arch", "m68k", line=2),
        Fact(TARGET, "pointer-width", "32", line=7),
        Fact(TARGET, "endian", "big", line=5),
    ]


def test_the_width_may_be_a_string():
    """Up to rustc 1.90 it was one; the fact is the same."""
    assert read(GOOD.replace(": 32", ': "32"')) == read(GOOD)


def test_a_missing_endian_is_little():
    """rustc's own default, which no line states."""
    (endian,) = (f for f in read(GOOD.replace('  "target-endian": "big",\n', "")) if f.attribute == "endian")
    assert endian == Fact(TARGET, "endian", "little", line=0)


@pytest.mark.parametrize("width", ["true", "32.0", '"32.0"', "null", "[32]", "33", "-32", '""', "9" * 4000])
def test_another_width_is_refused(width: str):
    """Only 16, 32 and 64, as a number or a string; a truth value and a fraction are neither."""
    with pytest.raises(ShapeError, match="target-pointer-width"):
        read(GOOD.replace(": 32", f": {width}"))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('"arch"', '"architecture"', "arch"),
        ('"m68k",', "68,", "a name"),
        ('"m68k",', '"\\ud800",', "a name"),
        ('"llvm-target"', '"llvm"', "llvm-target"),
        ('"big"', '"middle"', "big or little"),
        ('"big"', '["big"]', "big or little"),
        ("}", "", "JSON"),
    ],
)
def test_another_shape_is_refused(old: str, new: str, expected: str):
    """A missing key, a value of another kind, an unfinished object."""
    assert old in GOOD
    with pytest.raises(ShapeError, match=expected):
        read(GOOD.replace(old, new, 1))


@pytest.mark.parametrize("content", ["", "[]", "1", "[" * 100_000, '{"a":' * 50_000, " " * 300_000, "9" * 10_000])
def test_deep_and_large_files_end_quickly(content: str):
    """Nesting that would exhaust the stack, numbers that Python refuses, and size, are drift."""
    with pytest.raises(ShapeError):
        read(content)


def test_the_path_names_the_target():
    """A file of another name states nothing about a target."""
    with pytest.raises(ShapeError, match=r"TARGET\.json"):
        read(GOOD, "target_specs/README")


@given(st.text(max_size=200), st.integers(min_value=0, max_value=10_000))
def test_anything_gives_facts_or_a_shape_error(noise: str, place: int):
    """Noise alone, or put anywhere into a good file, never raises another exception."""
    cut = place % (len(GOOD) + 1)
    for content in (noise, GOOD[:cut] + noise, GOOD[:cut] + noise + GOOD[cut:]):
        with contextlib.suppress(ShapeError):
            read(content)


@pytest.mark.trees
def test_real_releases(trees):
    """One target in each release, with the same meaning although the width's type changed."""
    for release in ("1.85.1", "1.90.0", "1.95.0"):
        if tree := trees.get(f"rust-{release}"):
            folder = tree / "compiler/rustc_codegen_gcc/target_specs"
            assert [file.name for file in folder.iterdir()] == [f"{TARGET}.json"]
            facts = read((folder / f"{TARGET}.json").read_text())
            assert [(f.value, f.line) for f in facts] == [(TARGET, 10), ("m68k", 2), ("32", 25), ("big", 20)]
