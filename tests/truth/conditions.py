"""Kconfig expressions, and make conditionals that say the same -> one text for each meaning, whatever the spelling."""

from __future__ import annotations

import re

from matrix.expression import And, Expr, Known, Not, Or, fill, negate, parse, show

# Filling nothing in takes nested `&&` and `||` apart, so that parentheses which change nothing are gone.
_NOTHING = Known(lambda _: None, {}, {})
_MAKE = (
    (re.compile(r"ifeq \(\$\(call rustc-min-version, (\d+)\),y\)"), r"RUSTC_VERSION >= \1"),
    (re.compile(r"ifeq \(\$\(CONFIG_(\w+)\),y\)"), r"\1"),
)


def canonical(text: str) -> str:
    """A Kconfig expression as one text, its terms sorted; "y" where it always holds. Raises: ExpressionError."""
    return canonical_tree(parse(text))


def canonical_tree(tree: Expr) -> str:
    """The same for an expression that is parsed already."""
    return show(_sorted(fill(tree, _NOTHING))) or "y"


def of_make(conditionals: list[str]) -> str:
    """A stack of make conditionals, `NOT: ` before those that must not hold, as a Kconfig expression.

    Raises: ValueError for a conditional of another kind.
    """
    return canonical(" && ".join(f"({_of_make(text)})" for text in conditionals))


def _of_make(text: str) -> str:
    bare = text.removeprefix("NOT: ")
    for shape, expression in _MAKE:
        if match := shape.fullmatch(bare):
            positive = match.expand(expression)
            return positive if bare == text else show(negate(parse(positive)))
    raise ValueError(f"found the conditional {text!r}, expected a test of a version or of CONFIG_")


def _sorted(tree: Expr) -> Expr:
    if isinstance(tree, Not):
        return Not(_sorted(tree.item))
    if isinstance(tree, (And, Or)):
        return type(tree)(tuple(sorted((_sorted(item) for item in tree.items), key=show)))
    return tree
