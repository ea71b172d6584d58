"""Every variant against every backend -> a table, by variant or by arch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cell import STATUSES, RungName, Status
from matrix.errors import UsageError
from matrix.grid import Row, Summary, Table
from matrix.query.answer import last_checked
from matrix.query.inferred import cells_of
from matrix.query.question import PROJECTS
from matrix.spelling import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from matrix.cell import Cell
    from matrix.model import Arch, Registry, Variant
    from matrix.query.scene import Scene


def matrix_table(registry: Registry, scene: Scene, *, by: str, wanted: Callable[[Cell], bool] | None = None) -> Table:
    """The matrix. by is "variant" or "arch"; with `wanted` only rows that have such a cell."""
    backends = [b for b in registry.backends.values() if scene.question.backend in {"", b.id}]
    rows: list[Row] = []
    everything: list[Cell] = []
    for arch in registry.arches.values():
        variants = [v for v in registry.variants.values() if v.arch == arch.id]
        cells = {v.id: cells_of(scene, v, backends) for v in variants}
        everything += [cell for row in cells.values() for cell in row]
        rows += _by_arch(arch, cells) if by == "arch" else _by_variant(variants, cells)
    if wanted is not None:
        rows = [row for row in rows if any(wanted(summary.cell) for summary in row.summaries)]
    return Table(
        title=", ".join(_chosen(registry, scene)),
        columns=tuple(b.id for b in backends),
        titles=tuple(b.title for b in backends),
        rows=tuple(rows),
        notes=scene.said,
        checked_at=last_checked(scene, everything),
    )


def _chosen(registry: Registry, scene: Scene) -> Iterable[str]:
    for project in PROJECTS:
        revision, name = scene.revisions[project], registry.projects[project].name
        yield f"{name} {revision.label}" if revision else f"{name} not known"


def _by_variant(variants: Sequence[Variant], cells: Mapping[str, tuple[Cell, ...]]) -> list[Row]:
    return [
        Row(
            id=v.id,
            arch=v.arch,
            title=v.title,
            summaries=tuple(Summary(cell=cell, having=(v.id,)) for cell in cells[v.id]),
        )
        for v in variants
    ]


def _by_arch(arch: Arch, cells: Mapping[str, tuple[Cell, ...]]) -> list[Row]:
    """The best status among the arch's variants, how many are as good, and which."""
    summaries = []
    for column in zip(*cells.values(), strict=True):
        top = min(column, key=cell_rank)
        having = tuple(cell.variant for cell in column if cell_rank(cell) == cell_rank(top))
        summaries.append(Summary(cell=top, having=having, of=len(column)))
    return [Row(id=arch.id, arch=arch.id, title=arch.title, summaries=tuple(summaries))]


def having(written: Iterable[str]) -> Callable[[Cell], bool]:
    """Whether a cell has one of these statuses: `blocked`, `no` and `unknown`, or with the rung as tables print it.

    Raises: UsageError.
    """
    whole = {status.value: status for status in Status} | {"no": Status.BLOCKED, "?": Status.UNKNOWN}
    statuses: set[tuple[Status, RungName | None]] = set()
    for words in written:
        sign, _, name = words.partition(" ")
        rung = next((r for r in RungName if r.value == name), None)
        if words in whole:
            statuses.add((whole[words], None))
        elif rung and sign in {"no:", "?"}:
            statuses.add((Status.BLOCKED if sign == "no:" else Status.UNKNOWN, rung))
        else:
            expected = "one of supported, conditional, unknown, blocked, or with a rung: 'no: kernel', '? attested'"
            near = nearest(words, whole)
            raise UsageError(f"--status: got {words!r}, expected {expected}", meant=(words, near) if near else None)
    return lambda cell: not statuses.isdisjoint({(cell.status, None), (cell.status, cell.rung)})


def cell_rank(cell: Cell) -> tuple[int, int]:
    """Its place among cells, the best first: by status, then by how far up the ladder it is blocked or unknown."""
    names = [rung.name for rung in cell.rungs]
    return STATUSES.index(cell.status), -names.index(cell.rung) if cell.rung else 0
