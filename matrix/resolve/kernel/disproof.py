"""Known disproofs: what shows that a build cannot work with these versions, whatever Kconfig admits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from matrix.expression import NO, Atom
from matrix.model import Truth
from matrix.resolve.context import KCONFIG
from matrix.resolve.kernel.step import MET, Step, not_read

if TYPE_CHECKING:
    from matrix.model import Located, Variant
    from matrix.resolve.context import Context

BINDGEN = "linux-bindgen-targets"
_REFERENCE = re.compile(r"\$\(BINDGEN_TARGET_\$\(SUBARCH\)\)")


def bindgen_target(context: Context, variant: Variant) -> Located | None:
    """The --target that bindgen, which is clang, gets where GCC compiles the C; None where the kernel has none."""
    linux = context.known(BINDGEN)
    item = linux.first(BINDGEN, variant.srcarch, "bindgen-target") if linux else None
    if linux is not None and item is not None and _REFERENCE.fullmatch(item.fact.value):
        item = linux.first(BINDGEN, variant.subarch, "bindgen-target")
    return item


def bindgen_has_a_target(context: Context, variant: Variant) -> Step:
    """With GCC as the C compiler bindgen needs a target of its own; libclang refuses an empty --target=."""
    if context.asked.cc == "clang" or not admitted_with_gcc(context, variant):
        return MET
    linux = context.known(BINDGEN)
    if linux is None:
        return not_read(context, BINDGEN) or MET
    if bindgen_target(context, variant) is not None:
        return MET
    key = f"{variant.srcarch}{f' and SUBARCH {variant.subarch}' if variant.subarch else ''}"
    because = f"with GCC bindgen gets an empty --target=: rust/Makefile of Linux {linux.revision.label} has none for"
    says = f"where CC_IS_CLANG is n, bindgen's targets start here, without {key}"
    first = linux.beginning(BINDGEN)
    evidence = (linux.evidence(first, says),) if first else ()
    if context.asked.cc == "gcc":
        return Step(Truth.NO, f"{because} {key}", evidence)
    return Step(Truth.YES, f"{because} {key}", evidence, Atom("CC_IS_CLANG"))


def admitted_with_gcc(context: Context, variant: Variant) -> bool:
    """Whether Kconfig lets GCC build this kernel with Rust at all."""
    if context.known(KCONFIG) is None:
        return False
    setting = context.asking(cc="gcc").setting(variant)
    if setting is None:
        return False
    return all(any(setting.fill(s.when) != NO for s in setting.port.declaring(g)) for g in setting.port.gates)
