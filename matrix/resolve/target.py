"""Rung 3, target: whether the front end can be asked for the variant, in the language that the kernel needs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from matrix.model import Rung, Truth
from matrix.resolve.passed import passed_targets
from matrix.resolve.rust_targets import listed_targets
from matrix.versions import rustc_number

if TYPE_CHECKING:
    from matrix.model import Backend, Evidence, Located, Variant
    from matrix.resolve.context import Context
    from matrix.resolve.facts import Facts
    from matrix.resolve.rust_targets import Target

LLVM_RULE = "target: rustc lists a target and its default LLVM has the backend, or the kernel generates a custom spec"
GCC_RULE = "target: rustc's list or rustc_codegen_gcc's own target_specs/ has a target of the variant"
CRANELIFT_RULE = "target: rustc's list has a target of the variant"
GCCRS_RULE = "target: Rust can be enabled in this GCC, and its language level reaches the kernel's minimum rustc"
MRUSTC_RULE = "target: a built-in Linux target of the same arch, width and byte order, and a rustc new enough"


def target(context: Context, variant: Variant, backend: Backend) -> Rung:
    """Dispatch on the backend's front end."""
    if backend.id == "rustc-llvm":
        return _rustc_llvm(context, variant)
    if backend.id == "rustc-gcc":
        return _rustc_gcc(context, variant)
    if backend.id == "rustc-cranelift":
        return _listed(context, variant, CRANELIFT_RULE)
    if backend.id == "gccrs":
        return _gccrs(context, variant)
    return _mrustc(context, variant)


def _listed(context: Context, variant: Variant, rule: str) -> Rung:
    rust = context.known("rust", "rust-target-list")
    if rust is None:
        return _rung(rule, Truth.UNKNOWN, "rustc's list of targets is not known for this version")
    label = rust.revision.label
    targets = listed_targets(rust, variant.rust_targets)
    if not targets:
        says = f"rustc {label} lists its targets from here on, none of them for {variant.title}"
        because = f"rustc {label} lists no target for {variant.title}"
        return _rung(rule, Truth.NO, because, rust.silence("rust-target-list", says))
    return _rung(rule, Truth.YES, f"rustc {label} lists {_named(targets)}", _stand(rust, targets))


def _named(targets: tuple[Target, ...]) -> str:
    best = targets[0]
    tier = f" (tier {best.tier.fact.value})" if best.tier else " (tier not stated)"
    more = f" and {len(targets) - 1} more" if len(targets) > 1 else ""
    return f"{best.name}{tier}{more}"


def _stand(rust: Facts, targets: tuple[Target, ...]) -> tuple[Evidence, ...]:
    best = targets[0]
    found = [item for item in (best.tier, best.listed) if item]
    return tuple(rust.evidence(item) for item in found)


def _rustc_llvm(context: Context, variant: Variant) -> Rung:
    passed = passed_targets(context, variant) or ()
    custom = next((p for p in passed if p.custom), None)
    linux = context.facts.get("linux")
    if custom is not None and linux is not None:
        evidence = [linux.evidence(custom.located)] + ([linux.evidence(custom.spec)] if custom.spec else [])
        because = f"Linux {linux.revision.label} generates its own target specification ({custom.name})"
        return _rung(LLVM_RULE, Truth.YES, because, tuple(evidence))
    rung = _listed(context, variant, LLVM_RULE)
    if rung.truth is not Truth.YES:
        return rung
    rust = context.known("rust", "rust-default-llvm")
    if rust is None:
        because = f"{rung.because}, but which LLVM backends it is built with is not known"
        return _rung(LLVM_RULE, Truth.UNKNOWN, because, rung.evidence)
    label = rust.revision.label
    built = rust.first("rust-default-llvm", variant.llvm, "default-backend")
    if built is None:
        says = f"the LLVM backends that rustc {label} is built with start here, without {variant.llvm}"
        because = f"{rung.because}, but its own LLVM is built without the {variant.llvm} backend"
        return _rung(LLVM_RULE, Truth.NO, because, (*rung.evidence, *rust.silence("rust-default-llvm", says)))
    remarks: tuple[str, ...] = ()
    if built.fact.value == "experimental":
        remarks = (
            f"rustc {label} builds LLVM's experimental {variant.llvm} backend by default; a distribution may not",
        )
    return _rung(LLVM_RULE, Truth.YES, rung.because, (*rung.evidence, rust.evidence(built)), remarks)


def _rustc_gcc(context: Context, variant: Variant) -> Rung:
    rust = context.known("rust", "cg-gcc-target-specs")
    own = next(
        (i for i in rust.of("cg-gcc-target-specs") if i.fact.subject in variant.rust_targets) if rust else iter(()),
        None,
    )
    listed = _listed(context, variant, GCC_RULE)
    if listed.truth is Truth.NO and rust is None and not context.too_old("rust", "cg-gcc-target-specs"):
        because = f"{listed.because}; whether rustc_codegen_gcc brings a specification was not read"
        return replace(listed, truth=Truth.UNKNOWN, because=because)
    if listed.truth is Truth.YES or own is None or rust is None:
        return listed
    because = f"rustc_codegen_gcc in rustc {rust.revision.label} brings a specification for {own.fact.subject}"
    return _rung(GCC_RULE, Truth.YES, because, (rust.evidence(own),))


def _gccrs(context: Context, variant: Variant) -> Rung:
    gcc = context.known("gcc", "gccrs-enabled")
    enabled = gcc.first("gccrs-enabled", "rust", "can-be-enabled") if gcc else None
    if gcc is None or enabled is None:
        return _rung(GCCRS_RULE, Truth.UNKNOWN, "whether Rust can be enabled in this GCC is not known")
    label = gcc.revision.label
    says = "Rust can be enabled; what is refused here is missing on the machine that builds"
    if enabled.fact.value != "yes":
        says = "Rust is refused"
    stands: tuple[Evidence, ...] = (gcc.evidence(enabled, says),)
    if enabled.fact.value != "yes":
        return _rung(GCCRS_RULE, Truth.NO, f"GCC {label} refuses to be built with Rust", stands)
    remarks = _gccrs_remarks(context, gcc, variant)
    level = gcc.first("gccrs-language", "rust", "language-level")
    if level is None:
        because = f"GCC {label} states in no file which Rust version gccrs aims at"
        return _rung(GCCRS_RULE, Truth.UNKNOWN, because, stands, remarks)
    stands += (gcc.evidence(level),)
    rung = _rung(GCCRS_RULE, Truth.YES, f"gccrs in GCC {label} aims at Rust", stands, remarks)
    return _reaches(context, variant, rung, level)


def _gccrs_remarks(context: Context, gcc: Facts, variant: Variant) -> tuple[str, ...]:
    remarks: list[str] = []
    flag = gcc.first("gccrs-flag", "rust", "experimental-flag")
    required = gcc.first("gccrs-flag", "rust", "experimental-required")
    if flag and required:
        needed = "needs" if required.fact.value == "yes" else "no longer needs"
        remarks.append(f"gccrs {needed} -{flag.fact.value} ({required.path}:{required.fact.line})")
    # gcc/config/i386/i386-rust.cc is i386's; config.gcc itself only says ${cpu_type}-rust.o.
    cpus = {i.fact.subject.split("/")[-2] for i in gcc.of("gccrs-hooks") if i.fact.value == "cpu"}
    own = {status.cpu_type for t in variant.gnu_triples if (status := context.triple(t)) is not None}
    if gcc.has("gccrs-hooks") and own.isdisjoint(cpus):
        says = "cfg(target_arch) and cfg(target_feature) are not set"
        remarks.append(f"gccrs has no target hook for {variant.title} (gcc/config/*/*-rust.cc): {says}")
    return tuple(remarks)


def _mrustc(context: Context, variant: Variant) -> Rung:
    mrustc = context.known("mrustc", "mrustc-targets")
    if mrustc is None:
        return _rung(MRUSTC_RULE, Truth.UNKNOWN, "mrustc's built-in targets are not known for this version")
    label = mrustc.revision.label
    builtin = _mrustc_target(mrustc, variant)
    spec = mrustc.first("mrustc-targets", "mrustc", "spec-file")
    place = f" ({spec.path}:{spec.fact.line})" if spec else ""
    remark = (f"mrustc reads target specification files: one may add what is not built in{place}",) if spec else ()
    if builtin is None:
        says = f"mrustc {label}'s built-in targets start here, none of them Linux on {variant.title}"
        because = f"mrustc {label} has no built-in Linux target for {variant.title}"
        return _rung(MRUSTC_RULE, Truth.NO, because, mrustc.silence("mrustc-targets", says), remark)
    stands: tuple[Evidence, ...] = (mrustc.evidence(builtin),)
    versions = mrustc.about("mrustc-versions", "rustc", "builds")
    if not versions:
        because = f"which rustc mrustc {label} builds is not known"
        return _rung(MRUSTC_RULE, Truth.UNKNOWN, because, stands, remark)
    newest = max(versions, key=lambda i: rustc_number(i.fact.value))
    stands += (mrustc.evidence(newest),)
    because = f"mrustc {label} has {builtin.fact.subject}, and builds rustc"
    return _reaches(context, variant, _rung(MRUSTC_RULE, Truth.YES, because, stands, remark), newest)


def _mrustc_target(mrustc: Facts, variant: Variant) -> Located | None:
    for item in mrustc.of("mrustc-targets"):
        if item.fact.attribute != "arch" or not _says(mrustc, item.fact.subject, "os", "linux"):
            continue
        constant = item.fact.value
        name = mrustc.first("mrustc-targets", constant, "name")
        if (
            name is not None
            and name.fact.value in variant.rustc
            and _says(mrustc, constant, "pointer-width", str(variant.bits))
            and _says(mrustc, constant, "endian", variant.endian)
        ):
            return item
    return None


def _says(facts: Facts, subject: str, attribute: str, value: str) -> bool:
    found = facts.first("mrustc-targets", subject, attribute)
    return found is not None and found.fact.value == value


def _reaches(context: Context, variant: Variant, rung: Rung, level: Located) -> Rung:
    """The rung, decided by whether the Rust version that the front end speaks reaches what the kernel asks."""
    needed, linux = context.minimum("rustc", variant), context.facts.get("linux")
    says = f"{rung.because} {level.fact.value}"
    if needed is None or linux is None:
        return replace(rung, truth=Truth.UNKNOWN, because=f"{says}; what this kernel needs is not known")
    enough = rustc_number(level.fact.value) >= rustc_number(needed.version)
    stands = (*rung.evidence, linux.evidence(needed.located))
    if needed.exactly and rustc_number(level.fact.value) > rustc_number(needed.version):
        because = f"{says}; Linux {linux.revision.label} pins {needed}, whether that works is not said"
        return replace(rung, truth=Truth.UNKNOWN, because=because, evidence=stands)
    relation = ">=" if enough else "<"
    return replace(
        rung,
        truth=Truth.YES if enough else Truth.NO,
        because=f"{says} {relation} {needed.version}, what Linux {linux.revision.label} needs",
        evidence=stands,
    )


def _rung(
    rule: str, truth: Truth, because: str, evidence: tuple[Evidence, ...] = (), remarks: tuple[str, ...] = ()
) -> Rung:
    return Rung(name="target", truth=truth, because=because, rule=rule, evidence=evidence, remarks=remarks)
