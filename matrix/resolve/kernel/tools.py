"""Whether the versions that were named, or are evaluated, meet what the kernel asks of its tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cell import Tool
from matrix.expression import Compare
from matrix.model import Evidence, Truth
from matrix.resolve.context import COMPILERS
from matrix.resolve.kernel.step import MET, Step, not_read
from matrix.versions import cc_number, rustc_number

if TYPE_CHECKING:
    from matrix.cell import Requirement
    from matrix.model import Variant
    from matrix.resolve.context import Context


def kernel_is_new_enough(context: Context, variant: Variant) -> Step:
    """A kernel older than the first one with Rust is a no, whatever else is known of it."""
    del variant
    named, first = context.asked.kernel_before_rust, context.asked.first_kernel
    if not named:
        return MET
    says = f"Linux {first} is the first release with rust/ and config RUST"
    evidence = Evidence(project="linux", revision=first, path="rust", line=0, says=says)
    return Step(Truth.NO, f"Linux {named} is older than {first}, the first release with Rust", (evidence,))


def rustc_is_new_enough(context: Context, variant: Variant) -> Step:
    """A named rustc below the minimum is a no, whatever else is known; a pinned rustc is a condition."""
    if missing := not_read(context, "linux-min-tools"):
        return missing
    needed = context.minimum(Tool.RUSTC, variant)
    label = _label(context)
    if needed is None:
        because = f"scripts/min-tool-version.sh of Linux {label} asks for no rustc"
        return Step(Truth.UNKNOWN, because)
    named = context.asked.named_rustc
    if named and rustc_number(named) < rustc_number(needed.version):
        return Step(Truth.NO, f"Linux {label} needs {needed}, and {named} was named", (needed.evidence,))
    if needed.policy is None:
        missing = not_read(context, "linux-changes")
        because = f"whether Linux {label} needs {needed.version} of rustc or newer, or exactly that, is not stated"
        return missing or Step(Truth.UNKNOWN, because, (needed.evidence,))
    evidence = (needed.evidence, needed.policy)
    if not needed.exactly:
        return _reached(context, variant, needed)
    if not named:
        because = f"Linux {label} pins {needed}"
        return Step(Truth.YES, because, evidence, Compare("rustc", "=", needed.version))
    if rustc_number(named) == rustc_number(needed.version):
        return Step(Truth.YES, f"rustc {needed.version} is the one that this kernel pins", evidence)
    because = f"Linux {label} pins {needed}; whether {named} works is not said"
    return Step(Truth.UNKNOWN, because, evidence)


def _reached(context: Context, variant: Variant, needed: Requirement) -> Step:
    """That no rustc that is known here is new enough is said; it makes nothing a no."""
    if context.asked.named_rustc and context.facts.get("rust") is None:
        because = f"rustc {context.asked.named_rustc} was not read: whether it still builds this kernel is not known"
        return Step(Truth.UNKNOWN, because)
    if context.rustc(variant):
        return MET
    remark = f"Linux {_label(context)} needs {needed}, which no rustc that is known here reaches"
    return Step(Truth.YES, "", remarks=(remark,))


def compiler_is_new_enough(context: Context, variant: Variant) -> Step:
    """A named version of the C compiler below the minimum is a no."""
    named = context.asked.named_cc_version
    if not named or not context.asked.cc:
        return MET
    needed = context.minimum(COMPILERS[context.asked.cc][1], variant)
    if needed is None or cc_number(named) >= cc_number(needed.version):
        return MET
    because = f"Linux {_label(context)} needs {needed}, and {named} was named"
    return Step(Truth.NO, because, (needed.evidence,))


def _label(context: Context) -> str:
    linux = context.facts.get("linux")
    return linux.revision.label if linux else ""
