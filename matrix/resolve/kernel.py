"""Rung 4, kernel: whether the Kconfig of this kernel admits Rust for the variant, and what remains as condition."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from matrix.expression import NO, YES, And, Atom, Compare, Expr, all_of, any_of, atoms, parse, show
from matrix.model import Rung, Truth
from matrix.resolve.passed import passed_targets
from matrix.resolve.rust_targets import rust_target
from matrix.versions import cc_number, rustc_number

if TYPE_CHECKING:
    from matrix.model import Evidence, Variant
    from matrix.resolve.context import Context
    from matrix.resolve.kconfig import Block, Select, Setting
    from matrix.resolve.passed import Passed

RULE = (
    "kernel: HAVE_RUST is selected, no 'depends on' of config RUST is constantly n, the target that the kernel passes "
    "has the variant's arch, width and byte order, and every named version meets the kernel's minimum"
)

_COMPILERS = {"gcc": "GCC", "clang": "clang"}
# Helper symbols rest on helper symbols, one deep in real kernels.
DEEPEST_HELPER = 4
# Symbols that say which C compiler builds the kernel: a condition on one of them has an answer for each compiler.
SELECTED_BY_COMPILER = re.compile(r"\b(?:CC_IS_CLANG|CC_IS_GCC|CLANG_VERSION|GCC_VERSION)\b")


@dataclass(frozen=True, slots=True)
class _Step:
    """One conjunct of the rung: what it comes to, why, and where that stands."""

    truth: Truth
    because: str
    evidence: tuple[Evidence, ...] = ()
    condition: Expr = YES


def kernel(context: Context, variant: Variant) -> Rung:
    """The first conjunct that is no decides; else the first unknown; else yes, under all conditions together.

    Where a named version rules one C compiler out and nobody said which is used, it is the other's answer.
    """
    ruled_out = _ruled_out(context, variant)
    if ruled_out and not context.asked.cc:
        return _with_the_other(context, variant, ruled_out)
    linux, setting = context.known("linux", "linux-kconfig"), context.setting(variant)
    if linux is None or setting is None:
        version = _named_versions(context, variant)
        because = "this kernel's Kconfig was not read"
        decisive = version if version.truth is Truth.NO else _Step(Truth.UNKNOWN, because)
        return _rung([decisive])
    steps = [
        _named_versions(context, variant),
        _selected(context, setting, variant),
        _depends(context, setting),
        _target_fits(context, variant),
    ]
    return _rung(steps)


def _rung(steps: list[_Step]) -> Rung:
    for truth in (Truth.NO, Truth.UNKNOWN):
        for step in steps:
            if step.truth is truth:
                return Rung(name="kernel", truth=truth, because=step.because, rule=RULE, evidence=step.evidence)
    condition = show(all_of([step.condition for step in steps]))
    because = "; ".join(step.because for step in steps if step.because)
    evidence = tuple(e for step in steps for e in step.evidence)
    return Rung(name="kernel", truth=Truth.YES, because=because, rule=RULE, condition=condition, evidence=evidence)


def _named_versions(context: Context, variant: Variant) -> _Step:
    """A named version below the kernel's minimum is a no, whatever else is known; a pinned rustc adds a condition."""
    linux = context.facts.get("linux")
    if linux is None:
        return _Step(Truth.UNKNOWN, "this kernel was not read")
    too_old = _too_old(context, variant, "rustc") or _ruled_out(context, variant).get(context.asked.cc)
    if too_old is not None:
        return too_old
    rustc = context.minimum("rustc", variant)
    if rustc is None or not rustc.exactly:
        return _Step(Truth.YES, "")
    evidence = (linux.evidence(rustc.located),) + ((linux.evidence(rustc.policy),) if rustc.policy else ())
    if not context.asked.rustc:
        return _Step(
            Truth.YES, f"Linux {linux.revision.label} pins {rustc}", evidence, Compare("rustc", "=", rustc.version)
        )
    if rustc_number(context.asked.rustc) == rustc_number(rustc.version):
        return _Step(Truth.YES, f"rustc {rustc.version} is the one that this kernel pins", evidence)
    because = f"Linux {linux.revision.label} pins {rustc}; whether {context.asked.rustc} works is not said"
    return _Step(Truth.UNKNOWN, because, evidence)


def _too_old(context: Context, variant: Variant, tool: str) -> _Step | None:
    """A no where the version that was named of a tool is below what the kernel asks of it."""
    named = {"rustc": context.asked.rustc, "gcc": context.asked.gcc, "llvm": context.asked.llvm}[tool]
    needed, linux = context.minimum(tool, variant), context.facts.get("linux")
    encode = rustc_number if tool == "rustc" else cc_number
    if not named or needed is None or linux is None or encode(named) >= encode(needed.version):
        return None
    because = f"Linux {linux.revision.label} needs {needed}, and {named} was named"
    return _Step(Truth.NO, because, (linux.evidence(needed.located),))


def _ruled_out(context: Context, variant: Variant) -> dict[str, _Step]:
    """The C compilers whose named version is below what the kernel asks: "gcc", "clang"."""
    tools = {"gcc": "gcc", "clang": "llvm"}
    return {cc: step for cc, tool in tools.items() if (step := _too_old(context, variant, tool)) is not None}


def _with_the_other(context: Context, variant: Variant, ruled_out: dict[str, _Step]) -> Rung:
    """The answer with the compiler that is left, under the condition that it is used; with none left, no."""
    cc, step = next(iter(ruled_out.items()))
    other = "clang" if cc == "gcc" else "gcc"
    rung = kernel(context.with_compiler(other), variant)
    condition = show(all_of([Atom(f"CC_IS_{other.upper()}"), parse(rung.condition)])) if rung.truth is Truth.YES else ""
    because = f"{step.because}; with {_COMPILERS[other]}: {rung.because}"
    return replace(rung, because=because, condition=condition, evidence=(*step.evidence, *rung.evidence))


def _selected(context: Context, setting: Setting, variant: Variant) -> _Step:
    """HAVE_RUST is selected by one of several lines, each under its own condition."""
    linux = context.facts["linux"]
    assert linux is not None  # noqa: S101  # the caller has read its Kconfig
    label = linux.revision.label
    selects = setting.port.selects.get("HAVE_RUST", [])
    if not selects:
        path = f"arch/{variant.srcarch}/Kconfig"
        if path in setting.port.unread:
            return _nowhere(context, variant, path)
        evidence = _port_start(context, variant)
        return _Step(Truth.NO, f"{path} of Linux {label} does not select HAVE_RUST", evidence)
    conditions = [_select_condition(setting, s) for s in selects]
    condition = any_of(conditions)
    evidence = tuple(linux.evidence(s.located, _words(s)) for s in selects)
    evidence += tuple(e for s in selects for e in _helpers(context, setting, s.when))
    if condition == NO:
        because = f"HAVE_RUST is selected {_if(selects)}, and {_false(context, setting, selects, variant)}"
        return _Step(Truth.NO, because, evidence)
    undefined = [a for a in atoms(condition) if not _defined(setting, a)]
    if undefined:
        because = f"HAVE_RUST rests on {undefined[0]}, which no Kconfig file that was read defines"
        return _Step(Truth.UNKNOWN, because, evidence)
    return _Step(Truth.YES, f"HAVE_RUST is selected{' ' + _if(selects) if _if(selects) else ''}", evidence, condition)


def _nowhere(context: Context, variant: Variant, path: str) -> _Step:
    """The file in which the select would stand is not there, which is a no, or was not read."""
    linux = context.known("linux", "linux-ports")
    if linux is None or linux.first("linux-ports", variant.srcarch, "port"):
        return _Step(Truth.UNKNOWN, f"{path}, where the select would stand, was not read")
    label = linux.revision.label
    evidence = linux.silence("linux-ports", f"the ports of Linux {label}, without {variant.srcarch}")
    return _Step(Truth.NO, f"Linux {label} has no {path} to select HAVE_RUST", evidence)


def _false(context: Context, setting: Setting, selects: list[Select], variant: Variant) -> str:
    """Which part of the selects' conditions is n: `64BIT is n for RISC-V, 32-bit`, `CC_IS_CLANG is n with GCC`."""
    parts = dict.fromkeys(part for s in selects for part in _false_parts(setting, s.when, 0))
    named = {"CC_IS_CLANG": "with GCC", "CC_IS_GCC": "with clang"}
    said = [
        f"{p} is n {named[p]}" if p in named and context.asked.cc else f"{p} is n for {variant.title}" for p in parts
    ]
    return " and ".join(said) or f"that cannot hold for {variant.title}"


def _false_parts(setting: Setting, tree: Expr, depth: int) -> list[str]:
    """The conjuncts that come to n, a helper symbol by the demand of its own that does."""
    found: list[str] = []
    for part in tree.items if isinstance(tree, And) else (tree,):
        if setting.fill(part) != NO:
            continue
        demands = [d for b in _helper_blocks(setting, part) for d, _ in b.demands if setting.fill(d) == NO]
        if demands and depth < DEEPEST_HELPER:
            found += [name for demand in demands for name in _false_parts(setting, demand, depth + 1)]
        else:
            found.append(show(part))
    return found


def _helper_blocks(setting: Setting, part: Expr) -> list[Block]:
    """The definitions of a helper symbol: one that the variant does not fix, with a default and without a prompt."""
    if not isinstance(part, Atom) or part.name in setting.fixed:
        return []
    return [b for b in setting.port.blocks.get(part.name, ()) if b.defaults and not b.prompts]


def _select_condition(setting: Setting, select: Select) -> Expr:
    return all_of([setting.fill(Atom(select.selector)), setting.fill(select.when)])


def _words(select: Select) -> str:
    when = select.located.fact.when
    return f"config {select.selector}: select HAVE_RUST{' if ' + when if when else ''}"


def _if(selects: list[Select]) -> str:
    whens = [s.located.fact.when for s in selects]
    return "" if "" in whens else "if " + " || ".join(whens)


def _helpers(context: Context, setting: Setting, when: Expr) -> tuple[Evidence, ...]:
    """Where the helper symbols of a select's condition are defined: symbols without a prompt, with a default."""
    linux = context.facts["linux"]
    assert linux is not None  # noqa: S101  # the caller has read its Kconfig
    found: list[Evidence] = []
    for name in dict.fromkeys(atoms(when)):
        for block in setting.port.blocks.get(name, ()):
            if not block.prompts and block.defaults:
                found.extend(
                    linux.evidence(located, f"config {name}: depends on {located.fact.value}")
                    for _, located in block.demands
                )
    return tuple(found)


def _defined(setting: Setting, atom: str) -> bool:
    return atom.startswith("$") or atom in setting.port.blocks or atom in setting.known.ranges


def _port_start(context: Context, variant: Variant) -> tuple[Evidence, ...]:
    """Where the select would stand: the port's own top symbol."""
    linux = context.facts["linux"]
    assert linux is not None  # noqa: S101  # the caller has read its Kconfig
    path = f"arch/{variant.srcarch}/Kconfig"
    here = [i for i in linux.of("linux-kconfig") if i.path == path]
    if not here:
        return ()
    first = min(here, key=lambda i: i.fact.line)
    return (linux.evidence(first, f"{path} selects HAVE_RUST nowhere"),)


def _depends(context: Context, setting: Setting) -> _Step:
    """A `depends on` of config RUST that comes to n for the variant rules Rust out; the others are general."""
    linux = context.facts["linux"]
    assert linux is not None  # noqa: S101  # the caller has read its Kconfig
    blocks = setting.port.blocks.get("RUST")
    if not blocks:
        if "init/Kconfig" not in setting.port.paths:
            return _Step(Truth.UNKNOWN, "init/Kconfig, where config RUST would stand, was not read")
        return _Step(
            Truth.NO, f"Linux {linux.revision.label} defines no config RUST", linux.silence("linux-kconfig", "")
        )
    for block in blocks:
        for demand, located in block.demands:
            if located.fact.value != "HAVE_RUST" and setting.fill(demand) == NO:
                because = f"config RUST depends on {located.fact.value}, which cannot hold"
                return _Step(Truth.NO, because, (linux.evidence(located),))
    return _Step(Truth.YES, "")


def _target_fits(context: Context, variant: Variant) -> _Step:
    """The target that the kernel passes must be the variant's: same arch, width and byte order."""
    passed = passed_targets(context, variant)
    linux = context.facts["linux"]
    assert linux is not None  # noqa: S101  # the caller has read its Kconfig
    if passed is None:
        return _Step(Truth.UNKNOWN, "which target this kernel passes was not read")
    if not passed:
        return _Step(Truth.UNKNOWN, f"Linux {linux.revision.label} passes no rustc target for {variant.title}")
    fitting = [(p, _fits(context, variant, p)) for p in passed]
    evidence = tuple(linux.evidence(p.located, f"the kernel passes --target={p.located.fact.value}") for p in passed)
    for truth in (Truth.NO, Truth.UNKNOWN):
        for target, (fits, says, more) in fitting:
            if fits is truth:
                return _Step(truth, f"the kernel passes --target={target.name}: {says}", (*evidence, *more))
    stands = tuple(e for _, (_, _, more) in fitting for e in more)
    return _Step(Truth.YES, f"it passes --target={_names(passed)}", (*evidence, *stands))


def _names(passed: tuple[Passed, ...]) -> str:
    return ", ".join(f"{p.located.fact.value}{f' (if {p.when})' if p.when else ''}" for p in passed)


def _fits(context: Context, variant: Variant, passed: Passed) -> tuple[Truth, str, tuple[Evidence, ...]]:
    """Whether a passed target is the variant's, in what words, and where rustc says so."""
    if passed.custom:
        return Truth.YES, "generated for this configuration", ()
    rust = context.known("rust", "rust-target-list")
    if rust is None:
        return Truth.UNKNOWN, "what that target is, is not known for this rustc", ()
    label = rust.revision.label
    target = rust_target(rust, passed.name)
    if target.listed is None:
        silence = rust.silence("rust-target-list", f"rustc {label} lists its targets from here on")
        return Truth.NO, f"rustc {label} does not list it", silence
    if not target.arch or not target.bits:
        return Truth.UNKNOWN, f"rustc {label}'s specification of it was not read", (rust.evidence(target.listed),)
    stands = (rust.evidence(target.spec),) if target.spec else ()
    if target.arch in variant.rustc and target.bits == variant.bits and target.endian == variant.endian:
        return Truth.YES, "it fits", stands
    return Truth.NO, f"that is {target.arch}, {target.bits}-bit, {target.endian}-endian, not {variant.title}", stands
