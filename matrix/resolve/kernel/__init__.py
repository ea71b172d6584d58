"""Rung 4, kernel: whether this kernel admits Rust for the variant with these tools, and what remains as condition.

It is a conjunction. Each conjunct is one function of a file beside this one; its order here decides which no is told
first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cell import Rung, RungName
from matrix.expression import all_of
from matrix.model import Truth
from matrix.resolve.context import KCONFIG
from matrix.resolve.kernel.admits import demands_can_hold, port_declares_rust
from matrix.resolve.kernel.bindings import bindgen_suits, libclang_suits, no_known_bug
from matrix.resolve.kernel.disproof import bindgen_has_a_target
from matrix.resolve.kernel.fits import target_fits
from matrix.resolve.kernel.refusals import CORE_EDITION, FEATURES, JSON_TARGETS, rustc_accepts
from matrix.resolve.kernel.settings import demands_of_settings, settings_can_hold
from matrix.resolve.kernel.tools import (
    compiler_is_new_enough,
    kernel_is_new_enough,
    pahole_is_new_enough,
    rustc_is_new_enough,
)
from matrix.resolve.passed import FLAGS, GENERATOR
from matrix.resolve.requirement import POLICIES

if TYPE_CHECKING:
    from collections.abc import Callable

    from matrix.model import Variant
    from matrix.resolve.context import Context
    from matrix.resolve.kernel.step import Step

RULE = (
    "kernel: what config RUST asks of the port is selected, none of its other demands is constantly n, the target that "
    "the kernel passes has the variant's arch, width and byte order, every version meets the kernel's minimum, and "
    "nothing known shows that the build cannot work"
)
SOURCES = (
    KCONFIG,
    "linux-ports",
    "linux-min-tools",
    *POLICIES,
    FLAGS,
    GENERATOR,
    "linux-bindgen-targets",
    "rust-target-list",
    "rust-target-specs",
    JSON_TARGETS,
    CORE_EDITION,
    FEATURES,
)
CONJUNCTS = (
    kernel_is_new_enough,
    rustc_is_new_enough,
    compiler_is_new_enough,
    bindgen_suits,
    libclang_suits,
    no_known_bug,
    pahole_is_new_enough,
    settings_can_hold,
    port_declares_rust,
    demands_can_hold,
    demands_of_settings,
    target_fits,
    rustc_accepts,
    bindgen_has_a_target,
)


def kernel(
    context: Context,
    variant: Variant,
    conjuncts: tuple[Callable[[Context, Variant], Step], ...] = CONJUNCTS,
) -> Rung:
    """The first conjunct that is no decides; else the first unknown; else yes, under all conditions together."""
    steps: list[Step] = []
    for conjunct in conjuncts:
        step = conjunct(context, variant)
        if step.truth is Truth.NO:
            return _rung(step)
        steps.append(step)
    for step in steps:
        if step.truth is Truth.UNKNOWN:
            return _rung(step)
    return Rung(
        name=RungName.KERNEL,
        truth=Truth.YES,
        because="; ".join(step.because for step in steps if step.because),
        rule=RULE,
        condition=all_of([step.condition for step in steps]),
        evidence=tuple(dict.fromkeys(e for step in steps for e in step.evidence)),
        remarks=tuple(remark for step in steps for remark in step.remarks),
    )


def _rung(step: Step) -> Rung:
    return Rung(
        name=RungName.KERNEL,
        truth=step.truth,
        because=step.because,
        rule=RULE,
        evidence=step.evidence,
        unread=step.unread,
        remarks=step.remarks,
    )
