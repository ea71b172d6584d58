"""Cranelift: the Linux row of its platform table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.model import Truth
from matrix.resolve.generators.rung import codegen_rung, codegen_unread

if TYPE_CHECKING:
    from matrix.cell import Rung
    from matrix.model import Variant
    from matrix.resolve.context import Context

_RULE = "codegen: the Linux row of Cranelift's platform table ticks the architecture"
PLATFORMS = "cranelift-platforms"
# A cell of the table that is none of these says that nobody has tried.
_CELLS = {"yes": Truth.YES, "no": Truth.NO, "n/a": Truth.NO}
_VERBS = {Truth.YES: "supports", Truth.NO: "does not support", Truth.UNKNOWN: "has not tested"}


def cranelift(context: Context, variant: Variant) -> Rung:
    """What the column of the variant's architecture says; no column is a no where the table is complete."""
    rust = context.known(PLATFORMS)
    if rust is None:
        return codegen_unread(context, _RULE, PLATFORMS)
    label = rust.revision.label
    columns = [i for i in rust.of(PLATFORMS) if i.fact.attribute == "os:Linux"]
    if not columns:
        return codegen_rung(_RULE, Truth.UNKNOWN, f"the platform table of Cranelift in rustc {label} has no Linux row")
    for item in columns:
        if column_arch(item.fact.subject) not in variant.rustc or _endian(item.fact.subject) != variant.endian:
            continue
        truth = _CELLS.get(item.fact.value, Truth.UNKNOWN)
        because = f"Cranelift in rustc {label} {_VERBS[truth]} {item.fact.subject} on Linux"
        return codegen_rung(_RULE, truth, because, (rust.evidence(item, because),))
    says = f"the Linux row of Cranelift's platform table; its columns are {', '.join(c.fact.subject for c in columns)}"
    because = f"Cranelift in rustc {label} has no column for {variant.title}"
    truth, _ = context.silence(PLATFORMS, "")
    return codegen_rung(_RULE, truth, because, (rust.evidence(columns[0], says),))


def column_arch(subject: str) -> str:
    """The rustc arch that a column of Cranelift's table means: `s390x (System-Z)` is s390x, `AArch64` aarch64."""
    return subject.partition("(")[0].strip().lower()


def _endian(subject: str) -> str:
    # Cranelift's one big-endian code generator is s390x; its aarch64 and riscv64 are little-endian.
    return "big" if column_arch(subject) == "s390x" else "little"
