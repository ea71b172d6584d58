"""The tools of this machine and every kernel that is known -> what can be built of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.model import Truth
from matrix.operations.doctor.choice import Choice, compiles_for, lacking, lacking_words, whole
from matrix.query.diagnosis import COMPILED_WITH, KernelReach
from matrix.query.inferred import cells_of
from matrix.resolve.kernel import kernel
from matrix.resolve.kernel.admits import port_declares_rust
from matrix.value import replace
from matrix.versions import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from matrix.cell import Cell
    from matrix.machine.tools import Installed
    from matrix.model import Backend, Variant
    from matrix.operations.ask import OpenQuestion
    from matrix.query.scene import Scene


class KernelInReach:
    """Asks of each kernel what the tools suffice for. `asking` gives a question the versions that were found."""

    def __init__(
        self,
        question: OpenQuestion,
        choice: Choice,
        asking: Callable[[Scene, str, Mapping[str, Installed]], Scene],
        backends: Sequence[Backend],
    ) -> None:
        self.question, self.choice, self.asking, self.backends = question, choice, asking, backends

    def kernels(self, chosen: Mapping[str, Installed]) -> Iterator[KernelReach]:
        """The newest known release of each series, the newest series first."""
        series: dict[tuple[int, ...], str] = {}
        for revision in sorted(self.question.knowledge.revisions("linux"), key=lambda r: parse(r.label)):
            if revision.kind == "release":
                series[parse(revision.label).numbers[:2]] = revision.label
        missing = lacking(chosen)
        for label in reversed(series.values()):
            if missing:
                yield KernelReach(kernel=label, variants={}, because=lacking_words(missing), truth=Truth.NO)
            else:
                yield self._kernel(label, chosen)

    def _kernel(self, label: str, chosen: Mapping[str, Installed]) -> KernelReach:
        base = replace(self.question.scene.question, versions={"linux": f"v{label}"})
        scene = replace(self.question.scene, question=base)
        scenes = {cc: self.asking(scene, cc, chosen) for cc in COMPILED_WITH}
        found: dict[str, list[str]] = {}
        against: dict[Truth, str] = {}
        for variant, cc, cell in self._cells(scenes):
            if cell.answer is Truth.YES:
                found.setdefault(variant.id, []).append(cc)
            else:
                against.setdefault(cell.answer, cell.decisive.because)
        truth = Truth.YES if found else Truth.UNKNOWN if Truth.UNKNOWN in against else Truth.NO
        because = "" if found else against.get(truth, "no C compiler here is for a machine on which it has Rust")
        return KernelReach(kernel=label, variants={k: tuple(v) for k, v in found.items()}, because=because, truth=truth)

    def _cells(self, scenes: Mapping[str, Scene]) -> Iterator[tuple[Variant, str, Cell]]:
        """The cell of each variant that has Rust there and each C compiler here that makes code for it."""
        contexts = {cc: scene.sides[-1].context if scene.sides else scene.context for cc, scene in scenes.items()}
        for variant in self.question.registry.variants.values():
            # Neither C compiler changes what the port declares; that it does not is told with any.
            if kernel(contexts["clang"].asking(cc=""), variant, (port_declares_rust,)).truth is Truth.NO:
                continue
            for cc, scene in scenes.items():
                context = contexts[cc]
                choice = Choice(self.question.registry, self.choice.found, context)
                compiler = choice.one(cc, variant)
                if compiler.usable and compiles_for(self.question.registry, compiler, variant) is not False:
                    yield variant, cc, self._with(scene, variant, cc, whole(compiler.version))

    def _with(self, scene: Scene, variant: Variant, cc: str, version: str) -> Cell:
        """The cell with the version of this variant's own compiler; the rest of the scene is the same for all."""
        named = {"cc": cc, "cc_version": version, "named_cc_version": version}
        sides = tuple(replace(side, context=side.context.asking(**named)) for side in scene.sides)
        asked = replace(scene, context=scene.context.asking(**named), sides=sides)
        return cells_of(asked, variant, self.backends)[0]
