"""What Kconfig says: whether the port declares that it has Rust, and whether config RUST's other demands can hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.expression import NO, And, Atom, all_of, atoms, show
from matrix.model import Truth
from matrix.resolve.context import KCONFIG
from matrix.resolve.kernel.step import MET, Step, not_read

if TYPE_CHECKING:
    from matrix.expression import Expr
    from matrix.model import Evidence, Variant
    from matrix.resolve.context import Context
    from matrix.resolve.facts import Facts
    from matrix.resolve.kconfig import Block, Select, Setting

# Helper symbols rest on helper symbols, one deep in real kernels.
DEEPEST_HELPER = 4
_CONFIG_RUST = "init/Kconfig"


def port_declares_rust(context: Context, variant: Variant) -> Step:
    """Some select of what config RUST asks of a port (HAVE_RUST) holds; several are ORed."""
    linux, setting = context.known(KCONFIG), context.setting(variant)
    if linux is None or setting is None:
        return not_read(context, KCONFIG) or MET
    if "RUST" not in setting.port.blocks:
        return _no_config_rust(context, linux, setting)
    steps = [_selected(context, linux, setting, variant, gate) for gate in setting.port.gates]
    for truth in (Truth.NO, Truth.UNKNOWN):
        for step in steps:
            if step.truth is truth:
                return step
    if not steps:
        because = f"config RUST of Linux {linux.revision.label} asks nothing of a port that Kconfig files could declare"
        return Step(Truth.UNKNOWN, because, tuple(_of_config_rust(linux, setting)))
    return Step(
        Truth.YES,
        "; ".join(step.because for step in steps),
        tuple(e for step in steps for e in step.evidence),
        all_of([step.condition for step in steps]),
    )


def _no_config_rust(context: Context, linux: Facts, setting: Setting) -> Step:
    if _CONFIG_RUST not in setting.port.paths:
        return Step(Truth.UNKNOWN, f"{_CONFIG_RUST}, where config RUST would stand, was not read", unread=(KCONFIG,))
    says = f"the Kconfig files of Linux {linux.revision.label} start here; none defines config RUST"
    truth, evidence = context.silence(KCONFIG, says)
    return Step(truth, f"Linux {linux.revision.label} defines no config RUST", evidence)


def _of_config_rust(linux: Facts, setting: Setting) -> list[Evidence]:
    return [linux.evidence(item) for block in setting.port.blocks["RUST"] for _, item in block.demands]


def _selected(context: Context, linux: Facts, setting: Setting, variant: Variant, gate: str) -> Step:
    """What one gate comes to for the variant."""
    label, port = linux.revision.label, setting.port
    selects = port.declaring(gate)
    if not selects and gate not in port.selected_elsewhere:
        because = f"config RUST of Linux {label} depends on {gate}, which no Kconfig file that was read selects"
        return Step(Truth.UNKNOWN, because, tuple(_of_config_rust(linux, setting)))
    if not selects:
        path = f"arch/{variant.srcarch}/Kconfig"
        if path in port.unread:
            return _nowhere(context, variant, path, gate)
        truth, _ = context.silence(KCONFIG, "")
        return Step(truth, f"{path} of Linux {label} does not select {gate}", _port_start(linux, path, gate))
    condition = setting.declared(gate)
    evidence = tuple(linux.evidence(s.located, _words(s)) for s in selects)
    evidence += tuple(e for s in selects for e in _helpers(linux, setting, s.when))
    whens = [s.located.fact.when for s in selects]
    if_ = "" if "" in whens else f" if {' || '.join(whens)}"
    if condition == NO:
        because = f"{gate} is selected{if_}, and {_false(context, setting, selects, variant)}"
        return Step(Truth.NO, because, evidence)
    undefined = [a for a in atoms(condition) if not _defined(setting, a)]
    if undefined:
        because = f"{gate} rests on {undefined[0]}, which no Kconfig file that was read defines"
        return Step(Truth.UNKNOWN, because, evidence)
    return Step(Truth.YES, f"{gate} is selected{if_}", evidence, condition)


def _nowhere(context: Context, variant: Variant, path: str, gate: str) -> Step:
    """The file in which the select would stand is not there, which is a no, or was not read."""
    linux = context.known("linux-ports")
    if linux is None:
        return not_read(context, "linux-ports") or MET
    label = linux.revision.label
    if linux.first("linux-ports", variant.srcarch, "port"):
        because = f"{path} of Linux {label}, where the select would stand, was not read"
        return Step(Truth.UNKNOWN, because, unread=(KCONFIG,))
    truth, evidence = context.silence("linux-ports", f"the ports of Linux {label}, without {variant.srcarch}")
    return Step(truth, f"Linux {label} has no {path} to select {gate}", evidence)


def _port_start(linux: Facts, path: str, gate: str) -> tuple[Evidence, ...]:
    """Where the select would stand: the first line read of the port's own file."""
    here = [item for item in linux.of(KCONFIG) if item.path == path]
    first = min(here, key=lambda item: item.fact.line, default=None)
    return (linux.evidence(first, f"{path} selects {gate} nowhere"),) if first else ()


def _words(select: Select) -> str:
    when = select.located.fact.when
    verb = select.located.fact.attribute
    return f"config {select.selector}: {verb} {select.target}{f' if {when}' if when else ''}"


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
    names: list[str] = []
    for part in tree.items if isinstance(tree, And) else (tree,):
        if setting.fill(part) != NO:
            continue
        demands = [d for b in _helper_blocks(setting, part) for d, _ in b.demands if setting.fill(d) == NO]
        if demands and depth < DEEPEST_HELPER:
            names += [name for demand in demands for name in _false_parts(setting, demand, depth + 1)]
        else:
            names.append(show(part))
    return names


def _helper_blocks(setting: Setting, part: Expr) -> list[Block]:
    """The definitions of a helper symbol: one that the variant does not fix, with a default and without a prompt."""
    if not isinstance(part, Atom) or part.name in setting.fixed:
        return []
    return [b for b in setting.port.blocks.get(part.name, ()) if b.defaults and not b.prompts]


def _helpers(linux: Facts, setting: Setting, when: Expr) -> list[Evidence]:
    """Where the helper symbols of a select's condition are defined: symbols without a prompt, with a default."""
    return [
        linux.evidence(located, f"config {name}: depends on {located.fact.value}")
        for name in dict.fromkeys(atoms(when))
        for block in setting.port.blocks.get(name, ())
        if not block.prompts and block.defaults
        for _, located in block.demands
    ]


def _defined(setting: Setting, atom: str) -> bool:
    return atom.startswith("$") or atom in setting.port.blocks or atom in setting.known.ranges


def demands_can_hold(context: Context, variant: Variant) -> Step:
    """A `depends on` of config RUST that comes to n for the variant rules Rust out; the others are general."""
    linux, setting = context.known(KCONFIG), context.setting(variant)
    if linux is None or setting is None:
        return MET  # port_declares_rust has said so
    for block in setting.port.blocks.get("RUST", ()):
        for demand, located in block.demands:
            gate = isinstance(demand, Atom) and demand.name in setting.port.gates
            if not gate and setting.fill(demand) == NO:
                because = f"config RUST depends on {located.fact.value}, which cannot hold"
                return Step(Truth.NO, because, (linux.evidence(located),))
    return MET
