"""Which rustc target this kernel passes for a variant: a built-in one, or a specification that it generates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matrix.expression import NO, YES, parse, show

if TYPE_CHECKING:
    from matrix.model import Located, Variant
    from matrix.resolve.context import Context
    from matrix.resolve.kconfig import Setting

FLAGS, GENERATOR = "linux-rustflags", "linux-target-spec"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """A target that the kernel passes under `when` (a Kconfig expression, "" for always).

    name is the target triple, or the LLVM target of a generated specification (custom True).
    """

    name: str
    when: str
    custom: bool
    located: Located
    spec: Located | None = None


def passed_targets(context: Context, variant: Variant) -> tuple[Passed, ...] | None:
    """The targets that remain possible, in file order; () where the kernel passes none; None where not known."""
    linux, setting = context.known("linux", FLAGS), context.setting(variant)
    if linux is None or setting is None:
        return None
    own = linux.about(FLAGS, variant.srcarch, "rustc-target")
    # Linux 6.1 passed one generated specification for every port, from the top-level Makefile.
    general = linux.about(FLAGS, "*", "rustc-target")
    possible: list[Passed] = []
    for item in own or general:
        when = setting.fill(parse(item.fact.when))
        if when == NO:
            continue
        if not item.fact.value.endswith("target.json"):
            possible.append(Passed(name=item.fact.value, when=show(when), custom=False, located=item))
        elif spec := _generated(context, setting):
            possible.append(Passed(name=spec.fact.value, when=show(when), custom=True, located=item, spec=spec))
    return tuple(possible)


def _generated(context: Context, setting: Setting) -> Located | None:
    """The LLVM target that scripts/generate_rust_target.rs writes for this setting; None where it has no branch."""
    linux = context.known("linux", GENERATOR)
    if linux is None:
        return None
    for item in linux.of(GENERATOR):
        if item.fact.attribute != "llvm-target" or setting.value(item.fact.subject) != YES:
            continue
        if setting.fill(parse(item.fact.when)) != NO:
            return item
    return None
