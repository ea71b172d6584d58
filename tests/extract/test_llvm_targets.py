"""The extractor llvm_targets on hand-written files, and on real trees."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.errors import ShapeError
from matrix.extract.llvm_targets import extract
from matrix.model import Fact
from matrix.text import Text

PATH = "llvm/CMakeLists.txt"


def read(content: str, path: str = PATH) -> list[Fact]:
    return list(extract(Text.decode(path, content.encode("utf-8", "surrogatepass"))))


GOOD = """\
# lists of targets
set(LLVM_ALL_TARGETS
  AArch64
  # a remark
  X86
  )

set(LLVM_ALL_EXPERIMENTAL_TARGETS
  M68k
)
list(LENGTH LLVM_ALL_TARGETS count)
set(LLVM_TARGETS_TO_BUILD ${LLVM_ALL_TARGETS})
set(LLVM_ALL_TARGETS_NOTE Nothing)
"""


def test_each_name_has_its_list_and_line():
    """Default and experimental come from the list a name stands in; uses of the lists are no names."""
    assert read(GOOD) == [
        Fact("AArch64", "backend", "default", line=3),
        Fact("X86", "backend", "default", line=5),
        Fact("M68k", "backend", "experimental", line=9),
    ]


def test_a_list_on_one_line_is_the_same_list():
    """CMake does not care for line ends."""
    facts = read("set(LLVM_ALL_TARGETS X86 ARM)\nset(LLVM_ALL_EXPERIMENTAL_TARGETS)\n")
    assert [(f.subject, f.line) for f in facts] == [("X86", 1), ("ARM", 1)]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("  X86\n", "", "X86 in LLVM_ALL_TARGETS"),
        ("set(LLVM_ALL_TARGETS\n", "set(LLVM_OTHER\n", "set(LLVM_ALL_TARGETS"),
        ("set(LLVM_ALL_EXPERIMENTAL_TARGETS\n", "set(LLVM_OTHER\n", "set(LLVM_ALL_EXPERIMENTAL_TARGETS"),
        ("  M68k\n)", "  M68k\n", "name of a target"),
        ("  M68k\n", "  ${MORE}\n", "name of a target"),
        ("  M68k\n", "  X86\n", "each target once"),
        ("list(LENGTH", "list(APPEND", "set once and left alone"),
        ("LLVM_ALL_TARGETS_NOTE", "LLVM_ALL_TARGETS", "set once"),
        ("M68k\n)", "M68k\n) CACHE", "nothing after the end"),
    ],
)
def test_another_shape_is_refused(old: str, new: str, expected: str):
    """A missing or changed list, an unfinished one and what is no name are drift."""
    assert old in GOOD
    with pytest.raises(ShapeError, match=expected.replace("(", r"\(")):
        read(GOOD.replace(old, new, 1))


def test_a_cut_file_never_reads_as_a_shorter_list():
    """Cut anywhere before the end of the second list, the file is refused."""
    whole = GOOD.index("M68k\n)") + len("M68k\n)")
    for cut in range(whole):
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
    """LLVM 21 and 22 have 20 default and 5 experimental backends."""
    for version in ("21.1.8", "22.1.8"):
        if f"llvm-{version}" in trees:
            facts = read((trees[f"llvm-{version}"] / PATH).read_text())
            assert sum(f.value == "default" for f in facts) == 20
            experimental = {f.subject for f in facts if f.value == "experimental"}
            assert experimental == {"ARC", "CSKY", "DirectX", "M68k", "Xtensa"}
