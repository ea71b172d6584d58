"""How configurations are changed, and which are of a variant."""

from __future__ import annotations

from judge.generate import changed, holds, lines, movable


def test_a_changed_symbol_has_one_line_left():
    """As scripts/config leaves it: the old line is gone, whatever it said."""
    before = "CONFIG_A=y\n# CONFIG_B is not set\nCONFIG_AB=m\n"
    assert changed(before, {"A": "n", "B": "y"}) == "CONFIG_AB=m\n# CONFIG_A is not set\nCONFIG_B=y\n"
    assert changed(before, {}) == before


def test_n_is_written_as_kconfig_does():
    """`=n` is no line of a .config."""
    assert lines({"A": "n", "B": "m", "C": "12"}) == "# CONFIG_A is not set\nCONFIG_B=m\nCONFIG_C=12\n"


def test_only_what_a_person_can_set_is_moved():
    """A prompt, and a value that is a letter."""
    rows = [
        {"name": "A", "type": "bool", "prompt": True},
        {"name": "B", "type": "tristate", "prompt": True},
        {"name": "C", "type": "bool", "prompt": False},
        {"name": "D", "type": "integer", "prompt": True},
    ]
    found = movable(rows)
    assert (found["A"], found["B"]) == (("y", "n"), ("y", "m", "n"))
    assert not {"C", "D"} & found.keys()
    assert "MODULES" in found  # further off, and decides


def test_a_variant_is_held_by_all_its_symbols():
    """One that no Kconfig file defines is n."""
    said = {"X86": {"value": "y"}, "X86_32": {"value": "n"}, "NONE": None}
    assert holds(said, {"X86": "y", "X86_32": "n", "NONE": "n"})
    assert not holds(said, {"X86": "y", "NONE": "y"})
