"""A configuration -> the variants of its port that it is one of."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from matrix.model import Variant
    from matrix.resolve.concrete.evaluation import Evaluation


def fits(evaluation: Evaluation, variants: Iterable[Variant]) -> tuple[Variant, ...]:
    """Those whose fixed symbols are what they are here; what is open contradicts none."""
    return tuple(variant for variant in variants if not any(_against(evaluation, variant)))


def _against(evaluation: Evaluation, variant: Variant) -> Iterator[str]:
    blocks = evaluation.definitions.port.blocks
    for name in (*variant.on, *(n for n in variant.where_defined if n in blocks)):
        if not evaluation.value(name).high:
            yield name
    for name in variant.off:
        if evaluation.value(name).low:
            yield name
