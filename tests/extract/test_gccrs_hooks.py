"""The -rust.cc files below gcc/config -> target hooks of gccrs."""

from __future__ import annotations

import pytest

from matrix.errors import ShapeError
from matrix.extract.gccrs_hooks import extract
from matrix.text import Text

LISTING = """gcc/config/default-rust.cc
gcc/config/i386/i386-rust.cc
gcc/config/linux-rust.cc
gcc/config/mingw/winnt-rust.cc"""
# What the fuzzer starts from (tests/extract/corpus.py): path and text.
SAMPLES = (("gcc/config/", LISTING),)


def hooks(content: str) -> dict[str, str]:
    found = extract(Text("gcc/config/*-rust.cc", content))
    assert {(f.attribute, f.when, f.line) for f in found} == {("rust-hook", "", 0)}
    return {fact.subject: fact.value for fact in found}


def test_a_processor_s_hook_has_its_directory_s_name() -> None:
    """All others are systems', wherever they stand; the default stands in for a hook and is none."""
    assert hooks(LISTING) == {
        "gcc/config/i386/i386-rust.cc": "cpu",
        "gcc/config/linux-rust.cc": "os",
        "gcc/config/mingw/winnt-rust.cc": "os",
    }


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("", "no gcc/config/linux-rust.cc among 0"),
        ("gcc/config/i386/i386-rust.cc", "no gcc/config/linux-rust.cc among 1"),
        (LISTING + "\ngcc/config/i386/i386-rust.h", "i386-rust.h"),
        (LISTING + "\ngcc/config/a/b/c-rust.cc", "a/b/c-rust.cc"),
    ],
)
def test_a_changed_shape_is_an_error(content: str, found: str) -> None:
    """No hook of Linux, and paths of another form."""
    with pytest.raises(ShapeError, match=found):
        hooks(content)


@pytest.mark.trees
@pytest.mark.parametrize("version", ["14.2.0", "15.3.0", "16.2.0"])
def test_real_hooks(trees: dict, version: str) -> None:
    """x86 alone has a processor's hook; ten systems have one."""
    if f"gcc-{version}" not in trees:
        pytest.skip(f"no gcc-{version}")
    tree = trees[f"gcc-{version}"]
    paths = [*tree.glob("gcc/config/*-rust.cc"), *tree.glob("gcc/config/*/*-rust.cc")]
    found = hooks("\n".join(sorted(p.relative_to(tree).as_posix() for p in paths)))
    assert [path for path, kind in found.items() if kind == "cpu"] == ["gcc/config/i386/i386-rust.cc"]
    assert len(found) == 11
