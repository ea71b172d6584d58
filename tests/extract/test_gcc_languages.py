"""The folders of GCC's front ends -> the languages, and whether Rust is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from matrix.errors import ShapeError
from matrix.extract.gcc_languages import extract
from matrix.model import Fact
from matrix.text import Text

if TYPE_CHECKING:
    from pathlib import Path

OLD = "gcc/ada/config-lang.in\ngcc/cp/config-lang.in\ngcc/objcp/config-lang.in\n"
NEW = f"{OLD}gcc/rust/config-lang.in\n"
# What the fuzzer starts from (tests/extract/corpus.py): path and text.
SAMPLES = (("gcc/", NEW), ("gcc/", OLD))


def read(content: str) -> list[Fact]:
    return extract(Text("gcc/", content))


def test_each_folder_is_a_front_end() -> None:
    """The folder's name is the front end's; whether Rust can be enabled is then configure.ac's to say."""
    names = ("ada", "cp", "objcp", "rust")
    assert read(NEW) == [Fact(name, "front-end", "yes", "", 0) for name in names]


def test_without_a_folder_there_is_no_gccrs() -> None:
    """What is not in the list cannot be enabled."""
    assert read(OLD)[-1] == Fact("rust", "can-be-enabled", "no", "", 0)
    assert "rust" not in {f.subject for f in read(OLD) if f.attribute == "front-end"}


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("", "no cp among 0"),
        ("gcc/rust/config-lang.in\n", "no cp among 1"),
        (f"{OLD}gcc/rust/Make-lang.in\n", "gcc/rust/Make-lang.in"),
        (f"{OLD}gcc/ada/gcc-interface/config-lang.in\n", "gcc/ada/gcc-interface"),
    ],
)
def test_a_changed_shape_is_an_error(content: str, found: str) -> None:
    """No C++, and a path of another form, are not skipped."""
    with pytest.raises(ShapeError, match=found):
        read(content)


@pytest.mark.trees
@pytest.mark.parametrize(
    ("version", "rust"), [("12.5.0", False), ("14.2.0", True), ("15.2.0", True), ("15.3.0", True), ("16.2.0", True)]
)
def test_real_front_ends(trees: dict[str, Path], version: str, rust: bool) -> None:  # noqa: FBT001 - a column
    """GCC 12 has no gccrs, and says so."""
    tree = trees.get(f"gcc-{version}")
    paths = sorted(p.relative_to(tree).as_posix() for p in tree.glob("gcc/*/config-lang.in")) if tree else []
    if not paths:
        pytest.skip(f"no front ends of gcc-{version}")
    facts = read("\n".join(paths))
    assert {"ada", "cp", "fortran", "jit", "lto", "objc"} <= {f.subject for f in facts}
    assert (Fact("rust", "can-be-enabled", "no") in facts) != rust
    assert (Fact("rust", "front-end", "yes") in facts) == rust
