"""The backends that an LLVM was built with, beside what is known of its version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.operations.verify.held import evidence_of_first
from matrix.query.verified import Compared, Mismatch, MismatchKind
from matrix.resolve.generators.llvm import LLVM_TARGETS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from matrix.machine.compilers import LlvmAsked
    from matrix.model import Located
    from matrix.operations.verify.held import HeldFacts
    from matrix.resolve.facts import Facts


def llvm_against(tool: str, asked: LlvmAsked, known: HeldFacts) -> Compared:
    """A backend that no file has is a difference; with which of the others it was built, its builder chose."""
    if asked.problem:
        return Compared(tool=tool, path=asked.path, version=asked.version, problem=asked.problem)
    names = {item.fact.subject for facts in known.facts for item in facts.of(LLVM_TARGETS)}
    read = known.have(LLVM_TARGETS)
    return Compared(
        tool=tool,
        path=asked.path,
        version=asked.version,
        project="llvm",
        basis=known.basis,
        labels=known.labels,
        built=asked.builder,
        compared=len(names | set(asked.backends)) if read else 0,
        left=sum(not known.alike(_backend(name))[0] for name in names) if read else 0,
        findings=(*_findings(asked, known, names),) if read else (),
        said=known.said,
        problem="" if read else "nothing of this version is known",
    )


def _findings(asked: LlvmAsked, known: HeldFacts, names: set[str]) -> Iterator[Mismatch]:
    for name in sorted({*asked.backends} - names):
        stands = evidence_of_first(known.facts, LLVM_TARGETS, "the list of backends begins here")
        yield Mismatch(
            kind=MismatchKind.DIFFERS, about=name, held="no such backend", seen="registered", evidence=stands
        )
    for name in asked.strange:
        why = "which backend registers this name is not known here"
        yield Mismatch(kind=MismatchKind.DIFFERS, about=name, held="no such name", seen="registered", why=why)
    for name in sorted(names):
        alike, item, stands = known.alike(_backend(name))
        if not alike or item is None:
            continue
        if item.fact.value == "default" and name not in asked.backends:
            why = "the distributor's: it was left out of LLVM_TARGETS_TO_BUILD"
            yield Mismatch(
                kind=MismatchKind.BUILD,
                about=name,
                held="built by default",
                seen="not built",
                evidence=stands,
                why=why,
            )
        elif item.fact.value != "default" and name in asked.backends:
            why = "the distributor's: it is in LLVM_EXPERIMENTAL_TARGETS_TO_BUILD"
            yield Mismatch(
                kind=MismatchKind.BUILD,
                about=name,
                held="built on request only",
                seen="built",
                evidence=stands,
                why=why,
            )


def _backend(name: str) -> Callable[[Facts], Located | None]:
    return lambda facts: facts.first(LLVM_TARGETS, name, "backend")
