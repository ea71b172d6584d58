"""The edition that rustc's core is written in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from matrix.errors import ShapeError
from matrix.extract.rust_core_edition import extract
from matrix.model import Fact
from matrix.text import Text

if TYPE_CHECKING:
    from pathlib import Path

PATH = "library/core/Cargo.toml"
GOOD = """\
[package]
name = "core"
autotests = false
# edition = "2015"
edition = "2027" # the newest

[[bench]]
name = "benches"
edition = "2015"
"""
# What the fuzzer starts from (tests/extract/corpus.py): path and text.
SAMPLES = ((PATH, GOOD),)


def test_the_edition_of_the_package() -> None:
    """The package's, not that of a test or bench beside it."""
    assert extract(Text(PATH, GOOD)) == [Fact("core", "edition", "2027", "", 5)]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("", 0),
        (GOOD.replace('"core"', '"alloc"'), 2),
        (GOOD.replace('edition = "2027"', "edition.workspace = true"), 0),
        (GOOD.replace('"2027"', "2027"), 5),
        (GOOD.replace('"2027"', '"newest"'), 5),
        (GOOD.replace("[package]", "[lib]"), 0),
    ],
)
def test_a_changed_shape_is_refused(content: str, line: int) -> None:
    """Another crate's file, and an edition that stands elsewhere or is no year, name their line."""
    with pytest.raises(ShapeError) as caught:
        extract(Text(PATH, content))
    assert caught.value.line == line


@pytest.mark.trees
@pytest.mark.parametrize(
    ("version", "edition"),
    [("1.63.0", "2021"), ("1.85.0", "2021"), ("1.85.1", "2021"), ("1.90.0", "2024"), ("1.95.0", "2024")],
)
def test_real_trees(trees: dict[str, Path], version: str, edition: str) -> None:
    """core went to edition 2024 after 1.85."""
    if f"rust-{version}" not in trees or not (trees[f"rust-{version}"] / PATH).is_file():
        pytest.skip(f"no library of rust-{version}")
    path = trees[f"rust-{version}"] / PATH
    assert [f.value for f in extract(Text.decode(PATH, path.read_bytes()))] == [edition]
