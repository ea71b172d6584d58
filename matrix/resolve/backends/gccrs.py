"""gccrs: GCC's own front end, which follows the language of one older rustc at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cell import RungName
from matrix.model import Truth
from matrix.resolve.backends.protocol import Generator
from matrix.resolve.backends.unattested import unattested
from matrix.resolve.frontends.level import LEVEL_SOURCES, reaches
from matrix.resolve.frontends.rung import target_rung, target_unread
from matrix.resolve.generators.gcc import GCC_CONFIG, gcc
from matrix.resolve.remarks import build_remarks

if TYPE_CHECKING:
    from matrix.cell import Rung
    from matrix.model import Variant
    from matrix.resolve.context import Context
    from matrix.resolve.facts import Facts

_TARGET_RULE = "target: Rust can be enabled in this GCC, and its language level reaches the kernel's minimum rustc"
_TITLE = "gccrs"
LANGUAGES = "gcc-languages"
ENABLED, LANGUAGE, _FLAG, HOOKS = "gccrs-enabled", "gccrs-language", "gccrs-flag", "gccrs-hooks"


class Gccrs:
    """Its rules."""

    generator = Generator.GCC
    sources = {  # noqa: RUF012  # read only, as the protocol says
        RungName.CODEGEN: (GCC_CONFIG,),
        RungName.TARGET: (LANGUAGES, ENABLED, LANGUAGE, *LEVEL_SOURCES),
        RungName.ATTESTED: (),
    }

    def codegen(self, context: Context, variant: Variant) -> Rung:
        """GCC's config.gcc."""
        return gcc(context, variant)

    def target(self, context: Context, variant: Variant) -> Rung:
        """Rust can be enabled in this GCC, and the language level that it states is new enough."""
        facts = context.facts.get("gcc")
        if facts is None:
            return target_unread(context, _TARGET_RULE, ENABLED)
        label = facts.revision.label
        if absent := facts.first(LANGUAGES, "rust", "can-be-enabled"):
            stands = (facts.evidence(absent, "the front ends of this GCC, none for Rust among them"),)
            return target_rung(_TARGET_RULE, Truth.NO, f"GCC {label} has no front end for Rust", stands)
        enabled = facts.first(ENABLED, "rust", "can-be-enabled")
        if enabled is None:
            missing = (ENABLED,) if facts.has(LANGUAGES) or not context.predates(ENABLED) else (LANGUAGES,)
            return target_unread(context, _TARGET_RULE, *missing)
        if enabled.fact.value != "yes":
            stands = (facts.evidence(enabled, "Rust is refused"),)
            return target_rung(_TARGET_RULE, Truth.NO, f"GCC {label} refuses to be built with Rust", stands)
        says = "Rust can be enabled; what is refused here is missing on the machine that builds"
        stands = (facts.evidence(enabled, says),)
        remarks = _remarks(context, facts, variant)
        level = facts.first(LANGUAGE, "rust", "language-level")
        if level is None and context.lacks(LANGUAGE):
            return target_unread(context, _TARGET_RULE, LANGUAGE)
        if level is None:
            because = f"GCC {label} states in no file which Rust version gccrs aims at"
            return target_rung(_TARGET_RULE, Truth.UNKNOWN, because, stands, remarks)
        rung = target_rung(_TARGET_RULE, Truth.YES, f"gccrs in GCC {label} aims at Rust", stands, remarks)
        return reaches(context, variant, rung, level.fact.value, facts.evidence(level))

    def attested(self, context: Context, variant: Variant, kernel: Rung) -> Rung:
        """No source of evidence is read yet."""
        del context, variant, kernel
        return unattested(_TITLE)

    def remarks(self, context: Context, variant: Variant) -> tuple[str, ...]:
        """Unstable flags, those made for LLVM, and how bindgen is run."""
        return build_remarks(context, variant, for_llvm=True)


def _remarks(context: Context, facts: Facts, variant: Variant) -> tuple[str, ...]:
    remarks: list[str] = []
    flag = facts.first(_FLAG, "rust", "experimental-flag")
    required = facts.first(_FLAG, "rust", "experimental-required")
    if flag and required:
        needed = "needs" if required.fact.value == "yes" else "no longer needs"
        remarks.append(f"gccrs {needed} -{flag.fact.value} ({required.path}:{required.fact.line})")
    # gcc/config/i386/i386-rust.cc is i386's; config.gcc itself only says ${cpu_type}-rust.o.
    cpus = {i.fact.subject.split("/")[-2] for i in facts.of(HOOKS) if i.fact.value == "cpu"}
    own = {status.cpu_type for t in variant.gnu_triples if (status := context.triple(t)) is not None}
    if facts.has(HOOKS) and own.isdisjoint(cpus):
        says = "cfg(target_arch) and cfg(target_feature) are not set"
        remarks.append(f"gccrs has no target hook for {variant.title} (gcc/config/*/*-rust.cc): {says}")
    return tuple(remarks)
