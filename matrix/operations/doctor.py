"""This machine's tools, and what a kernel asks for -> for what they suffice, what is in the way, what to install.

Whether tools suit a kernel is asked of the resolver, as `archmatrix is` asks it: with the versions that were found.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from matrix.cell import Tool
from matrix.expression import YES
from matrix.machine.availability import script_says
from matrix.machine.distribution import distribution
from matrix.machine.outputs import backend_of
from matrix.machine.tools import PLAIN, Installed, installed
from matrix.model import Truth
from matrix.operations.ask import Wish, ask
from matrix.query.inferred import cells_of
from matrix.query.question import set_scene
from matrix.registry import resolve_name
from matrix.registry.packages import load_packages
from matrix.resolve.cell import conjunction, disjunction
from matrix.resolve.kernel import kernel as kernel_rung
from matrix.resolve.kernel.admits import port_declares_rust
from matrix.resolve.kernel.bindings import bindgen_suits, libclang_suits, no_known_bug
from matrix.resolve.kernel.refusals import rustc_accepts
from matrix.resolve.kernel.tools import compiler_is_new_enough, pahole_is_new_enough, rustc_is_new_enough
from matrix.value import dataclass, replace
from matrix.versions import cc_number, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from matrix.cell import Cell, Requirement
    from matrix.expression import Expr
    from matrix.machine.availability import ScriptSaid
    from matrix.machine.distribution import Distribution
    from matrix.machine.tools import Machine
    from matrix.model import Evidence, Registry, Variant
    from matrix.operations.ask import OpenQuestion
    from matrix.operations.workplace import Workplace
    from matrix.query.question import Scene
    from matrix.registry.packages import Packaged, Packages
    from matrix.resolve.context import Context
    from matrix.resolve.kernel.step import Step
    from matrix.trees import Spec

# What the kernel's build is written for; the others are asked about with `archmatrix is`.
BACKEND = "rustc-llvm"
_COMPILERS = {"clang": Tool.LLVM, "gcc": Tool.GCC}
_ASKED_OF = {
    "rustc": Tool.RUSTC,
    "bindgen": Tool.BINDGEN,
    "libclang": Tool.LIBCLANG,
    "clang": Tool.LLVM,
    "lld": Tool.LLVM,
    "gcc": Tool.GCC,
    "pahole": Tool.PAHOLE,
}
# Which rules speak of which tool.
_RULES: Mapping[str, tuple[Callable[[Context, Variant], Step], ...]] = {
    "rustc": (rustc_is_new_enough, rustc_accepts),
    "bindgen": (bindgen_suits, no_known_bug),
    "libclang": (libclang_suits,),
    "clang": (compiler_is_new_enough,),
    "gcc": (compiler_is_new_enough,),
    "pahole": (pahole_is_new_enough,),
}
_ALWAYS_NEEDED = ("rustc", "rust-src", "bindgen", "libclang")
# Seen and said, and nothing hangs on them here.
_BESIDES = ("rustfmt", "pahole", "gccrs", "mrustc")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asks:
    """What the doctor is asked about: an architecture by any name, a kernel as written ("" for the newest), or trees."""

    name: str
    kernel: str = ""
    trees: tuple[Spec, ...] = ()
    release: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One tool that make would use, or that would do. truth is None where nothing hangs on it.

    needed is what the kernel asks of it; because says what is wrong, evidence where upstream says so. told is what make
    must be told to use it, "" where it finds it by itself. others are further ones that were found.
    """

    tool: Installed
    truth: Truth | None
    needed: Requirement | None = None
    because: str = ""
    evidence: tuple[Evidence, ...] = ()
    told: str = ""
    others: tuple[Installed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """One variant with one C compiler: whether the tools suffice, under which condition, and what decides."""

    variant: str
    cc: str
    truth: Truth
    because: str
    condition: Expr = YES
    evidence: tuple[Evidence, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What can be built of one kernel: each variant with the C compilers; because says why none can."""

    kernel: str
    variants: Mapping[str, tuple[str, ...]]
    because: str = ""
    truth: Truth = Truth.YES


class Right(Enum):
    """Who is right where the tree's script and we differ."""

    BOTH = "both agree"
    SCRIPT = "the script is right"
    OURS = "we are right"
    UNKNOWN = "cannot tell"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """The tree's own script beside what we hold of the same: reasons are ours against, () for none."""

    said: ScriptSaid
    reasons: tuple[str, ...]
    right: Right
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToDo:
    """One thing to install or set: the command, for which tools, and where that was read. unless is another way."""

    command: str
    tools: tuple[str, ...]
    sources: tuple[str, ...]
    unless: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """All that the doctor found. hopeless says why no tools would do, "" where some would."""

    name: str
    scene: Scene
    tools: tuple[Judged, ...]
    builds: tuple[Build, ...]
    reach: tuple[Reach, ...]
    todo: tuple[ToDo, ...]
    distribution: Distribution
    packaged: Packaged | None
    scripts: tuple[Agreement, ...] = ()
    hopeless: str = ""

    @property
    def truth(self) -> Truth:
        """For all variants that the name means, with some C compiler."""
        variants = dict.fromkeys(build.variant for build in self.builds)
        return conjunction(disjunction(b.truth for b in self.builds if b.variant == id_) for id_ in variants)

    @property
    def exit_code(self) -> int:
        """0 all suffices, 1 something stands in the way, 3 cannot tell."""
        return {Truth.YES: 0, Truth.NO: 1, Truth.UNKNOWN: 3}[self.truth]


def found_tools(machine: Machine) -> tuple[Installed, ...]:
    """Every tool of a Rust kernel build on this machine, what make would take of each first.

    What `archmatrix config` asks to know what a .config does not hold.
    """
    return installed(machine)


def compiles_for(registry: Registry, tool: Installed, variant: Variant) -> bool | None:
    """Whether a C compiler makes code for a variant; None where it does not say what it is for.

    A GCC is for the machines of one triple: one of another width does where the port is the same and it is the wider
    one (x86_64 for i386), byte order is a flag. A clang is for all whose backend it was built with.
    """
    if not tool.targets:
        return None
    if tool.name == "clang":
        return bool(variant.llvm) and variant.llvm in {backend_of(name) for name in tool.targets}
    cpu = _cpu(tool.targets[0])
    mine = [v for v in registry.variants.values() if cpu in {_cpu(triple) for triple in v.gnu_triples}]
    return any(v.srcarch == _machine_of(registry, variant).srcarch and v.bits >= variant.bits for v in mine)


def _cpu(triple: str) -> str:
    cpu = triple.partition("-")[0]
    if len(cpu) == 4 and cpu[0] == "i" and cpu.endswith("86"):
        return "i386"
    if cpu.startswith("armv") and cpu[4:5].isdigit():
        return "armeb" if cpu.endswith("b") else "arm"
    return cpu


def _machine_of(registry: Registry, variant: Variant) -> Variant:
    """User-mode Linux is compiled as a program of its host."""
    if not variant.subarch:
        return variant
    triples = {_cpu(t) for t in variant.gnu_triples}
    return next((v for v in registry.variants.values() if not v.subarch and triples & set(map(_cpu, v.gnu_triples))), variant)


def diagnose(work: Workplace, machine: Machine, asks: Asks) -> Diagnosis:
    """All of it. Raises: UsageError, TreeError, StoreError, RegistryError."""
    meaning = resolve_name(work.registry, asks.name)
    packages = load_packages(work.data)
    found = found_tools(machine)
    versions = {"linux": asks.kernel} if asks.kernel else {}
    with ask(work, Wish(versions=versions, backend=BACKEND, trees=asks.trees)) as question:
        variants = _there(question, [work.registry.variants[id_] for id_ in meaning.variants])
        return _Doctor(work, question, machine, found, variants).diagnosis(asks, packages)


def _there(question: OpenQuestion, variants: list[Variant]) -> list[Variant]:
    """A variant that this kernel does not have drops out of a name with several meanings, unless none is left."""
    from matrix.cell import RungName  # noqa: PLC0415  # its name would hide what this module is about

    backends = [question.registry.backends[BACKEND]]
    there = [
        v
        for v in variants
        if cells_of(question.scene, v, backends)[0].at(RungName.PORT).truth is not Truth.NO
    ]
    return there or variants


class _Doctor:
    """One question about this machine: the tools that were found, the kernel that is open, the variants."""

    def __init__(
        self,
        work: Workplace,
        question: OpenQuestion,
        machine: Machine,
        found: tuple[Installed, ...],
        variants: list[Variant],
    ) -> None:
        self.work, self.question, self.machine = work, question, machine
        self.registry, self.found, self.variants = work.registry, found, variants
        self.backends = [work.registry.backends[BACKEND]]
        self.context = _speaking(question.scene)

    def diagnosis(self, asks: Asks, packages: Packages) -> Diagnosis:
        """Everything, in the order in which it is told."""
        first = self.variants[0]
        chosen = {name: self._chosen(name, first) for name in ("rustc", "bindgen", "clang", "lld", "gcc", *_BESIDES)}
        chosen["rust-src"] = self._beside("rust-src", chosen["rustc"])
        chosen["libclang"] = self._beside("libclang", chosen["bindgen"])
        builds = [self._build(v, cc, chosen) for v in self.variants for cc in _COMPILERS]
        hopeless = self._hopeless()
        judged = tuple(self._judged(name, chosen, builds) for name in (*_ALWAYS_NEEDED, *_COMPILERS, "lld", *_BESIDES))
        about = distribution(asks.release)
        packaged = packages.of(about.ids)
        advice = _Advice(packages, packaged, judged, first, builds)
        scripts = ()
        if asks.trees and any(spec.project == "linux" for spec in asks.trees):
            place = next(spec.place for spec in asks.trees if spec.project == "linux")
            scripts = tuple(self._agreements(place, chosen, judged, builds))
        return Diagnosis(
            name=asks.name,
            scene=self._scene(self.question.scene, first, "", chosen) if chosen["rustc"].usable else self.question.scene,
            tools=judged,
            builds=tuple(builds),
            reach=tuple(self._reach(chosen)) if not asks.kernel and not asks.trees else (),
            todo=() if hopeless else tuple(advice.todo()),
            distribution=about,
            packaged=packaged,
            scripts=scripts,
            hopeless=hopeless,
        )

    # --- which of several ---------------------------------------------------------------------------------------------

    def _chosen(self, name: str, variant: Variant) -> Installed:
        """The first that suits, else the first that runs, else the first; one without a path where there is none."""
        own = [tool for tool in self.found if tool.name == name]
        if name in _COMPILERS:
            own = [t for t in own if not t.usable or compiles_for(self.registry, t, variant) is not False]
            own = [t for t in own if t.usable or t.called == PLAIN[name]] or own
        usable = [tool for tool in own if tool.usable]
        suiting = [tool for tool in usable if self._new_enough(tool, variant)]
        return next(iter([*suiting, *usable, *own]), Installed(name=name))

    def _new_enough(self, tool: Installed, variant: Variant) -> bool:
        needed = self._needed(tool.name, variant)
        return needed is None or _at_least(tool.version, needed.version)

    def _needed(self, name: str, variant: Variant) -> Requirement | None:
        return self.context.minimum(_ASKED_OF[name], variant) if name in _ASKED_OF else None

    def _beside(self, name: str, tool: Installed) -> Installed:
        """The library's source of a rustc, the libclang of a bindgen."""
        found = [t for t in self.found if t.name == name and t.called == tool.called] if tool.path else []
        others = [t for t in self.found if t.name == name] if not tool.path else []
        return next(iter([*found, *others]), Installed(name=name))

    # --- one variant with one C compiler ------------------------------------------------------------------------------

    def _scene(self, scene: Scene, variant: Variant, cc: str, chosen: Mapping[str, Installed]) -> Scene:
        """The same question with the versions that were found."""
        question = scene.question
        versions = {**question.versions, **({"rust": chosen["rustc"].version} if chosen["rustc"].usable else {})}
        tools = {n: chosen[n].version for n in ("bindgen", "libclang", "pahole") if chosen[n].usable}
        del variant
        compiler = chosen[cc] if cc else Installed(name="")
        asked = replace(
            question,
            versions=versions,
            tools=tools,
            cc=cc,
            cc_version=_whole(compiler.version) if compiler.usable else "",
        )
        return set_scene(self.registry, self.question.knowledge, asked)

    def _build(self, variant: Variant, cc: str, chosen: Mapping[str, Installed]) -> Build:
        compiler = chosen[cc]
        if compiler.usable and compiles_for(self.registry, compiler, variant) is False:
            compiler = self._chosen(cc, variant)
        scene = self._scene(self.question.scene, variant, cc, {**chosen, cc: compiler})
        cell = cells_of(scene, variant, self.backends)[0]
        missing = [*_lacking(chosen, _ALWAYS_NEEDED)]
        if not compiler.usable or compiles_for(self.registry, compiler, variant) is False:
            missing.append(f"{cc} for {variant.id}" if cc == "gcc" else cc)
        remarks = tuple(r for step in self._steps(scene, variant, (no_known_bug, pahole_is_new_enough)) for r in step.remarks)
        if cell.answer is Truth.NO:
            truth, because = Truth.NO, cell.decisive.because
        elif missing:
            truth, because = Truth.NO, f"{_and(missing)} cannot be used here" if _found_any(chosen, missing) else f"there is no {_and(missing)}"
        else:
            truth, because = cell.answer, cell.decisive.because if cell.answer is Truth.UNKNOWN else ""
        return Build(
            variant=variant.id,
            cc=cc,
            truth=truth,
            because=because,
            condition=cell.condition if truth is Truth.YES else YES,
            evidence=cell.decisive.evidence if cell.answer is not Truth.YES else (),
            remarks=tuple(dict.fromkeys(remarks)),
        )

    def _steps(
        self, scene: Scene, variant: Variant, rules: Iterable[Callable[[Context, Variant], Step]]
    ) -> Iterator[Step]:
        for rule in rules:
            for context in _contexts(scene):
                yield rule(context, variant)

    def _hopeless(self) -> str:
        """Why no tools would do; "" where some variant can be had with some."""
        cells = [cells_of(self.question.scene, v, self.backends)[0] for v in self.variants]
        refused = [cell for cell in cells if cell.answer is Truth.NO]
        return refused[0].decisive.because if refused else ""

    # --- what each tool is --------------------------------------------------------------------------------------------

    def _judged(self, name: str, chosen: Mapping[str, Installed], builds: Sequence[Build]) -> Judged:
        tool, variant = chosen[name], self.variants[0]
        needed = self._needed(name, variant)
        others = tuple(t for t in self.found if t.name == name and t.path != tool.path)
        truth, because, evidence = self._judgement(name, tool, needed, chosen, variant)
        if name in _COMPILERS and truth is Truth.NO and any(b.truth is Truth.YES and b.cc != name for b in builds):
            truth = None  # the other C compiler does
        return Judged(
            tool=tool,
            truth=truth,
            needed=needed,
            because=because,
            evidence=evidence,
            told=_told(tool) if truth is not Truth.NO else "",
            others=others,
        )

    def _judgement(
        self,
        name: str,
        tool: Installed,
        needed: Requirement | None,
        chosen: Mapping[str, Installed],
        variant: Variant,
    ) -> tuple[Truth | None, str, tuple[Evidence, ...]]:
        hangs = name not in (*_BESIDES, "lld")
        against = Truth.NO if hangs else None
        if not tool.path:
            return against, "", ()
        if tool.problem:
            return against, tool.problem, ()
        if name == "rust-src":
            return (Truth.YES, "", ()) if tool.usable else (Truth.NO, "", ())
        cc = name if name in _COMPILERS else ""
        scene = self._scene(self.question.scene, variant, cc, chosen)
        for rule in _RULES.get(name, ()):
            steps = [rule(context, variant) for context in _contexts(scene)]
            if all(step.truth is Truth.NO for step in steps):
                return against, steps[0].because, steps[0].evidence
            if rule is rustc_is_new_enough and (unknown := [s for s in steps if s.truth is Truth.UNKNOWN]):
                return Truth.UNKNOWN, unknown[0].because, unknown[0].evidence
        if name == "lld" and needed and not _at_least(tool.version, needed.version):
            return against, f"LLVM=1 needs LLVM >= {needed.version}", (needed.evidence,)
        if name in _COMPILERS and compiles_for(self.registry, tool, variant) is False:
            return against, f"compiles nothing for {variant.id}", ()
        return (Truth.YES if hangs else None), "", ()

    # --- other kernels ------------------------------------------------------------------------------------------------

    def _reach(self, chosen: Mapping[str, Installed]) -> Iterator[Reach]:
        """The newest known release of each series: what can be built of it with what is here."""
        series: dict[tuple[int, ...], str] = {}
        for revision in sorted(self.question.knowledge.revisions("linux"), key=lambda r: parse(r.label)):
            if revision.kind == "release":
                series[parse(revision.label).numbers[:2]] = revision.label
        lacking = [*_lacking(chosen, _ALWAYS_NEEDED)]
        for label in reversed(series.values()):
            if lacking:
                yield Reach(kernel=label, variants={}, because=f"there is no {_and(lacking)}", truth=Truth.NO)
            else:
                yield self._reached(label, chosen)

    def _reached(self, label: str, chosen: Mapping[str, Installed]) -> Reach:
        base = replace(self.question.scene.question, versions={"linux": f"v{label}"})
        scenes = {}
        for cc in _COMPILERS:
            scene = replace(self.question.scene, question=base)
            scenes[cc] = self._scene(scene, self.variants[0], cc, {**chosen, cc: Installed(name=cc)})
        found: dict[str, list[str]] = {}
        against: dict[Truth, str] = {}
        for variant in self.registry.variants.values():
            context = _speaking(scenes["clang"])
            if kernel_rung(context, variant, (port_declares_rust,)).truth is Truth.NO:
                continue
            for cc, scene in scenes.items():
                compiler = self._chosen(cc, variant)
                if not compiler.usable or compiles_for(self.registry, compiler, variant) is False:
                    continue
                needed = context.minimum(_COMPILERS[cc], variant)
                if needed is not None and not _at_least(compiler.version, needed.version):
                    against.setdefault(Truth.NO, f"needs {needed}, and {compiler.version} is here")
                    continue
                cell = self._with(scene, variant, cc, compiler)
                if cell.answer is Truth.YES:
                    found.setdefault(variant.id, []).append(cc)
                else:
                    against.setdefault(cell.answer, cell.decisive.because)
        truth = Truth.YES if found else Truth.UNKNOWN if Truth.UNKNOWN in against else Truth.NO
        because = "" if found else against.get(truth, "no C compiler here is for a machine on which it has Rust")
        return Reach(kernel=label, variants={k: tuple(v) for k, v in found.items()}, because=because, truth=truth)

    def _with(self, scene: Scene, variant: Variant, cc: str, compiler: Installed) -> Cell:
        """The cell with a C compiler's version; the scene is the same for all of that compiler."""
        version = _whole(compiler.version)
        named = {"cc": cc, "cc_version": version, "named_cc_version": version}
        sides = tuple(replace(side, context=side.context.asking(**named)) for side in scene.sides)
        asked = replace(scene, context=scene.context.asking(**named), sides=sides)
        return cells_of(asked, variant, self.backends)[0]

    # --- the tree's own script ----------------------------------------------------------------------------------------

    def _agreements(
        self, tree: Path, chosen: Mapping[str, Installed], judged: Sequence[Judged], builds: Sequence[Build]
    ) -> Iterator[Agreement]:
        """What the script says with each C compiler that is here, else with the one that make would try."""
        variant = self.variants[0]
        usable = [cc for cc in _COMPILERS if chosen[cc].usable] or ["clang"]
        for cc in usable:
            given = {
                "RUSTC": _as_make(chosen["rustc"]),
                "BINDGEN": _as_make(chosen["bindgen"]),
                "CC": _as_make(chosen[cc]),
                "ARCH": next(iter(variant.make), variant.srcarch),
                "SRCARCH": variant.srcarch,
            }
            said = script_says(self.machine, tree, given)
            build = next(b for b in builds if b.cc == cc and b.variant == variant.id)
            yield _compared(said, judged, build, chosen)


def _compared(said: ScriptSaid, judged: Sequence[Judged], build: Build, chosen: Mapping[str, Installed]) -> Agreement:
    """The script's verdict beside ours on what it looks at: rustc, bindgen, libclang, and the library's source."""
    own = [j for j in judged if j.tool.name in _ALWAYS_NEEDED and j.truth is Truth.NO]
    reasons = tuple(_reason(j) for j in own)
    if said.unable:
        return Agreement(said=said, reasons=reasons, right=Right.UNKNOWN, because=said.unable)
    if said.content and not reasons and build.truth is Truth.NO and build.evidence:
        because = f"it asks less than the build does: {build.because}"
        return Agreement(said=said, reasons=(build.because,), right=Right.OURS, because=because)
    if said.content == (not reasons):
        return Agreement(said=said, reasons=reasons, right=Right.BOTH, because="")
    seen = {version for _, version in said.versions}
    ours = {tool.version for tool in chosen.values() if tool.usable}
    if seen and not seen & ours:
        because = f"it found {', '.join(sorted(seen))} in the tree: a toolchain of the tree's own is set there"
    elif said.content:
        because = "it looked at the tools themselves, and Kconfig offers CONFIG_RUST by its word"
    else:
        because = "Kconfig does not offer CONFIG_RUST without its word"
    return Agreement(said=said, reasons=reasons, right=Right.SCRIPT, because=because)


def _reason(judged: Judged) -> str:
    return f"{judged.tool.name}: {judged.because or 'there is none'}"


class _Advice:
    """What to install, on this distribution, for what is missing or does not suit."""

    def __init__(
        self,
        packages: Packages,
        packaged: Packaged | None,
        judged: Sequence[Judged],
        variant: Variant,
        builds: Sequence[Build],
    ) -> None:
        self.packages, self.packaged, self.variant = packages, packaged, variant
        self.judged = {j.tool.name: j for j in judged}
        self.builds = builds

    def todo(self) -> Iterator[ToDo]:
        """First what the distribution has, in one command; then what must come from elsewhere."""
        wanted = [*self._wanted()]
        here = [name for name in wanted if self._from_distribution(name)]
        if here and self.packaged is not None:
            names = dict.fromkeys(self.packaged.package[name].name for name in here)
            unless = [f"{n} >= {j.needed.version}" for n in here if (j := self.judged[n]).needed is not None]
            yield ToDo(
                command=self.packaged.install.replace("{packages}", " ".join(names)),
                tools=tuple(here),
                sources=tuple(dict.fromkeys(self.packaged.package[name].source for name in here)),
                unless=f"it must bring {', '.join(unless)}" if unless else "",
            )
        for name in wanted:
            if name not in here:
                elsewhere = self.packages.tools[name]
                yield ToDo(command=elsewhere.otherwise, tools=(name,), sources=(elsewhere.source,))
        if self.packaged is not None and self.packaged.note and wanted:
            yield ToDo(command=self.packaged.note, tools=(), sources=())

    def _wanted(self) -> Iterator[str]:
        for name in _ALWAYS_NEEDED:
            if self.judged[name].truth is Truth.NO:
                yield name
        builds = [b for b in self.builds if b.variant == self.variant.id]
        compilers = {name: self.judged[name] for name in _COMPILERS}
        if any(j.truth is Truth.YES and _admitted(builds, name) for name, j in compilers.items()):
            return
        yield "clang"
        if not self.judged["lld"].tool.usable:
            yield "lld"

    def _from_distribution(self, name: str) -> bool:
        """Not what is here already in a version that does not suit, nor the part of a toolchain of rustup's."""
        judged = self.judged[name]
        if self.packaged is None or name not in self.packaged.package:
            return False
        if name in {"rust-src", "rustfmt"} and _by_rustup(self.judged["rustc"].tool):
            return False
        too_old = judged.tool.usable and judged.truth is Truth.NO
        return not (too_old or (name == "rust-src" and self.judged["rustc"].truth is Truth.NO and self.judged["rustc"].tool.usable))


def _admitted(builds: Sequence[Build], cc: str) -> bool:
    """Whether the kernel admits this C compiler here: only tools are missing, if anything."""
    return any(b.cc == cc and (b.truth is not Truth.NO or not b.evidence) for b in builds)


def _by_rustup(rustc: Installed) -> bool:
    """rustup keeps each toolchain in a folder of that name."""
    return "/toolchains/" in rustc.sysroot


def _contexts(scene: Scene) -> list[Context]:
    """The context of what was read, or those of the releases next to what was not."""
    return [side.context for side in scene.sides] or [scene.context]


def _speaking(scene: Scene) -> Context:
    return _contexts(scene)[-1]


def _lacking(chosen: Mapping[str, Installed], names: Iterable[str]) -> Iterator[str]:
    for name in names:
        if not chosen[name].usable:
            yield name


def _found_any(chosen: Mapping[str, Installed], names: Iterable[str]) -> bool:
    """Whether any of them is here, if of no use."""
    return any(chosen[name.partition(" ")[0]].problem for name in names)


def _and(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _at_least(version: str, least: str) -> bool:
    return parse(version) >= parse(least) or cc_number(version) >= cc_number(least)


def _whole(version: str) -> str:
    """A compiler's version without the stage that a snapshot has behind it: Kconfig counts its three numbers."""
    return ".".join(map(str, parse(version).numbers[:3])) if version else ""


def _told(tool: Installed) -> str:
    """What make must be told: `RUSTC=/usr/bin/rustc-1.85`."""
    variable = {"rustc": "RUSTC", "bindgen": "BINDGEN", "clang": "CC", "gcc": "CC", "lld": "LD", "pahole": "PAHOLE"}
    if not tool.path or tool.name not in variable or tool.called == PLAIN[tool.name]:
        return ""
    if tool.name == "gcc" and tool.called.endswith("-gcc"):
        return f"CROSS_COMPILE={tool.called.removesuffix('gcc')}"
    return f"{variable[tool.name]}={tool.path}"


def _as_make(tool: Installed) -> str:
    """The word by which make would run it."""
    plain = PLAIN[tool.name]
    return plain if not tool.path or tool.called == plain else tool.path
