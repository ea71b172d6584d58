"""Which library features the standard library's items are under."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from matrix.errors import ShapeError
from matrix.extract.rust_library_features import extract
from matrix.model import Fact
from matrix.text import Text

if TYPE_CHECKING:
    from pathlib import Path

PATH = "library/core/src/desert.rs"
GOOD = """\
//! #![unstable(feature = "words", issue = "1")]
#![stable(feature = "sand", since = "1.6.0")]
/// #[unstable(feature = "more_words", issue = "1")]
#[unstable(
    feature = "dunes",
    reason = "recently added; may \\"move\\" \\
              (with the wind)", // who knows
    issue = "12345", /* a team's */
)]
pub fn dunes() {}
#[stable(since = "1.31.0", feature = "wind-send")]
#[rustc_const_stable(feature = "const_wind", since = "CURRENT_RUSTC_VERSION")]
#[rustc_const_unstable(feature = "const_dunes", issue = "none")]
pub const fn wind() { v.sort_unstable(); x.unstable(1); stable(sorted); }
#[cfg_attr(not(wet), stable(feature = "sand", since = "1.6.0"))]
#[cfg_attr(
    wet,
    unstable(feature = "rain", issue = "none", soft)
)]
#[rustc_default_body_unstable(feature = "heat", issue = "99")]
#[allow_internal_unstable(dunes)]
mod m { made! { stable(feature = "made", since = "1.1.0") } }
"""
# What the fuzzer starts from (tests/extract/corpus.py): path and text.
SAMPLES = ((PATH, GOOD),)


def read(content: str) -> list[Fact]:
    return list(extract(Text(PATH, content)))


def test_each_feature_and_state_once() -> None:
    """The first item of each, with its line; comments, calls and attributes that only sound alike are nothing."""
    assert read(GOOD) == [
        Fact("sand", "library-stable", "1.6.0", "", 2),
        Fact("dunes", "library-unstable", "12345", "", 4),
        Fact("wind-send", "library-stable", "1.31.0", "", 11),
        Fact("const_wind", "library-const-stable", "CURRENT_RUSTC_VERSION", "", 12),
        Fact("const_dunes", "library-const-unstable", "none", "", 13),
        Fact("rain", "library-unstable", "none", "", 18),
        Fact("heat", "library-default-body-unstable", "99", "", 20),
        Fact("made", "library-stable", "1.1.0", "", 22),
    ]


def test_a_feature_of_both_states() -> None:
    """Some items of a feature can be stable, and others not yet."""
    content = '#[stable(feature = "a", since = "1.2.3")]\n#[unstable(feature = "a", issue = "5")]\n'
    assert [(f.attribute, f.value) for f in read(content)] == [("library-stable", "1.2.3"), ("library-unstable", "5")]


def test_what_names_no_feature() -> None:
    """A macro's parameter, and the empty name that 1.63 has, say nothing; a file may say nothing at all."""
    assert read('#[stable(feature = $feature, since = "1.2.3")]\n#[unstable(feature = "a", issue = $issue)]\n') == []
    assert read('#![stable(feature = "", since = "1.30.0")]\n') == []
    assert read("pub mod a;\n") == []


@pytest.mark.parametrize(
    "attribute",
    [
        "#[stable]",
        "#[unstable(dunes)]",
        '#[stable(since = "1.2.3")]',
        '#[stable(feature = "a")]',
        '#[stable(feature = "a", since = "soon")]',
        '#[unstable(feature = "a")]',
        '#[unstable(feature = "a", issue = "open")]',
        '#[unstable(feature = "a b", issue = "1")]',
        '#[unstable(feature = concat!("a"), issue = "1")]',
        '#[unstable(feature = "a", issue = "1"',
        "#[unstable(a = 1)]",
        '#[stable(feature = "a", since = "1.2.3", b, c, d, e, f, g, h)]',
    ],
)
def test_a_changed_shape_is_refused(attribute: str) -> None:
    """An attribute without the arguments that belong to it, or with others, names its line."""
    with pytest.raises(ShapeError) as caught:
        read(f"\n{attribute}\n")
    assert caught.value.line == 2


# Read by hand: features that kernels ask for, in one file each.
LINES = [
    ("1.95.0", "library/alloc/src/vec/mod.rs", ("extract_if", "library-stable", "1.87.0")),
    ("1.85.0", "library/alloc/src/vec/mod.rs", ("extract_if", "library-unstable", "43244")),
    ("1.85.0", "library/alloc/src/boxed.rs", ("new_uninit", "library-stable", "1.82.0")),
    ("1.95.0", "library/core/src/panic/location.rs", ("file_with_nul", "library-stable", "1.92.0")),
    ("1.90.0", "library/core/src/panic/location.rs", ("file_with_nul", "library-unstable", "141727")),
    ("1.63.0", "library/core/src/ffi/mod.rs", ("core_ffi_c", "library-unstable", "94501")),
]


@pytest.mark.trees
@pytest.mark.parametrize(("version", "path", "expected"), LINES)
def test_some_features_of_real_trees(
    trees: dict[str, Path], version: str, path: str, expected: tuple[str, str, str]
) -> None:
    """Each has this state in this version."""
    if f"rust-{version}" not in trees or not (trees[f"rust-{version}"] / path).is_file():
        pytest.skip(f"no library of rust-{version}")
    facts = extract(Text.decode(path, (trees[f"rust-{version}"] / path).read_bytes()))
    assert expected in {(f.subject, f.attribute, f.value) for f in facts}
