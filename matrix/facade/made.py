"""The core's values -> those that a program gets."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from matrix.cell import Status
from matrix.expression import show
from matrix.facade.told import Stretch
from matrix.facade.verdicts import (
    CellVerdict,
    Citation,
    Matrix,
    MatrixRow,
    RungVerdict,
    VariantVerdict,
    Verdict,
)
from matrix.model import Truth
from matrix.render.links import evidence_url
from matrix.render.phrases import cell_words, means_words
from matrix.render.said import said_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matrix.cell import Cell, Rung
    from matrix.errors import GoneError
    from matrix.grid import Table
    from matrix.model import Evidence, Registry
    from matrix.query.answer import Answer, VariantAnswer
    from matrix.query.line import Span
    from matrix.query.scene import Scene
    from matrix.render.links import UrlOf


def citation(item: Evidence, url_of: UrlOf) -> Citation:
    """A piece of evidence with its address."""
    return Citation(
        project=item.project,
        version=item.revision,
        file=item.path,
        line=item.line,
        says=item.says,
        url=url_of(item),
    )


def addresses_in(registry: Registry, scene: Scene) -> UrlOf:
    """The address of evidence of a scene."""
    return partial(evidence_url, registry, scene)


def labels(scene: Scene) -> Mapping[str, str | None]:
    """The versions that were evaluated, by project."""
    return {p: r.label if r else None for p, r in scene.revisions.items()}


def rung_verdict(rung: Rung, url_of: UrlOf) -> RungVerdict:
    """One step of the ladder."""
    return RungVerdict(
        name=rung.name,
        truth=rung.truth,
        because=rung.because,
        rule=rung.rule,
        condition=show(rung.condition),
        evidence=tuple(citation(item, url_of) for item in rung.evidence),
        remarks=rung.remarks,
    )


def cell_verdict(cell: Cell, url_of: UrlOf) -> CellVerdict:
    """One cell."""
    return CellVerdict(
        variant=cell.variant,
        backend=cell.backend,
        truth=cell.answer,
        status=cell.status,
        words=cell_words(cell),
        condition=show(cell.condition),
        rungs=tuple(rung_verdict(rung, url_of) for rung in cell.rungs),
        remarks=cell.remarks,
        basis=cell.basis,
    )


def _variant_verdict(found: VariantAnswer, url_of: UrlOf) -> VariantVerdict:
    cells = tuple(cell_verdict(cell, url_of) for cell in found.cells)
    targets = found.terms.targets
    return VariantVerdict(
        id=found.variant.id,
        title=found.variant.title,
        arch=found.variant.arch,
        truth=found.answer,
        condition=show(found.condition),
        means=means_words(found.variant, found.condition),
        cells=cells,
        best=cells[found.cells.index(found.best)],
        targets=None if targets is None else tuple(dict.fromkeys(target.name for target in targets)),
        needs={r.tool.value: str(r).partition(" ")[2] for r in found.terms.requirements},
        to_ask=found.asks,
        contradictions=tuple(one.says for one in found.contradictions),
    )


def verdict(registry: Registry, answer: Answer) -> Verdict:
    """The answer to a name."""
    url_of = addresses_in(registry, answer.scene)
    return Verdict(
        name=answer.meaning.name,
        truth=answer.truth,
        versions=labels(answer.scene),
        variants=tuple(_variant_verdict(found, url_of) for found in answer.variants),
        not_in_this_kernel=tuple(found.variant.id for found in answer.dropped),
        notes=answer.scene.said,
        checked_at=answer.checked_at,
        too_old=answer.too_old,
        beside={versions: truth for versions, truth, _ in answer.beside},
        nearby=dict(answer.nearby),
    )


def verdict_of_gone(gone: GoneError) -> Verdict:
    """The answer to the name of a port that the kernel has dropped."""
    return Verdict(
        name=gone.name,
        truth=Truth.NO,
        versions={},
        variants=(),
        dropped=gone.dropped,
        notes=(str(gone),),
    )


def matrix_of(registry: Registry, table: Table, scene: Scene) -> Matrix:
    """The whole matrix."""
    url_of = addresses_in(registry, scene)
    return Matrix(
        versions=labels(scene),
        backends=table.columns,
        rows=tuple(
            MatrixRow(
                id=row.id,
                arch=row.arch,
                title=row.title,
                cells={s.cell.backend: cell_verdict(s.cell, url_of) for s in row.summaries},
                having={s.cell.backend: s.having for s in row.summaries},
                of=row.summaries[0].of if row.summaries else 1,
            )
            for row in table.rows
        ),
        notes=table.notes,
        checked_at=table.checked_at,
    )


def stretch(span: Span) -> Stretch:
    """The releases in which a cell said the same."""
    return Stretch(
        status=Status(span.said.word),
        truth=span.truth,
        words=said_words(span.said),
        condition=span.condition,
        first=span.first.label,
        last=span.last.label,
        before=span.before.label if span.before else None,
        exact=span.exact,
    )
