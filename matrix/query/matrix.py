"""Every variant against every backend -> a table, by variant or by arch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.model import Cell, Row, Status, Table, Truth
from matrix.query.answer import last_checked
from matrix.query.question import PROJECTS
from matrix.resolve.cell import resolve_all

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matrix.model import Arch, Registry, Variant, Verdict
    from matrix.query.question import Scene

# The ladder from the top: what counts as better in a row that stands for several variants.
_BEST_FIRST = tuple(Status)


def matrix_table(registry: Registry, scene: Scene, *, by: str, statuses: frozenset[str] = frozenset()) -> Table:
    """The matrix. by is "variant" or "arch"; with statuses only rows that have a cell of one of them."""
    backends = [b for b in registry.backends.values() if scene.question.backend in {"", b.id}]
    rows: list[Row] = []
    found: list[Verdict] = []
    for arch in registry.arches.values():
        variants = [v for v in registry.variants.values() if v.arch == arch.id]
        verdicts = {v.id: resolve_all(scene.context, v, backends) for v in variants}
        found += [v for row in verdicts.values() for v in row]
        rows += _by_arch(arch, verdicts) if by == "arch" else _by_variant(variants, verdicts)
    if statuses:
        rows = [row for row in rows if any(cell.status.value in statuses for cell in row.cells)]
    return Table(
        title=", ".join(_chosen(registry, scene)),
        columns=tuple(b.id for b in backends),
        titles=tuple(b.title for b in backends),
        rows=tuple(rows),
        notes=scene.said,
        checked_at=last_checked(scene, found),
    )


def _chosen(registry: Registry, scene: Scene) -> Iterable[str]:
    for project in PROJECTS:
        revision, name = scene.revisions[project], registry.projects[project].name
        yield f"{name} {revision.label}" if revision else f"{name} not known"


def _by_variant(variants: Sequence[Variant], verdicts: dict[str, tuple[Verdict, ...]]) -> list[Row]:
    return [
        Row(
            id=v.id,
            arch=v.arch,
            title=v.title,
            cells=tuple(Cell(status=x.status, condition=_condition(x), note=_note(x)) for x in verdicts[v.id]),
        )
        for v in variants
    ]


def _condition(verdict: Verdict) -> str:
    return verdict.condition if verdict.status is Status.CONDITIONAL else ""


def _note(verdict: Verdict) -> str:
    """What decides the cell: the first blocker, or why the kernel admits it."""
    if not verdict.blockers:
        return next(r.because for r in verdict.rungs if r.name == "kernel")
    first = verdict.blockers[0]
    return f"{first.name}{'' if first.truth is Truth.NO else ' unproven'}: {first.because}"


def _by_arch(arch: Arch, verdicts: dict[str, tuple[Verdict, ...]]) -> list[Row]:
    """The best status among the arch's variants, how many have it, and which."""
    cells = []
    for column in zip(*verdicts.values(), strict=True):
        best = min((v.status for v in column), key=_BEST_FIRST.index)
        having = [v.variant for v in column if v.status is best]
        count = "" if len(column) == 1 else f"{len(having)} of {len(column)}"
        cells.append(Cell(status=best, condition="", note=", ".join(having), count=count))
    return [Row(id=arch.id, arch=arch.id, title=arch.title, cells=tuple(cells))]
