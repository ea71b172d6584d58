"""An answer -> a badge in the shape that an endpoint of shields has.

{"schemaVersion": 1, "label": "Rust in Linux: riscv64", "message": "conditional", "color": "#0a6c86"}
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matrix.cell import Status
from matrix.grid import Summary
from matrix.query.matrix import cell_rank
from matrix.render.phrases import CANNOT_TELL
from matrix.render.table.badges import BADGE_COLOURS, badge_words

if TYPE_CHECKING:
    from matrix.errors import GoneError
    from matrix.query.answer import Answer


def answer_badge(answer: Answer) -> dict[str, Any]:
    """The badge of an answer: of several variants the best, with how many are as good, as in reports/."""
    if answer.too_old:
        return _badge(answer.meaning.name, CANNOT_TELL, Status.UNKNOWN)
    cells = [variant.best for variant in answer.variants]
    top = min(cells, key=cell_rank)
    having = tuple(cell.variant for cell in cells if cell_rank(cell) == cell_rank(top))
    return _badge(answer.meaning.name, badge_words(Summary(cell=top, having=having, of=len(cells))), top.status)


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
