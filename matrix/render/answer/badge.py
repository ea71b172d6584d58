"""An answer -> a badge in the shape that an endpoint of shields has.

{"schemaVersion": 1, "label": "Rust in Linux: riscv64", "message": "conditional", "color": "#0a6c86"}
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matrix.cell import Status
from matrix.grid import Summary
from matrix.render.phrases import CANNOT_TELL
from matrix.render.table.badges import BADGE_COLOURS, badge_words

if TYPE_CHECKING:
    from matrix.errors import GoneError
    from matrix.query.answer import Answer


def answer_badge(answer: Answer) -> dict[str, Any]:
    """The badge of an answer: of several variants the first that decides, with how many answer as it does."""
    if answer.too_old:
        return _badge(answer.meaning.name, CANNOT_TELL, Status.UNKNOWN)
    truths = [variant.answer for variant in answer.variants]
    # With --strict a yes under conditions answers no, and its status is still what it is.
    deciding = next((v for v in answer.variants if v.answer is answer.found), answer.variants[0])
    having = tuple(v.variant.id for v, truth in zip(answer.variants, truths, strict=True) if truth is deciding.answer)
    summary = Summary(cell=deciding.best, having=having, of=len(truths))
    return _badge(answer.meaning.name, badge_words(summary), deciding.best.status)


def gone_badge(gone: GoneError) -> dict[str, Any]:
    """The badge of a port that the kernel has dropped."""
    return _badge(gone.name, f"dropped in {gone.dropped}", Status.BLOCKED)


def _badge(name: str, message: str, status: Status) -> dict[str, Any]:
    return {
        "schemaVersion": 1,
        "label": f"Rust in Linux: {name}",
        "message": message,
        "color": BADGE_COLOURS[status],
    }
