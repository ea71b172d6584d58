"""Whether the Kconfig symbols that the asker set can be so for the variant, and which demands they bring in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.expression import NO, YES, Atom, all_of, atoms
from matrix.model import Truth
from matrix.resolve.context import KCONFIG
from matrix.resolve.kernel.step import MET, Step

if TYPE_CHECKING:
    from matrix.expression import Expr
    from matrix.model import Evidence, Variant
    from matrix.resolve.context import Context
    from matrix.resolve.facts import Facts
    from matrix.resolve.kconfig import Setting


def settings_can_hold(context: Context, variant: Variant) -> Step:
    """A setting that the variant contradicts, or that this kernel does not let be, is a no."""
    linux, setting = context.known(KCONFIG), context.setting(variant)
    if not context.asked.sets or linux is None or setting is None:
        return MET
    free = context.asking(sets=()).setting(variant)
    for name, value in context.asked.sets:
        on = value != "n"
        if name in setting.fixed and value in {"y", "m", "n"} and (setting.fixed[name] != NO) != on:
            because = f"{name} is {'n' if on else 'y'} for {variant.title}, and {name}={value} was asked for"
            return Step(Truth.NO, because, tuple(_definition(linux, setting, name)))
        if free is None or value.isdigit() or name in free.fixed:
            continue
        if name not in setting.port.blocks:
            if on and (name in setting.port.elsewhere or name in setting.port.foreign):
                return Step(Truth.NO, f"{name} is a symbol of other architectures, and {name}={value} was asked for")
            continue
        if on and not free.settable(name):
            because = f"{name} cannot be {value} here: no prompt, default or select lets it be"
            return Step(Truth.NO, because, tuple(_definition(linux, setting, name)))
        if not on and free.must_be_on(name):
            because = f"{name} cannot be n here: no prompt lets a person choose, and it is always y"
            return Step(Truth.NO, because, tuple(_definition(linux, setting, name)))
    return MET


def _definition(linux: Facts, setting: Setting, name: str) -> list[Evidence]:
    for block in setting.port.blocks.get(name, ()):
        for _, located in (*block.demands, *block.prompts):
            return [linux.evidence(located)]
        for _, _, located in block.defaults:
            return [linux.evidence(located)]
    return []


def demands_of_settings(context: Context, variant: Variant) -> Step:
    """A demand of config RUST that is another with what was set is a condition of the answer, and no general one."""
    linux, setting = context.known(KCONFIG), context.setting(variant)
    free = context.asking(sets=()).setting(variant) if context.asked.sets else None
    if linux is None or setting is None or free is None:
        return MET
    turned_on = any(value != "n" for _, value in context.asked.sets)
    named = {name for name, _ in context.asked.sets}
    conditions: list[Expr] = []
    evidence: list[Evidence] = []
    for block in setting.port.blocks.get("RUST", ()):
        for demand, located in block.demands:
            remains = setting.fill(demand)
            gate = isinstance(demand, Atom) and demand.name in setting.port.gates
            if gate or remains in {YES, NO} or remains == free.fill(demand):
                continue
            # What was turned off asks for less of the demands that do not name it.
            if not turned_on and named.isdisjoint(atoms(demand)):
                continue
            conditions.append(remains)
            evidence.append(linux.evidence(located))
    if not conditions:
        return MET
    told = ", ".join(f"{name}={value}" for name, value in context.asked.sets)
    because = f"with {told} config RUST asks for more"
    return Step(Truth.YES, because, tuple(evidence), all_of(conditions))
