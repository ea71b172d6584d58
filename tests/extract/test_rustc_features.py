"""rustc's accepted.rs, unstable.rs and removed.rs -> states of language features."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.errors import ShapeError
from matrix.extract.rustc_features import extract
from matrix.text import Text

FOLDER = "compiler/rustc_feature/src"
NEW = """macro_rules! declare_features {
    ($(
        $(#[doc = $doc:tt])* (removed, $feature:ident, $ver:expr),
    )+) => {};
}

#[rustfmt::skip]
declare_features! (
    // feature-group-start
    /// What it allows.
    (accepted, asm_goto, "1.87.0", Some(119364)),
    (unstable, used_with_arg, "1.60.0", Some(93_798)),
    // (unstable, not_this_one, "1.60.0", None),
    (internal, rustc_attrs, "1.0.0", None),
    (incomplete, adt_const_params, "CURRENT_RUSTC_VERSION", Some(95174)),
    (removed, allocator, "1.0.0", None, None),
    (removed, await_macro,  "1.38.0", Some(50547),
     Some("it became (part of) \\"syntax\\")"), 62293),
    (removed, no_sanitize, "1.91.0", Some(39699), Some(r#"now a(b = "on|off")"#), 142681),
);
"""
OLD = """declare_features! (
    (active, thing, "1.50.0", Some(1), None),
    (active, test_2018_feature, "1.31.0", None, Some(Edition::Edition2018)),
    (incomplete, half_thing, "1.51.0", Some(2), None),
);

declare_features! (
    (stable_removed, no_stack_check, "1.0.0", None, None),
    (removed, other, "1.0.0", None, None, Some("why")),
);
"""
# What the fuzzer starts from (tests/extract/corpus.py): path and text.
SAMPLES = (
    (f"{FOLDER}/unstable.rs", NEW),
    (f"{FOLDER}/active.rs", OLD),
)


def read(content: str) -> list[tuple[str, str, str, int]]:
    return [(f.subject, f.attribute, f.value, f.line) for f in extract(Text(f"{FOLDER}/x.rs", content))]


def fault(content: str) -> ShapeError:
    with pytest.raises(ShapeError) as caught:
        extract(Text(f"{FOLDER}/x.rs", content))
    return caught.value


def test_states():
    """internal and incomplete are unstable; versions are kept as written; an entry may take several lines."""
    assert read(NEW) == [
        ("asm_goto", "accepted", "1.87.0", 11),
        ("used_with_arg", "unstable", "1.60.0", 12),
        ("rustc_attrs", "unstable", "1.0.0", 14),
        ("adt_const_params", "unstable", "CURRENT_RUSTC_VERSION", 15),
        ("allocator", "removed", "1.0.0", 16),
        ("await_macro", "removed", "1.38.0", 17),
        ("no_sanitize", "removed", "1.91.0", 19),
    ]


def test_active():
    """1.63's active.rs says active and carries an edition; its removed.rs had a second list."""
    assert read(OLD) == [
        ("thing", "unstable", "1.50.0", 2),
        ("test_2018_feature", "unstable", "1.31.0", 3),
        ("half_thing", "unstable", "1.51.0", 4),
        ("no_stack_check", "removed", "1.0.0", 8),
        ("other", "removed", "1.0.0", 9),
    ]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("#[rustfmt::skip]\ndeclare_features! (", "#[rustfmt::skip]\ndeclare! (", 0),
        ("(internal, ", "(eternal, ", 14),
        ('"1.60.0", Some(93_798)', '"soon", Some(93_798)', 12),
        ('"1.60.0", Some(93_798)', "1.60, Some(93_798)", 12),
        ("Some(93_798))", "maybe(93_798))", 12),
        ('"1.60.0", Some(93_798))', '"1.60.0")', 12),
        ("Some(93_798)),", "Some(93_798), what ever),", 12),
        ("Some(93_798)),", "Some(93_798))", 12),
        ("    (removed, allocator", "    removed, allocator", 16),
        ("used_with_arg", "asm_goto", 12),
        (");\n", "", 20),
        ('r#"now a(b = "on|off")"#', 'r#"now a(b = "on|off")"', 19),
    ],
)
def test_shape(old: str, new: str, line: int):
    """A missing or unclosed list, an unknown state, version or rest, a repeated feature is an error at its line."""
    assert old in NEW
    assert fault(NEW.replace(old, new)).line == line


def test_empty():
    """A file or list without features is an error."""
    fault("")
    fault("declare_features! (\n);\n")


def test_truncation():
    """A file cut anywhere before the list's end is refused."""
    for at in range(len(NEW) - 2):
        fault(NEW[:at])


@given(st.text(), st.integers(0, len(NEW)))
def test_any_text(noise: str, at: int):
    """Any text gives facts or ShapeError."""
    for content in (noise, NEW[:at] + noise + NEW[at:]):
        with suppress(ShapeError):
            read(content)


@pytest.mark.trees
def test_real_files(trees):
    """As many features as a plain count of the entries gives, each where its line says."""
    expected = {"rust-1.85.1": (189, 214, 82), "rust-1.90.0": (201, 226, 92), "rust-1.95.0": (208, 232, 101)}
    for name in expected.keys() & trees.keys():
        for state, count in zip(("accepted", "unstable", "removed"), expected[name], strict=True):
            path = f"{FOLDER}/{state}.rs"
            facts = extract(Text.decode(path, (trees[name] / path).read_bytes()))
            assert len(facts) == count
            assert {f.attribute for f in facts} == {state}
            lines = (trees[name] / path).read_text().split("\n")
            assert all(f'"{f.value}"' in lines[f.line - 1] and f.subject in lines[f.line - 1] for f in facts)
            if state == "accepted" and name == "rust-1.95.0":
                assert ("asm_goto", "1.87.0") in {(f.subject, f.value) for f in facts}
            if state == "unstable":
                assert ("used_with_arg", "1.60.0") in {(f.subject, f.value) for f in facts}
