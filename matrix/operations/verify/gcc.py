"""A GCC's target and languages, beside what config.gcc and the source folders of its version say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.query.verified import Compared, Mismatch, MismatchKind
from matrix.resolve.gcc_triple import TripleState, triple_status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matrix.machine.compilers import GccAsked
    from matrix.machine.outputs import GccSays
    from matrix.model import Located
    from matrix.operations.verify.held import HeldFacts
    from matrix.resolve.facts import Facts

_CONFIG, _LANGUAGES = "gcc-config", "gcc-languages"
# What configure calls a language whose folder in gcc/ has another name.
_FOLDERS = {"c++": "cp", "obj-c++": "objcp"}
# Languages that stand in no folder of their own.
_BUILT_IN = frozenset({"c", "lto", "default", "all"})
_WORDS = {
    TripleState.SUPPORTED: "supported",
    TripleState.OBSOLETE: "obsolete: with --enable-obsolete only",
    TripleState.DEPRECATED: "deprecated: with --enable-obsolete only",
    TripleState.UNSUPPORTED: "refused",
    TripleState.NO_BACKEND: "no such CPU",
}


def gcc_against(asked: GccAsked, known: HeldFacts) -> Compared:
    """A compiler that exists was accepted by config.gcc, with the languages that it was configured with."""
    says = asked.says
    if asked.problem or says is None:
        return Compared(tool="gcc", path=asked.path, problem=asked.problem)
    read = known.have(_CONFIG)
    languages = _languages(says) if known.have(_LANGUAGES) else ()
    found = [*_target(says, known), *_missing(languages, known, says.package)] if read else []
    return Compared(
        tool="gcc",
        path=asked.path,
        version=says.version,
        project="gcc",
        basis=known.basis,
        labels=known.labels,
        built=f"for {says.target}",
        compared=1 + len(languages) if read else 0,
        findings=tuple(found),
        said=known.said,
        problem="" if read else "nothing of this version is known",
    )


def canonical_triple(target: str) -> str:
    """As config.sub makes of it what config.gcc gets: a triple without a vendor has "unknown", a PC "pc"."""
    parts = target.split("-")
    if len(parts) == 3 and parts[1] in {"linux", "kfreebsd", "none", "elf"}:
        cpu = parts[0]
        vendor = "pc" if cpu == "x86_64" or (len(cpu) == 4 and cpu[0] == "i" and cpu.endswith("86")) else "unknown"
        return "-".join([cpu, vendor, *parts[1:]])
    return target


def _target(says: GccSays, known: HeldFacts) -> Iterator[Mismatch]:
    triple = canonical_triple(says.target)
    states = [triple_status((item.fact for item in facts.of(_CONFIG)), triple) for facts in known.facts]
    if len({status.state for status in states}) > 1:
        return
    state = states[-1].state
    behind_flag = state in {TripleState.OBSOLETE, TripleState.DEPRECATED}
    if state is TripleState.SUPPORTED or (behind_flag and "--enable-obsolete" in says.configured):
        return
    stands = tuple(
        facts.evidence(item)
        for facts, status in zip(known.facts, states, strict=True)
        if (item := _located(facts, status.decided_by)) is not None
    )
    yield Mismatch(
        kind=MismatchKind.DIFFERS,
        about=triple,
        held=_WORDS[state],
        seen="this GCC compiles for it",
        evidence=stands,
    )


def _located(facts: Facts, fact: object) -> Located | None:
    return next((item for item in facts.of(_CONFIG) if item.fact == fact), None)


def _languages(says: GccSays) -> tuple[str, ...]:
    """The languages that it was configured with, by the folders of their front ends."""
    word = next((w for w in says.configured if w.startswith("--enable-languages=")), "")
    named = word.partition("=")[2].split(",") if word else []
    return tuple(_FOLDERS.get(name, name) for name in named if name and name not in _BUILT_IN)


def _missing(languages: tuple[str, ...], known: HeldFacts, package: str) -> Iterator[Mismatch]:
    for language in languages:
        alike, item, _ = known.alike(lambda facts, name=language: facts.first(_LANGUAGES, name, "front-end"))  # type: ignore[misc]
        if alike and item is None:
            stands = tuple(
                f.evidence(b, "front ends of its own") for f in known.facts if (b := f.beginning(_LANGUAGES))
            )
            yield Mismatch(
                kind=MismatchKind.DIFFERS,
                about=f"language {language}",
                held="no such front end",
                seen="configured with it",
                evidence=stands,
                why=f"its packager ({package}) may have added it" if package else "",
            )
