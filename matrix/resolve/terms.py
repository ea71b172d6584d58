"""What holds of a variant whatever the backend is: targets with their tiers, tools, and the general demands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cell import ListedTarget, Terms, Tool
from matrix.resolve.options import general_demands
from matrix.resolve.passed import passed_targets
from matrix.resolve.rust_targets import LIST, PLATFORM_TIERS, listed_targets, rust_target
from matrix.value import replace

if TYPE_CHECKING:
    from matrix.cell import KernelTarget
    from matrix.model import Variant
    from matrix.resolve.context import Context
    from matrix.resolve.facts import Facts


def terms(context: Context, variant: Variant) -> Terms:
    """All of it, as far as it was read."""
    rust = context.known(LIST)
    passed = passed_targets(context, variant)
    needed = (context.minimum(tool, variant) for tool in Tool)
    return Terms(
        targets=None if passed is None else tuple(_with_tier(rust, target) for target in passed),
        listed=_best_listed(rust, variant) if rust else None,
        requirements=tuple(r for r in needed if r is not None),
        general=general_demands(context, variant),
    )


def _with_tier(rust: Facts | None, target: KernelTarget) -> KernelTarget:
    if rust is None or target.custom:
        return target
    return replace(target, tier=rust_target(rust, target.name).tier_number)


def _best_listed(rust: Facts, variant: Variant) -> ListedTarget | None:
    best = next(iter(listed_targets(rust, variant.rust_targets)), None)
    if best is None or best.listed is None:
        return None
    said = {
        attribute: item.fact.value if (item := rust.first(PLATFORM_TIERS, best.name, attribute)) else ""
        for attribute in ("host-tools", "std")
    }
    return ListedTarget(
        name=best.name,
        tier=best.tier_number,
        host_tools=said["host-tools"],
        std=said["std"],
        evidence=rust.evidence(best.tier or best.listed),
    )
