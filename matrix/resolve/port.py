"""Rung 1, port: whether this kernel can be built for the variant at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cell import Rung, RungName
from matrix.model import Truth
from matrix.resolve.context import KCONFIG

if TYPE_CHECKING:
    from matrix.model import Evidence, Variant
    from matrix.resolve.context import Context
    from matrix.resolve.kconfig import Setting

_RULE = "port: the kernel has arch/SRCARCH/Kconfig and can set every symbol that the variant fixes"
PORTS = "linux-ports"
PORT_SOURCES = (PORTS, KCONFIG)


def port(context: Context, variant: Variant) -> Rung:
    """Yes: the port exists and its Kconfig can set what the variant fixes. No: it cannot, and the list was read."""
    linux = context.known(PORTS)
    if linux is None:
        return _rung(Truth.UNKNOWN, context.unread(PORTS), unread=(PORTS,))
    label = linux.revision.label
    listed = linux.first(PORTS, variant.srcarch, "port")
    if listed is None:
        truth, evidence = context.silence(PORTS, f"the ports of Linux {label}, without {variant.srcarch}")
        return _rung(truth, f"Linux {label} has no arch/{variant.srcarch}", evidence)
    here = linux.evidence(listed, f"arch/{variant.srcarch} is a port of Linux {label}")
    setting = context.setting(variant)
    if setting is None:
        return _rung(Truth.UNKNOWN, context.unread(KCONFIG), (here,), unread=(KCONFIG,))
    if not any(p.startswith(f"arch/{variant.srcarch}/") for p in setting.port.paths):
        return _rung(Truth.UNKNOWN, f"the Kconfig of arch/{variant.srcarch} was not read", (here,), unread=(KCONFIG,))
    evidence = (here,)
    for symbol in variant.on:
        evidence += _definition(context, setting, symbol)
        defined = symbol in setting.port.blocks
        if defined and setting.settable(symbol):
            continue
        if not defined and setting.port.unread:
            because = f"{symbol} is not defined in the Kconfig files that were read"
            return _rung(Truth.UNKNOWN, because, evidence, unread=(KCONFIG,))
        why, stands = _why_not(context, setting, symbol)
        return _rung(Truth.NO, f"Linux {label} cannot set {symbol} ({why})", tuple(dict.fromkeys(evidence + stands)))
    for symbol in variant.off:
        if setting.must_be_on(symbol):
            evidence += _definition(context, setting, symbol)
            return _rung(Truth.NO, f"Linux {label} always sets {symbol}", evidence)
    return _rung(Truth.YES, f"arch/{variant.srcarch} exists and can set {', '.join(variant.on)}", evidence)


def _rung(truth: Truth, because: str, evidence: tuple[Evidence, ...] = (), unread: tuple[str, ...] = ()) -> Rung:
    return Rung(name=RungName.PORT, truth=truth, because=because, rule=_RULE, evidence=evidence, unread=unread)


def _definition(context: Context, setting: Setting, symbol: str) -> tuple[Evidence, ...]:
    """Where a symbol is defined: the first fact of its first block; nothing where it is undefined."""
    facts = context.facts["linux"]
    blocks = setting.port.blocks.get(symbol)
    if not blocks or facts is None:
        return ()
    first = blocks[0]
    lines = [*(p for _, p in first.prompts), *(d for _, _, d in first.defaults), *(d for _, d in first.demands)]
    lines += [s.located for s in setting.port.selects.get(symbol, ())]
    return (facts.evidence(lines[0]),) if lines else ()


def _why_not(context: Context, setting: Setting, symbol: str) -> tuple[str, tuple[Evidence, ...]]:
    """What keeps a symbol from being set, and the line that says so."""
    blocks, facts = setting.port.blocks.get(symbol), context.facts["linux"]
    if not blocks or facts is None:
        return "it is not defined there", ()
    for block in blocks:
        for demand, located in block.demands:
            if not setting.possible_expression(demand):
                words = f"it depends on {located.fact.value}, {located.path}:{located.fact.line}"
                return words, (facts.evidence(located),)
    bare = [i for i in facts.about(KCONFIG, symbol, "type") if i.path in setting.port.paths]
    return "it has no prompt, no default and nothing selects it", tuple(facts.evidence(i) for i in bare[:1])
