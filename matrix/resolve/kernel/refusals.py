"""What a rustc refuses of how a kernel calls it: the upper end of the versions that build this kernel.

A kernel names the oldest rustc that will do; that a newer one no longer does is seen from what both say. What rustc
began to refuse it goes on refusing, so that the newest known release without a refusal is an upper end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cell import Tool
from matrix.expression import NO, Compare, parse
from matrix.model import Truth
from matrix.resolve.kernel.step import MET, Step
from matrix.resolve.passed import FLAGS, passed_targets
from matrix.value import replace
from matrix.versions import rustc_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from matrix.cell import Requirement
    from matrix.model import Located, Variant
    from matrix.resolve.context import Context
    from matrix.resolve.facts import Facts

JSON_TARGETS, CORE_EDITION, FEATURES = "rust-json-targets", "rust-core-edition", "rust-features"
_EVERY_PORT = "*"
_LIBRARY = "library"
_UNSTABLE = "-Zunstable-options"
# The rules that compile core, and with it all that depends on it.
_GIVEN_TO_LIBRARY = ("rustc-flag", f"rustc-flag:{_LIBRARY}", "rustc-flag:built-in")
_LET_CHAINS = "let_chains"


def rustc_accepts(context: Context, variant: Variant) -> Step:
    """The rustc that is named, or evaluated, refuses nothing of how this kernel calls it.

    Where none was named, one that refuses leaves the newest known one that does not as a condition. Where none is
    evaluated there is nothing to ask: a kernel's history must not change with each rustc that comes out.
    """
    rust, needed = context.facts.get("rust"), context.minimum(Tool.RUSTC, variant)
    if rust is None or needed is None or not context.asked.rustc:
        return MET
    # As the release that was read, also where it stands in for one next to it: its version goes with its own core.
    step = accepted(context.asking(rustc=rust.revision.label), variant, rust)
    if step.truth is not Truth.NO or context.asked.named_rustc:
        return step
    for older in older_than(context, rust, needed):
        other = accepted(context.asking(rustc=older.revision.label), variant, older)
        if other.truth is Truth.YES:
            label = older.revision.label
            because = f"{step.because}; {label} is the newest known here that does not refuse"
            return Step(Truth.YES, because, step.evidence, Compare("rustc", "<=", label))
        if other.truth is Truth.UNKNOWN:
            return replace(other, because=f"{step.because}; {other.because}", evidence=step.evidence)
    because = f"{step.because}; no older rustc that this kernel accepts is known here"
    return replace(step, truth=Truth.UNKNOWN, because=because)


def older_than(context: Context, rust: Facts, needed: Requirement) -> Iterator[Facts]:
    """The known releases of rustc before this one that meet what the kernel asks, the newest first, read one by one."""
    least, end = rustc_number(needed.version), rustc_number(rust.revision.label)
    for label, read in context.rustcs.items():
        if least <= rustc_number(label) < end:
            yield read()


def accepted(context: Context, variant: Variant, rust: Facts) -> Step:
    """Whether a rustc takes what the kernel gives it; the context evaluates its version."""
    steps = [_custom_target(context, variant, rust), _edition_of_core(context, variant, rust)]
    for truth in (Truth.NO, Truth.UNKNOWN):
        for step in steps:
            if step.truth is truth:
                return step
    remarks = tuple(remark for step in steps for remark in step.remarks)
    return Step(Truth.YES, "", remarks=remarks)


def _custom_target(context: Context, variant: Variant, rust: Facts) -> Step:
    """A target specification in a file is one that this rustc reads, with the flags that it then asks for."""
    linux = context.known(FLAGS)
    custom = [target for target in passed_targets(context, variant) or () if target.custom]
    if linux is None or not custom or _given(context, variant, linux, _UNSTABLE):
        return MET
    rule = _rule(linux)
    if rule is None:
        return _rule_unread(context, linux)
    label = rust.revision.label
    needs = rust.first(JSON_TARGETS, "json-target", "needs")
    if needs is None:
        return Step(Truth.UNKNOWN, _unread_of(context, JSON_TARGETS, rust), unread=(JSON_TARGETS,))
    if needs.fact.value == "none":
        return MET
    asks = f"rustc {label} takes a custom target specification only with {needs.fact.value}"
    because = f"{asks}, which Linux {linux.revision.label} does not pass where it compiles core"
    evidence = (
        replace(custom[0].evidence, says=f"the kernel passes --target={custom[0].written}"),
        linux.evidence(rule, f"rustc compiles core by this rule, which does not pass {needs.fact.value}"),
        rust.evidence(needs, asks),
    )
    return Step(Truth.NO, because, evidence)


def _edition_of_core(context: Context, variant: Variant, rust: Facts) -> Step:
    """Core is compiled in the edition that it is written in.

    Another edition is no proof by itself: core of 1.87 is written in 2024 and compiles in 2021 too
    (Rust-for-Linux/linux#1163). But core has let chains, and since 1.90, where they left the unstable features for the
    accepted ones, they are an error outside of 2024 (rust-lang/rust#143214).
    """
    linux = context.known(FLAGS)
    if linux is None:
        return MET  # target_fits has said so
    rule = _rule(linux)
    if rule is None:
        return _rule_unread(context, linux)
    told = _told(context, variant, linux)
    if not told:
        return Step(Truth.UNKNOWN, f"in which edition Linux {linux.revision.label} compiles core was not read")
    core = rust.first(CORE_EDITION, "core", "edition")
    if core is None:
        return Step(Truth.UNKNOWN, _unread_of(context, CORE_EDITION, rust), unread=(CORE_EDITION,))
    if core.fact.value in {item.fact.value for item in told}:
        return MET
    written, given = core.fact.value, told[0].fact.value
    written_in = f"core of rustc {rust.revision.label} is written in edition {written}"
    because = f"{written_in}, and Linux {linux.revision.label} compiles it in {given}"
    if not rust.has(FEATURES):
        return Step(Truth.UNKNOWN, f"{because}; {_unread_of(context, FEATURES, rust)}", unread=(FEATURES,))
    chains = rust.first(FEATURES, _LET_CHAINS, "accepted")
    if chains is None:
        place = f"{core.path}:{core.fact.line}, {told[0].path}:{told[0].fact.line}"
        return Step(Truth.YES, "", remarks=(f"{because} ({place}), which nobody promises to work",))
    evidence = (
        linux.evidence(told[0], f"rustc is given --edition={given}"),
        linux.evidence(rule, "rustc compiles core by this rule, in no other edition"),
        rust.evidence(core, written_in),
        rust.evidence(chains, "let chains, which core has, are accepted in edition 2024 alone"),
    )
    return Step(Truth.NO, f"{because}, where its let chains are an error", evidence)


def _rule(linux: Facts) -> Located | None:
    """Where the rule that compiles core was read; None where it was not."""
    rules = linux.about(FLAGS, _EVERY_PORT, "rustc-rule")
    return next((item for item in rules if item.fact.value == _LIBRARY), None)


def _rule_unread(context: Context, linux: Facts) -> Step:
    because = f"{FLAGS}: by which rule Linux {linux.revision.label} compiles core was not read"
    del context
    return Step(Truth.UNKNOWN, because, unread=(FLAGS,))


def _unread_of(context: Context, source: str, rust: Facts) -> str:
    path = context.sources[source].paths[0]
    return f"{source} ({path}) of {context.names.get('rust', 'rust')} {rust.revision.label} was not read"


def _given(context: Context, variant: Variant, linux: Facts, flag: str) -> bool:
    """Whether a flag is, or may be, on the command line that compiles core."""
    items = (i for s in (_EVERY_PORT, variant.srcarch) for a in _GIVEN_TO_LIBRARY for i in linux.about(FLAGS, s, a))
    return any(True for item in _possible(context, variant, items) if item.fact.value == flag)


def _told(context: Context, variant: Variant, linux: Facts) -> list[Located]:
    """The editions that core may be compiled in: those of its own, else the kernel's."""
    for attribute in ("rustc-edition:core", f"rustc-edition:{_LIBRARY}", "rustc-edition"):
        items = linux.about(FLAGS, _EVERY_PORT, attribute)
        if told := list(_possible(context, variant, items)):
            return told
    return []


def _possible(context: Context, variant: Variant, items: Iterable[Located]) -> Iterator[Located]:
    """Those whose condition can hold."""
    setting = context.setting(variant)
    for item in items:
        if not item.fact.when or setting is None or setting.fill(parse(item.fact.when)) != NO:
            yield item
