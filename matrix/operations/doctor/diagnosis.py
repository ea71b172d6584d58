"""The tools of this machine and an open question about a kernel -> the diagnosis.

Whether tools suit a kernel is asked of the resolver, as `archmatrix is` asks it: with the versions that were found.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from matrix.cell import Basis, RungName
from matrix.errors import UsageError
from matrix.expression import YES, And, Compare
from matrix.machine.distribution import distribution
from matrix.machine.tools import Installed, installed
from matrix.model import Truth
from matrix.operations.ask import Wish, ask
from matrix.operations.doctor.advice import Advice
from matrix.operations.doctor.agreement import agreements
from matrix.operations.doctor.choice import Choice, at_least, compiles_for, lacking, lacking_words, told, whole
from matrix.operations.doctor.reach import KernelInReach
from matrix.query.diagnosis import ALWAYS_NEEDED, BESIDES, COMPILED_WITH, Build, Diagnosis, Judged
from matrix.query.inferred import cells_of, side_words
from matrix.query.scene import set_scene
from matrix.registry import resolve_name
from matrix.registry.packages import load_packages
from matrix.resolve.kernel.bindings import bindgen_suits, libclang_suits, no_known_bug
from matrix.resolve.kernel.refusals import rustc_accepts
from matrix.resolve.kernel.tools import compiler_is_new_enough, pahole_is_new_enough, rustc_is_new_enough
from matrix.value import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from matrix.expression import Expr
    from matrix.machine.tools import Machine
    from matrix.model import Evidence, Variant
    from matrix.operations.ask import OpenQuestion
    from matrix.operations.workplace import Workplace
    from matrix.query.scene import Scene
    from matrix.registry.packages import NamesThere, Packages
    from matrix.resolve.context import Context
    from matrix.resolve.kernel.step import Step
    from matrix.trees import Spec

# What the kernel's build is written for; the others are asked about with `archmatrix is`.
_BACKEND = "rustc-llvm"
# Which rules of the resolver speak of which tool.
_RULES: Mapping[str, tuple[Callable[[Context, Variant], Step], ...]] = {
    "rustc": (rustc_is_new_enough, rustc_accepts),
    "bindgen": (bindgen_suits, no_known_bug),
    "libclang": (libclang_suits,),
    "clang": (compiler_is_new_enough,),
    "gcc": (compiler_is_new_enough,),
}
_NO_COMPILER = Installed(name="")
_IN_ORDER = ("rustc", "rust-src", "bindgen", "libclang", "clang", "lld", "gcc", *BESIDES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asks:
    """What the doctor is asked about: an architecture by any name; a kernel as written, "" for the newest; trees.

    release is the text of /etc/os-release, host what `uname -m` says.
    """

    name: str
    kernel: str = ""
    trees: tuple[Spec, ...] = ()
    release: str = ""
    host: str = ""


def found_tools(machine: Machine) -> tuple[Installed, ...]:
    """Every tool of a Rust kernel build on this machine, what make would take of each first.

    What `archmatrix config` asks to know what a .config does not hold.
    """
    return installed(machine)


def diagnose(work: Workplace, machine: Machine, asks: Asks) -> Diagnosis:
    """All of it. Raises: UsageError, TreeError, StoreError, RegistryError."""
    meaning = resolve_name(work.registry, asks.name)
    if other := next((spec.project for spec in asks.trees if spec.project != "linux"), ""):
        raise UsageError(
            f"doctor --tree: found a tree of {other}, expected one of linux: the tools are those found here"
        )
    packages = load_packages(work.data)
    found = found_tools(machine)
    versions = {"linux": asks.kernel} if asks.kernel else {}
    with ask(work, Wish(versions=versions, backend=_BACKEND, trees=asks.trees)) as question:
        variants = _there(question, [work.registry.variants[id_] for id_ in meaning.variants])
        return _Doctor(question, machine, found, variants).diagnosis(asks, packages)


def _there(question: OpenQuestion, variants: list[Variant]) -> list[Variant]:
    """A variant that this kernel does not have drops out of a name with several meanings, unless none is left."""
    backends = [question.registry.backends[_BACKEND]]
    cells = {v.id: cells_of(question.scene, v, backends)[0] for v in variants}
    return [v for v in variants if cells[v.id].at(RungName.PORT).truth is not Truth.NO] or variants


class _Doctor:
    """One question about this machine: the tools that were found, the kernel that is open, the variants."""

    def __init__(
        self, question: OpenQuestion, machine: Machine, found: tuple[Installed, ...], variants: list[Variant]
    ) -> None:
        self.question, self.machine, self.found, self.variants = question, machine, found, variants
        self.registry, self.scene = question.registry, question.scene
        self.backends = [question.registry.backends[_BACKEND]]
        self.choice = Choice(question.registry, found, _contexts(question.scene)[-1])
        self.chosen = self.choice.all(variants[0])
        self.scenes: dict[tuple[str, str], Scene] = {}
        self.hopeless = self._hopeless()

    def diagnosis(self, asks: Asks, packages: Packages) -> Diagnosis:
        """Everything, in the order in which it is told."""
        first = self.variants[0]
        builds = tuple(self._build(variant, cc) for variant in self.variants for cc in COMPILED_WITH)
        judged = tuple(self._judged(name, builds) for name in _IN_ORDER)
        about = distribution(asks.release)
        packaged = packages.of(about.ids)
        linux = next((spec for spec in asks.trees if spec.project == "linux"), None)
        scripts = agreements(self.machine, Path(linux.place), first, self.chosen, judged, builds) if linux else ()
        reached = KernelInReach(self.question, self.choice, self._scene, self.backends)
        return Diagnosis(
            name=asks.name,
            scene=self._with(_NO_COMPILER),
            tools=judged,
            builds=builds,
            reach=() if asks.kernel or linux else tuple(reached.kernels(self.chosen)),
            todo=() if self.hopeless else tuple(self._advice(asks, packages, packaged, judged).todo()),
            distribution=about,
            packaged=packaged,
            scripts=tuple(scripts),
            hopeless=self.hopeless,
        )

    def _with(self, compiler: Installed) -> Scene:
        """The question with what was found and one C compiler, made once for all that is asked of it."""
        key = compiler.name, compiler.version
        if key not in self.scenes:
            self.scenes[key] = self._scene(self.scene, compiler.name, {**self.chosen, compiler.name: compiler})
        return self.scenes[key]

    def _scene(self, scene: Scene, cc: str, chosen: Mapping[str, Installed]) -> Scene:
        """The same question with the versions that were found, and with a C compiler, "" for none."""
        rustc = {"rust": chosen["rustc"].version} if chosen["rustc"].usable else {}
        asked = replace(
            scene.question,
            versions={**scene.question.versions, **rustc},
            tools={n: chosen[n].version for n in ("bindgen", "libclang", "pahole") if chosen[n].usable},
            cc=cc,
            cc_version=whole(chosen[cc].version) if cc and chosen[cc].usable else "",
        )
        return set_scene(self.registry, self.question.knowledge, asked)

    def _build(self, variant: Variant, cc: str) -> Build:
        compiler = self.choice.one(cc, variant)
        chosen = {**self.chosen, cc: compiler}
        scene = self._with(compiler)
        cell = cells_of(scene, variant, self.backends)[0]
        missing = lacking(chosen, (*ALWAYS_NEEDED, cc))
        if missing and missing[-1] == "gcc":
            missing[-1] = f"gcc for {variant.id}"
        # Of a bindgen that is too old anyway nothing more is said.
        too_old = all(bindgen_suits(context, variant).truth is Truth.NO for context in _contexts(scene))
        rules = (pahole_is_new_enough,) if too_old else (no_known_bug, pahole_is_new_enough)
        steps = [rule(context, variant) for rule in rules for context in _contexts(scene)]
        truth, because = cell.answer, "" if cell.answer is Truth.YES else _here(cell.decisive.because)
        if missing and truth is not Truth.NO:
            truth, because = Truth.NO, lacking_words(missing)
        elif missing and not self.hopeless:
            because = f"{because}; {lacking_words(missing)}"
        return Build(
            variant=variant.id,
            cc=cc,
            truth=truth,
            because=because,
            condition=cell.condition if truth is Truth.YES else YES,
            evidence=() if cell.answer is Truth.YES else cell.decisive.evidence,
            remarks=tuple(dict.fromkeys(remark for step in steps for remark in step.remarks)),
            inferred=" and ".join(side_words(side) for side in scene.sides) if cell.basis is Basis.INFERRED else "",
        )

    def _hopeless(self) -> str:
        """Why no tools would do; "" where some would."""
        cells = (cells_of(self.scene, variant, self.backends)[0] for variant in self.variants)
        return next((cell.decisive.because for cell in cells if cell.answer is Truth.NO), "")

    def _advice(self, asks: Asks, packages: Packages, packaged: NamesThere | None, judged: Sequence[Judged]) -> Advice:
        """What is advised rests on what the kernel says while no tool is named."""
        variant, knowledge = self.variants[0], self.question.knowledge
        open_ = {
            cc: cells_of(
                set_scene(self.registry, knowledge, replace(self.scene.question, cc=cc)), variant, self.backends
            )[0]
            for cc in COMPILED_WITH
        }
        admitted = [cc for cc, cell in open_.items() if cell.answer is not Truth.NO]
        ends = (_newest_rustc(open_[cc].condition) for cc in admitted)
        newest = next((end for end in ends if end), "")
        here = self.registry.names.get(asks.host.lower())
        native = here is not None and variant.id in here.variants
        triple = "" if native else next(iter(variant.gnu_triples), "")
        return Advice(packages, packaged, judged, admitted=admitted, newest=newest, triple=triple)

    def _judged(self, name: str, builds: Sequence[Build]) -> Judged:
        tool, variant = self.chosen[name], self.variants[0]
        truth, because, evidence, beyond = self._judgement(tool, variant)
        if name in COMPILED_WITH and truth is Truth.NO and any(b.truth is Truth.YES for b in builds if b.cc != name):
            truth = None  # the other C compiler does
        return Judged(
            tool=tool,
            truth=truth,
            needed=self.choice.needed(name, variant),
            because=because,
            evidence=evidence,
            beyond=beyond,
            told=told(tool) if truth is not Truth.NO else "",
            others=tuple(t for t in self.found if t.name == name and (t.path, t.called) != (tool.path, tool.called)),
        )

    def _judgement(self, tool: Installed, variant: Variant) -> tuple[Truth | None, str, tuple[Evidence, ...], bool]:
        """What a tool is for this kernel: whether it does, why not, where upstream says so; see Judged."""
        hangs = tool.name not in {*BESIDES, "lld"}
        against = Truth.NO if hangs else None
        if not tool.usable:
            return against, tool.problem, (), False
        scene = self._with(tool if tool.name in COMPILED_WITH else _NO_COMPILER)
        for rule in _RULES.get(tool.name, ()):
            steps = [rule(context, variant) for context in _contexts(scene)]
            if all(step.truth is Truth.NO for step in steps):
                return against, _here(steps[0].because), steps[0].evidence, rule is rustc_accepts
            if unknown := [step for step in steps if step.truth is Truth.UNKNOWN]:
                return Truth.UNKNOWN, unknown[0].because, unknown[0].evidence, False
        needed = self.choice.needed(tool.name, variant)
        if tool.name == "lld" and needed and not at_least(tool.version, needed.version):
            return against, f"LLVM=1 needs LLVM >= {needed.version}", (needed.evidence,), False
        if tool.name in COMPILED_WITH and compiles_for(self.registry, tool, variant) is False:
            return against, f"compiles nothing for {variant.id}", (), False
        return (Truth.YES if hangs else None), "", (), False


def _here(because: str) -> str:
    """A rule's words about a version that was named; here nobody named it, it was found."""
    return because.replace(" was named", " is here")


def _newest_rustc(condition: Expr) -> str:
    """The newest rustc under a condition that names one (`rustc <= 1.90.0`), "" where it names none."""
    parts = condition.items if isinstance(condition, And) else (condition,)
    ends = (part for part in parts if isinstance(part, Compare) and (part.left, part.op) == ("rustc", "<="))
    return next((end.right for end in ends), "")


def _contexts(scene: Scene) -> list[Context]:
    """The context of what was read, or those of the releases next to what was not."""
    return [side.context for side in scene.sides] or [scene.context]
