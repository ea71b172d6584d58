"""A scene -> the picture of it: every verdict and every tracked statement as topics that two scenes share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.changes import Picture, Said, Statement, Topic
from matrix.changes.said import of_verdict
from matrix.model import Evidence, Truth
from matrix.query.question import PROJECTS
from matrix.resolve.cell import resolve_all
from matrix.resolve.contradictions import contradictions
from matrix.resolve.passed import passed_targets
from matrix.resolve.requirement import TOOLS
from matrix.resolve.rust_targets import rust_target, specified

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from matrix.model import Registry, Rung, Variant, Verdict
    from matrix.query.question import Scene
    from matrix.resolve.facts import Facts
    from matrix.resolve.passed import Passed

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
        said.update(_cells(scene, variant, resolve_all(scene.context, variant, backends)))
    for parts in (_releases(scene), _levels(scene), _clauses(scene), _requirements(scene), _rust_targets(scene)):
        said.update(parts)
    said.update(_contradictions(registry, scene))
    return Picture(said, dict(_silent(scene)))


def support(verdict: Verdict) -> Statement:
    """A cell in a line: its status with the condition, where it stands, and what decided."""
    decisive = verdict.blockers[0] if verdict.blockers else next(r for r in verdict.rungs if r.name == "kernel")
    return Statement(of_verdict(verdict), decisive.evidence, decisive.because)


def _cells(scene: Scene, variant: Variant, verdicts: Iterable[Verdict]) -> Iterator[Item]:
    admitted = False
    for verdict in verdicts:
        yield Topic("support", variant.id, verdict.backend), support(verdict)
        rungs = {rung.name: rung for rung in verdict.rungs}
        yield Topic("target", variant.id, verdict.backend), _rung(rungs["target"])
        if verdict.backend in _GENERATORS:
            yield Topic("codegen", variant.id, _GENERATORS[verdict.backend]), _rung(rungs["codegen"])
        if verdict.backend == "rustc-llvm":  # the same for every backend
            yield Topic("port", variant.id), _rung(rungs["port"])
            yield Topic("kernel", variant.id), _rung(rungs["kernel"])
            admitted = rungs["kernel"].truth is Truth.YES
    linux = scene.context.facts.get("linux")
    passed = passed_targets(scene.context, variant) if admitted else None
    if linux is not None and passed:
        stands = tuple(linux.evidence(p.located) for p in passed)
        note = "a specification of its own" * passed[0].custom
        yield Topic("passed", variant.id), Statement(_passes(passed), stands, note)


def _rung(rung: Rung) -> Statement:
    said = Said(rung.truth.value, condition=rung.condition if rung.truth is Truth.YES else "")
    return Statement(said, rung.evidence, rung.because)


def _passes(passed: Sequence[Passed]) -> Said:
    """The targets, and under which condition each; of several the conditions stand beside them in the same order."""
    names = ",".join(p.name for p in passed)
    if len(passed) == 1:
        return Said("passes", names, condition=passed[0].when)
    return Said("passes", names, also=";".join(p.when for p in passed))


def _releases(scene: Scene) -> Iterator[Item]:
    for project in PROJECTS:
        if revision := scene.revisions[project]:
            said = Said("release", revision.label)
            yield Topic("release", project), Statement(said, _tree(revision.project, revision.label))


def _tree(project: str, label: str) -> tuple[Evidence, ...]:
    return (Evidence(project=project, revision=label, path="", line=0, says=""),)


def _levels(scene: Scene) -> Iterator[Item]:
    linux = scene.context.known("linux", "linux-arch-support")
    for item in linux.of("linux-arch-support") if linux else ():
        value, stands = item.fact.value, (linux.evidence(item),) if linux else ()
        if item.fact.attribute == "rust-level":
            yield Topic("level", item.fact.subject), Statement(Said(value), stands)
        elif item.fact.attribute == "rust-constraint":
            yield Topic("constraint", item.fact.subject), Statement(Said("only", also=value), stands)


def _clauses(scene: Scene) -> Iterator[Item]:
    """The demands of config RUST, from init/Kconfig as it stands."""
    linux = scene.context.known("linux", "linux-kconfig")
    for item in linux.about("linux-kconfig", "RUST", "depends") if linux else ():
        if linux and item.path == _CONFIG_RUST and item.fact.value not in _EVERYWHERE:
            yield Topic("clause", "RUST", item.fact.value), Statement(Said("depends"), (linux.evidence(item),))


def _requirements(scene: Scene) -> Iterator[Item]:
    linux = scene.context.known("linux", "linux-min-tools")
    for tool in TOOLS if linux else ():
        assert linux is not None  # noqa: S101  # there is no loop otherwise
        policy = linux.first("linux-changes", tool, "version-policy")
        sign = "=" if policy and policy.fact.value == "exactly" else ">="
        for item in linux.about("linux-min-tools", tool, "minimum"):
            scope = item.fact.when.replace('"', "")
            yield Topic("requirement", tool, scope), Statement(Said(sign, item.fact.value), (linux.evidence(item),))


def _rust_targets(scene: Scene) -> Iterator[Item]:
    rust = scene.context.known("rust", "rust-target-list")
    for item in rust.of("rust-target-list") if rust else ():
        if item.fact.attribute != "module" or rust is None:
            continue
        name = item.fact.subject
        target = rust_target(rust, name)
        hosts = rust.first("rust-platform-support", name, "host-tools")
        # Tier 3 promises nothing, host tools neither.
        promised = hosts and hosts.fact.value == "yes" and target.tier_number < _UNPROMISED
        tier = target.tier.fact.value if target.tier else ""
        said = Said("tier", tier, also="host-tools" if promised else "")
        told = [target.tier, hosts if target.tier_number < _UNPROMISED else None]
        stands = (rust.evidence(item), *(rust.evidence(t) for t in told if t))
        yield Topic("rust-target", name), Statement(said, stands, _identity(rust, item.fact.value))


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
