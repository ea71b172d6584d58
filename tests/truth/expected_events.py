"""truth.json and a written list of changes between releases -> where the two disagree.

    truth   one picture of every version that it has: topic -> value, topic being (about, subject, attribute)
    list    tests/change/expected.toml: steps of events; a step may end at a version that truth.json lacks

Two things are held. The net of all steps from one version of truth.json to the next is what differs between the two
pictures, and nothing else. The side of a step that is a version of truth.json says what the picture says.

truth.json does not say which variant a kernel can set (arm64-be, loongarch32), so port, and support where the port
changes, are out of reach; of rustc's targets it has those for the kernel's machines, and of the rest their number in
each section of the document.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise, product
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Topic: TypeAlias = "tuple[str, str, str]"
Picture: TypeAlias = "dict[Topic, str]"
Truth: TypeAlias = "Mapping[str, Mapping[str, dict[str, Any]]]"
Variants: TypeAlias = "Mapping[str, Mapping[str, Any]]"

SECTIONS = {"linux": "kernel", "rust": "rustc", "gcc": "gcc"}
_CONDITIONAL = ("kernel", "support", "passed")
_TOOLS = ("rustc", "bindgen", "gcc", "llvm", "binutils")
_TOKEN = re.compile(r"\w+ *(?:>=|=|<) *\d+|\w+|&&|\|\||[!()]")
_MAKE = {
    r"ifeq \(\$\(call rustc-min-version, (\d+)\),y\)": r"RUSTC_VERSION >= \1",
    r"ifeq \(\$\(CONFIG_(\w+)\),y\)": r"\1",
}


def disagreements(truth: Truth, steps: Sequence[Mapping[str, Any]], variants: Variants) -> Iterator[str]:
    """One line for each topic that the list and truth.json tell differently."""
    for project, section in SECTIONS.items():
        pictures = {v: _PICTURES[project](truth, v, variants) for v in truth[section]}
        own = [s for s in steps if s["project"] == project]
        reach = _Reach(own, pictures)
        for old, new in pairwise(pictures):
            yield from _net(own, (old, new), pictures, reach, variants)
        for step in own:
            for side in ("before", "after"):
                if step[side] in pictures:
                    yield from _side(step, side, pictures[step[side]], reach, variants)


def tiers_off(truth: Truth, steps: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """One line for each section of the document in which the list, counting on, comes to another number."""
    own = [s for s in steps if s["project"] == "rust"]
    for old, new in pairwise(truth["rustc"]):
        count, told = (Counter(_sections(truth["rustc"][version])) for version in (old, new))
        for before, after in walked(own, old, new).values():
            count.subtract([before] if before else [])
            count.update([after] if after else [])
        for value in sorted({*count, *told}):
            if count[value] != told[value]:
                yield f"rust {new}: the list comes to {count[value]} targets of {value}, truth.json has {told[value]}"


def _sections(rust: Mapping[str, Any]) -> dict[str, int]:
    """Value of a target in the section -> how many the section has."""
    told = rust["_counts"]["doc_per_section"].items()
    return {s.lower().replace(" without host tools", "").replace(" with", ","): number for s, number in told}


def walked(steps: Sequence[Mapping[str, Any]], old: str, new: str) -> dict[Topic, tuple[str, str]]:
    """What the steps from `old` to `new` change in all: topic -> value before and after, "" where absent."""
    net: dict[Topic, tuple[str, str]] = {}
    at = old
    for step in steps:
        if step["before"] == at and at != new:
            at = step["after"]
            for topic, before, after in _changes(step):
                net[topic] = (net.get(topic, (before, ""))[0], after)
    if at != new:
        raise ValueError(f"the list leads from {old} to {at}, expected to {new}")
    return {topic: pair for topic, pair in net.items() if pair[0] != pair[1]}


def _changes(step: Mapping[str, Any]) -> Iterator[tuple[Topic, str, str]]:
    """Each topic of a step with its values; what goes on under another topic is one that goes and one that comes."""
    for e in step["event"]:
        topic = e["about"], e["subject"], e["attribute"]
        if "becomes" not in e:
            yield topic, e["before"], e["after"]
            continue
        yield topic, e["before"], ""
        yield (topic[0], topic[1], e["becomes"]) if topic[2] else (topic[0], e["becomes"], ""), "", e["after"]


class _Reach:
    """Which topics truth.json can speak of."""

    def __init__(self, steps: Sequence[Mapping[str, Any]], pictures: Mapping[str, Picture]) -> None:
        self._known = {topic for picture in pictures.values() for topic in picture}
        self._ported = {e["subject"] for s in steps for e in s["event"] if e["about"] == "port"}

    def __contains__(self, topic: Topic) -> bool:
        about, subject, _ = topic
        if about == "port" or (about == "support" and subject in self._ported):
            return False
        return about not in ("rust-target", "codegen") or topic in self._known


def _net(steps, ends, pictures, reach, variants) -> Iterator[str]:
    old, new = (pictures[v] for v in ends)
    net = walked(steps, *ends)
    for topic in sorted({*old, *new, *net}):
        told = old.get(topic, ""), new.get(topic, "")
        if topic not in reach:
            continue
        if topic not in net:
            if not _same(told[0], told[1], topic, old, variants):
                yield f"{ends}: {topic} changes from {told[0]!r} to {told[1]!r}, and the list has no event"
        else:
            for ours, theirs, picture in zip(net[topic], told, (old, new), strict=True):
                if not _same(ours, theirs, topic, picture, variants):
                    yield f"{ends}: {topic}: the list comes to {net[topic]!r}, truth.json says {told!r}"


def _side(step, side, picture, reach, variants) -> Iterator[str]:
    for topic, before, after in _changes(step):
        ours, theirs = before if side == "before" else after, picture.get(topic, "")
        if topic in reach and not _same(ours, theirs, topic, picture, variants):
            yield f"{step['project']} {step[side]}: {topic}: the list says {ours!r}, truth.json {theirs!r}"


# --- values that have conditions --------------------------------------------------------------------------------------


def _same(ours: str, theirs: str, topic: Topic, picture: Picture, variants: Variants) -> bool:
    """Whether two values say the same of the topic's variant, from the picture's minimum rustc upwards."""
    if ours == theirs or topic[0] not in _CONDITIONAL:
        return ours == theirs
    variant = variants[topic[1]]
    fixed = _fixed(variant)
    least = _number(picture["requirement", "rustc", ""].removeprefix(">= "))
    text = ours + " " + theirs
    names = sorted(set(re.findall(r"\b[A-Z0-9][A-Z0-9_a-z]*\b", text)) - fixed.keys() - {"RUSTC_VERSION"})
    versions = {least, *(n + d for n in map(int, re.findall(r"RUSTC_VERSION >= (\d+)", text)) for d in (-1, 0))}
    return all(
        _holding(ours, world) == _holding(theirs, world)
        for version in versions
        if version >= least
        for bits in product((False, True), repeat=len(names))
        for world in [{**fixed, **dict(zip(names, bits, strict=True)), "RUSTC_VERSION": version}]
    )


def _holding(value: str, world: Mapping[str, int]) -> frozenset[str]:
    """What a value comes to where the world's symbols are set so: "A if X; B if Y" is A, B, both or nothing."""
    if value.startswith("conditional: "):
        value = "supported if " + value.removeprefix("conditional: ")
    parts = [part.partition(" if ") for part in value.split("; ") if part not in ("", "no")]
    return frozenset(what for what, _, when in parts if not when or holds(when, world))


def holds(expression: str, world: Mapping[str, int]) -> bool:
    """Whether a Kconfig expression holds: `!` binds closest, then `&&`. Raises: KeyError for a symbol unknown."""
    tokens = _TOKEN.findall(expression)[::-1]

    def atom() -> bool:
        token = tokens.pop()
        if token == "!":
            return not atom()
        if token == "(":
            inner = either()
            assert tokens.pop() == ")", expression
            return inner
        if comparison := re.fullmatch(r"(\w+) *(>=|=|<) *(\d+)", token):
            left, right = world[comparison[1]], int(comparison[3])
            return {">=": left >= right, "=": left == right, "<": left < right}[comparison[2]]
        return bool(world[token])

    def both() -> bool:
        value = atom()
        while tokens and tokens[-1] == "&&":
            tokens.pop()
            value = atom() and value
        return value

    def either() -> bool:
        value = both()
        while tokens and tokens[-1] == "||":
            tokens.pop()
            value = both() or value
        return value

    result = either()
    assert not tokens, expression
    return result


def _fixed(variant: Mapping[str, Any]) -> dict[str, bool]:
    return dict.fromkeys(variant["on"], True) | dict.fromkeys(variant.get("off", ()), False)


def _number(version: str) -> int:
    """1.85.0 as Kconfig writes it: 108500."""
    major, minor, patch = map(int, version.split("."))
    return 100000 * major + 100 * minor + patch


# --- pictures ---------------------------------------------------------------------------------------------------------


def _linux(truth: Truth, version: str, variants: Variants) -> Picture:
    kernel = truth["kernel"][version]
    picture: Picture = {}
    for tool in _TOOLS:
        said = kernel["min_tools"][tool]
        picture["requirement", tool, ""] = f">= {said['min']}"
        for other in said["per_arch"]:
            picture["requirement", tool, f"{other['var']} = {other['equals']}"] = f">= {other['min']}"
    for clause in kernel["config_rust_depends"]:
        if clause not in ("HAVE_RUST", "RUST_IS_AVAILABLE"):
            picture["clause", "RUST", clause] = "depends"
    for arch in kernel["_arches"]:
        for about, key in (("level", "doc_level"), ("constraint", "doc_constraints")):
            if key in kernel[arch]:
                picture[about, arch, ""] = kernel[arch][key]
    for name, variant in variants.items():
        admits, passed = _admits(truth, kernel.get(variant["arch"], {"rust": "no"}), variant)
        picture["kernel", name, ""] = admits
        picture["support", name, "rustc-llvm"] = _status(truth, kernel, variant, admits)
        if passed:
            picture["passed", name, ""] = passed
    return picture


def _admits(truth: Truth, port: Mapping[str, Any], variant: Mapping[str, Any]) -> tuple[str, str]:
    """The kernel rung, and the targets passed; neither where these are of another machine."""
    targets = [t for t in port.get("rustc_targets", ()) if _is_of(truth, t["target"], variant)]
    when = {"yes": "", "no": "n"}.get(port["rust"], port.get("condition_expanded", ""))
    if when == "n" or not targets or (when and not _possible(when, _fixed(variant))):
        return "no", ""
    return f"yes if {when}" if when else "yes", "; ".join(map(_passed, targets))


def _is_of(truth: Truth, target: str, variant: Mapping[str, Any]) -> bool:
    """Whether a target is for the variant's machine, as a specification that the kernel writes always is."""
    if target.endswith("target.json"):
        return True
    said = next(rust[target] for rust in reversed(truth["rustc"].values()) if target in rust)
    machine = said["arch"], said["pointer_width"], said["endian"]
    return machine in {(arch, variant["bits"], variant["endian"]) for arch in variant.get("rustc", ())}


def _possible(when: str, fixed: Mapping[str, bool]) -> bool:
    """Whether anything but the fixed symbols can make the expression hold, with the newest rustc."""
    names = sorted(set(re.findall(r"\b[A-Z0-9][A-Z0-9_a-z]*\b", when)) - fixed.keys() - {"RUSTC_VERSION"})
    worlds = product((False, True), repeat=len(names))
    return any(
        holds(when, {**fixed, **dict(zip(names, bits, strict=True)), "RUSTC_VERSION": 999999}) for bits in worlds
    )


def _passed(target: Mapping[str, Any]) -> str:
    name = "custom spec" if target["target"].endswith("target.json") else target["target"]
    tests = [_of_make(test) for test in target["conditions"]]
    return f"{name} if {' && '.join(tests)}" if tests else name


def _of_make(test: str) -> str:
    bare = test.removeprefix("NOT: ")
    found = next(match.expand(to) for shape, to in _MAKE.items() if (match := re.fullmatch(shape, bare)))
    return found if bare == test else f"!({found})"


def _status(truth: Truth, kernel: Mapping[str, Any], variant: Mapping[str, Any], admits: str) -> str:
    """The status with rustc and LLVM, by the newest of both that truth.json has."""
    llvm, rust = (list(truth[section].values())[-1] for section in ("llvm", "rustc"))
    backend = variant.get("llvm")
    known = llvm["default_targets"] + llvm["experimental_targets"]
    if variant["arch"] not in kernel["_arches"] or backend not in known:
        return "no: port" if variant["arch"] not in kernel["_arches"] else "no: codegen"
    ours = rust["_llvm"]["default_targets"] + rust["_llvm"]["default_experimental_targets"]
    if backend not in ours or not any(target in rust for target in variant.get("rust_targets", ())):
        return "no: target"
    return {"no": "no: kernel", "yes": "supported"}.get(admits, admits.replace("yes if ", "conditional: "))


def _rust(truth: Truth, version: str, _: Variants) -> Picture:
    return {
        ("rust-target", target, ""): f"tier {said['tier']}"
        + (", host tools" if said["host_tools"] and said["tier"] < 3 else "")  # in tier 3 they are no part of the value
        for target, said in truth["rustc"][version].items()
        if not target.startswith("_")
    }


def _gcc(truth: Truth, version: str, variants: Variants) -> Picture:
    picture: Picture = {}
    for name, variant in variants.items():
        told = truth["gcc"][version]["arches"][variant["arch"]]["triples"]
        said = [told[triple]["status"] for triple in variant["gnu_triples"] if triple in told]
        if said:
            obsolete = any("--enable-obsolete" in status for status in said)
            value = "yes" if "supported" in said else "yes if --enable-obsolete" if obsolete else "no"
            picture["codegen", name, "gcc"] = value
    return picture


_PICTURES = {"linux": _linux, "rust": _rust, "gcc": _gcc}
