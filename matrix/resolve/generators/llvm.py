"""LLVM: its list of backends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.model import Truth
from matrix.resolve.generators.rung import codegen_rung, codegen_unread

if TYPE_CHECKING:
    from matrix.cell import Rung
    from matrix.model import Variant
    from matrix.resolve.context import Context

_RULE = "codegen: the variant's backend is in LLVM_ALL_TARGETS, or in LLVM_ALL_EXPERIMENTAL_TARGETS"
LLVM_TARGETS = "llvm-targets"


def llvm(context: Context, variant: Variant) -> Rung:
    """Yes where LLVM lists the variant's backend; an experimental one is a remark."""
    facts = context.known(LLVM_TARGETS)
    if facts is None:
        return codegen_unread(context, _RULE, LLVM_TARGETS)
    label = facts.revision.label
    listed = facts.first(LLVM_TARGETS, variant.llvm, "backend") if variant.llvm else None
    if listed is None:
        what = f"backend {variant.llvm}" if variant.llvm else f"backend for {variant.title}"
        truth, evidence = context.silence(
            LLVM_TARGETS, f"LLVM {label} lists its backends from here on, without a {what}"
        )
        return codegen_rung(_RULE, truth, f"LLVM {label} has no {what}", evidence)
    kind = listed.fact.value
    remarks = (f"LLVM's {variant.llvm} backend is experimental: built only on request",) if kind != "default" else ()
    because = f"LLVM {label} has the {variant.llvm} backend ({kind})"
    return codegen_rung(_RULE, Truth.YES, because, (facts.evidence(listed, because),), remarks)
