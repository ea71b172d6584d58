"""Whether the target that the kernel passes to rustc is the variant's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.expression import YES, show
from matrix.model import Truth
from matrix.resolve.kernel.step import MET, Step
from matrix.resolve.passed import FLAGS, passed_targets, unread
from matrix.resolve.rust_targets import LIST, SPECS, rust_target
from matrix.value import replace

if TYPE_CHECKING:
    from matrix.cell import KernelTarget
    from matrix.model import Evidence, Variant
    from matrix.resolve.context import Context


def target_fits(context: Context, variant: Variant) -> Step:
    """The target that the kernel passes has the variant's arch, width and byte order."""
    linux, passed = context.known(FLAGS), passed_targets(context, variant)
    if linux is None or passed is None:
        missing = unread(context, variant)
        return Step(Truth.UNKNOWN, context.unread(missing[0]), unread=missing) if missing else MET
    if not passed:
        return Step(Truth.UNKNOWN, f"Linux {linux.revision.label} passes no rustc target for {variant.title}")
    evidence = tuple(replace(p.evidence, says=f"the kernel passes --target={p.written}") for p in passed)
    steps = [(target, _fits(context, variant, target)) for target in passed]
    for truth in (Truth.NO, Truth.UNKNOWN):
        for target, step in steps:
            if step.truth is truth:
                because = f"the kernel passes --target={target.name}: {step.because}"
                return replace(step, because=because, evidence=(*evidence, *step.evidence))
    stands = tuple(e for _, step in steps for e in step.evidence)
    return Step(Truth.YES, f"it passes --target={_names(passed)}", (*evidence, *stands))


def _names(passed: tuple[KernelTarget, ...]) -> str:
    return ", ".join(f"{p.written}{f' (if {show(p.when)})' if p.when != YES else ''}" for p in passed)


def _fits(context: Context, variant: Variant, passed: KernelTarget) -> Step:
    """Whether one passed target is the variant's, in what words, and where rustc says so."""
    if passed.custom:
        return Step(Truth.YES, "generated for this configuration")
    rust = context.known(LIST)
    if rust is None:
        return Step(Truth.UNKNOWN, context.unread(LIST), unread=(LIST,))
    label = rust.revision.label
    target = rust_target(rust, passed.name)
    if target.listed is None:
        truth, silence = context.silence(LIST, f"rustc {label} lists its targets from here on")
        return Step(truth, f"rustc {label} does not list it", silence)
    if not target.arch or not target.bits:
        missing = () if rust.has(SPECS) else (SPECS,)
        because = f"rustc {label}'s specification of it was not read" if rust.has(SPECS) else context.unread(SPECS)
        return Step(Truth.UNKNOWN, because, (rust.evidence(target.listed),), unread=missing)
    stands: tuple[Evidence, ...] = (rust.evidence(target.spec),) if target.spec else ()
    if target.arch in variant.rustc and target.bits == variant.bits and target.endian == variant.endian:
        return Step(Truth.YES, "it fits", stands)
    because = f"that is {target.arch}, {target.bits}-bit, {target.endian}-endian, not {variant.title}"
    return Step(Truth.NO, because, stands)
