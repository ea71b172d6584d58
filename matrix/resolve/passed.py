"""Which rustc target this kernel passes for a variant: a built-in one, or a specification that it generates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cell import KernelTarget
from matrix.expression import NO, YES, parse
from matrix.resolve.context import KCONFIG

if TYPE_CHECKING:
    from matrix.expression import Expr
    from matrix.model import Located, Variant
    from matrix.resolve.context import Context
    from matrix.resolve.kconfig import Setting

FLAGS, GENERATOR = "linux-rustflags", "linux-target-spec"
_GENERATED = "target.json"


def unread(context: Context, variant: Variant) -> tuple[str, ...]:
    """The sources without which nobody can say what is passed for a variant, as far as they were not read."""
    if missing := tuple(source for source in (KCONFIG, FLAGS) if context.known(source) is None):
        return missing
    generates = any(item.fact.value.endswith(_GENERATED) for item, _ in _possible(context, variant))
    return (GENERATOR,) if generates and context.known(GENERATOR) is None else ()


def passed_targets(context: Context, variant: Variant) -> tuple[KernelTarget, ...] | None:
    """The targets that remain possible, in file order; () where the kernel passes none; None where not known."""
    linux, setting = context.known(FLAGS), context.setting(variant)
    if linux is None or setting is None or unread(context, variant):
        return None
    targets: list[KernelTarget] = []
    for item, when in _possible(context, variant):
        written, stands = item.fact.value, linux.evidence(item)
        if not written.endswith(_GENERATED):
            targets.append(KernelTarget(name=written, written=written, when=when, custom=False, evidence=stands))
        elif spec := _generated(context, setting):
            targets.append(
                KernelTarget(
                    name=spec.fact.value,
                    written=written,
                    when=when,
                    custom=True,
                    evidence=stands,
                    spec=linux.evidence(spec),
                )
            )
    return tuple(targets)


def _possible(context: Context, variant: Variant) -> list[tuple[Located, Expr]]:
    """What --target= may get, and what remains of when."""
    linux, setting = context.known(FLAGS), context.setting(variant)
    if linux is None or setting is None:
        return []
    own = linux.about(FLAGS, variant.srcarch, "rustc-target")
    # Linux 6.1 passed one generated specification for every port, from the top-level Makefile.
    general = linux.about(FLAGS, "*", "rustc-target")
    filled = [(item, setting.fill(parse(item.fact.when))) for item in own or general]
    return [(item, when) for item, when in filled if when != NO]


def _generated(context: Context, setting: Setting) -> Located | None:
    """The LLVM target that scripts/generate_rust_target.rs writes for this setting; None where it has no branch."""
    linux = context.known(GENERATOR)
    for item in linux.of(GENERATOR) if linux else ():
        if item.fact.attribute != "llvm-target" or setting.value(item.fact.subject) != YES:
            continue
        if setting.fill(parse(item.fact.when)) != NO:
            return item
    return None
