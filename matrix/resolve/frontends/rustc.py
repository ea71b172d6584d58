"""rustc: whether its list has a target of the variant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.model import Truth
from matrix.resolve.frontends.rung import target_rung, target_unread
from matrix.resolve.rust_targets import LIST, listed_targets

if TYPE_CHECKING:
    from matrix.cell import Rung
    from matrix.model import Evidence, Variant
    from matrix.resolve.context import Context
    from matrix.resolve.facts import Facts
    from matrix.resolve.rust_targets import Target


def listed(context: Context, variant: Variant, rule: str) -> Rung:
    """Yes where rustc lists a target of the variant, whatever generates its code."""
    rust = context.known(LIST)
    if rust is None:
        return target_unread(context, rule, LIST)
    label = rust.revision.label
    targets = listed_targets(rust, variant.rust_targets)
    if not targets:
        says = f"rustc {label} lists its targets from here on, none of them for {variant.title}"
        truth, evidence = context.silence(LIST, says)
        return target_rung(rule, truth, f"rustc {label} lists no target for {variant.title}", evidence)
    return target_rung(rule, Truth.YES, f"rustc {label} lists {_named(targets)}", _stand(rust, targets[0]))


def _named(targets: tuple[Target, ...]) -> str:
    best = targets[0]
    tier = f" (tier {best.tier.fact.value})" if best.tier else " (tier not stated)"
    more = f" and {len(targets) - 1} more" if len(targets) > 1 else ""
    return f"{best.name}{tier}{more}"


def _stand(rust: Facts, target: Target) -> tuple[Evidence, ...]:
    return tuple(rust.evidence(item) for item in (target.tier, target.listed) if item)
