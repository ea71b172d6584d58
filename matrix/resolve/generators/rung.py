"""A rung of codegen from its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cell import Rung, RungName
from matrix.model import Truth

if TYPE_CHECKING:
    from matrix.model import Evidence
    from matrix.resolve.context import Context


def codegen_rung(
    rule: str, truth: Truth, because: str, evidence: tuple[Evidence, ...] = (), remarks: tuple[str, ...] = ()
) -> Rung:
    """The rung."""
    return Rung(name=RungName.CODEGEN, truth=truth, because=because, rule=rule, evidence=evidence, remarks=remarks)


def codegen_unread(context: Context, rule: str, source: str) -> Rung:
    """The rung that is unknown because this source was not read."""
    return Rung(name=RungName.CODEGEN, truth=Truth.UNKNOWN, because=context.unread(source), rule=rule, unread=(source,))
