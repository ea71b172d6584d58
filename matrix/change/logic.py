"""Two Kconfig expressions -> whether one implies the other, by trying every case; numbers around each bound."""

from __future__ import annotations

import re
from itertools import product
from math import prod
from typing import TYPE_CHECKING

from matrix.expression import YES, And, Compare, Const, ExpressionError, Known, Not, Or, Range, fill, parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from matrix.expression import Expr

# Conditions have up to eight symbols. One with more than this many cases is left undecided.
MOST_CASES = 1 << 14
_OTHER = "\x00another"
_EQUALITIES = frozenset({"=", "!="})
# int() refuses very long digits.
_NUMBER = re.compile(r"[0-9]{1,18}")


def implies(left: str, right: str) -> bool | None:
    """Whether `right` holds in every case in which `left` does; None where that cannot be tried.

    There may be too many cases, or a symbol ordered against a word. Raises: nothing; text that is no expression implies
    only itself.
    """
    if left == right:
        return True
    try:
        trees = parse(left), parse(right)
    except ExpressionError:
        return None
    values = _values(trees)
    if values is None or prod(map(len, values.values())) > MOST_CASES:
        return None
    return all(not _holds(trees[0], case) or _holds(trees[1], case) for case in _cases(values))


def always(written: str, ranges: Mapping[str, Range]) -> bool:
    """Whether an expression holds whatever else is set, with integer symbols in these ranges."""
    try:
        return fill(parse(written), Known(lambda _: None, ranges, {})) == YES
    except ExpressionError:
        return False


def symbols(written: str) -> frozenset[str]:
    """The symbols that an expression is about: those enabled or not, and the left sides of its comparisons."""
    try:
        return frozenset(name for name, _ in _leaves(parse(written)))
    except ExpressionError:
        return frozenset()


def _leaves(tree: Expr) -> Iterator[tuple[str, Compare | None]]:
    if isinstance(tree, Compare):
        yield tree.left, tree
    elif isinstance(tree, Not):
        yield from _leaves(tree.item)
    elif isinstance(tree, (And, Or)):
        for item in tree.items:
            yield from _leaves(item)
    elif not isinstance(tree, Const):
        yield tree.name, None


def _values(trees: tuple[Expr, ...]) -> dict[str, set[object]] | None:
    """What could matter of each symbol: y and n, and where it is compared each bound and both sides of it.

    None where a symbol is ordered, and against something else than numbers too: what that means nobody wrote down.
    """
    values: dict[str, set[object]] = {}
    ordered, worded = set(), set()
    for tree in trees:
        for name, compare in _leaves(tree):
            tried = values.setdefault(name, set())
            if compare is not None and compare.op not in _EQUALITIES:
                ordered.add(name)
            if compare is None:
                worded.add(name)
                tried |= {True, False}
            elif (number := _number(compare.right)) is None:
                worded.add(name)
                tried |= {compare.right.strip("\"'"), _OTHER}
            else:
                tried |= {number - 1, number, number + 1}
    return None if ordered & worded else values


def _number(written: str) -> int | None:
    return int(written) if _NUMBER.fullmatch(written) else None


def _cases(values: Mapping[str, set[object]]) -> Iterator[dict[str, object]]:
    """Every assignment."""
    names = sorted(values)
    ordered = [sorted(values[name], key=repr) for name in names]
    return (dict(zip(names, case, strict=True)) for case in product(*ordered))


def _holds(tree: Expr, case: Mapping[str, object]) -> bool:
    if isinstance(tree, Const):
        return tree.value
    if isinstance(tree, Not):
        return not _holds(tree.item, case)
    if isinstance(tree, And):
        return all(_holds(item, case) for item in tree.items)
    if isinstance(tree, Or):
        return any(_holds(item, case) for item in tree.items)
    if isinstance(tree, Compare):
        return _compared(case[tree.left], tree)
    return case[tree.name] is True


def _compared(value: object, tree: Compare) -> bool:
    number = _number(tree.right)
    if number is not None and isinstance(value, int) and not isinstance(value, bool):
        if tree.op in _EQUALITIES:
            return (value == number) == (tree.op == "=")
        ordered = {"<": value < number, "<=": value <= number, ">": value > number, ">=": value >= number}
        return ordered[tree.op]
    written = {True: "y", False: "n"}.get(value, value) if isinstance(value, bool) else value
    return (written == tree.right.strip("\"'")) == (tree.op == "=")
