"""Contradictions inside rustc, GCC and mrustc."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cell import Contradiction
from matrix.resolve.rust_targets import rust_target, specified
from matrix.versions import rustc_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matrix.model import Evidence, Located
    from matrix.resolve.context import Context
    from matrix.resolve.contradictions.scope import Scope
    from matrix.resolve.facts import Facts

_PLATFORM = "rust-platform-support"
_BUILT, _EXAMPLE = "rust-built-llvm", "rust-default-llvm"
# platform-support.md's word for what a specification's metadata says.
_AS_DOCUMENTED = {"true": "yes", "false": "no", "None": "not stated"}


def metadata_differs(context: Context, scope: Scope) -> Iterator[Contradiction]:
    """A target's own metadata and platform-support.md disagree on tier, host tools or std."""
    rust = context.known(_PLATFORM)
    if rust is None:
        return
    for tier in (i for i in rust.of(_PLATFORM) if i.fact.attribute == "tier"):
        name = tier.fact.subject
        if not scope.takes(name):
            continue
        module = rust.first("rust-target-list", name, "module")
        if module is None:
            continue
        differing: list[str] = []
        sides: list[Located] = []
        for attribute in ("tier", "host-tools", "std"):
            told = rust.first(_PLATFORM, name, attribute)
            meant = specified(rust, module.fact.value, f"metadata-{attribute}")
            if told is None or meant is None:
                continue
            means = _AS_DOCUMENTED.get(meant.fact.value, meant.fact.value)
            # A `?` in the table and a None in the metadata leave it open: silence denies nothing.
            if told.fact.value not in {means, "unknown"} and means != "not stated":
                differing.append(f"{attribute} {told.fact.value} in platform-support.md, {means} in its metadata")
                sides += [told, meant]
        if differing:
            evidence = tuple(rust.evidence(side) for side in sides)
            yield Contradiction(rule="metadata-differs", subject=name, says="; ".join(differing), sides=evidence)


def documented_is_not_listed(context: Context, scope: Scope) -> Iterator[Contradiction]:
    """platform-support.md has a target that the compiler's own list, which is whole, does not.

    A target that the document leaves out is none: the document is silent there.
    """
    rust = context.known(_PLATFORM)
    if rust is None or not rust.has("rust-target-list"):
        return
    told = {i.fact.subject: i for i in rust.of(_PLATFORM) if i.fact.attribute == "tier"}
    listed = {i.fact.subject: i for i in rust.of("rust-target-list") if i.fact.attribute == "module"}
    for name in sorted(filter(scope.takes, told.keys() - listed.keys())):
        says = f"{name} stands in platform-support.md, and not among the targets that rustc knows"
        silence = context.silence("rust-target-list", f"the targets that rustc knows, without {name}")
        sides = (rust.evidence(told[name]), *silence.evidence)
        yield Contradiction(rule="documented-is-not-listed", subject=name, says=says, sides=sides)


def listed_is_not_built(context: Context, scope: Scope) -> Iterator[Contradiction]:
    """Rustc lists a target whose LLVM backend its own LLVM is built without."""
    rust = context.known(_BUILT)
    if rust is None:
        return
    for variant in scope.asked():
        if not variant.llvm or rust.first(_BUILT, variant.llvm, "built-backend"):
            continue
        for name in variant.rust_targets:
            target = rust_target(rust, name)
            if target.listed is not None:
                says = f"rustc lists {name}, but its own LLVM is built without {variant.llvm}"
                silence = context.silence(_BUILT, f"the LLVM backends built by default, without {variant.llvm}")
                sides = (rust.evidence(target.listed), *silence.evidence)
                yield Contradiction(rule="listed-is-not-built", subject=variant.id, says=says, sides=sides)


def example_lists_other_backends(context: Context, scope: Scope) -> Iterator[Contradiction]:
    """What bootstrap's code builds, and what the commented default of its example configuration says."""
    rust = context.known(_BUILT)
    if rust is None or not rust.has(_EXAMPLE):
        return
    for variant in scope.asked():
        built = rust.first(_BUILT, variant.llvm, "built-backend") if variant.llvm else None
        told = rust.first(_EXAMPLE, variant.llvm, "default-backend") if variant.llvm else None
        if (built is None) is (told is None):
            continue
        where = "the code that builds it alone" if told is None else "the example configuration alone"
        says = f"{variant.llvm} stands among the backends of rustc's own LLVM in {where}"
        kept = [rust.evidence(item) for item in (built, told) if item]
        listed = next(item.fact.value for item in (built, told) if item)
        silent = _without(rust, _EXAMPLE if told is None else _BUILT, listed, variant.llvm)
        sides = tuple([*kept, *silent] if told is None else [*silent, *kept])
        yield Contradiction(rule="example-lists-other-backends", subject=variant.id, says=says, sides=sides)


def _without(rust: Facts, source: str, listed: str, backend: str) -> Iterator[Evidence]:
    """Where a backend would stand: the list of the same kind (default, experimental), else where the lists begin."""
    alike = (item for item in rust.of(source) if item.fact.value == listed)
    if first := next(alike, None) or rust.beginning(source):
        yield rust.evidence(first, f"the {first.fact.value} backends, without {backend}")


def gccrs_is_there_but_refused(context: Context, scope: Scope) -> Iterator[Contradiction]:  # noqa: ARG001
    """GCC carries gccrs, but its configure refuses to build it."""
    gcc = context.known("gccrs-enabled")
    enabled = gcc.first("gccrs-enabled", "rust", "can-be-enabled") if gcc else None
    flag = gcc.first("gccrs-flag", "rust", "experimental-flag") if gcc else None
    if gcc and enabled and flag and enabled.fact.value == "no":
        says = f"GCC {gcc.revision.label} has gcc/rust, but its configure.ac refuses to enable it"
        sides = (gcc.evidence(flag), gcc.evidence(enabled))
        yield Contradiction(rule="gccrs-is-there-but-refused", subject="gccrs", says=says, sides=sides)


def mrustc_default_is_old(context: Context, scope: Scope) -> Iterator[Contradiction]:  # noqa: ARG001
    """Mrustc's rust-version file names another rustc than the newest that its sources can build."""
    mrustc = context.known("mrustc-language")
    default = mrustc.first("mrustc-language", "rustc", "default") if mrustc else None
    builds = mrustc.about("mrustc-versions", "rustc", "builds") if mrustc else ()
    if mrustc is None or default is None or not builds:
        return
    newest = max(builds, key=lambda i: rustc_number(i.fact.value))
    if rustc_number(newest.fact.value) > rustc_number(default.fact.value):
        says = f"rust-version says {default.fact.value}, the sources can build {newest.fact.value}"
        sides = (mrustc.evidence(default), mrustc.evidence(newest))
        yield Contradiction(rule="mrustc-default-is-old", subject="mrustc", says=says, sides=sides)


RUSTC_RULES = (metadata_differs, documented_is_not_listed, listed_is_not_built, example_lists_other_backends)
GCC_RULES = (gccrs_is_there_but_refused,)
MRUSTC_RULES = (mrustc_default_is_old,)
