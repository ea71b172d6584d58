"""Two Kconfig expressions -> whether one implies the other, by trying every case; numbers around each bound."""

from __future__ import annotations

from itertools import islice, product
from typing import TYPE_CHECKING

from matrix.expression import YES, And, Compare, Const, ExpressionError, Known, Not, Or, Range, fill, parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from matrix.expression import Expr

# Conditions have up to eight symbols. One with more than this many cases is left undecided.
MOST_CASES = 1 << 14
_OTHER = "\x00another"


def implies(left: str, right: str) -> bool | None:
    """Whether `right` holds in every case in which `left` does; None where there are too many cases to try.

    Raises: nothing; text that is no expression implies only itself.
    """
    if left == right:
        return True
    try:
        trees = parse(left), parse(right)
    except ExpressionError:
        return None
    cases = _cases(trees)
    tried = list(islice(cases, MOST_CASES + 1))
    if len(tried) > MOST_CASES:
        return None
    return all(not _holds(trees[0], case) or _holds(trees[1], case) for case in tried)


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


def _cases(trees: tuple[Expr, ...]) -> Iterator[dict[str, object]]:
    """Every assignment that could matter: y and n, and for what is compared each bound and both sides of it."""
    values: dict[str, set[object]] = {}
    for tree in trees:
        for name, compare in _leaves(tree):
            tried = values.setdefault(name, set())
            if compare is None:
                tried |= {True, False}
            elif compare.right.isascii() and compare.right.isdigit() and len(compare.right) < 19:
                number = int(compare.right)
                tried |= {number - 1, number, number + 1}
            else:
                tried |= {compare.right.strip("\"'"), _OTHER}
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
    if isinstance(value, int) and not isinstance(value, bool) and tree.right.isdigit():
        number = int(tree.right)
        if tree.op in {"=", "!="}:
            return (value == number) == (tree.op == "=")
        ordered = {"<": value < number, "<=": value <= number, ">": value > number, ">=": value >= number}
        return ordered[tree.op]
    written = {True: "y", False: "n"}.get(value, value) if isinstance(value, bool) else value
    return (written == tree.right.strip("\"'")) == (tree.op == "=")
