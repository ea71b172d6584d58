"""A scene -> the cells of a variant; between releases that were read, what those on both sides say alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cell import Basis, Requirement, Rung, Status, best
from matrix.change import implies
from matrix.expression import YES, And, Compare, all_of, show
from matrix.model import Truth
from matrix.resolve.cell import conjunction, resolve_all, standing
from matrix.resolve.window import window
from matrix.value import replace
from matrix.versions import rustc_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from matrix.cell import Cell
    from matrix.expression import Expr
    from matrix.model import Backend, Variant
    from matrix.query.scene import Scene
    from matrix.resolve.window import RustcRange


def cells_of(scene: Scene, variant: Variant, backends: Iterable[Backend]) -> tuple[Cell, ...]:
    """The cell of each backend at the versions of the scene, read or inferred."""
    listed = tuple(backends)
    if not scene.between:
        return resolve_all(scene.context, variant, listed)
    sides = [resolve_all(side.context, variant, listed) for side in scene.sides]
    labels = [side_words(side) for side in scene.sides]
    return tuple(_between(cells, labels) for cells in zip(*sides, strict=True))


def window_of(scene: Scene, variant: Variant) -> tuple[RustcRange, ...]:
    """What the kernel says along rustc's versions; between releases what all sides say alike, () where they differ."""
    if not scene.between:
        return window(scene.context, variant)
    sides = {window(side.context, variant) for side in scene.sides}
    return sides.pop() if len(sides) == 1 else ()


def side_words(side: Scene) -> str:
    """`6.12.8`; `Linux 6.12.8 with rustc 1.63.0` where the versions of several were not read."""
    return _labels_words(side.beside, side.context.names, bare=len(side.beside) == 1)


def _labels_words(labels: Mapping[str, str], names: Mapping[str, str], *, bare: bool) -> str:
    if bare:
        return next(iter(labels.values()))
    return " with ".join(f"{names[project]} {label}" for project, label in labels.items())


def beside(
    scene: Scene, variants: Sequence[Variant], backends: Sequence[Backend]
) -> tuple[tuple[str, Truth, Expr], ...]:
    """What each side says of all these variants together, with its name and the condition of a yes."""
    told = []
    for side in scene.sides:
        # For itself: a rustc beyond all that is known enters no comparison of the one that is.
        rustc = side.beside.get("rust", "")
        context = side.context.asking(named_rustc=rustc, rustc=rustc) if rustc else side.context
        tops = [best(resolve_all(context, variant, backends)) for variant in variants]
        condition = tops[0].condition if len(tops) == 1 else YES
        told.append((side.beside, conjunction(top.answer for top in tops), condition))
    parting = _parting(told)
    return tuple(
        dict.fromkeys(
            # That a bare release is the kernel's goes without saying, and only where nothing else was not read.
            (
                _labels_words({p: labels[p] for p in parting}, scene.context.names, bare=[*labels] == ["linux"]),
                truth,
                condition,
            )
            for labels, truth, condition in told
        )
    )


def _parting(told: Sequence[tuple[Mapping[str, str], Truth, Expr]]) -> tuple[str, ...]:
    """The projects whose releases are to be named: not one that was read on both sides and makes no difference.

    The kernel's, which stand first, are the last that are left.
    """
    kept = tuple(told[0][0]) if told else ()
    for project in reversed(kept):
        fewer = tuple(p for p in kept if p != project)
        said: dict[tuple[str, ...], set[tuple[Truth, Expr]]] = {}
        for labels, truth, condition in told:
            said.setdefault(tuple(labels[p] for p in fewer), set()).add((truth, condition))
        both = len({labels[project] for labels, _, _ in told}) > 1
        if fewer and both and all(len(one) == 1 for one in said.values()):
            kept = fewer
    return kept


def _between(cells: tuple[Cell, ...], labels: Sequence[str]) -> Cell:
    """What lies between. The newest side speaks where all say alike; where they differ nothing can be told."""
    newest = cells[-1]
    if all(cell == newest for cell in cells):
        return newest  # it does not rest on what was not read
    names = [rung.name for rung in newest.rungs]
    rungs = tuple(_rung([cell.at(name) for cell in cells], labels) for name in names)
    terms = replace(newest.terms, requirements=_requirements(cells))
    shared = _shared([cell.condition for cell in cells])
    alike = shared is not None and all(c.answer is newest.answer for c in cells)
    condition = shared if alike and shared is not None else YES
    status, rung, unknown = standing(rungs, condition)
    if alike and newest.answer is Truth.NO and status is not Status.BLOCKED:
        # All are no, each at a rung of its own: the newest side's is told.
        return replace(newest, terms=terms, basis=Basis.INFERRED)
    return replace(
        newest,
        status=status,
        answer=newest.answer if alike else Truth.UNKNOWN,
        condition=condition,
        rung=rung,
        unknown=unknown,
        rungs=rungs,
        terms=terms,
        basis=Basis.INFERRED,
    )


def _rung(rungs: Sequence[Rung], labels: Sequence[str]) -> Rung:
    newest = rungs[-1]
    shared = _shared([rung.condition for rung in rungs])
    if shared is not None and all(r.truth is newest.truth for r in rungs):
        evidence = tuple(dict.fromkeys(item for r in rungs for item in r.evidence))
        return replace(newest, condition=shared, evidence=evidence)
    said = dict.fromkeys(f"{label}: {_words(rung)}" for rung, label in zip(rungs, labels, strict=True))
    return replace(
        newest,
        truth=Truth.UNKNOWN,
        because=f"the releases beside it differ ({'; '.join(said)})",
        condition=YES,
        evidence=tuple(dict.fromkeys(item for r in rungs for item in r.evidence)),
    )


def _words(rung: Rung) -> str:
    return f"{rung.truth.value}{f', if {show(rung.condition)}' if rung.condition != YES else ''}"


def _shared(conditions: Sequence[Expr]) -> Expr | None:
    """The condition that all sides have; None where they differ.

    What differs in the newest rustc that will do alone is alike up to the older of them: there all sides say so.
    """
    parted = [rustc_end(condition) for condition in conditions]
    rest = parted[-1][0]
    if not all(_same(other, rest) for other, _ in parted):
        return None
    ends = [end for _, end in parted if end is not None]
    if not ends:
        return conditions[-1]
    return all_of([min(ends, key=lambda end: rustc_number(end.right)), rest])


def rustc_end(condition: Expr) -> tuple[Expr, Compare | None]:
    """A condition apart from the newest rustc that will do (`rustc <= 1.90.0`), and that."""
    parts = condition.items if isinstance(condition, And) else (condition,)
    end = next((p for p in parts if isinstance(p, Compare) and (p.left, p.op) == ("rustc", "<=")), None)
    return all_of([part for part in parts if part is not end]), end


def _same(a: Expr, b: Expr) -> bool:
    if a == b:
        return True
    left, right = show(a), show(b)
    return bool(left and right and implies(left, right) and implies(right, left))


def _requirements(cells: Sequence[Cell]) -> tuple[Requirement, ...]:
    """What every side asks for; minimum versions that differ are a range."""
    newest = cells[-1].terms.requirements
    ranged = []
    for needed in newest:
        others = [r for cell in cells for r in cell.terms.requirements if r.tool is needed.tool]
        oldest = others[0]
        ranged.append(replace(needed, version=oldest.version, upto=needed.version) if oldest != needed else needed)
    return tuple(replace(r, upto="") if r.upto == r.version else r for r in ranged)
