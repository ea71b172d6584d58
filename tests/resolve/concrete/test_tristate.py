"""The arithmetic of n, m and y, and how two words compare."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.expression import MODULE, NO, YES, Compare, parse_exactly
from matrix.resolve.concrete.tristate import (
    OF_LETTER,
    Tri,
    greatest,
    holds,
    is_number,
    least,
    opposite,
    order_of,
    unknown,
    without_m,
)

SURE = [Tri(0, 0), Tri(1, 1), Tri(2, 2)]


def test_and_is_the_least_or_the_greatest_not_the_distance_to_y():
    """kconfig-language.rst, "Menu dependencies": (3) to (8)."""
    n, m, y = (OF_LETTER[letter] for letter in "nmy")
    assert least([y, m]) == m
    assert least([]) == y
    assert greatest([n, m]) == m
    assert greatest([]) == n
    assert [opposite(v) for v in (n, m, y)] == [y, m, n]


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), max_size=4))
def test_bounds_hold_for_whatever_the_open_ones_are(pairs):
    """Each value between its bounds gives a result between those of the result."""
    values = [Tri(min(p), max(p), frozenset("x")) for p in pairs]
    both, any_ = least(values), greatest(values)
    for pick in (lambda v: v.low, lambda v: v.high):
        assert both.low <= min([2, *map(pick, values)]) <= both.high
        assert any_.low <= max([0, *map(pick, values)]) <= any_.high


def test_what_is_decided_hangs_on_nothing():
    """n && ? is n: the open name is no part of it."""
    assert least([OF_LETTER["n"], unknown("A")]) == Tri(0, 0)
    assert greatest([OF_LETTER["y"], unknown("A")]) == Tri(2, 2)
    assert least([OF_LETTER["m"], unknown("A")]) == Tri(0, 1, frozenset({"A"}))
    assert without_m(Tri(1, 2, frozenset({"A"}))) == Tri(2, 2)


@pytest.mark.parametrize(
    ("left", "left_type", "right", "right_type", "order"),
    [
        ("9", "int", "10", "", -1),  # by number
        ("0x10", "hex", "16", "", 0),
        ("9", "string", "10", "string", 1),  # two strings: by text
        ("", "string", "", "", 0),
        ("1.0", "string", "1", "", 1),  # no number: by text
        ("y", "bool", "n", "tristate", 1),
        ("m", "tristate", "y", "tristate", -1),
        ("108500", "int", "108500", "", 0),
        ("-1", "int", "0", "", -1),
        ("\u0661", "int", "1", "", 1),  # digits of another script are none
    ],
)
def test_numbers_compare_by_number_and_all_else_by_text(left, left_type, right, right_type, order):
    """As scripts/kconfig/expr.c does."""
    assert order_of(left, left_type, right, right_type) == order
    assert order_of(right, right_type, left, left_type) == -order


@pytest.mark.parametrize(
    ("op", "orders"),
    [("=", {0}), ("!=", {-1, 1}), ("<", {-1}), ("<=", {-1, 0}), (">", {1}), (">=", {0, 1})],
)
def test_each_comparison_holds_for_its_orders(op, orders):
    """Of the three that there are."""
    assert {order for order in (-1, 0, 1) if holds(op, order)} == orders


def test_a_symbol_may_begin_with_a_digit():
    """64BIT is none."""
    assert [is_number(word) for word in ("64BIT", "64", "0x1f", "X")] == [False, True, True, False]


def test_read_exactly_m_is_not_y_and_a_comparison_stays_one():
    """`A = y` is n where A is m; `!= n` is not the same as A."""
    assert parse_exactly("m") == MODULE
    assert parse_exactly("y") == YES
    assert parse_exactly("n") == NO
    assert parse_exactly("A = y") == Compare("A", "=", "y")
    assert parse_exactly("") == YES
