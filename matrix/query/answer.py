"""A name and a scene -> the answer: every variant's verdicts, what they need, what contradicts, and the exit code."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from matrix.model import Truth
from matrix.query.options import options
from matrix.resolve.cell import conjunction, disjunction, resolve_all
from matrix.resolve.contradictions import contradictions
from matrix.resolve.kernel import SELECTED_BY_COMPILER
from matrix.resolve.passed import Passed, passed_targets
from matrix.resolve.requirement import TOOLS, Requirement

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from matrix.model import Backend, Contradiction, Meaning, Registry, Variant, Verdict
    from matrix.query.line import Line, Span
    from matrix.query.question import Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class ByCompiler:
    """The answer with one C compiler named, and the condition that then remains."""

    cc: str
    answer: Truth
    condition: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantAnswer:
    """All that is known of one variant at the chosen versions.

    verdicts are in the order of data/backends.toml; general are the demands of config RUST on every port, as far as
    they are not met here.
    """

    variant: Variant
    verdicts: tuple[Verdict, ...]
    requirements: tuple[Requirement, ...]
    passed: tuple[Passed, ...]
    by_compiler: tuple[ByCompiler, ...]
    contradictions: tuple[Contradiction, ...]
    general: tuple[str, ...]
    spans: tuple[Span, ...] = ()

    @property
    def answer(self) -> Truth:
        """By some backend."""
        return disjunction(v.answer for v in self.verdicts)

    @property
    def best(self) -> Verdict:
        """The verdict that answers: a yes without conditions before one with them, then the furthest up the ladder."""
        return max(self.verdicts, key=_rank)

    @property
    def condition(self) -> str:
        """What a yes hangs on; "" where nothing, or where there is no yes."""
        return self.best.condition if self.answer is Truth.YES else ""


def _rank(verdict: Verdict) -> tuple[int, bool, int]:
    order = {Truth.YES: 2, Truth.UNKNOWN: 1, Truth.NO: 0}
    climbed = next((i for i, rung in enumerate(verdict.rungs) if rung.truth is Truth.NO), len(verdict.rungs))
    return order[verdict.answer], not verdict.condition, climbed


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer to `is NAME`. dropped are variants that the name also means and that this kernel does not have.

    checked_at is when what it rests on was last checked: the part that was checked longest ago.
    """

    meaning: Meaning
    scene: Scene
    variants: tuple[VariantAnswer, ...]
    dropped: tuple[VariantAnswer, ...]
    checked_at: datetime | None

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
    return Truth.NO if strict and variant.answer is Truth.YES and variant.condition else variant.answer


class Answers:
    """The answers of one scene. Each variant is resolved once, however many names mean it."""

    def __init__(self, registry: Registry, scene: Scene, line: Line | None = None) -> None:
        """`line` is the releases of the kernel along which the past of each answer is told."""
        self.registry, self.scene, self.line = registry, scene, line
        self._backends = [b for b in registry.backends.values() if scene.question.backend in {"", b.id}]
        self._variants: dict[str, VariantAnswer] = {}

    @cached_property
    def contradictions(self) -> tuple[Contradiction, ...]:
        """All that the rules find at these versions."""
        return contradictions(self.scene.context, self.registry.variants.values())

    def variant(self, id_: str) -> VariantAnswer:
        """All that is known of one variant."""
        if id_ not in self._variants:
            variant = self.registry.variants[id_]
            spans = self.line.variant(variant) if self.line else ()
            self._variants[id_] = _variant(self.scene, variant, self._backends, self.contradictions, spans)
        return self._variants[id_]

    def name(self, meaning: Meaning) -> Answer:
        """The answer to `is NAME`: every variant that the name means, but those that this kernel does not have."""
        answers = [self.variant(id_) for id_ in meaning.variants]
        there = [a for a in answers if a.verdicts[0].rungs[0].truth is not Truth.NO]
        kept = there or answers
        return Answer(
            meaning=meaning,
            scene=self.scene,
            variants=tuple(kept),
            dropped=tuple(a for a in answers if a not in kept),
            checked_at=last_checked(self.scene, (a.best for a in kept)),
        )


def _variant(
    scene: Scene,
    variant: Variant,
    backends: Sequence[Backend],
    found: Sequence[Contradiction],
    spans: tuple[Span, ...],
) -> VariantAnswer:
    context = scene.context
    verdicts = resolve_all(context, variant, backends)
    passed = passed_targets(context, variant) or ()
    needed = (context.minimum(tool, variant) for tool in TOOLS)
    return VariantAnswer(
        variant=variant,
        verdicts=verdicts,
        requirements=tuple(r for r in needed if r is not None),
        passed=passed,
        by_compiler=_by_compiler(scene, variant, backends, verdicts),
        contradictions=tuple(c for c in found if concerns(c, variant, passed)),
        general=tuple(o.remains for o in options(context, variant) if o.kind in {"excludes", "host"} and o.remains),
        spans=spans,
    )


def concerns(contradiction: Contradiction, variant: Variant, passed: Sequence[Passed]) -> bool:
    """Whether a contradiction is about the variant: it, its port, or the target that the kernel passes for it."""
    return contradiction.subject in {variant.id, variant.srcarch, *(p.name for p in passed)}


def _by_compiler(
    scene: Scene, variant: Variant, backends: Sequence[Backend], verdicts: Sequence[Verdict]
) -> tuple[ByCompiler, ...]:
    """Each C compiler's answer, where the condition names compilers and the asker did not."""
    best = max(verdicts, key=_rank)
    if scene.question.cc or best.answer is not Truth.YES or not SELECTED_BY_COMPILER.search(best.condition):
        return ()
    found = []
    for cc in ("clang", "gcc"):
        resolved = resolve_all(scene.context.with_compiler(cc), variant, backends)
        top = max(resolved, key=_rank)
        found.append(ByCompiler(cc=cc, answer=disjunction(v.answer for v in resolved), condition=top.condition))
    return tuple(found)


def last_checked(scene: Scene, verdicts: Iterable[Verdict]) -> datetime | None:
    """When what the verdicts rest on was last checked: the oldest of it. None where nothing of it has an age."""
    moments = {_checked(scene, e.project, e.path) for v in verdicts for rung in v.rungs for e in rung.evidence}
    return min((m for m in moments if m is not None), default=None)


def is_too_old(scene: Scene, checked_at: datetime | None) -> bool:
    """Whether a moment is before what the asker takes."""
    limit = scene.question.not_before
    return limit is not None and checked_at is not None and checked_at < limit


def _checked(scene: Scene, project: str, path: str) -> datetime | None:
    if project in scene.checked:
        return scene.checked[project]
    facts = scene.context.facts.get(project)
    return facts.checked_at(path) if facts else None
