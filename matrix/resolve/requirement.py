"""Minimum-tool facts -> what one kernel asks of a tool for one variant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cell import Requirement, Tool
from matrix.expression import Compare, Or, parse

if TYPE_CHECKING:
    from matrix.expression import Expr
    from matrix.model import Located, Variant
    from matrix.resolve.facts import Facts


def requirement(linux: Facts, tool: Tool, variant: Variant) -> Requirement | None:
    """The variant's own override if the kernel has one, else the general minimum; None where neither was read."""
    general: Located | None = None
    own: Located | None = None
    for item in linux.about("linux-min-tools", tool.value, "minimum"):
        if not item.fact.when:
            general = item
        elif own is None and _is_for(parse(item.fact.when), variant):
            own = item
    chosen = own or general
    if chosen is None:
        return None
    policy = linux.first("linux-changes", tool.value, "version-policy")
    return Requirement(
        tool=tool,
        version=chosen.fact.value,
        exactly=policy is not None and policy.fact.value == "exactly",
        evidence=linux.evidence(chosen),
        policy=linux.evidence(policy) if policy else None,
    )


def _is_for(when: Expr, variant: Variant) -> bool:
    """Whether an override is the variant's: it compares ARCH (what make was given) or SRCARCH (the directory)."""
    if isinstance(when, Or):
        return any(_is_for(item, variant) for item in when.items)
    if not isinstance(when, Compare) or when.op != "=":
        return False
    word = when.right.strip("\"'")
    return word in {"ARCH": variant.make, "SRCARCH": (variant.srcarch,)}.get(when.left, ())
