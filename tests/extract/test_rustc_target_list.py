"""rustc's spec/mod.rs -> targets and their modules."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.errors import ShapeError
from matrix.extract.rustc_target_list import extract
from matrix.text import Text

PATH = "compiler/rustc_target/src/spec/mod.rs"
LIST = """use std::fmt;

macro_rules! supported_targets {
    ( $(($tuple:literal, $module:ident),)+ ) => {
        $(mod $module;)+
    };
}

supported_targets! {
    ("x86_64-unknown-linux-gnu", x86_64_unknown_linux_gnu),

    // ("gone-unknown-none", gone_unknown_none),
    ("thumbv8m.base-none-eabi", thumbv8m_base_none_eabi), // dots
    (
        "aarch64-kmc-solid_asp3",
        kmc_solid_on_arm,
    ),
}

fn after() {}
"""
# What the fuzzer starts from (tests/extract/corpus.py): path and text.
SAMPLES = ((PATH, LIST),)


def fault(content: str) -> ShapeError:
    with pytest.raises(ShapeError) as caught:
        extract(Text(PATH, content))
    return caught.value


def test_entries():
    """Each entry gives its module at its line, comments and entries over several lines included."""
    assert [(f.subject, f.attribute, f.value, f.line) for f in extract(Text(PATH, LIST))] == [
        ("x86_64-unknown-linux-gnu", "module", "x86_64_unknown_linux_gnu", 10),
        ("thumbv8m.base-none-eabi", "module", "thumbv8m_base_none_eabi", 13),
        ("aarch64-kmc-solid_asp3", "module", "kmc_solid_on_arm", 14),
    ]


def test_several_names():
    """1.63's macro allowed several names for one module."""
    facts = extract(Text(PATH, LIST.replace('("thumbv8m', '("thumbv8-none", "thumbv8m')))
    assert [f.value for f in facts if f.subject.startswith("thumbv8")] == ["thumbv8m_base_none_eabi"] * 2


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("supported_targets! {\n    (", "known_targets! {\n    (", 0),
        ('("thumbv8m.base-none-eabi", ', "(", 13),
        (", thumbv8m_base_none_eabi)", ")", 13),
        ("thumbv8m_base_none_eabi),", "thumbv8m_base_none_eabi)", 13),
        ("thumbv8m.base-none-eabi", "x86_64-unknown-linux-gnu", 13),
        ("x86_64-unknown-linux-gnu", "x86_64-unknown-linux-new", 18),
        ('"thumbv8m.base-none-eabi"', "THUMB", 13),
        ("\n}\n\nfn after() {}\n", "\n", 18),
        ("fn after() {}", 'supported_targets! {\n    ("a", a),\n}', 20),
    ],
)
def test_shape(old: str, new: str, line: int):
    """A missing, repeated or unclosed list, a strange entry, a repeated target, a missing anchor is an error."""
    assert old in LIST
    assert fault(LIST.replace(old, new)).line == line


def test_truncation():
    """A file cut anywhere before the list's end is refused."""
    end = LIST.index("}\n\nfn after")
    for at in range(end + 1):
        fault(LIST[:at])


@given(st.text(), st.integers(0, len(LIST)))
def test_any_text(noise: str, at: int):
    """Any text gives facts or ShapeError."""
    for content in (noise, LIST[:at] + noise + LIST[at:]):
        with suppress(ShapeError):
            extract(Text(PATH, content))


@pytest.mark.trees
def test_real_lists(trees):
    """As many targets as the released compilers print, each with a module that is there."""
    expected = {"rust-1.85.1": 271, "rust-1.90.0": 290, "rust-1.95.0": 320}
    for name in expected.keys() & trees.keys():
        facts = extract(Text.decode(PATH, (trees[name] / PATH).read_bytes()))
        assert len(facts) == expected[name]
        folder = trees[name] / "compiler/rustc_target/src/spec/targets"
        assert {f.value for f in facts} == {p.stem for p in folder.glob("*.rs")}
        lines = (trees[name] / PATH).read_text().split("\n")
        assert all(lines[f.line - 1] == f'    ("{f.subject}", {f.value}),' for f in facts)
