"""The comparison itself: what is a leaf, which leaves differ, which entries excuse one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.truth.compare import compare
from tests.truth.conditions import canonical, of_make
from tests.truth.leaves import flatten
from tests.truth.not_tracked import KINDS, NOTHING, read_not_tracked


def entries(*tables):
    """Entries with these keys, and a kind and a reason where none is given."""
    defaults = {"kind": "no fact", "reason": "because"}
    return read_not_tracked(
        "".join(
            "[[leaf]]\n"
            + "".join(f"{key} = {value!r}\n".replace("True", "true") for key, value in (defaults | t).items())
            for t in tables
        )
    )


def test_leaves_of_tables_lists_and_nothing():
    """Each scalar is a leaf, each element of a list is one that is there, and what is empty is one leaf."""
    leaves = flatten({"a": {"b": 1}, "c": ["x", "y"], "d": [], "e": None})
    assert leaves == {("a", "b"): 1, ("c", "x"): True, ("c", "y"): True, ("d",): "none", ("e",): None}


def test_a_list_with_repeats_is_no_set():
    """An element that stands twice would be lost, so it is refused."""
    with pytest.raises(ValueError, match="expected a list of different texts"):
        flatten({"a": ["x", "x"]})


@pytest.mark.parametrize(
    ("one", "other"),
    [("A && (B && C)", "C && A && B"), ("A || B && !C", "(B && !C) || A"), ("A=y", "A"), ("", "y")],
)
def test_one_text_for_each_spelling(one, other):
    """Order, needless parentheses and `= y` make no difference."""
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(("one", "other"), [("A || B && C", "(A || B) && C"), ("A", "!A"), ("V >= 1", "V > 1")])
def test_other_conditions_stay_apart(one, other):
    """What is not the same condition has another text."""
    assert canonical(one) != canonical(other)


def test_make_conditionals_as_expressions():
    """A test of rustc's version or of an option, and its negation, are Kconfig expressions; others are refused."""
    assert of_make(["ifeq ($(CONFIG_SMALL),y)", "NOT: ifeq ($(call rustc-min-version, 109000),y)"]) == canonical(
        "SMALL && !(RUSTC_VERSION >= 109000)"
    )
    with pytest.raises(ValueError, match="found the conditional"):
        of_make(["ifdef SOMETHING"])


def test_equal_different_and_missing_on_either_side():
    """A leaf that one side lacks differs; True is not 1."""
    result = compare(
        {("t", "1", "a"): 1, ("t", "1", "b"): 1, ("t", "1", "c"): 1},
        {("t", "1", "a"): 1, ("t", "1", "b"): True, ("t", "1", "d"): 4},
        (),
    )
    assert result.equal == {("t", "1", "a")}
    assert result.different == {
        ("t", "1", "b"): (1, True),
        ("t", "1", "c"): (1, NOTHING),
        ("t", "1", "d"): (NOTHING, 4),
    }


def test_a_leaf_that_is_not_tracked_is_not_compared():
    """It counts as a leaf and not as compared; one that truth lacks is no leaf of truth at all."""
    listed = entries({"path": "t / * / a"}, {"path": "t / 1 / extra", "kind": "truth wrong", "archmatrix": True})
    result = compare({("t", "1", "a"): 1, ("t", "1", "b"): 2}, {("t", "1", "b"): 2, ("t", "1", "extra"): True}, listed)
    assert not result.different
    assert not result.dead
    assert str(result) == "compared 1 of 2 leaves (50.0 %)"


def test_an_entry_excuses_one_answer_only():
    """Where archmatrix says something else than the entry holds, the leaf differs and the entry is dead."""
    listed = entries({"path": "t / 1 / a", "archmatrix": 7})
    assert not compare({("t", "1", "a"): 1}, {("t", "1", "a"): 7}, listed).different
    result = compare({("t", "1", "a"): 1}, {("t", "1", "a"): 8}, listed)
    assert result.different == {("t", "1", "a"): (1, 8)}
    assert result.dead == listed


def test_an_entry_is_dead_where_its_leaf_is_equal():
    """What can be compared must be: an entry for a leaf that is equal is to be taken out."""
    listed = entries({"path": "t / 1 / a"})
    result = compare({("t", "1", "a"): 1}, {("t", "1", "a"): 1}, listed)
    assert result.equal == {("t", "1", "a")}
    assert result.dead == listed


def test_an_entry_for_a_tree_that_is_not_there_is_not_dead():
    """Nothing is known of it."""
    listed = entries({"path": "other / * / a"}, {"path": "t / 2 / a"})
    assert not compare({("t", "1", "a"): 1}, {("t", "1", "a"): 1}, listed).dead


def test_an_entry_needs_a_kind_and_a_reason():
    """An unknown kind, an empty reason, or a wrong truth without what archmatrix says is refused."""
    for table in ({"kind": "later"}, {"reason": " "}, {"kind": "truth wrong"}, {"odd": "key"}):
        with pytest.raises(ValueError, match="expected"):
            entries({"path": "t / 1 / a", **table})


def test_the_list_can_be_read():
    """not_tracked.toml itself: every entry has a known kind and names a section, a version and a leaf."""
    listed = read_not_tracked(Path(__file__).with_name("not_tracked.toml").read_text("utf-8"))
    assert {entry.kind for entry in listed} <= set(KINDS)
    assert all(len(entry.path) >= 3 for entry in listed)
    assert len({entry.path for entry in listed}) == len(listed)
