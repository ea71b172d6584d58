"""A name and a scene -> the answer: every variant's cells, what they need, what contradicts, and the exit code."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from matrix.cell import RungName, best
from matrix.expression import YES, atoms
from matrix.model import Truth
from matrix.query.inferred import beside, cells_of, window_of
from matrix.resolve.cell import conjunction, disjunction, resolve_all
from matrix.resolve.contradictions import contradictions
from matrix.resolve.levels import to_ask
from matrix.resolve.passed import passed_targets
from matrix.value import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from matrix.cell import Cell, Contradiction, KernelTarget, Terms
    from matrix.expression import Expr
    from matrix.model import Backend, Meaning, Registry, Variant
    from matrix.query.line import Line, Span
    from matrix.query.scene import Scene
    from matrix.resolve.window import RustcRange

# Symbols that say which C compiler builds the kernel: a condition on one of them has an answer for each compiler.
SELECTED_BY_COMPILER = frozenset({"CC_IS_CLANG", "CC_IS_GCC", "CLANG_VERSION", "GCC_VERSION"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ByCompiler:
    """The answer with one C compiler named, and the condition that then remains."""

    cc: str
    answer: Truth
    condition: Expr


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantAnswer:
    """All that is known of one variant at the chosen versions. cells are in the order of data/backends.toml.

    window is what the kernel says along rustc's versions, () where one was named. asks are the addresses of those who
    keep the port and Rust in the kernel.
    """

    variant: Variant
    cells: tuple[Cell, ...]
    by_compiler: tuple[ByCompiler, ...]
    contradictions: tuple[Contradiction, ...]
    spans: tuple[Span, ...] = ()
    window: tuple[RustcRange, ...] = ()
    asks: tuple[str, ...] = ()

    @property
    def answer(self) -> Truth:
        """By some backend."""
        return disjunction(cell.answer for cell in self.cells)

    @property
    def best(self) -> Cell:
        """The cell that answers."""
        return best(self.cells)

    @property
    def terms(self) -> Terms:
        """What holds whatever the backend is."""
        return self.cells[0].terms

    @property
    def condition(self) -> Expr:
        """What a yes hangs on; YES where nothing, or where there is no yes."""
        return self.best.condition if self.answer is Truth.YES else YES


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer to `is NAME`. dropped are variants that the name also means and that this kernel does not have.

    beside is what the releases next to a version that was not read say, each with its name and the condition of a yes;
    () where that was not asked, since the answer can be told.

    checked_at is when what it rests on was last checked: the part that was checked longest ago. polled says that the
    repositories were asked then; else files were read then, shipped ones or a tree's, and nobody looked for newer ones.
    nearby are the variants that a reader may have meant, or could take instead, with their answers; () beside a yes.
    """

    meaning: Meaning
    scene: Scene
    variants: tuple[VariantAnswer, ...]
    dropped: tuple[VariantAnswer, ...]
    checked_at: datetime | None
    nearby: tuple[tuple[str, Truth], ...] = ()
    beside: tuple[tuple[str, Truth, Expr], ...] = ()
    polled: bool = False

    @property
    def too_old(self) -> bool:
        """Whether it was last checked longer ago than the asker takes (--max-age)."""
        return is_too_old(self.scene, self.checked_at)

    @property
    def truth(self) -> Truth:
        """What was found, as far as it is not too old to tell."""
        return Truth.UNKNOWN if self.too_old else self.found

    @property
    def found(self) -> Truth:
        """For all variants that the name means; with --strict a yes under conditions is no."""
        return conjunction(_strictly(v, strict=self.scene.question.strict) for v in self.variants)

    @property
    def exit_code(self) -> int:
        """0 yes, 1 no, 3 cannot tell."""
        return {Truth.YES: 0, Truth.NO: 1, Truth.UNKNOWN: 3}[self.truth]


def _strictly(variant: VariantAnswer, *, strict: bool) -> Truth:
    return Truth.NO if strict and variant.answer is Truth.YES and variant.condition != YES else variant.answer


class Answers:
    """The answers of one scene. Each variant is resolved once, however many names mean it."""

    def __init__(self, registry: Registry, scene: Scene, line: Line | None = None) -> None:
        """`line` is the releases of the kernel along which the past of each answer is told."""
        self.registry, self.scene, self.line = registry, scene, line
        self._backends = [b for b in registry.backends.values() if scene.question.backend in {"", b.id}]
        self._variants: dict[str, VariantAnswer] = {}
        self._cells: dict[str, tuple[Cell, ...]] = {}

    @cached_property
    def contradictions(self) -> tuple[Contradiction, ...]:
        """All that the rules find at these versions."""
        return contradictions(self.scene.context, self.registry.variants.values())

    def variant(self, id_: str) -> VariantAnswer:
        """All that is known of one variant."""
        if id_ not in self._variants:
            variant = self.registry.variants[id_]
            spans = self.line.variant(variant) if self.line else ()
            cells = self._cells_of(id_)
            self._variants[id_] = VariantAnswer(
                variant=variant,
                cells=cells,
                by_compiler=_by_compiler(self.scene, variant, self._backends, best(cells)),
                contradictions=self._concerning(variant, cells[0].terms.targets or ()),
                spans=spans,
                window=() if self.scene.question.names("rust") else window_of(self.scene, variant),
                asks=to_ask(self.scene.context, variant.srcarch),
            )
        return self._variants[id_]

    def _concerning(self, variant: Variant, targets: Sequence[KernelTarget]) -> tuple[Contradiction, ...]:
        """The contradictions about the variant, its port, or the targets that the kernel passes for it."""
        names = _subjects(variant, targets)
        return contradictions(self.scene.context, self.registry.variants.values(), names)

    def name(self, meaning: Meaning) -> Answer:
        """The answer to `is NAME`: every variant that the name means, but those that this kernel does not have."""
        answers = [self.variant(id_) for id_ in meaning.variants]
        there = [a for a in answers if a.best.at(RungName.PORT).truth is not Truth.NO]
        kept = there or answers
        return Answer(
            meaning=meaning,
            scene=self.scene,
            variants=tuple(kept),
            dropped=tuple(a for a in answers if a not in kept),
            checked_at=last_checked(self.scene, (a.best for a in kept)),
            polled=all(e.project in self.scene.checked for a in kept for rung in a.best.rungs for e in rung.evidence),
            beside=beside(self.scene, [a.variant for a in kept], self._backends) if _untold(kept) else (),
            nearby=self._nearby(meaning, kept),
        )

    def _nearby(self, meaning: Meaning, kept: Sequence[VariantAnswer]) -> tuple[tuple[str, Truth], ...]:
        if conjunction(a.answer for a in kept) is Truth.YES:
            return ()
        return tuple((id_, best(self._cells_of(id_)).answer) for id_ in meaning.see_also)

    def _cells_of(self, id_: str) -> tuple[Cell, ...]:
        """The cells of a variant: many names have the same neighbours."""
        if id_ not in self._cells:
            self._cells[id_] = cells_of(self.scene, self.registry.variants[id_], self._backends)
        return self._cells[id_]


def _untold(kept: Iterable[VariantAnswer]) -> bool:
    return conjunction(a.answer for a in kept) is Truth.UNKNOWN


def subjects_of(scene: Scene, variants: Iterable[Variant]) -> frozenset[str]:
    """What contradictions about these variants are about: the variants, their ports, their targets."""
    found: set[str] = set()
    for variant in variants:
        found |= _subjects(variant, passed_targets(scene.context, variant) or ()) | {*variant.rust_targets}
    return frozenset(found)


def _subjects(variant: Variant, targets: Iterable[KernelTarget]) -> set[str]:
    return {variant.id, variant.srcarch, *(target.name for target in targets)}


def _by_compiler(scene: Scene, variant: Variant, backends: Sequence[Backend], top: Cell) -> tuple[ByCompiler, ...]:
    """Each C compiler's answer, where the condition names compilers and the asker did not."""
    if scene.question.cc or top.answer is not Truth.YES or SELECTED_BY_COMPILER.isdisjoint(atoms(top.condition)):
        return ()
    answers = []
    for cc in ("clang", "gcc"):
        cells = resolve_all(scene.context.asking(cc=cc), variant, backends)
        condition = best(cells).condition
        answers.append(ByCompiler(cc=cc, answer=disjunction(c.answer for c in cells), condition=condition))
    return tuple(answers)


def last_checked(scene: Scene, cells: Iterable[Cell]) -> datetime | None:
    """When what the cells rest on was last checked: the oldest of it. None where nothing of it has an age."""
    moments = {_checked(scene, e.project, e.path) for cell in cells for rung in cell.rungs for e in rung.evidence}
    return min((m for m in moments if m is not None), default=None)


def is_too_old(scene: Scene, checked_at: datetime | None) -> bool:
    """Whether a moment is before what the asker takes, or has not come yet."""
    earliest, latest = scene.question.not_before, scene.question.not_after
    if earliest is None or checked_at is None:
        return False
    return checked_at < earliest or (latest is not None and checked_at > latest)


def _checked(scene: Scene, project: str, path: str) -> datetime | None:
    if project in scene.checked:
        return scene.checked[project]
    facts = scene.context.facts.get(project)
    return facts.checked_at(path) if facts else None
