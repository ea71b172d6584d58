"""The extractor llvm_targets on hand-written files, and on real trees."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.errors import ShapeError
from matrix.expression import atoms, parse
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


OLD = """\
set(LLVM_ALL_TARGETS
  X86
  )
set(LLVM_EXPERIMENTAL_TARGETS_TO_BUILD ""
  CACHE STRING "Words.")
list(FIND LLVM_ALL_TARGETS ${t} idx)
"""
FOLDER = "llvm/lib/Target/Dune/CMakeLists.txt"
# What the fuzzer starts from (tests/extract/corpus.py): path and text.
SAMPLES = (
    (PATH, GOOD),
    (PATH, OLD),
    (FOLDER, "add_llvm_component_group(Dune HAS_JIT)\nset(X y)\n"),
)


def test_one_list_alone_is_the_shape_before_llvm_17():
    """Which backends are experimental is then said by their folders; a second list that is not set is drift."""
    assert read(OLD) == [Fact("X86", "backend", "default", line=2)]
    for content in (OLD + "message(${LLVM_ALL_EXPERIMENTAL_TARGETS})\n", OLD.replace('_BUILD ""', "_BUILD")):
        with pytest.raises(ShapeError, match="LLVM_ALL_EXPERIMENTAL_TARGETS"):
            read(content)


@pytest.mark.parametrize(
    "group", ["add_llvm_component_group(Dune)", "add_llvm_component_group( Dune HAS_JIT ) # words"]
)
def test_a_folder_is_a_backend_that_can_be_named(group: str):
    """It is an experimental one unless it is in the list of default ones."""
    (fact,) = read(f"# words\n\n{group}\nset(X y)\n", FOLDER)
    assert fact == Fact("Dune", "backend", "experimental", "$(cmake,NOT Dune IN_LIST LLVM_ALL_TARGETS)", 3)
    assert [fact.when] == list(atoms(parse(fact.when)))


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("", 0),
        ("add_llvm_component_group(Sand)\n", 1),
        ("\nset(X y)\nadd_llvm_component_group(Dune)\n", 2),
        ("add_llvm_component_group(Dune MORE)\n", 1),
    ],
)
def test_a_folder_of_another_shape_is_refused(content: str, line: int):
    """Another name, and what does not begin with the name, are drift."""
    with pytest.raises(ShapeError) as caught:
        read(content, FOLDER)
    assert caught.value.line == line


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


@pytest.mark.trees
@pytest.mark.parametrize(
    ("version", "experimental"),
    [
        ("14.0.6", {"ARC", "CSKY", "M68k"}),
        ("15.0.6", {"ARC", "CSKY", "DirectX", "LoongArch", "M68k", "SPIRV"}),
        ("16.0.6", {"ARC", "CSKY", "DirectX", "M68k", "SPIRV", "Xtensa"}),
        ("18.1.8", {"ARC", "CSKY", "DirectX", "M68k", "SPIRV", "Xtensa"}),
        ("21.1.8", {"ARC", "CSKY", "DirectX", "M68k", "Xtensa"}),
        ("22.1.8", {"ARC", "CSKY", "DirectX", "M68k", "Xtensa"}),
        ("23.1.1", {"ARC", "CSKY", "DirectX", "M68k", "Xtensa"}),
    ],
)
def test_folders_of_real_releases(trees, version: str, experimental: set[str]):
    """What the folders say beside the main list, and the second list where there is one."""
    tree = trees.get(f"llvm-{version}")
    folders = sorted(tree.glob("llvm/lib/Target/*/CMakeLists.txt")) if tree else []
    if not folders:
        pytest.skip(f"no folders of llvm-{version}")
    listed = read((tree / PATH).read_text())
    default = {f.subject for f in listed if f.value == "default"}
    said = {f.subject for p in folders for f in read(p.read_text(), p.relative_to(tree).as_posix())}
    assert said - default == experimental
    assert {f.subject for f in listed if f.value == "experimental"} in (experimental, set())
