"""lang.opt, rust-session-manager.cc and Make-lang.in -> gccrs's flag, its requirement and its binary."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.errors import ShapeError
from matrix.extract.gccrs_flag import extract
from matrix.text import Text

OPTIONS = "gcc/rust/lang.opt"
SESSION = "gcc/rust/rust-session-manager.cc"
MAKE = "gcc/rust/Make-lang.in"

FILES = {
    OPTIONS: """; frust-not-this
Language
Rust

frust-debug
Rust Var(flag_rust_debug)
What it shows.

frust-mind-the-gap
Rust Var(flag_rust_experimental)
Do what nobody should.
""",
    SESSION: """/* Two lines
   with if (!flag_rust_experimental) in them.  */
// if (!flag_rust_experimental)
const char *url = "https://example.org/*"; // after a string

void
Session::compile_crate (const char *name)
{
  if (! flag_rust_experimental
      && !std::getenv ("GCCRS_MIND_THE_GAP"))
    rust_fatal_error (here, "Mind it; or set \\"this\\"");

  if (std::getenv ("GCCRS_OTHER"))
    return;
}
""",
    MAKE: """# rust: never$(exeext)
.PHONY: rust
rust: crab1$(exeext)
rust.serial = other$(exeext)
""",
}
# What the fuzzer starts from (tests/extract/corpus.py): path and text.
SAMPLES = tuple(FILES.items())


def facts(path: str, content: str | None = None) -> list[tuple[str, str, int]]:
    found = extract(Text(path, FILES[path] if content is None else content))
    assert all(f.subject == "rust" and not f.when for f in found)
    return [(f.attribute, f.value, f.line) for f in found]


def test_the_flag_is_the_option_that_sets_the_variable() -> None:
    """lang.opt: the record's name, whatever it is called."""
    assert facts(OPTIONS) == [("experimental-flag", "frust-mind-the-gap", 9)]


def test_the_check_makes_it_required() -> None:
    """The .cc: the check outside comments, and the variable that stands in for the flag in the same condition."""
    assert facts(SESSION) == [("experimental-required", "yes", 9), ("experimental-variable", "GCCRS_MIND_THE_GAP", 10)]


def test_without_the_check_it_is_optional() -> None:
    """Dropping the requirement changes the .cc alone; what comments say of it does not count."""
    content = FILES[SESSION].replace("  if (! flag_rust_experimental\n      && !", "  if (!")
    assert facts(SESSION, content) == [("experimental-required", "no", 7)]


def test_a_check_without_variable() -> None:
    """Another variable, further on, is not the flag's."""
    content = FILES[SESSION].replace('\n      && !std::getenv ("GCCRS_MIND_THE_GAP")', "")
    assert facts(SESSION, content) == [("experimental-required", "yes", 9)]


@pytest.mark.parametrize("name", ["crab1", "rust1"])
def test_the_rule_names_the_binary(name: str) -> None:
    """Make-lang.in: rust1 in GCC 13, crab1 later."""
    assert facts(MAKE, FILES[MAKE].replace("crab1", name)) == [("compiler-binary", name, 3)]


@pytest.mark.parametrize(
    ("path", "old", "new", "found"),
    [
        (OPTIONS, FILES[OPTIONS], "", "no record 'Language' 'Rust'"),
        (OPTIONS, "Language\n", "", "no record"),
        (OPTIONS, "flag_rust_experimental", "flag_rust_other", "no option with"),
        (OPTIONS, "frust-mind-the-gap\n", "\n", "Var"),
        (SESSION, FILES[SESSION], "", "no whole Session::compile_crate"),
        (SESSION, "compile_crate (", "compile (", "no whole"),
        (SESSION, "    return;\n}\n", "", "no whole"),
        (SESSION, "if (! flag_rust_experimental", "if (name && !flag_rust_experimental", "in no `if"),
        (MAKE, FILES[MAKE], "", "no rule for rust"),
        (MAKE, "rust: crab1$(exeext)", "rust: crab1", "no rule for rust"),
    ],
)
def test_a_changed_shape_is_an_error(path: str, old: str, new: str, found: str) -> None:
    """Each file has an anchor of its own, and a check in other words is not taken for none."""
    assert old in FILES[path]
    with pytest.raises(ShapeError, match=found):
        facts(path, FILES[path].replace(old, new))


def test_a_file_of_another_name_is_an_error() -> None:
    """The three files are told apart by name."""
    with pytest.raises(ShapeError, match="a file of this name"):
        extract(Text("gcc/rust/other.cc", FILES[SESSION]))


@given(st.sampled_from(sorted(FILES)), st.integers(0, 600), st.text(alphabet="a\"'\\/*\n(!{}; ", max_size=30))
def test_any_text_gives_facts_or_shape_error(path: str, at: int, piece: str) -> None:
    """Whatever is put in, no other exception leaves the extractor."""
    with suppress(ShapeError):
        assert facts(path, FILES[path][:at] + piece + FILES[path][at:])


@pytest.mark.trees
@pytest.mark.parametrize(("version", "flag", "check"), [("14.2.0", 77, 466), ("15.3.0", 77, 485), ("16.2.0", 81, 581)])
def test_real_files(trees: dict, version: str, flag: int, check: int) -> None:
    """In all releases so far the flag exists and is required."""
    if f"gcc-{version}" not in trees:
        pytest.skip(f"no gcc-{version}")
    read = {path: (trees[f"gcc-{version}"] / path).read_text() for path in FILES}
    name = "frust-incomplete-and-experimental-compiler-do-not-use"
    assert facts(OPTIONS, read[OPTIONS]) == [("experimental-flag", name, flag)]
    assert facts(SESSION, read[SESSION]) == [
        ("experimental-required", "yes", check),
        ("experimental-variable", "GCCRS_INCOMPLETE_AND_EXPERIMENTAL_COMPILER_DO_NOT_USE", check + 1),
    ]
    assert facts(MAKE, read[MAKE]) == [("compiler-binary", "crab1", 36)]
