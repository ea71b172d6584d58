"""A scene -> the picture of it: every verdict and every tracked statement as topics that two scenes share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cell import RungName, Tool
from matrix.change import Picture, Said, Statement, Topic
from matrix.change.said import of_cell
from matrix.expression import show
from matrix.model import Evidence, Truth
from matrix.query.question import PROJECTS
from matrix.resolve.backends import rules_of
from matrix.resolve.cell import resolve_all
from matrix.resolve.contradictions import contradictions
from matrix.resolve.passed import passed_targets
from matrix.resolve.requirement import minimums, policy
from matrix.resolve.rust_targets import rust_target, specified

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matrix.cell import Cell, KernelTarget, Rung
    from matrix.model import Registry, Variant
    from matrix.query.scene import Scene
    from matrix.resolve.facts import Facts

_Item = tuple[Topic, Statement]

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


def support(cell: Cell) -> Statement:
    """A cell in a line: its status with the condition, where it stands, and what decided."""
    return Statement(of_cell(cell), cell.decisive.evidence, cell.decisive.because)


def _cells(scene: Scene, variant: Variant, cells: Sequence[Cell]) -> Iterator[_Item]:
    # The port and kernel rungs are the same for every backend.
    port, kernel = cells[0].at(RungName.PORT), cells[0].at(RungName.KERNEL)
    yield Topic("port", variant.id), _rung(port)
    yield Topic("kernel", variant.id), _rung(kernel)
    for cell in cells:
        yield Topic("support", variant.id, cell.backend), support(cell)
        yield Topic("target", variant.id, cell.backend), _rung(cell.at(RungName.TARGET))
        if generator := _generator(cell.backend):
            yield Topic("codegen", variant.id, generator), _rung(cell.at(RungName.CODEGEN))
    passed = passed_targets(scene.over_time, variant) if kernel.truth is Truth.YES else None
    if passed:
        stands = tuple(p.evidence for p in passed)
        note = "a specification of its own" * passed[0].custom
        yield Topic("passed", variant.id), Statement(_passes(passed), stands, note)


def _generator(backend: str) -> str:
    """The code generator that a backend's codegen rung speaks of alone; "" where it says more."""
    rules = rules_of(backend)
    return rules.generator.value if rules and rules.generator else ""


def _rung(rung: Rung) -> Statement:
    said = Said(rung.truth.value, condition=show(rung.condition) if rung.truth is Truth.YES else "")
    return Statement(said, rung.evidence, rung.because)


def _passes(passed: Sequence[KernelTarget]) -> Said:
    """The targets, and under which condition each; of several the conditions stand beside them in the same order."""
    names = ",".join(p.name for p in passed)
    if len(passed) == 1:
        return Said("passes", names, condition=show(passed[0].when))
    return Said("passes", names, also=";".join(show(p.when) for p in passed))


def _releases(scene: Scene) -> Iterator[_Item]:
    for project in PROJECTS:
        if revision := scene.revisions[project]:
            said = Said("release", revision.label)
            yield Topic("release", project), Statement(said, _tree(revision.project, revision.label))


def _tree(project: str, label: str) -> tuple[Evidence, ...]:
    return (Evidence(project=project, revision=label, path="", line=0, says=""),)


def _levels(scene: Scene) -> Iterator[_Item]:
    linux = scene.context.known("linux-arch-support")
    for item in linux.of("linux-arch-support") if linux else ():
        value, stands = item.fact.value, (linux.evidence(item),) if linux else ()
        if item.fact.attribute == "rust-level":
            yield Topic("level", item.fact.subject), Statement(Said(value), stands)
        elif item.fact.attribute == "rust-constraint":
            yield Topic("constraint", item.fact.subject), Statement(Said("only", also=value), stands)


def _clauses(scene: Scene) -> Iterator[_Item]:
    """The demands of config RUST, from init/Kconfig as it stands."""
    linux = scene.context.known("linux-kconfig")
    for item in linux.about("linux-kconfig", "RUST", "depends") if linux else ():
        if linux and item.path == _CONFIG_RUST and item.fact.value not in _EVERYWHERE:
            yield Topic("clause", "RUST", item.fact.value), Statement(Said("depends"), (linux.evidence(item),))


def _requirements(scene: Scene) -> Iterator[_Item]:
    linux = scene.context.known("linux-min-tools")
    # libclang's minimum is LLVM's, and told with that.
    for tool in [t for t in Tool if t is not Tool.LIBCLANG] if linux else ():
        assert linux is not None  # noqa: S101  # there is no loop otherwise
        told = policy(linux, tool)
        sign = "=" if told and told.fact.value == "exactly" else ">="
        for item in minimums(linux, tool):
            scope = item.fact.when.replace('"', "")
            said = Said(sign, item.fact.value)
            yield Topic("requirement", tool.value, scope), Statement(said, (linux.evidence(item),))


def _rust_targets(scene: Scene) -> Iterator[_Item]:
    rust = scene.context.known("rust-target-list")
    for item in rust.of("rust-target-list") if rust else ():
        if item.fact.attribute != "module" or rust is None:
            continue
        name = item.fact.subject
        target = rust_target(rust, name)
        hosts = rust.first("rust-platform-support", name, "host-tools")
        # Tier 3 promises nothing, host tools neither.
        promised = (target.tier_number or _UNPROMISED) < _UNPROMISED
        hosted = promised and hosts is not None and hosts.fact.value == "yes"
        said = Said("tier", str(target.tier_number or ""), also="host-tools" if hosted else "")
        told = [target.tier, hosts if promised else None]
        stands = (rust.evidence(item), *(rust.evidence(t) for t in told if t))
        yield Topic("rust-target", name), Statement(said, stands, _identity(rust, item.fact.value))


def _identity(rust: Facts, module: str) -> str:
    """What a target keeps under a new name: ISA, width and byte order; "" where its specification does not say."""
    found = [specified(rust, module, attribute) for attribute in ("arch", "pointer-width", "endian")]
    return " ".join(f.fact.value for f in found if f) if found[0] else ""


def _contradictions(registry: Registry, scene: Scene) -> Iterator[_Item]:
    """By rule and subject; what several of one rule say of one subject stands together."""
    found: dict[Topic, list[tuple[str, tuple[Evidence, ...]]]] = {}
    for item in contradictions(scene.context, registry.variants.values()):
        found.setdefault(Topic("contradiction", item.rule, item.subject), []).append((item.says, item.sides))
    for topic, cases in found.items():
        sides = tuple(dict.fromkeys(side for _, sides in cases for side in sides))
        yield topic, Statement(Said("cases", str(len(cases))), sides, "; ".join(says for says, _ in cases))


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
