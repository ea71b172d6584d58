"""Facts of chosen versions -> the places where two upstream sources cannot both be right. Each rule is one function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.resolve.contradictions.compilers import GCC_RULES, MRUSTC_RULES, RUSTC_RULES
from matrix.resolve.contradictions.kernel import KERNEL_RULES
from matrix.resolve.contradictions.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matrix.cell import Contradiction
    from matrix.model import Variant
    from matrix.resolve.context import Context

RULES = (*KERNEL_RULES, *RUSTC_RULES, *GCC_RULES, *MRUSTC_RULES)


def rule_name(rule: object) -> str:
    """The name that a rule goes by in outputs: its function's, with dashes."""
    return str(getattr(rule, "__name__", rule)).replace("_", "-")


def contradictions(
    context: Context, variants: Iterable[Variant], names: Iterable[str] | None = None
) -> tuple[Contradiction, ...]:
    """All contradictions that the rules find, in the order of the rules, without repeats.

    With names only those whose subject is one of them, at the cost of those alone. variants are all there are.
    """
    scope = Scope(tuple(variants), None if names is None else frozenset(names))
    asked = (item for rule in RULES for item in rule(context, scope) if scope.takes(item.subject))
    return tuple({(c.rule, c.subject, c.says): c for c in asked}.values())
