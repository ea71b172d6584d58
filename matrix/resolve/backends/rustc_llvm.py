"""rustc with LLVM: what the kernel's build is written for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cell import Rung, RungName
from matrix.model import Truth
from matrix.resolve.backends.protocol import Generator
from matrix.resolve.context import KCONFIG
from matrix.resolve.frontends.rung import target_rung, target_unread
from matrix.resolve.frontends.rustc import listed
from matrix.resolve.generators.llvm import LLVM_TARGETS, llvm
from matrix.resolve.passed import FLAGS, GENERATOR, passed_targets, unread
from matrix.resolve.remarks import build_remarks
from matrix.resolve.rust_targets import LIST
from matrix.value import replace

if TYPE_CHECKING:
    from matrix.model import Evidence, Variant
    from matrix.resolve.context import Context

_TARGET_RULE = (
    "target: rustc lists a target and its default LLVM has the backend, or the kernel generates a custom spec"
)
ATTESTED_RULE = "attested: the kernel's build is written for rustc with LLVM, so this follows the kernel rung"
OWN_LLVM = "rust-built-llvm"
LEVELS = "linux-arch-support"


class RustcLlvm:
    """Its rules."""

    generator = Generator.LLVM
    sources = {  # noqa: RUF012  # read only, as the protocol says
        RungName.CODEGEN: (LLVM_TARGETS,),
        RungName.TARGET: (LIST, OWN_LLVM, KCONFIG, FLAGS, GENERATOR),
        RungName.ATTESTED: (),
    }

    def codegen(self, context: Context, variant: Variant) -> Rung:
        """LLVM's list of backends."""
        return llvm(context, variant)

    def target(self, context: Context, variant: Variant) -> Rung:
        """A specification of the kernel's own needs no target of rustc's; a listed one needs rustc's own LLVM."""
        passed = passed_targets(context, variant)
        custom = next((p for p in passed or () if p.custom), None)
        linux = context.facts.get("linux")
        if custom is not None and linux is not None:
            evidence = (custom.evidence, custom.spec) if custom.spec else (custom.evidence,)
            because = f"Linux {linux.revision.label} generates its own target specification ({custom.name})"
            return target_rung(_TARGET_RULE, Truth.YES, because, evidence)
        rung = _built(context, variant, listed(context, variant, _TARGET_RULE))
        if rung.truth is Truth.NO and passed is None:
            # The kernel may generate what rustc does not list.
            return target_unread(context, _TARGET_RULE, *unread(context, variant))
        return rung

    def attested(self, context: Context, variant: Variant, kernel: Rung) -> Rung:
        """As the kernel rung, with arch-support.rst's level beside it."""
        level, evidence = _level(context, variant)
        because = {
            Truth.YES: "the kernel's build admits Rust here",
            Truth.NO: "the kernel's build does not admit Rust here",
            Truth.UNKNOWN: "whether the kernel's build admits Rust here is not known",
        }[kernel.truth]
        return Rung(
            name=RungName.ATTESTED,
            truth=kernel.truth,
            because=f"{because}; {level}",
            rule=ATTESTED_RULE,
            evidence=evidence,
            unread=kernel.unread,
        )

    def remarks(self, context: Context, variant: Variant) -> tuple[str, ...]:
        """Unstable flags, and how bindgen is run."""
        return build_remarks(context, variant, for_llvm=False)


def _built(context: Context, variant: Variant, rung: Rung) -> Rung:
    """A listed target counts where the LLVM that rustc is built with has the backend."""
    if rung.truth is not Truth.YES:
        return rung
    rust = context.known(OWN_LLVM)
    if rust is None:
        because = f"{rung.because}; {context.unread(OWN_LLVM)}"
        return replace(rung, truth=Truth.UNKNOWN, because=because, unread=(OWN_LLVM,))
    label = rust.revision.label
    built = rust.first(OWN_LLVM, variant.llvm, "built-backend")
    if built is None:
        says = f"the LLVM backends that rustc {label} is built with start here, without {variant.llvm}"
        truth, silence = context.silence(OWN_LLVM, says)
        because = f"{rung.because}, but its own LLVM is built without the {variant.llvm} backend"
        return replace(rung, truth=truth, because=because, evidence=(*rung.evidence, *silence))
    remarks: tuple[str, ...] = ()
    if built.fact.value == "experimental":
        says = f"rustc {label} builds LLVM's experimental {variant.llvm} backend by default; a distribution may not"
        remarks = (says,)
    return replace(rung, evidence=(*rung.evidence, rust.evidence(built)), remarks=remarks)


def _level(context: Context, variant: Variant) -> tuple[str, tuple[Evidence, ...]]:
    linux = context.known(LEVELS)
    if linux is None:
        return "arch-support.rst was not read", ()
    level = linux.first(LEVELS, variant.srcarch, "rust-level")
    if level is None:
        says = f"the ports that arch-support.rst lists, without {variant.srcarch}"
        return f"arch-support.rst does not list {variant.srcarch}", context.silence(LEVELS, says).evidence
    constraint = linux.first(LEVELS, variant.srcarch, "rust-constraint")
    words = f"{level.fact.value}{f', {constraint.fact.value}' if constraint else ''}"
    return f"arch-support.rst lists {variant.srcarch} as {words}", (linux.evidence(level),)
