"""Rung 2, codegen: whether the code generator of the backend knows the instruction set of the variant."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from matrix.model import Rung, Truth

if TYPE_CHECKING:
    from matrix.model import Backend, Evidence, Variant
    from matrix.resolve.context import Context
    from matrix.resolve.facts import Facts

LLVM_RULE = "codegen: the variant's backend is in LLVM_ALL_TARGETS, or in LLVM_ALL_EXPERIMENTAL_TARGETS"
GCC_RULE = "codegen: config.gcc accepts a GNU triple of the variant"
CRANELIFT_RULE = "codegen: the Linux row of Cranelift's platform table ticks the architecture"
C_RULE = "codegen: LLVM or GCC can compile the C that mrustc emits"

# What config.gcc does with a triple, by the state that gcc_triple finds.
_STATES = {
    "supported": "accepts {triple}",
    "obsolete": "lists {triple} as obsolete",
    "deprecated": "lists {triple} as deprecated",
    "unsupported": "refuses {triple}",
    "no-backend": "has no entry for {triple}",
}

# A cell of Cranelift's table that is none of these says that nobody has tried.
_CELLS = {"yes": Truth.YES, "no": Truth.NO, "n/a": Truth.NO}

OBSOLETE = "--enable-obsolete"


def codegen(context: Context, variant: Variant, backend: Backend) -> Rung:
    """Dispatch on what the backend generates code with."""
    if backend.id == "rustc-llvm":
        return _llvm(context, variant)
    if backend.id == "rustc-gcc":
        return _patched(context, variant, _gcc(context, variant))
    if backend.id == "gccrs":
        return _gcc(context, variant)
    if backend.id == "rustc-cranelift":
        return _cranelift(context, variant)
    return _emitted_c(context, variant)


def _llvm(context: Context, variant: Variant) -> Rung:
    llvm = context.known("llvm", "llvm-targets")
    if llvm is None:
        return _rung(LLVM_RULE, Truth.UNKNOWN, "LLVM's list of targets is not known for this version")
    label = llvm.revision.label
    listed = llvm.first("llvm-targets", variant.llvm, "backend") if variant.llvm else None
    if listed is None:
        what = f"a backend {variant.llvm}" if variant.llvm else f"a backend for {variant.title}"
        says = f"LLVM {label} lists its backends from here on, without {what}"
        return _rung(LLVM_RULE, Truth.NO, f"LLVM {label} has no {what[2:]}", llvm.silence("llvm-targets", says))
    kind = listed.fact.value
    remarks = (f"LLVM's {variant.llvm} backend is experimental: built only on request",) if kind != "default" else ()
    because = f"LLVM {label} has the {variant.llvm} backend ({kind})"
    return _rung(LLVM_RULE, Truth.YES, because, (llvm.evidence(listed, because),), remarks)


def _gcc(context: Context, variant: Variant) -> Rung:
    gcc = context.known("gcc", "gcc-config")
    if gcc is None:
        return _rung(GCC_RULE, Truth.UNKNOWN, "GCC's config.gcc is not known for this version")
    label = gcc.revision.label
    if not variant.gnu_triples:
        silence = gcc.silence("gcc-config", "config.gcc's patterns start here")
        return _rung(GCC_RULE, Truth.NO, f"there is no GNU triple for {variant.title}", silence)
    located = {id(item.fact): item for item in gcc.of("gcc-config")}
    conditional: list[Rung] = []
    refused: list[Rung] = []
    for triple in variant.gnu_triples:
        status = context.triple(triple)
        item = located.get(id(status.decided_by)) if status else None
        if status is None:
            continue
        evidence = (gcc.evidence(item),) if item else gcc.silence("gcc-config", "config.gcc's patterns start here")
        because = f"GCC {label}'s config.gcc {_STATES[status.state].format(triple=triple)}"
        if status.state == "supported":
            return _rung(GCC_RULE, Truth.YES, because, evidence)
        if status.state in {"obsolete", "deprecated"}:
            remark = f"GCC {label} calls {triple} {status.state}: it must be configured with --enable-obsolete"
            accepted = _rung(GCC_RULE, Truth.YES, because, evidence, (remark,))
            conditional.append(replace(accepted, condition=OBSOLETE))
        else:
            refused.append(_rung(GCC_RULE, Truth.NO, because, evidence))
    return (conditional or refused)[0]


def _patched(context: Context, variant: Variant, rung: Rung) -> Rung:
    """rustc_codegen_gcc needs its own patched libgccjit: plain GCC is a proxy for it, whatever the answer."""
    rust = context.known("rust", "cg-gcc-libgccjit")
    commit = rust.first("cg-gcc-libgccjit", "libgccjit", "commit") if rust else None
    if rust is None or commit is None:
        remark = "rustc_codegen_gcc needs its own patched libgccjit (commit not known): GCC stands in for it here"
        return replace(rung, remarks=(*rung.remarks, remark))
    rung = replace(rung, remarks=(*rung.remarks, *_in_ci(rust, variant)))
    place = f"{commit.path}:{commit.fact.line}"
    remark = (
        f"rustc_codegen_gcc needs its own patched libgccjit at {commit.fact.value[:12]} ({place}): GCC stands in for it"
    )
    return replace(rung, remarks=(*rung.remarks, remark), evidence=(*rung.evidence, rust.evidence(commit)))


def _in_ci(rust: Facts, variant: Variant) -> tuple[str, ...]:
    """What rustc_codegen_gcc's own workflows do with the variant's architecture."""
    found = [i for i in rust.of("cg-gcc-ci") if i.fact.subject in variant.rustc]
    done = dict.fromkeys(i.fact.value.partition(" ")[0] for i in found)
    if not found:
        return ()
    where = ", ".join(sorted({i.path.rpartition("/")[2] for i in found}))
    does = "builds and tests it" if "run" in done else "builds it"
    return (f"rustc_codegen_gcc's own CI {does} for {found[0].fact.subject} ({where})",)


def _cranelift(context: Context, variant: Variant) -> Rung:
    rust = context.known("rust", "cranelift-platforms")
    if rust is None:
        return _rung(CRANELIFT_RULE, Truth.UNKNOWN, "Cranelift's platform table is not known for this version")
    label = rust.revision.label
    columns = [i for i in rust.of("cranelift-platforms") if i.fact.attribute == "os:Linux"]
    if not columns:
        return _rung(CRANELIFT_RULE, Truth.UNKNOWN, "Cranelift's platform table has no Linux row")
    for item in columns:
        if column_arch(item.fact.subject) not in variant.rustc or _endian(item.fact.subject) != variant.endian:
            continue
        truth = _CELLS.get(item.fact.value, Truth.UNKNOWN)
        says = {Truth.YES: "supports", Truth.NO: "does not support", Truth.UNKNOWN: "has not tested"}[truth]
        because = f"Cranelift in rustc {label} {says} {item.fact.subject} on Linux"
        return _rung(CRANELIFT_RULE, truth, because, (rust.evidence(item, because),))
    says = f"the Linux row of Cranelift's platform table; its columns are {', '.join(c.fact.subject for c in columns)}"
    because = f"Cranelift in rustc {label} has no column for {variant.title}"
    return _rung(CRANELIFT_RULE, Truth.NO, because, (rust.evidence(columns[0], says),))


def column_arch(subject: str) -> str:
    """The rustc arch that a column of Cranelift's table means: `s390x (System-Z)` is s390x, `AArch64` aarch64."""
    return subject.partition("(")[0].strip().lower()


def _endian(subject: str) -> str:
    # Cranelift's one big-endian code generator is s390x; its aarch64 and riscv64 are little-endian.
    return "big" if column_arch(subject) == "s390x" else "little"


def _emitted_c(context: Context, variant: Variant) -> Rung:
    """Mrustc emits C: whichever of LLVM and GCC can compile it; yes outranks unknown, which outranks no.

    Of two that can, the one without a condition.
    """
    either = sorted((_gcc(context, variant), _llvm(context, variant)), key=lambda rung: bool(rung.condition))
    for truth in (Truth.YES, Truth.UNKNOWN):
        for rung in either:
            if rung.truth is truth:
                return replace(rung, rule=C_RULE)
    because = "; ".join(rung.because for rung in either)
    return _rung(C_RULE, Truth.NO, because, tuple(e for rung in either for e in rung.evidence))


def _rung(
    rule: str, truth: Truth, because: str, evidence: tuple[Evidence, ...] = (), remarks: tuple[str, ...] = ()
) -> Rung:
    return Rung(name="codegen", truth=truth, because=because, rule=rule, evidence=evidence, remarks=remarks)
