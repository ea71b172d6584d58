"""The five rungs of one variant and backend -> its verdict: status, answer, condition, target and remarks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.expression import all_of, parse, show
from matrix.model import Rung, Status, Truth, Verdict
from matrix.resolve.attested import attested
from matrix.resolve.codegen import codegen
from matrix.resolve.kernel import kernel
from matrix.resolve.passed import passed_targets
from matrix.resolve.port import port
from matrix.resolve.remarks import remarks
from matrix.resolve.target import target

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matrix.model import Backend, Variant
    from matrix.resolve.context import Context

RUNGS = ("port", "codegen", "target", "kernel", "attested")


def resolve_all(context: Context, variant: Variant, backends: Iterable[Backend]) -> tuple[Verdict, ...]:
    """The verdict of each backend on one variant. The port and kernel rungs are the same in all of them."""
    built, admits = port(context, variant), kernel(context, variant)
    passed = ", ".join(p.name for p in passed_targets(context, variant) or ())
    return tuple(_verdict(context, variant, backend, built, admits, passed) for backend in backends)


def _verdict(context: Context, variant: Variant, backend: Backend, built: Rung, admits: Rung, passed: str) -> Verdict:
    rungs = (
        built,
        codegen(context, variant, backend),
        target(context, variant, backend),
        admits,
        attested(context, variant, backend, admits),
    )
    # What a yes would hang on says nothing beside a no.
    open_ = all(rung.truth is not Truth.NO for rung in rungs)
    condition = show(all_of([parse(rung.condition) for rung in rungs])) if open_ else ""
    return Verdict(
        variant=variant.id,
        backend=backend.id,
        status=status(rungs, condition),
        answer=conjunction(rung.truth for rung in rungs),
        condition=condition,
        rungs=rungs,
        target=passed,
        remarks=tuple(dict.fromkeys([*_of_rungs(rungs), *_build(context, variant, backend, admits)])),
    )


def _of_rungs(rungs: tuple[Rung, ...]) -> list[str]:
    """The rungs' own remarks; what a front end needs is beside the point where nothing could generate its code."""
    below = rungs[:2] if rungs[1].truth is Truth.NO else rungs
    return [remark for rung in below for remark in rung.remarks]


def _build(context: Context, variant: Variant, backend: Backend, admits: Rung) -> list[str]:
    return [] if admits.truth is Truth.NO else list(remarks(context, variant, backend))


def status(rungs: tuple[Rung, ...], condition: str) -> Status:
    """The first that matches, in the order of docs/semantics.md section 1."""
    no = {rung.name for rung in rungs if rung.truth is Truth.NO}
    if no & {"port", "codegen"}:
        return Status.NONE
    if "target" in no:
        return Status.CODEGEN_ONLY
    if no:
        return Status.TARGET_ONLY
    if any(rung.truth is Truth.UNKNOWN for rung in rungs):
        return Status.UNKNOWN
    return Status.CONDITIONAL if condition else Status.SUPPORTED


def conjunction(truths: Iterable[Truth]) -> Truth:
    """No if any is no, else unknown if any is, else yes."""
    found = set(truths)
    return Truth.NO if Truth.NO in found else Truth.UNKNOWN if Truth.UNKNOWN in found else Truth.YES


def disjunction(truths: Iterable[Truth]) -> Truth:
    """Yes if any is yes, else unknown if any is, else no."""
    found = set(truths)
    return Truth.YES if Truth.YES in found else Truth.UNKNOWN if Truth.UNKNOWN in found else Truth.NO
