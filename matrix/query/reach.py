"""A scene and variants -> whether its tools build its kernel for them, cheaply where the answer is a plain no.

A table of every variant at every kernel asks hundreds of cells. Most are no at the kernel rung, which is the same in
all backends: nothing else of such a cell is resolved before somebody looks at it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cell import Basis, RungName, best
from matrix.exits import Exit, together
from matrix.expression import YES
from matrix.model import Truth
from matrix.query.inferred import beside, cells_of
from matrix.resolve.backends import rules_of
from matrix.resolve.cell import conjunction, disjunction
from matrix.resolve.kernel import kernel
from matrix.value import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matrix.cell import Rung
    from matrix.expression import Expr
    from matrix.model import Backend, Distro, Variant
    from matrix.query.scene import Scene
    from matrix.resolve.needs import Needed
    from matrix.resolve.window import RustcRange

_CODES = {Truth.YES: Exit.YES, Truth.NO: Exit.NO, Truth.UNKNOWN: Exit.CANNOT_TELL}


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """What tools build: columns are kernel releases, or a distribution's C compilers.

    scene is one of those asked, for what is named in all of them; asked are those of the columns, in their order.
    distro is the one whose rows these are. shut and open_ count the rows that are not shown: no in every column, and
    unknown in some with a yes in none.
    """

    scene: Scene
    columns: tuple[str, ...]
    rows: tuple[ReachRow, ...]
    notes: tuple[str, ...]
    asked: tuple[Scene, ...] = ()
    shut: int = 0
    open_: int = 0
    distro: Distro | None = None

    @property
    def exit_code(self) -> int:
        """No outranks cannot tell, which outranks yes, over all that was asked.

        A distribution's architecture is yes with one of its compilers; a variant at every kernel is asked at each.
        """
        if self.distro is not None:
            truths = [row.answer for row in self.rows if row.answer is not None]
        else:
            truths = [cell.answer for row in self.rows for cell in row.cells if cell is not None]
        truths += [Truth.NO] * bool(self.shut) + [Truth.UNKNOWN] * bool(self.open_)
        return together(_CODES[truth] for truth in truths) if truths else Exit.CANNOT_TELL


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBy:
    """Variants for which a kernel says the same along rustc's versions.

    window is () where it pins one, and where no known one is new enough.
    """

    variants: tuple[str, ...]
    window: tuple[RustcRange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Takes:
    """Which tools a kernel takes: what it says of each, and for which variants which rustc will do.

    shut are variants that were asked about by name and for which no tool will do, with the reason.
    """

    scene: Scene
    tools: tuple[Needed, ...]
    groups: tuple[TakenBy, ...]
    shut: tuple[tuple[str, Reach], ...]

    @property
    def exit_code(self) -> int:
        """0 where tools are named for all that was asked, 1 where for some there are none, 3 where it was not read."""
        codes = [_CODES[found.answer] for _, found in self.shut]
        return together([*codes, Exit.YES if self.tools else Exit.CANNOT_TELL])


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
    told = beside(scene, [v for v in variants if v.id in kept], backends) if untold else ()
    return Reach(
        answer=answer,
        decides=deciding.decisive,
        inferred=deciding.basis is Basis.INFERRED and not untold,
        # Where no side can tell either, the reason says more than they do.
        beside=told if any(truth is not Truth.UNKNOWN for _, truth, _ in told) else (),
    )


def is_shut(scene: Scene, variant: Variant, backends: Sequence[Backend]) -> bool:
    """Whether it is no whatever the backend is: the kernel rung is no, on every side of what was not read.

    False says nothing. A backend without rules is unknown, and nothing is shut by another's.
    """
    if any(rules_of(backend.id) is None for backend in backends):
        return False
    contexts = [side.context for side in scene.sides] if scene.between else [scene.context]
    return all(kernel(context, variant).truth is Truth.NO for context in contexts)
