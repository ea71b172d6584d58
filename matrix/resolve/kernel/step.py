"""What one conjunct of the kernel rung comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.expression import YES, Expr
from matrix.model import Truth
from matrix.value import dataclass

if TYPE_CHECKING:
    from matrix.model import Evidence
    from matrix.resolve.context import Context


@dataclass(frozen=True, slots=True)
class Step:
    """Its truth, why, where that stands, under which condition; and the sources that it lacks."""

    truth: Truth
    because: str
    evidence: tuple[Evidence, ...] = ()
    condition: Expr = YES
    unread: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


# There is nothing to ask here.
MET = Step(Truth.YES, "")


def not_read(context: Context, *sources: str) -> Step | None:
    """An unknown step that names the first of these sources that was not read; None where all were."""
    for source in sources:
        if context.known(source) is None:
            return Step(Truth.UNKNOWN, context.unread(source), unread=(source,))
    return None
