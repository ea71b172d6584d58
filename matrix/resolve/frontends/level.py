"""The Rust version that a front end speaks, against what the kernel asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cell import Tool
from matrix.model import Truth
from matrix.resolve.requirement import POLICIES
from matrix.value import replace
from matrix.versions import rustc_number

if TYPE_CHECKING:
    from matrix.cell import Rung
    from matrix.model import Evidence, Variant
    from matrix.resolve.context import Context

# What says how new a rustc the kernel needs, and whether it must be exactly that one.
LEVEL_SOURCES = ("linux-min-tools", *POLICIES)


def reaches(context: Context, variant: Variant, rung: Rung, level: str, stands: Evidence) -> Rung:
    """The rung, decided by whether the level reaches the kernel's minimum rustc. stands is where the level stands."""
    says = f"{rung.because} {level}"
    evidence = (*rung.evidence, stands)
    needed, linux = context.minimum(Tool.RUSTC, variant), context.facts.get("linux")
    if needed is None or linux is None:
        missing = tuple(source for source in LEVEL_SOURCES[:1] if context.known(source) is None)
        why = context.unread(missing[0]) if missing else "what rustc this kernel needs is not stated"
        return replace(rung, truth=Truth.UNKNOWN, because=f"{says}; {why}", evidence=evidence, unread=missing)
    label, evidence = linux.revision.label, (*evidence, needed.evidence)
    if rustc_number(level) < rustc_number(needed.version):
        because = f"{says} < {needed.version}, what Linux {label} needs"
        return replace(rung, truth=Truth.NO, because=because, evidence=evidence)
    if needed.policy is None and (missing := tuple(s for s in POLICIES if context.known(s) is None)):
        because = f"{says}; {context.unread(missing[0])}"
        return replace(rung, truth=Truth.UNKNOWN, because=because, evidence=evidence, unread=missing)
    if needed.exactly and rustc_number(level) > rustc_number(needed.version):
        because = f"{says}; Linux {label} pins {needed}, whether that works is not said"
        return replace(rung, truth=Truth.UNKNOWN, because=because, evidence=evidence)
    because = f"{says} >= {needed.version}, what Linux {label} needs"
    return replace(rung, truth=Truth.YES, because=because, evidence=evidence)
