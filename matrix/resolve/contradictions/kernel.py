"""Contradictions inside one kernel tree, and between it and rustc."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from matrix.cell import Contradiction, Tool
from matrix.expression import NO, YES, atoms, parse
from matrix.model import Located, Truth
from matrix.resolve.contradictions.scope import rule_name
from matrix.resolve.kconfig import Setting, defines
from matrix.resolve.passed import FLAGS, GENERATOR, passed_targets
from matrix.resolve.port import port as port_rung
from matrix.resolve.rust_targets import rust_target
from matrix.versions import cc_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from matrix.model import Evidence, Variant
    from matrix.resolve.context import Context
    from matrix.resolve.contradictions.scope import Scope
    from matrix.resolve.facts import Facts

# How arch-support.rst puts a Kconfig symbol into words. A symbol without an entry must stand there by its own name.
_WORDS = {
    "CPU_LITTLE_ENDIAN": "little endian",
    "CPU_BIG_ENDIAN": "big endian",
    "CPU_32v7": "armv7",
    "CC_IS_CLANG": "clang",
    "64BIT": "64",
    "ARCH_RV64I": "riscv64",
}
# What changes.rst calls the tools of min-tool-version.sh.
_PROGRAMS = {
    Tool.GCC: "GNU C",
    Tool.LLVM: "Clang/LLVM",
    Tool.RUSTC: "Rust",
    Tool.BINDGEN: "bindgen",
    Tool.BINUTILS: "binutils",
}


def undocumented_condition(context: Context, scope: Scope) -> Iterator[Contradiction]:
    """Kconfig's condition rests on something that arch-support.rst does not mention."""
    linux = context.known("linux-arch-support")
    for srcarch, variant in scope.ports():
        port, known = context.port(srcarch), context.setting(variant)
        level = linux.first("linux-arch-support", srcarch, "rust-level") if linux else None
        if linux is None or port is None or known is None or level is None:
            continue
        constraint = linux.first("linux-arch-support", srcarch, "rust-constraint")
        words = constraint.fact.value.lower() if constraint else ""
        for select in port.rust_selects:
            told = {name for name in atoms(select.when) if _WORDS.get(name, name.lower()) in words}
            # A helper that the words do not mention stands for what it rests on itself.
            bare = Setting(port, {}, free=told, ranges=known.known.ranges)
            named = dict.fromkeys(atoms(bare.fill(select.when)))
            missing = [n for n in named if _WORDS.get(n, n.lower()) not in words]
            if missing:
                says = f"Kconfig's condition rests on {', '.join(missing)}, which arch-support.rst does not mention"
                yield _found(undocumented_condition, srcarch, says, linux, select.located, constraint or level)


def borrowed_target(context: Context, scope: Scope) -> Iterator[Contradiction]:
    """The kernel passes a target of another variant of the same width, which may be for an operating system too."""
    linux, rust = context.known(FLAGS), context.known("rust-platform-support")
    if linux is None:
        return
    for variant in scope.asked():
        if not _admitted(context, variant):
            continue
        for passed in passed_targets(context, variant) or ():
            if passed.custom or passed.name in variant.rust_targets:
                continue
            owners = [v.id for v in scope.variants if passed.name in v.rust_targets and v.bits == variant.bits]
            if not owners:
                continue
            says = f"the kernel passes {passed.name} for {variant.id}, which is a target of {', '.join(owners)}"
            sides = [passed.evidence]
            std = rust.first("rust-platform-support", passed.name, "std") if rust else None
            if rust is not None and std is not None and std.fact.value == "yes":
                says += "; it is a target with std"
                sides.append(rust.evidence(std))
            yield Contradiction(rule=rule_name(borrowed_target), subject=variant.id, says=says, sides=tuple(sides))


def target_of_another_width(context: Context, scope: Scope) -> Iterator[Contradiction]:
    """HAVE_RUST is selected for a variant, yet the target passed is of another arch, width or byte order."""
    linux, rust = context.known(FLAGS), context.known("rust-target-list")
    if linux is None or rust is None:
        return
    for variant in scope.asked():
        setting = context.setting(variant)
        if setting is None or not _admitted(context, variant) or port_rung(context, variant).truth is Truth.NO:
            continue
        for passed in passed_targets(context, variant) or ():
            target = rust_target(rust, passed.name)
            if passed.custom or not target.spec or (target.bits, target.endian) == (variant.bits, variant.endian):
                continue
            says = f"HAVE_RUST is selected for {variant.id}, but the kernel passes {passed.name} ({target.bits}-bit)"
            sides = (
                *(linux.evidence(s.located) for s in setting.port.rust_selects),
                passed.evidence,
                rust.evidence(target.spec),
            )
            yield Contradiction(rule=rule_name(target_of_another_width), subject=variant.id, says=says, sides=sides)


def generator_knows_fewer_hosts(context: Context, scope: Scope) -> Iterator[Contradiction]:
    """A port selects HAVE_RUST without condition, but the target generator has branches for some hosts only."""
    linux = context.known(GENERATOR)
    if linux is None:
        return
    branches = [i for i in linux.of(GENERATOR) if i.fact.attribute == "llvm-target"]
    symbols = {i.fact.subject for i in branches}
    hosts = ", ".join(dict.fromkeys(i.fact.subject for i in branches))
    # Another port's branch is about the variants that set its symbol, whichever port they are of.
    on = {symbol for variant in scope.asked() for symbol in variant.on}
    meant = on & symbols
    for srcarch, variant in scope.every_port().items():
        if not scope.takes(srcarch) and not any(defines(linux, srcarch, symbol) for symbol in meant):
            continue
        port = context.port(srcarch)
        if port is None or not any(p.custom for p in passed_targets(context, variant) or ()):
            continue
        for select in port.rust_selects:
            covered = all(not symbols.isdisjoint(v.on) for v in scope.variants if v.srcarch == srcarch)
            if select.when == YES and not covered:
                branches_for = f"generate_rust_target.rs has branches for {hosts} only"
                says = f"{srcarch} selects HAVE_RUST without condition, but {branches_for}"
                yield _found(generator_knows_fewer_hosts, srcarch, says, linux, select.located, *branches)
            for branch in branches:
                if (
                    not branch.fact.when
                    or parse(branch.fact.when) == select.when
                    or branch.fact.subject not in port.blocks
                ):
                    continue
                setting = Setting(port, {branch.fact.subject: True, **_other_hosts(branches, branch)})
                # What holds for another port alone (UML) is that port's to admit.
                if setting.fill(select.when) != NO or setting.fill(parse(branch.fact.when)) == NO:
                    continue
                says = (
                    f"generate_rust_target.rs has a branch for {branch.fact.subject} if {branch.fact.when}, "
                    f"while {srcarch} selects HAVE_RUST if {select.located.fact.when}"
                )
                for about in (v for v in scope.variants if branch.fact.subject in v.on):
                    yield _found(generator_knows_fewer_hosts, about.id, says, linux, branch, select.located)


def _other_hosts(branches: list[Located], branch: Located) -> dict[str, bool]:
    return {b.fact.subject: False for b in branches if b.fact.subject != branch.fact.subject}


def clang_needs_more(context: Context, scope: Scope) -> Iterator[Contradiction]:
    """llvm.rst asks for a newer LLVM than scripts/min-tool-version.sh does."""
    linux = context.known("linux-llvm")
    # A row may be about a variant alone, and is cheap to read.
    for srcarch, variant in scope.every_port().items():
        needed = context.minimum(Tool.LLVM, variant)
        if linux is None or needed is None:
            continue
        for command in linux.about("linux-llvm", srcarch, "clang-make"):
            wanted = re.fullmatch(r"LLVM >= ([\d.]+)", command.fact.when)
            if wanted and cc_number(wanted[1]) > cc_number(needed.version):
                asks = f"llvm.rst asks for LLVM {wanted[1]} with {command.fact.value}"
                says = f"{asks}, min-tool-version.sh for {needed.version}"
                about = _meant(linux, srcarch, scope.variants)
                yield _found(clang_needs_more, about, says, linux, command, needed.evidence)


def _meant(linux: Facts, srcarch: str, variants: Iterable[Variant]) -> str:
    """The variant that a row of llvm.rst is limited to (`sparc64 only`), else the port."""
    note = linux.first("linux-llvm", srcarch, "clang-note")
    name = note.fact.value.removesuffix(" only") if note else ""
    return name if any(v.id == name for v in variants) else srcarch


def override_not_in_changes(context: Context, scope: Scope) -> Iterator[Contradiction]:  # noqa: ARG001
    """min-tool-version.sh asks more of one port than process/changes.rst tells."""
    linux = context.known("linux-changes")
    if linux is None:
        return
    for tool, program in _PROGRAMS.items():
        told = linux.first("linux-changes", program, "minimal-version")
        for item in linux.about("linux-min-tools", tool.value, "minimum"):
            if told and item.fact.when and cc_number(item.fact.value) != cc_number(told.fact.value):
                must = f"{tool.value} must be {item.fact.value} if {item.fact.when}"
                says = f"{must}; changes.rst says {told.fact.value} for all"
                yield _found(override_not_in_changes, tool.value, says, linux, item, told)


KERNEL_RULES = (
    undocumented_condition,
    borrowed_target,
    target_of_another_width,
    generator_knows_fewer_hosts,
    clang_needs_more,
    override_not_in_changes,
)


def _admitted(context: Context, variant: Variant) -> bool:
    """Whether some select by which a port declares Rust can hold for the variant."""
    setting = context.setting(variant)
    if setting is None:
        return False
    return any(setting.fill(s.when) != NO for s in setting.port.rust_selects)


def _found(rule: object, subject: str, says: str, facts: Facts, *sides: Located | Evidence) -> Contradiction:
    return Contradiction(
        rule=rule_name(rule),
        subject=subject,
        says=says,
        sides=tuple(facts.evidence(side) if isinstance(side, Located) else side for side in sides),
    )
