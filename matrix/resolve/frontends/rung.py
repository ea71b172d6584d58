"""A rung of target from its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cell import Rung, RungName
from matrix.model import Truth

if TYPE_CHECKING:
    from matrix.model import Evidence
    from matrix.resolve.context import Context


def target_rung(
    rule: str, truth: Truth, because: str, evidence: tuple[Evidence, ...] = (), remarks: tuple[str, ...] = ()
) -> Rung:
    """The rung."""
    return Rung(name=RungName.TARGET, truth=truth, because=because, rule=rule, evidence=evidence, remarks=remarks)


def target_unread(context: Context, rule: str, *sources: str) -> Rung:
    """The rung that is unknown because these sources were not read; the first of them is named."""
    return Rung(
        name=RungName.TARGET, truth=Truth.UNKNOWN, because=context.unread(sources[0]), rule=rule, unread=sources
    )
