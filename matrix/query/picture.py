"""A scene -> the picture of it: every verdict and every tracked statement as topics that two scenes share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cell import RungName, Status, Tool
from matrix.changes import Picture, Statement, Topic
from matrix.expression import YES, show
from matrix.model import Evidence, Truth
from matrix.query.question import PROJECTS
from matrix.resolve.cell import resolve_all
from matrix.resolve.contradictions import contradictions
from matrix.resolve.passed import passed_targets
from matrix.resolve.rust_targets import rust_target, specified

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from matrix.cell import Cell, Rung
    from matrix.model import Registry, Variant
    from matrix.query.question import Scene
    from matrix.resolve.facts import Facts

Item = tuple[Topic, Statement]

# The backend whose codegen rung speaks of a code generator alone. mrustc emits C: what compiles that is GCC or LLVM.
_GENERATORS = {"rustc-llvm": "llvm", "gccrs": "gcc", "rustc-cranelift": "cranelift"}
# What every kernel that has Rust asks for, and what the build machine decides: neither tells two kernels apart.
_EVERYWHERE = frozenset({"HAVE_RUST", "RUST_IS_AVAILABLE"})
# Where each family would stand if it stood anywhere, by project and source.
_HOMES = {
    "level": ("linux", "linux-arch-support"),
    "constraint": ("linux", "linux-arch-support"),
    "requirement": ("linux", "linux-min-tools"),
    "clause": ("linux", "linux-kconfig"),
    "passed": ("linux", "linux-rustflags"),
    "rust-target": ("rust", "rust-target-list"),
}
_CONFIG_RUST = "init/Kconfig"
_UNPROMISED = 3


def picture(registry: Registry, scene: Scene) -> Picture:
    """What is held true at the versions of a scene."""
    said: dict[Topic, Statement] = {}
    backends = list(registry.backends.values())
    for variant in registry.variants.values():
        said.update(_cells(scene, variant, resolve_all(scene.over_time, variant, backends)))
    for parts in (_releases(scene), _levels(scene), _clauses(scene), _requirements(scene), _rust_targets(scene)):
        said.update(parts)
    said.update(_contradictions(registry, scene))
    return Picture(said, dict(_silent(scene)))


_WORDS = {RungName.PORT: "none", RungName.CODEGEN: "none", RungName.TARGET: "codegen-only"}


def support(cell: Cell) -> Statement:
    """A cell in a line: its status with the condition, where it stands, and what decided."""
    word = cell.status.value
    if cell.status is Status.BLOCKED and cell.rung:
        word = _WORDS.get(cell.rung, "target-only")
    condition = f": {show(cell.condition)}" if cell.status is Status.CONDITIONAL else ""
    return Statement(word + condition, cell.decisive.evidence, cell.decisive.because)


def _cells(scene: Scene, variant: Variant, cells: Iterable[Cell]) -> Iterator[Item]:
    admitted = False
    for cell in cells:
        yield Topic("support", variant.id, cell.backend), support(cell)
        yield Topic("target", variant.id, cell.backend), _rung(cell.at(RungName.TARGET))
        if cell.backend in _GENERATORS:
            yield Topic("codegen", variant.id, _GENERATORS[cell.backend]), _rung(cell.at(RungName.CODEGEN))
        if cell.backend == "rustc-llvm":  # the same for every backend
            yield Topic("port", variant.id), _rung(cell.at(RungName.PORT))
            yield Topic("kernel", variant.id), _rung(cell.at(RungName.KERNEL))
            admitted = cell.at(RungName.KERNEL).truth is Truth.YES
    passed = passed_targets(scene.over_time, variant) if admitted else None
    if passed:
        value = "; ".join(f"{p.name} if {show(p.when)}" if p.when != YES else p.name for p in passed)
        stands = tuple(p.evidence for p in passed)
        yield Topic("passed", variant.id), Statement(value, stands, "a specification of its own" * passed[0].custom)


def _rung(rung: Rung) -> Statement:
    condition = f" if {show(rung.condition)}" if rung.condition != YES and rung.truth is Truth.YES else ""
    return Statement(rung.truth.value + condition, rung.evidence, rung.because)


def _releases(scene: Scene) -> Iterator[Item]:
    for project in PROJECTS:
        if revision := scene.revisions[project]:
            yield Topic("release", project), Statement(revision.label, _tree(revision.project, revision.label))


def _tree(project: str, label: str) -> tuple[Evidence, ...]:
    return (Evidence(project=project, revision=label, path="", line=0, says=""),)


def _levels(scene: Scene) -> Iterator[Item]:
    linux = scene.context.known("linux-arch-support")
    for item in linux.of("linux-arch-support") if linux else ():
        about = {"rust-level": "level", "rust-constraint": "constraint"}.get(item.fact.attribute)
        if about and linux:
            yield Topic(about, item.fact.subject), Statement(item.fact.value, (linux.evidence(item),))


def _clauses(scene: Scene) -> Iterator[Item]:
    """The demands of config RUST, from init/Kconfig as it stands."""
    linux = scene.context.known("linux-kconfig")
    for item in linux.about("linux-kconfig", "RUST", "depends") if linux else ():
        if linux and item.path == _CONFIG_RUST and item.fact.value not in _EVERYWHERE:
            yield Topic("clause", "RUST", item.fact.value), Statement("depends", (linux.evidence(item),))


def _requirements(scene: Scene) -> Iterator[Item]:
    linux = scene.context.known("linux-min-tools")
    for tool in Tool if linux else ():
        assert linux is not None  # noqa: S101  # there is no loop otherwise
        policy = linux.first("linux-changes", tool.value, "version-policy")
        sign = "=" if policy and policy.fact.value == "exactly" else ">="
        for item in linux.about("linux-min-tools", tool.value, "minimum"):
            scope = item.fact.when.replace('"', "")
            yield (
                Topic("requirement", tool.value, scope),
                Statement(f"{sign} {item.fact.value}", (linux.evidence(item),)),
            )


def _rust_targets(scene: Scene) -> Iterator[Item]:
    rust = scene.context.known("rust-target-list")
    for item in rust.of("rust-target-list") if rust else ():
        if item.fact.attribute != "module" or rust is None:
            continue
        name = item.fact.subject
        target = rust_target(rust, name)
        hosts = rust.first("rust-platform-support", name, "host-tools")
        value = f"tier {target.tier.fact.value}" if target.tier else "no tier"
        # Tier 3 promises nothing, host tools neither.
        if hosts and hosts.fact.value == "yes" and (target.tier_number or _UNPROMISED) < _UNPROMISED:
            value += ", host tools"
        told = [target.tier, hosts if (target.tier_number or _UNPROMISED) < _UNPROMISED else None]
        stands = (rust.evidence(item), *(rust.evidence(t) for t in told if t))
        yield Topic("rust-target", name), Statement(value, stands, _identity(rust, item.fact.value))


def _identity(rust: Facts, module: str) -> str:
    """What a target keeps under a new name: ISA, width and byte order; "" where its specification does not say."""
    found = [specified(rust, module, attribute) for attribute in ("arch", "pointer-width", "endian")]
    return " ".join(f.fact.value for f in found if f) if found[0] else ""


def _contradictions(registry: Registry, scene: Scene) -> Iterator[Item]:
    """By rule and subject; what several of one rule say of one subject stands together."""
    found: dict[Topic, list[tuple[str, tuple[Evidence, ...]]]] = {}
    for item in contradictions(scene.context, registry.variants.values()):
        found.setdefault(Topic("contradiction", item.rule, item.subject), []).append((item.says, item.sides))
    for topic, cases in found.items():
        sides = tuple(dict.fromkeys(side for _, sides in cases for side in sides))
        count = "1 case" if len(cases) == 1 else f"{len(cases)} cases"
        yield topic, Statement(count, sides, "; ".join(says for says, _ in cases))


def _silent(scene: Scene) -> Iterator[tuple[str, tuple[Evidence, ...]]]:
    for about, (project, source) in _HOMES.items():
        facts = scene.context.facts.get(project)
        if facts is None:
            continue
        if about == "clause":
            held = any(i.path == _CONFIG_RUST and i.fact.subject == "RUST" for i in facts.of(source))
            path = _CONFIG_RUST if held else ""
        else:
            first = facts.beginning(source)
            path = first.path if first else ""
        if path:
            file = Evidence(project=project, revision=facts.revision.label, path=path, line=0, says="not there")
            yield about, (file,)
