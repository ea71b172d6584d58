"""TOML text and a shape -> values and faults."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.registry.schema import (
    FLAG,
    ID,
    RELEASE_NUMBER,
    SYMBOLS,
    TEXT,
    WHOLE,
    Each,
    Place,
    one_of,
    parse_toml,
    texts,
)

SHAPE = {
    "port": Each({"bits": one_of(32, 64), "title": TEXT, "since": RELEASE_NUMBER.or_else("")}, ID),
    "limits": {"floor": WHOLE, "strict": FLAG.or_else(False)},
}
GOOD = """
[port.arm]
bits = 32
title = "ARM"
[limits]
floor = 3
"""


def test_good_text_gives_values_with_defaults():
    """What is there comes back, what may be missing comes back as its default, and there are no faults."""
    assert parse_toml("x.toml", GOOD, SHAPE) == (
        {"port": {"arm": {"bits": 32, "title": "ARM", "since": ""}}, "limits": {"floor": 3, "strict": False}},
        [],
    )


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (("floor = 3", "floor = 'many'"), "x.toml: limits.floor: found 'many', expected a whole number"),
        (("floor = 3", "floor = true"), "x.toml: limits.floor: found True, expected a whole number"),
        (("floor = 3", "floor = 0"), "x.toml: limits.floor: found 0, expected a whole number"),
        (("floor = 3", ""), "x.toml: limits.floor: found nothing, expected a whole number"),
        (
            ("floor = 3", "floor = 3\nflor = 4"),
            "x.toml: limits.flor: found an unknown key, expected one of floor, strict",
        ),
        (
            ("floor = 3", "floor = 3\nstrict = 'yes'"),
            "x.toml: limits.strict: found 'yes', expected true or false",
        ),
        (("bits = 32", "bits = 31"), "x.toml: port.arm.bits: found 31, expected 32 or 64"),
        (("bits = 32", "bits = 32.0"), "x.toml: port.arm.bits: found 32.0, expected 32 or 64"),
        (('"ARM"', '" "'), "x.toml: port.arm.title: found ' ', expected a text that is not empty"),
        (('"ARM"', '{ a = "b" }'), "x.toml: port.arm.title: found a table, expected a text that is not empty"),
        (
            ('"ARM"', '"ARM"\nsince = "v6"'),
            "x.toml: port.arm.since: found 'v6', expected a version such as '6.7'",
        ),
    ],
)
def test_one_fault_says_place_found_expected(change, fault):
    """Every kind of mistake is one line with the place, what was found and what was expected."""
    assert parse_toml("x.toml", GOOD.replace(*change), SHAPE)[1] == [fault]


def test_what_should_be_a_table_is_said_so():
    """A value in a table's place is one fault, and an empty section or file is one too: it must not read as no data."""
    assert parse_toml("x.toml", "port = {}\nlimits = 3", SHAPE)[1] == [
        "x.toml: port: found nothing, expected one entry at least",
        "x.toml: limits: found 3, expected a table",
    ]
    assert parse_toml("x.toml", "", SHAPE)[1] == [
        "x.toml: port: found nothing, expected one entry at least",
        "x.toml: limits.floor: found nothing, expected a whole number",
    ]


def test_all_faults_come_at_once():
    """Mistakes in several tables are all reported by one call."""
    text = GOOD.replace("32", "16").replace("3\n", "'x'\n") + "[ports]\n"
    places = [fault.split(": ")[1] for fault in parse_toml("x.toml", text, SHAPE)[1]]
    assert sorted(places) == ["limits.floor", "port.arm.bits", "ports"]


def test_a_faulty_entry_is_none_but_declared():
    """An entry with a fault keeps its id and loses its value, so that references to it are no second fault."""
    values, faults = parse_toml("x.toml", GOOD.replace("32", "16"), SHAPE)
    assert values["port"] == {"arm": None}
    assert len(faults) == 1


def test_a_bad_id_is_a_fault():
    """Ids are lower case, so that asking in any case finds them."""
    faults = parse_toml("x.toml", GOOD.replace("port.arm", "port.ARM"), SHAPE)[1]
    assert faults == [f"x.toml: port.ARM: found the key 'ARM', expected {ID.expected}"]


@pytest.mark.parametrize(
    ("text", "line"),
    [("a = 1\nb = \n", 2), ("a = 1\n\n[t]\nx = 1\nx = 2\n", 5), ("[port.arm]\nbits = 32\n[port.arm]\n", 3)],
)
def test_broken_toml_is_one_fault_with_its_line(text, line):
    """A syntax error, a key given twice and an id given twice name the line at which they were seen."""
    values, faults = parse_toml("x.toml", text, SHAPE)
    assert values is None
    assert len(faults) == 1
    assert faults[0].startswith(f"x.toml:{line}: found no TOML (")


def test_lists_hold_each_member_once():
    """A list with a member twice, or with something that is no text, is refused."""
    assert SYMBOLS.accepts(["ARM", "CPU_32v7", "64BIT"])
    assert not SYMBOLS.accepts(["ARM", "ARM"])
    assert not SYMBOLS.accepts(["arm"])
    assert not SYMBOLS.accepts("ARM")
    assert not SYMBOLS.accepts([["ARM"], 1])
    assert not texts("paths", least=1).accepts([])


def test_long_values_are_shortened():
    """A fault stays one readable line however long the value is."""
    (fault,) = parse_toml("x.toml", GOOD.replace("3\n", f"{['a' * 500]}\n"), SHAPE)[1]
    assert len(fault) < 200


@given(st.text())
def test_any_text_gives_values_or_faults(text):
    """No text raises."""
    values, faults = parse_toml("x.toml", text, SHAPE)
    assert faults or values


@pytest.mark.parametrize("text", ["a = " + "[" * 100_000, "a = " + "1" * 10_000, "a" + ".a" * 5_000 + " = 1"])
def test_hostile_toml_is_a_fault(text):
    """Nesting beyond the stack and numbers beyond int() are faults like others."""
    assert parse_toml("x.toml", text, SHAPE)[1]


def test_places_join_keys():
    """A place without keys is the file itself."""
    assert Place("x.toml").fault("a", "b") == "x.toml: found a, expected b"
    assert Place("x.toml").at("p", "q").fault("a", "b") == "x.toml: p.q: found a, expected b"
