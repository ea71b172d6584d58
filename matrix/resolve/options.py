"""What excludes or conditions Rust on a variant: the demands of config RUST, and options elsewhere that name RUST."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cell import Option, OptionKind, Tied
from matrix.expression import NO, YES, Atom, Compare, Const, Known, atoms, fill, parse
from matrix.resolve.context import KCONFIG

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matrix.expression import Expr
    from matrix.model import Variant
    from matrix.resolve.context import Context
    from matrix.resolve.facts import Facts
    from matrix.resolve.kconfig import Setting

_HOST = "RUST_IS_AVAILABLE"
# The symbols that hold a version: what compares one with a number stands for a version of that tool.
_VERSIONS = frozenset({"RUSTC_VERSION", "RUSTC_LLVM_VERSION", "GCC_VERSION", "CLANG_VERSION", "PAHOLE_VERSION"})


def options(context: Context, variant: Variant) -> tuple[Option, ...]:
    """All of them, the variant's own conditions first; () where the kernel's Kconfig was not read."""
    linux, setting = context.known(KCONFIG), context.setting(variant)
    if linux is None or setting is None:
        return ()
    return (*_selects(linux, setting), *_demands(linux, setting), *_elsewhere(linux, setting))


def general_demands(context: Context, variant: Variant) -> tuple[Option, ...]:
    """The demands of config RUST on every port, as far as they are not met here."""
    linux, setting = context.known(KCONFIG), context.setting(variant)
    if linux is None or setting is None:
        return ()
    return tuple(option for option in _demands(linux, setting) if option.remains != YES)


def _selects(linux: Facts, setting: Setting) -> Iterator[Option]:
    for gate in setting.port.gates:
        for select in setting.port.declaring(gate):
            when, verb = select.located.fact.when, select.located.fact.attribute
            yield Option(
                config=select.selector,
                kind=OptionKind.CONDITION,
                written=f"{verb} {gate}{f' if {when}' if when else ''}",
                remains=setting.fill(select.when),
                evidence=linux.evidence(select.located),
            )


def _demands(linux: Facts, setting: Setting) -> Iterator[Option]:
    for block in setting.port.blocks.get("RUST", ()):
        for demand, located in block.demands:
            written = located.fact.value
            if isinstance(demand, Atom) and demand.name in setting.port.gates:
                continue
            remains = _narrowed(demand, setting.fill(demand))
            yield Option(
                config="RUST",
                kind=OptionKind.HOST if written == _HOST else OptionKind.EXCLUDES,
                written=f"depends on {written}",
                remains=remains,
                evidence=linux.evidence(located),
                tied=tuple(_tied(setting, remains)),
            )


def _tied(setting: Setting, remains: Expr) -> Iterator[Tied]:
    """`config X`, `def_bool PAHOLE_VERSION >= 124`: the symbols that one version makes true, and no prompt."""
    for name in dict.fromkeys(atoms(remains)):
        blocks = setting.port.blocks.get(name, ())
        values = [value for block in blocks for value, _, _ in block.defaults]
        if len(values) != 1 or any(block.prompts for block in blocks) or not isinstance(values[0], Compare):
            continue
        if values[0].left in _VERSIONS and values[0].right.isdigit():
            test = setting.fill(values[0])
            yield Tied(symbol=name, test=values[0], holds=test.value if isinstance(test, Const) else None)


def _narrowed(written: Expr, remains: Expr) -> Expr:
    """What remains, where that is shorter: with helper symbols expanded it would say the same in more words."""
    shorter = set(atoms(remains)) <= set(atoms(written))
    return remains if shorter or remains in {YES, NO} else written


def _elsewhere(linux: Facts, setting: Setting) -> Iterator[Option]:
    """Options whose own demands hold without Rust and fail with it: `depends on !RUST || ...`."""
    for name in sorted(setting.port.blocks):
        for block in setting.port.blocks[name]:
            for demand, located in block.demands:
                if "RUST" not in set(atoms(demand)):
                    continue
                without = _given(setting, located.fact.value, rust=False)
                remains = _given(setting, located.fact.value, rust=True)
                if without in {NO, remains} or remains == YES:
                    continue
                yield Option(
                    config=name,
                    kind=OptionKind.EXCLUDED,
                    written=f"depends on {located.fact.value}",
                    remains=remains,
                    evidence=linux.evidence(located),
                )


def _given(setting: Setting, written: str, *, rust: bool) -> Expr:
    def value(name: str) -> Expr | None:
        return (YES if rust else NO) if name == "RUST" else setting.value(name)

    return fill(parse(written), Known(value, setting.known.ranges, setting.known.texts))
