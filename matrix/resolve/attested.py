"""Rung 5, attested: whether upstream says that the kernel is built with this backend for the variant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.model import Rung, Truth

if TYPE_CHECKING:
    from matrix.model import Backend, Evidence, Variant
    from matrix.resolve.context import Context

LLVM_RULE = "attested: the kernel's build is written for rustc with LLVM, so this follows the kernel rung"
OTHER_RULE = "attested: only an upstream file's own words count; silence is unknown"


def attested(context: Context, variant: Variant, backend: Backend, kernel: Rung) -> Rung:
    """For rustc with LLVM as the kernel rung, with arch-support.rst's level beside it; unknown for the others."""
    if backend.id != "rustc-llvm":
        because = f"no file that was read says that the kernel is built with {backend.title}"
        return Rung(name="attested", truth=Truth.UNKNOWN, because=because, rule=OTHER_RULE)
    level, evidence = _level(context, variant)
    because = {
        Truth.YES: "the kernel's build admits Rust here",
        Truth.NO: "the kernel's build does not admit Rust here",
        Truth.UNKNOWN: "whether the kernel's build admits Rust here is not known",
    }[kernel.truth]
    return Rung(name="attested", truth=kernel.truth, because=f"{because}; {level}", rule=LLVM_RULE, evidence=evidence)


def _level(context: Context, variant: Variant) -> tuple[str, tuple[Evidence, ...]]:
    linux = context.known("linux", "linux-arch-support")
    if linux is None:
        return "arch-support.rst was not read", ()
    level = linux.first("linux-arch-support", variant.srcarch, "rust-level")
    if level is None:
        says = f"the ports that arch-support.rst lists, without {variant.srcarch}"
        return f"arch-support.rst does not list {variant.srcarch}", linux.silence("linux-arch-support", says)
    constraint = linux.first("linux-arch-support", variant.srcarch, "rust-constraint")
    words = f"{level.fact.value}{f', {constraint.fact.value}' if constraint else ''}"
    return f"arch-support.rst lists {variant.srcarch} as {words}", (linux.evidence(level),)
