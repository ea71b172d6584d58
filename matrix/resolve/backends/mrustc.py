"""mrustc: a Rust compiler that emits C, for whichever of LLVM and GCC can compile it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cell import RungName
from matrix.expression import YES
from matrix.model import Truth
from matrix.resolve.backends.unattested import unattested
from matrix.resolve.frontends.level import LEVEL_SOURCES, reaches
from matrix.resolve.frontends.rung import target_rung, target_unread
from matrix.resolve.generators.gcc import GCC_CONFIG, gcc
from matrix.resolve.generators.llvm import LLVM_TARGETS, llvm
from matrix.resolve.generators.rung import codegen_rung
from matrix.resolve.remarks import build_remarks
from matrix.value import replace
from matrix.versions import rustc_number

if TYPE_CHECKING:
    from matrix.cell import Rung
    from matrix.model import Located, Variant
    from matrix.resolve.context import Context
    from matrix.resolve.facts import Facts

CODEGEN_RULE = "codegen: LLVM or GCC can compile the C that mrustc emits"
_TARGET_RULE = "target: a built-in Linux target of the same arch, width and byte order, and a rustc new enough"
_TITLE = "mrustc"
TARGETS, _VERSIONS = "mrustc-targets", "mrustc-versions"


class Mrustc:
    """Its rules."""

    generator = None
    sources = {  # noqa: RUF012  # read only, as the protocol says
        RungName.CODEGEN: (LLVM_TARGETS, GCC_CONFIG),
        RungName.TARGET: (TARGETS, _VERSIONS, *LEVEL_SOURCES),
        RungName.ATTESTED: (),
    }

    def codegen(self, context: Context, variant: Variant) -> Rung:
        """Yes outranks unknown, which outranks no; of two that can, the one without a condition."""
        either = sorted((gcc(context, variant), llvm(context, variant)), key=lambda rung: rung.condition != YES)
        for truth in (Truth.YES, Truth.UNKNOWN):
            for rung in either:
                if rung.truth is truth:
                    return replace(rung, rule=CODEGEN_RULE)
        because = "; ".join(rung.because for rung in either)
        return codegen_rung(CODEGEN_RULE, Truth.NO, because, tuple(e for rung in either for e in rung.evidence))

    def target(self, context: Context, variant: Variant) -> Rung:
        """A built-in target, and the newest rustc that it builds is new enough."""
        facts = context.known(TARGETS)
        if facts is None:
            return target_unread(context, _TARGET_RULE, TARGETS)
        label = facts.revision.label
        builtin = _builtin(facts, variant)
        spec = facts.first(TARGETS, "mrustc", "spec-file")
        place = f" ({spec.path}:{spec.fact.line})" if spec else ""
        remark = (f"mrustc reads target specification files: one may add what is not built in{place}",) if spec else ()
        if builtin is None:
            says = f"mrustc {label}'s built-in targets start here, none of them Linux on {variant.title}"
            truth, evidence = context.silence(TARGETS, says)
            because = f"mrustc {label} has no built-in Linux target for {variant.title}"
            return target_rung(_TARGET_RULE, truth, because, evidence, remark)
        builds = facts.about(_VERSIONS, "rustc", "builds")
        if not builds:
            return target_unread(context, _TARGET_RULE, _VERSIONS)
        newest = max(builds, key=lambda i: rustc_number(i.fact.value))
        because = f"mrustc {label} has {builtin.fact.subject}, and builds rustc"
        rung = target_rung(_TARGET_RULE, Truth.YES, because, (facts.evidence(builtin),), remark)
        return reaches(context, variant, rung, newest.fact.value, facts.evidence(newest))

    def attested(self, context: Context, variant: Variant, kernel: Rung) -> Rung:
        """No source of evidence is read yet."""
        del context, variant, kernel
        return unattested(_TITLE)

    def remarks(self, context: Context, variant: Variant) -> tuple[str, ...]:
        """Unstable flags, those made for LLVM, and how bindgen is run."""
        return build_remarks(context, variant, for_llvm=True)


def _builtin(facts: Facts, variant: Variant) -> Located | None:
    for item in facts.of(TARGETS):
        if item.fact.attribute != "arch" or not _says(facts, item.fact.subject, "os", "linux"):
            continue
        constant = item.fact.value
        name = facts.first(TARGETS, constant, "name")
        if (
            name is not None
            and name.fact.value in variant.rustc
            and _says(facts, constant, "pointer-width", str(variant.bits))
            and _says(facts, constant, "endian", variant.endian)
        ):
            return item
    return None


def _says(facts: Facts, subject: str, attribute: str, value: str) -> bool:
    item = facts.first(TARGETS, subject, attribute)
    return item is not None and item.fact.value == value
