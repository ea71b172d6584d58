"""Minimum-tool facts -> what one kernel asks of a tool for one variant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from matrix.cell import Requirement, Tool
from matrix.expression import Compare, Or, parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matrix.expression import Expr
    from matrix.model import Located, Variant
    from matrix.resolve.facts import Facts

MINIMUMS, AVAILABLE, CHANGES = "linux-min-tools", "linux-rust-available", "linux-changes"
# Whether a version is the least or the only one that is meant, the plainest words first. They say it of the same tools
# and stand in for each other: the first that speaks of a tool decides; where none was read, nothing can be told.
POLICIES = ("linux-quick-start", AVAILABLE, CHANGES)
# The table of process/changes.rst also has words (`any`) for a version.
_NUMBERS = re.compile(r"[0-9]+(?:\.[0-9]+)+")


def requirement(linux: Facts, tool: Tool, variant: Variant) -> Requirement | None:
    """The variant's own override if the kernel has one, else the general minimum; None where neither was read."""
    chosen = _chosen(minimums(linux, tool), variant)
    return None if chosen is None else _requirement(linux, tool, chosen)


def stated(linux: Facts, tool: Tool) -> tuple[tuple[str, Requirement], ...]:
    """Every minimum of a tool with the condition of an override (`SRCARCH = "s390"`), "" for the general one."""
    return tuple((item.fact.when, _requirement(linux, tool, item)) for item in minimums(linux, tool))


def _requirement(linux: Facts, tool: Tool, chosen: Located) -> Requirement:
    said = policy(linux, tool)
    return Requirement(
        tool=tool,
        version=chosen.fact.value,
        exactly=said is not None and said.fact.value == "exactly",
        evidence=linux.evidence(chosen),
        policy=linux.evidence(said) if said else None,
    )


def minimums(linux: Facts, tool: Tool) -> tuple[Located, ...]:
    """Every minimum of a tool that the kernel states, overrides among them.

    libclang's is LLVM's, where scripts/rust_is_available.sh compares the two; pahole's stands in process/changes.rst.
    """
    if tool is Tool.PAHOLE:
        listed = linux.about(CHANGES, tool.value, "minimal-version")
        return tuple(item for item in listed if _NUMBERS.fullmatch(item.fact.value))
    if tool is Tool.LIBCLANG:
        return linux.about(MINIMUMS, Tool.LLVM.value, "minimum") if refused_as_too_old(linux, tool) else ()
    return linux.about(MINIMUMS, tool.value, "minimum")


def policy(linux: Facts, tool: Tool) -> Located | None:
    """What says whether the version is the least or the only one; of pahole it is the head of the table."""
    if tool is Tool.PAHOLE:
        return next(iter(minimums(linux, tool)), None)
    said = (linux.first(source, tool.value, "version-policy") for source in POLICIES)
    return next((item for item in said if item is not None), None)


def refused_as_too_old(linux: Facts, tool: Tool) -> Located | None:
    """Where scripts/rust_is_available.sh ends with an error for a tool older than its minimum."""
    broken = linux.about(AVAILABLE, tool.value, "broken")
    return next((item for item in broken if item.fact.value == "too-old"), None)


def _chosen(stated: Sequence[Located], variant: Variant) -> Located | None:
    general = next((item for item in reversed(stated) if not item.fact.when), None)
    own = next((item for item in stated if item.fact.when and _is_for(parse(item.fact.when), variant)), None)
    return own or general


def _is_for(when: Expr, variant: Variant) -> bool:
    """Whether an override is the variant's: it compares ARCH (what make was given) or SRCARCH (the directory)."""
    if isinstance(when, Or):
        return any(_is_for(item, variant) for item in when.items)
    if not isinstance(when, Compare) or when.op != "=":
        return False
    word = when.right.strip("\"'")
    return word in {"ARCH": variant.make, "SRCARCH": (variant.srcarch,)}.get(when.left, ())
