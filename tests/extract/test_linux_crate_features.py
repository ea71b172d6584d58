"""The unstable features that the kernel's crates turn on for themselves."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.errors import ShapeError
from matrix.expression import parse
from matrix.extract.linux_crate_features import extract
from matrix.model import Fact
from matrix.text import Text

if TYPE_CHECKING:
    from pathlib import Path

SAMPLE = """\
//! Words.
#![no_std]
#![feature(one)]
#![feature(
    two, // and
    three,
)]
#![cfg_attr(not(CONFIG_SAND), feature(four, five))]
pub mod a;
"""
# What the fuzzer starts from (tests/extract/corpus.py): path and text.
SAMPLES = (("rust/kernel/lib.rs", SAMPLE),)


def read(content: str) -> list[tuple[str, str, int]]:
    facts = list(extract(Text("rust/kernel/lib.rs", content)))
    assert {(f.subject, f.attribute) for f in facts} <= {("rust/kernel/lib.rs", "unstable-feature")}
    return [(f.value, f.when, f.line) for f in facts]


def test_features_on_one_line_and_on_many() -> None:
    """Each name has its own line; a comma after the last name is allowed, and a name twice is one fact."""
    content = (
        "// why\n#![no_std]\n#![feature(one)]\n#![feature(\n    two, // and\n    one,\n    three,\n)]\nuse core;\n"
    )
    assert read(content) == [("one", "", 3), ("two", "", 5), ("three", "", 7)]


def test_features_under_a_condition() -> None:
    """The condition is kept as written, nested parentheses and all, its blanks made one."""
    content = (
        "#![cfg_attr(not(CONFIG_RUSTC_HAS_ONE), feature(one, two))]\n"
        '#![cfg_attr(\n    all(any(feature = "a", doc), NEW),\n    allow(x), feature(three)\n)]\n'
        "#![cfg_attr(A, cfg_attr(B, feature(four)))]\n"
    )
    assert read(content) == [
        ("one", "$(cfg, not(CONFIG_RUSTC_HAS_ONE))", 1),
        ("two", "$(cfg, not(CONFIG_RUSTC_HAS_ONE))", 1),
        ("three", '$(cfg, all(any(feature = "a", doc), NEW))', 4),
        ("four", "$(cfg, A) && $(cfg, B)", 6),
    ]
    for _, when, _ in read(content):
        parse(when)


def test_a_cargo_feature_is_none() -> None:
    """`feature = "x"` in a condition, and other attributes under one, turn nothing on."""
    assert read('#![cfg_attr(not(feature = "small"), no_std)]\n#![cfg_attr(kernel, doc = "feature(x)")]\n') == []


def test_examples_in_comments_and_strings_are_none() -> None:
    """Doc comments stand between the attributes and hold attributes of their own."""
    content = (
        "//! # #![feature(one)]\n/* #![feature(two)] /* nested */ */\n"
        '#![doc = "#![feature(three)] ]"]\n//! ```\n#![feature(four)]\n'
    )
    assert read(content) == [("four", "", 5)]


def test_only_the_head_of_the_file_is_the_crates() -> None:
    """After the first item no attribute of the crate may follow, so what looks like one belongs elsewhere."""
    assert read("#![feature(one)]\n#[allow(x)]\nmod a {\n#![feature(two)]\n}\n") == [("one", "", 1)]


def test_a_crate_without_features() -> None:
    """No unstable feature is a statement, not a fault."""
    assert read("#![no_std]\npub fn a() {}\n") == []
    assert read("") == []


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("#![no_std]\n#![feature(one", 2),
        ("#![feature(one)\n", 1),
        ("#![feature(one])]\n", 1),
        ("#![feature]\n", 1),
        ("#![feature = one]\n", 1),
        ('\n#![feature("one")]\n', 2),
        ("#![feature(one two)]\n", 1),
        ("#![feature(one,,two)]\n", 1),
        ("#![cfg_attr(one)]\n", 1),
        ("#![cfg_attr(, feature(one))]\n", 1),
        ("#![cfg_attr(A, feature(b::c))]\n", 1),
        ('#![cfg_attr(feature = ")", feature(one))]\n', 1),
        ("#![" + "cfg_attr(A, " * 10 + "feature(one)" + ")" * 10 + "]\n", 1),
        ("/* #![feature(one)]\n", 1),
    ],
)
def test_a_changed_shape_is_refused(content: str, line: int) -> None:
    """Attributes that do not end, or of another shape, name their line."""
    with pytest.raises(ShapeError) as caught:
        read(content)
    assert caught.value.line == line


PIECES = [
    "#![",
    "feature",
    "cfg_attr",
    "(",
    ")",
    "]",
    "[",
    ",",
    "a",
    "b",
    '"',
    "not",
    " ",
    "\n",
    "//",
    "/*",
    "*/",
    "=",
    "'",
]


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_any_text_gives_facts_or_is_refused(content: str) -> None:
    """Nothing but ShapeError is raised, and each condition is an expression."""
    try:
        facts = read(content)
    except ShapeError:
        return
    for _, when, _ in facts:
        parse(when)


PATTERNS = ("rust/*.rs", "rust/*/lib.rs", "rust/*/src/lib.rs", "rust/*/internal/src/lib.rs")


def of_tree(tree: Path) -> list[Fact]:
    files = [path for pattern in PATTERNS for path in sorted(tree.glob(pattern))]
    return [f for path in files for f in extract(Text.decode(str(path.relative_to(tree)), path.read_bytes()))]


@pytest.mark.trees
@pytest.mark.parametrize(
    ("version", "counts"),
    [
        ("6.1.176", {"alloc/lib.rs": 89, "bindings/lib.rs": 1, "compiler_builtins.rs": 1, "kernel/lib.rs": 1}),
        ("6.12.107", {"compiler_builtins.rs": 1, "kernel/lib.rs": 7}),
        (
            "6.18.15",
            {
                "compiler_builtins.rs": 1,
                "kernel/lib.rs": 17,
                "macros/lib.rs": 1,
                "pin-init/internal/src/lib.rs": 1,
                "pin-init/src/lib.rs": 4,
            },
        ),
        (
            "7.1.13",
            {
                "bindings/lib.rs": 1,
                "compiler_builtins.rs": 1,
                "kernel/lib.rs": 5,
                "macros/lib.rs": 2,
                "pin-init/internal/src/lib.rs": 1,
                "pin-init/src/lib.rs": 6,
                "proc-macro2/lib.rs": 3,
                "syn/lib.rs": 1,
                "uapi/lib.rs": 1,
            },
        ),
    ],
)
def test_counts_of_real_trees(trees: dict[str, Path], version: str, counts: dict[str, int]) -> None:
    """As many features in each crate as a search for attributes with `feature(` finds."""
    if f"linux-{version}" not in trees:
        pytest.skip(f"no linux-{version}")
    found = Counter(f.subject.removeprefix("rust/") for f in of_tree(trees[f"linux-{version}"]))
    assert found == counts


@pytest.mark.trees
def test_some_lines_of_7_1(trees: dict[str, Path]) -> None:
    """Lines read by hand: a plain one, one under not(...), one on several lines."""
    if "linux-7.1.13" not in trees:
        pytest.skip("no linux-7.1.13")
    pinned = '$(cfg, all(feature = "unsafe-pinned", CONFIG_RUSTC_HAS_UNSAFE_PINNED))'
    span = "$(cfg, not(CONFIG_RUSTC_HAS_SPAN_FILE))"
    assert set(of_tree(trees["linux-7.1.13"])) >= {
        Fact("rust/kernel/lib.rs", "unstable-feature", "used_with_arg", "", 27),
        Fact("rust/macros/lib.rs", "unstable-feature", "proc_macro_span", span, 15),
        Fact("rust/pin-init/src/lib.rs", "unstable-feature", "unsafe_pinned", pinned, 277),
    }
