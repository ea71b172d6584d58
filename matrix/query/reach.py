"""A scene and variants -> whether its tools build its kernel for them, cheaply where the answer is a plain no.

A table of every variant at every kernel asks hundreds of cells. Most are no at the port or the kernel rung, which are
the same in all backends: nothing else of such a cell is resolved before somebody looks at it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cell import Basis, RungName, best
from matrix.expression import YES
from matrix.model import Truth
from matrix.query.inferred import beside, cells_of
from matrix.resolve.backends import rules_of
from matrix.resolve.cell import conjunction, disjunction
from matrix.resolve.kernel import kernel
from matrix.resolve.port import port
from matrix.value import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matrix.cell import Rung
    from matrix.expression import Expr
    from matrix.model import Backend, Variant
    from matrix.query.question import Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What the tools of a scene come to on its kernel, for one variant or several together.

    conditions are what a yes hangs on, by variant. decides is the rung that says no or is unknown, None beside a yes.
    inferred says that it lies between releases that were read; beside is what these say where nothing can be told, each
    with its name and the condition of a yes. lacks are tools that a distribution does not have there, which is a no
    whatever the kernel says.
    """

    answer: Truth
    conditions: tuple[tuple[str, Expr], ...] = ()
    decides: Rung | None = None
    inferred: bool = False
    beside: tuple[tuple[str, Truth, Expr], ...] = ()
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachRow:
    """One row: a variant, or an architecture of a distribution with what it means.

    cells are in the order of the columns, None where there is nothing to ask: no kernel, no such compiler.
    """

    name: str
    variants: tuple[str, ...]
    cells: tuple[Reach | None, ...]

    @property
    def answer(self) -> Truth | None:
        """By some column; None where there is nothing to ask."""
        asked = [cell.answer for cell in self.cells if cell is not None]
        return disjunction(asked) if asked else None


def reach(scene: Scene, variants: Sequence[Variant], backends: Sequence[Backend]) -> Reach:
    """The answer for all these variants together, by some backend; those that the kernel does not have drop out."""
    tops = [best(cells_of(scene, variant, backends)) for variant in variants]
    there = [top for top in tops if top.at(RungName.PORT).truth is not Truth.NO] or tops
    answer = conjunction(top.answer for top in there)
    if answer is Truth.YES:
        return Reach(
            answer=answer,
            conditions=tuple((top.variant, top.condition) for top in there if top.condition != YES),
            inferred=any(top.basis is Basis.INFERRED for top in there),
        )
    deciding = next(top for top in there if top.answer is answer)
    kept = {top.variant for top in there}
    untold = answer is Truth.UNKNOWN
    return Reach(
        answer=answer,
        decides=deciding.decisive,
        inferred=deciding.basis is Basis.INFERRED and not untold,
        beside=beside(scene, [v for v in variants if v.id in kept], backends) if untold else (),
    )


def is_shut(scene: Scene, variant: Variant, backends: Sequence[Backend]) -> bool:
    """Whether it is no whatever the backend is: the port or the kernel rung is no, on every side of what was not read.

    False says nothing. A backend without rules is unknown, and nothing is shut by another's.
    """
    if any(rules_of(backend.id) is None for backend in backends):
        return False
    contexts = [side.context for side in scene.sides] if scene.between else [scene.context]
    return all(
        port(context, variant).truth is Truth.NO or kernel(context, variant).truth is Truth.NO for context in contexts
    )
