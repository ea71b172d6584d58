"""The five rungs of one variant and backend -> its cell: status, answer, condition, what decides, and remarks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cell import Cell, Rung, RungName, Status
from matrix.expression import YES, all_of
from matrix.model import Truth
from matrix.resolve import kernel as kernel_rung
from matrix.resolve import port as port_rung
from matrix.resolve.backends import rules_of, without_rules
from matrix.resolve.terms import terms

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matrix.cell import Terms
    from matrix.expression import Expr
    from matrix.model import Backend, Variant
    from matrix.resolve.backends.protocol import Rules
    from matrix.resolve.context import Context


def resolve_all(context: Context, variant: Variant, backends: Iterable[Backend]) -> tuple[Cell, ...]:
    """The cell of each backend on one variant. The port and kernel rungs are the same in all of them."""
    built, admits = port_rung.port(context, variant), kernel_rung.kernel(context, variant)
    shared = terms(context, variant)
    cells = []
    for backend in backends:
        rules = rules_of(backend.id)
        if rules is None:
            rungs = _nothing_known(backend.id)
            cells.append(_cell(variant, backend.id, rungs, shared, (), ()))
            continue
        rungs = (
            built,
            rules.codegen(context, variant),
            rules.target(context, variant),
            admits,
            rules.attested(context, variant, admits),
        )
        said = [] if admits.truth is Truth.NO else rules.remarks(context, variant)
        remarks = tuple(dict.fromkeys([*_of_rungs(rungs), *said]))
        cells.append(_cell(variant, backend.id, rungs, shared, remarks, _lacking(context, rules)))
    return tuple(cells)


def deciding_sources(backends: Iterable[str]) -> tuple[str, ...]:
    """The sources that can decide a cell of these backends, each once: the port's and kernel's first."""
    own = [
        source
        for backend in backends
        if (rules := rules_of(backend)) is not None
        for sources in rules.sources.values()
        for source in sources
    ]
    return tuple(dict.fromkeys([*port_rung.PORT_SOURCES, *kernel_rung.SOURCES, *own]))


def _cell(
    variant: Variant,
    backend: str,
    rungs: tuple[Rung, ...],
    shared: Terms,
    remarks: tuple[str, ...],
    lacking: tuple[str, ...],
) -> Cell:
    # What a yes would hang on says nothing beside a no.
    open_ = all(rung.truth is not Truth.NO for rung in rungs)
    condition = all_of([rung.condition for rung in rungs]) if open_ else YES
    status, rung, unknown = standing(rungs, condition)
    return Cell(
        variant=variant.id,
        backend=backend,
        status=status,
        rung=rung,
        unknown=unknown,
        answer=conjunction(rung.truth for rung in rungs),
        condition=condition,
        rungs=rungs,
        terms=shared,
        remarks=remarks,
        unread=lacking,
    )


def _lacking(context: Context, rules: Rules) -> tuple[str, ...]:
    """The sources that can decide a cell of the backend, and that the chosen versions have and lack here."""
    own = [source for sources in rules.sources.values() for source in sources]
    listed = dict.fromkeys([*port_rung.PORT_SOURCES, *kernel_rung.SOURCES, *own])
    return tuple(source for source in listed if context.lacks(source))


def _nothing_known(backend: str) -> tuple[Rung, ...]:
    """Without rules nothing is claimed of a backend, not even what holds of all others."""
    because = without_rules(backend)
    return tuple(Rung(name=n, truth=Truth.UNKNOWN, because=because, rule=f"{n.value}: none") for n in RungName)


def _of_rungs(rungs: tuple[Rung, ...]) -> list[str]:
    """The rungs' own remarks; what a front end needs is beside the point where nothing could generate its code."""
    below = rungs[:2] if rungs[1].truth is Truth.NO else rungs
    return [remark for rung in below for remark in rung.remarks]


def standing(rungs: tuple[Rung, ...], condition: Expr) -> tuple[Status, RungName | None, tuple[RungName, ...]]:
    """The status, the rung that it is at, and the unknown rungs before one that is no; docs/semantics.md section 1."""
    unknown: list[RungName] = []
    for rung in rungs:
        if rung.truth is Truth.NO:
            return Status.BLOCKED, rung.name, tuple(unknown)
        if rung.truth is Truth.UNKNOWN:
            unknown.append(rung.name)
    if unknown:
        return Status.UNKNOWN, unknown[0], ()
    return (Status.SUPPORTED if condition == YES else Status.CONDITIONAL), None, ()


def conjunction(truths: Iterable[Truth]) -> Truth:
    """No if any is no, else unknown if any is, else yes."""
    told = set(truths)
    return Truth.NO if Truth.NO in told else Truth.UNKNOWN if Truth.UNKNOWN in told else Truth.YES


def disjunction(truths: Iterable[Truth]) -> Truth:
    """Yes if any is yes, else unknown if any is, else no."""
    told = set(truths)
    return Truth.YES if Truth.YES in told else Truth.UNKNOWN if Truth.UNKNOWN in told else Truth.NO
