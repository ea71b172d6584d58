"""What excludes or conditions Rust on a variant: the demands of config RUST, and options elsewhere that name RUST."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matrix.expression import NO, YES, Known, atoms, fill, parse, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matrix.expression import Expr
    from matrix.model import Evidence, Variant
    from matrix.resolve.context import Context
    from matrix.resolve.kconfig import Setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One expression of Kconfig that ties Rust to another option.

    config is whose expression it is. kind is "condition" (the variant's own), "excludes" (general: config RUST's other
    demands), "host" (decided by the build machine) or "excluded" (an option that Rust switches off). written is
    upstream's text; remains is what it comes to for the variant, "" where it is met and "n" where it cannot hold.
    """

    config: str
    kind: str
    written: str
    remains: str
    evidence: Evidence


def options(context: Context, variant: Variant) -> tuple[Option, ...]:
    """All of them, the variant's own conditions first; () where the kernel's Kconfig was not read."""
    setting = context.setting(variant)
    if setting is None:
        return ()
    return (*_selects(context, setting), *_demands(context, setting), *_elsewhere(context, setting))


def _selects(context: Context, setting: Setting) -> Iterator[Option]:
    linux = context.facts["linux"]
    for select in setting.port.selects.get("HAVE_RUST", ()) if linux else ():
        assert linux is not None  # noqa: S101  # the loop is empty otherwise
        yield Option(
            config=select.selector,
            kind="condition",
            written=f"select HAVE_RUST{' if ' + select.located.fact.when if select.located.fact.when else ''}",
            remains=show(setting.fill(select.when)),
            evidence=linux.evidence(select.located),
        )


def _demands(context: Context, setting: Setting) -> Iterator[Option]:
    linux = context.facts["linux"]
    for block in setting.port.blocks.get("RUST", ()) if linux else ():
        for demand, located in block.demands:
            assert linux is not None  # noqa: S101  # the loop is empty otherwise
            written = located.fact.value
            if written == "HAVE_RUST":
                continue
            kind = "host" if written == "RUST_IS_AVAILABLE" else "excludes"
            yield Option(
                config="RUST",
                kind=kind,
                written=f"depends on {written}",
                remains=_narrowed(demand, setting.fill(demand)),
                evidence=linux.evidence(located),
            )


def _narrowed(written: Expr, remains: Expr) -> str:
    """What remains, where that is shorter: with helper symbols expanded it would say the same in more words."""
    if remains == NO:
        return "n"
    shorter = set(atoms(remains)) <= set(atoms(written))
    return show(remains) if shorter or remains == YES else show(written)


def _elsewhere(context: Context, setting: Setting) -> Iterator[Option]:
    """Options whose own demands hold without Rust and fail with it: `depends on !RUST || ...`."""
    linux = context.facts["linux"]
    for name in sorted(setting.port.blocks) if linux else ():
        for block in setting.port.blocks[name]:
            for demand, located in block.demands:
                if "RUST" not in set(atoms(demand)) or linux is None:
                    continue
                without = _given(setting, located.fact.value, rust=False)
                remains = _given(setting, located.fact.value, rust=True)
                if without in {NO, remains} or remains == YES:
                    continue
                yield Option(
                    config=name,
                    kind="excluded",
                    written=f"depends on {located.fact.value}",
                    remains="n" if remains == NO else show(remains),
                    evidence=linux.evidence(located),
                )


def _given(setting: Setting, written: str, *, rust: bool) -> Expr:
    def value(name: str) -> Expr | None:
        return (YES if rust else NO) if name == "RUST" else setting.value(name)

    return fill(parse(written), Known(value, setting.known.ranges, setting.known.texts))
