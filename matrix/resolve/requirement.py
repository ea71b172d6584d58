"""Minimum-tool facts -> what one kernel asks of a tool for one variant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matrix.expression import Compare, parse

if TYPE_CHECKING:
    from matrix.model import Located, Variant
    from matrix.resolve.facts import Facts

TOOLS = ("rustc", "bindgen", "gcc", "llvm", "binutils")
NAMES = {"rustc": "rustc", "bindgen": "bindgen", "gcc": "GCC", "llvm": "LLVM", "binutils": "binutils"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """The version that a kernel asks of a tool: at least this one, or exactly this one."""

    tool: str
    version: str
    exactly: bool
    located: Located
    policy: Located | None = None

    def __str__(self) -> str:
        """`rustc >= 1.85.0`, or `rustc = 1.62.0` where the kernel pins it."""
        return f"{NAMES[self.tool]} {'=' if self.exactly else '>='} {self.version}"


def requirement(linux: Facts, tool: str, variant: Variant) -> Requirement | None:
    """The variant's own override if the kernel has one, else the general minimum; None where neither was read.

    Overrides compare ARCH (what make was given) or SRCARCH (the directory).
    """
    general: Located | None = None
    chosen: Located | None = None
    for item in linux.about("linux-min-tools", tool, "minimum"):
        if not item.fact.when:
            general = item
        elif chosen is None and _overrides(item.fact.when, variant):
            chosen = item
    found = chosen or general
    if found is None:
        return None
    policy = linux.first("linux-changes", tool, "version-policy")
    exactly = policy is not None and policy.fact.value == "exactly"
    return Requirement(tool=tool, version=found.fact.value, exactly=exactly, located=found, policy=policy)


def _overrides(when: str, variant: Variant) -> bool:
    tree = parse(when)
    if not isinstance(tree, Compare) or tree.op != "=":
        return False
    value = tree.right.strip("\"'")
    return value in {"ARCH": variant.make, "SRCARCH": (variant.srcarch,)}.get(tree.left, ())
