"""Facts of chosen versions -> the places where two upstream sources cannot both be right. Each rule is one function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cell import Weight
from matrix.resolve.contradictions.compilers import GCC_RULES, MRUSTC_RULES, RUSTC_RULES
from matrix.resolve.contradictions.kernel import KERNEL_RULES
from matrix.resolve.contradictions.scope import Scope
from matrix.value import replace

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matrix.cell import Contradiction
    from matrix.model import Variant
    from matrix.resolve.context import Context

RULES = (*KERNEL_RULES, *RUSTC_RULES, *GCC_RULES, *MRUSTC_RULES)

_HEAVIEST = tuple(Weight)
# Rules whose subject is a target triple; and those that no rung rests on.
_BY_TARGET = frozenset({"metadata-differs", "documented-is-not-listed"})
_ABOUT_TARGETS = _BY_TARGET | {"borrowed-target"}


def contradictions(
    context: Context, variants: Iterable[Variant], names: Iterable[str] | None = None
) -> tuple[Contradiction, ...]:
    """All contradictions that the rules find, the heaviest first, then in the order of the rules, without repeats.

    With names only those whose subject is one of them, at the cost of those alone. variants are all there are.
    """
    scope = Scope(tuple(variants), None if names is None else frozenset(names))
    asked = (item for rule in RULES for item in rule(context, scope) if scope.takes(item.subject))
    once = {(c.rule, c.subject, c.says): c for c in asked}.values()
    targets = frozenset(target for variant in scope.variants for target in variant.rust_targets)
    weighed = (replace(c, weight=_weight(c, targets)) for c in once)
    return tuple(sorted(weighed, key=lambda c: _HEAVIEST.index(c.weight)))


def _weight(item: Contradiction, targets: frozenset[str]) -> Weight:
    """What the documents say of a target decides no rung: it is as heavy as the target."""
    if item.rule not in _ABOUT_TARGETS:
        return Weight.ANSWER
    return Weight.OTHER if item.rule in _BY_TARGET and item.subject not in targets else Weight.TARGET
