"""The extractor llvm_clang_targets on hand-written files, and on real trees."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.errors import ShapeError
from matrix.extract.llvm_clang_targets import extract
from matrix.text import Text

if TYPE_CHECKING:
    from matrix.model import Fact

PATH = "clang/lib/Basic/Targets.cpp"


def read(content: str, path: str = PATH) -> list[Fact]:
    return list(extract(Text.decode(path, content.encode("utf-8", "surrogatepass"))))


GOOD = """\
namespace x {
  switch (Triple.getArch()) {
  default:
    return nullptr;

  case llvm::Triple::ppc64le:
    switch (os) {
    case llvm::Triple::Linux: {
      return a(/*Width=*/32);
    }
    default:
      return b;
    }
  case llvm::Triple::arm: // little
  case llvm::Triple::thumb:
    return c;
  case llvm::Triple::spir: {
    return d;
  }
  case llvm::Triple::x86_64:
    return e;
  }
}
  case llvm::Triple::elsewhere:
"""


def test_only_labels_of_the_outer_switch_are_architectures():
    """Systems inside a case, braces around a case, and code after the function do not count."""
    assert [(f.subject, f.line) for f in read(GOOD)] == [
        ("ppc64le", 6),
        ("arm", 14),
        ("thumb", 15),
        ("spir", 17),
        ("x86_64", 20),
    ]
    assert {(f.attribute, f.value) for f in read(GOOD)} == {("clang-case", "yes")}


def test_several_labels_on_a_line():
    """Labels that share a line are each a case."""
    shared = (
        "  switch (Triple.getArch()) {\n  case llvm::Triple::x86: case llvm::Triple::x86_64:\n    return a;\n  }\n}\n"
    )
    assert [f.subject for f in read(shared)] == ["x86", "x86_64"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Triple.getArch()", "Triple.getOS()", "switch"),
        ("case llvm::Triple::x86_64:", "case llvm::Triple::x86:", "x86_64"),
        ("  case llvm::Triple::arm:", "  case Triple::arm:", "case llvm::Triple::NAME"),
        ("  case llvm::Triple::arm:", "  case llvm::Triple::arm: return", "case llvm::Triple::NAME"),
        ("::thumb:", "::arm:", "each case once"),
        ("    return c;", "#if 0", "without directives"),
        ("    return c;", "    /* from here", "without directives"),
        ("  case llvm::Triple::spir: {", "  case llvm::Triple::spir:", "end of the function"),
        ("    return c;", "return c;", "indented less"),
    ],
)
def test_another_shape_is_refused(old: str, new: str, expected: str):
    """A label that does not parse, and anything that could hide a label, is drift."""
    assert old in GOOD
    with pytest.raises(ShapeError, match=expected):
        read(GOOD.replace(old, new, 1))


def test_a_cut_file_never_reads_as_a_shorter_list():
    """Cut anywhere before the end of the switch, the file is refused."""
    for cut in range(GOOD.index("  }\n}\n")):
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
    """The cases are all labels at two blanks, 51 in LLVM 21 and 22; xtensa is one of them."""
    for version in ("21.1.8", "22.1.8"):
        if f"llvm-{version}" in trees:
            content = (trees[f"llvm-{version}"] / PATH).read_text()
            names = [f.subject for f in read(content)]
            assert names == re.findall(r"^  case llvm::Triple::(\w+):", content, re.MULTILINE)
            assert len(names) == 51
            assert {"systemz", "sparcv9", "ppc64le", "loongarch32", "csky", "xtensa"} <= set(names)
            assert "riscv32be" not in names
