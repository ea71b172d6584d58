"""What rustc asks for before it reads a target specification from a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from matrix.errors import ShapeError
from matrix.extract.rustc_json_targets import extract
from matrix.model import Fact
from matrix.text import Text

if TYPE_CHECKING:
    from pathlib import Path

PATH = "compiler/rustc_target/src/spec/mod.rs"
HEAD = """\
impl Target {
    fn elsewhere() { "-Zunstable-options"; }
    pub fn search(tuple: &TargetTuple, unstable_options: bool) -> Result<Target, String> {
        match *tuple {
            TargetTuple::TargetTuple(ref tuple) => {
                load_builtin(tuple)
            }
"""
GUARDED = """\
            TargetTuple::TargetJson { ref contents, .. } if !unstable_options => {
                Err("made targets require `-Zunstable-options`".to_string())
            }
"""
READ = "            TargetTuple::TargetJson { ref contents, .. } => Target::from_json(contents),\n"
END = """\
        }
    }
    fn later(t: &TargetTuple) { match t { TargetTuple::TargetJson { .. } if unstable => 1 } }
}
"""
NEW = HEAD + GUARDED + READ + END
OLD = """\
impl Target {
    pub fn search(triple: &TargetTriple) -> Result<Target, String> {
        fn load_file(path: &Path) -> Result<Target, String> { Target::from_json(path) }
        match *triple {
            TargetTriple::TargetTriple(ref triple) => Err(format!("none for {triple}")),
            TargetTriple::TargetJson { ref contents, .. } => {
                let obj = parse(contents)?;
                Target::from_json(obj)
            }
        }
    }
}
"""
# What the fuzzer starts from (tests/extract/corpus.py): path and text.
SAMPLES = (
    (PATH, NEW),
    (PATH, OLD),
)


def read(content: str) -> list[Fact]:
    return extract(Text(PATH, content))


def test_a_refusal_without_the_flag() -> None:
    """The flag that is asked for, at the line of the refusal of a file; other functions do not matter."""
    assert read(NEW) == [Fact("json-target", "needs", "-Zunstable-options", "", 9)]


def test_nothing_is_asked_for() -> None:
    """That no flag is needed is a fact, at the branch that reads the file."""
    assert read(OLD) == [Fact("json-target", "needs", "none", "", 6)]
    one_line = HEAD.replace(", unstable_options: bool", "") + READ + END
    assert read(one_line) == [Fact("json-target", "needs", "none", "", 8)]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("", 0),
        (NEW + NEW, 0),
        (HEAD, 3),
        (HEAD + END, 3),
        (HEAD + READ + READ + END, 8),
        (HEAD + GUARDED + END, 8),
        (HEAD + GUARDED + GUARDED + READ + END, 8),
        # The parameter is there, and no branch asks for it: it is used in a way that is not known.
        (HEAD + READ + END, 3),
        (NEW.replace("!unstable_options =>", "!nightly =>"), 8),
        (NEW.replace("!unstable_options =>", "unstable_options =>"), 8),
        (NEW.replace("require `-Zunstable-options`", "are no more"), 8),
        (NEW.replace("from_json", "from_yaml"), 8),
        (OLD.replace("let obj", "allow_unstable(); let obj"), 7),
    ],
)
def test_a_changed_shape_is_refused(content: str, line: int) -> None:
    """A guard in other words, two of a kind, and a search that ends early name their line."""
    with pytest.raises(ShapeError) as caught:
        read(content)
    assert caught.value.line == line


@pytest.mark.trees
@pytest.mark.parametrize(
    ("version", "needs", "line"),
    [
        ("1.63.0", "none", 2243),
        ("1.85.0", "none", 3338),
        ("1.85.1", "none", 3338),
        ("1.90.0", "none", 3556),
        ("1.95.0", "-Zunstable-options", 3389),
    ],
)
def test_real_trees(trees: dict[str, Path], version: str, needs: str, line: int) -> None:
    """1.95 was the first to ask for the flag."""
    if f"rust-{version}" not in trees:
        pytest.skip(f"no rust-{version}")
    body = (trees[f"rust-{version}"] / PATH).read_bytes()
    assert extract(Text.decode(PATH, body)) == [Fact("json-target", "needs", needs, "", line)]
