"""The unstable features that drivers may use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from matrix.errors import ShapeError
from matrix.extract.linux_allowed_features import extract
from matrix.model import Fact
from matrix.text import Text

if TYPE_CHECKING:
    from pathlib import Path

SAMPLE = """\
x := y
ifdef CONFIG_SAND
rust_allowed_features := one_way,two
else
rust_allowed_features := one_way
endif
cmd = -Zallow-features=$(rust_allowed_features)
"""
# What the fuzzer starts from (tests/extract/corpus.py): path and text.
SAMPLES = (("scripts/Makefile.build", SAMPLE),)


def read(content: str) -> list[Fact]:
    return list(extract(Text("scripts/Makefile.build", content)))


def test_the_list_is_parted_at_commas() -> None:
    """Each name is a fact; the use of the list is none."""
    content = "x := y\nrust_allowed_features := one_way,two  # both\ncmd = -Zallow-features=$(rust_allowed_features)\n"
    assert read(content) == [
        Fact("drivers", "unstable-feature", "one_way", "", 2),
        Fact("drivers", "unstable-feature", "two", "", 2),
    ]


def test_one_feature_alone() -> None:
    """A list of one name has no comma."""
    assert [f.value for f in read("rust_allowed_features := only\n")] == ["only"]


def test_a_list_for_each_branch() -> None:
    """Two lists may stand under different conditions."""
    content = "ifdef CONFIG_A\nrust_allowed_features := a\nelse\nrust_allowed_features := a,b\nendif\n"
    assert [(f.value, f.when) for f in read(content)] == [("a", "A"), ("a", "!A"), ("b", "!A")]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("", 0),
        ("# rust_allowed_features := one\n", 0),
        ("rust_allowed_features :=\n", 1),
        ("rust_allowed_features := a, b\n", 1),
        ("rust_allowed_features := a,,b\n", 1),
        ("rust_allowed_features := $(list)\n", 1),
        ("rust_allowed_features += a\n", 1),
        ("rust_allowed_features := a\nrust_allowed_features := b\n", 2),
        ("rust_allowed_features := a\nendif\n", 2),
    ],
)
def test_a_changed_shape_is_refused(content: str, line: int) -> None:
    """No list, an empty one, another notation, or two lists at once."""
    with pytest.raises(ShapeError) as caught:
        read(content)
    assert caught.value.line == line


@pytest.mark.trees
@pytest.mark.parametrize(
    ("version", "features", "line"),
    [
        ("6.1.176", "core_ffi_c", 278),
        ("6.12.107", "arbitrary_self_types lint_reasons used_with_arg", 251),
        (
            "6.18.15",
            "asm_const asm_goto arbitrary_self_types lint_reasons offset_of_nested raw_ref_op used_with_arg",
            320,
        ),
        ("7.1.13", "arbitrary_self_types asm_goto generic_arg_infer used_with_arg", 320),
    ],
)
def test_real_trees(trees: dict[str, Path], version: str, features: str, line: int) -> None:
    """The list of each tree, and its line."""
    if f"linux-{version}" not in trees:
        pytest.skip(f"no linux-{version}")
    facts = read((trees[f"linux-{version}"] / "scripts/Makefile.build").read_text())
    assert facts == [Fact("drivers", "unstable-feature", f, "", line) for f in features.split()]
