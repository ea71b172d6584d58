"""A rustc's own words beside the facts of its version: targets, specifications, cfg, and the backends of its LLVM."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.operations.verify.held import evidence_of_first
from matrix.query.verified import Compared, Mismatch, MismatchKind
from matrix.resolve.backends.rustc_llvm import OWN_LLVM
from matrix.resolve.rust_targets import LIST, SPECS, specified

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from matrix.machine.compilers import RustcAsked
    from matrix.model import Located
    from matrix.operations.verify.held import HeldFacts
    from matrix.resolve.facts import Facts

# What cfg calls what specifications state.
_CFG = {"target_arch": "arch", "target_pointer_width": "pointer-width", "target_endian": "endian"}


class RustcAgainst:
    """Compares one rustc, and counts what was compared."""

    def __init__(self, asked: RustcAsked, known: HeldFacts) -> None:
        self.asked, self.known = asked, known
        self.compared = self.left = 0

    def result(self) -> Compared:
        """The comparison."""
        says = self.asked.says
        if says is None:
            return Compared(tool="rustc", path=self.asked.path, problem=self.asked.problem)
        findings = (*self._targets(), *self._specifications(), *self._cfg(), *self._backends())
        said = self.known.said
        if self.asked.one_by_one and self.asked.specs:
            said = (*said, f"this rustc prints no specification but one by one: {len(self.asked.specs)} were asked for")
        return Compared(
            tool="rustc",
            path=self.asked.path,
            version=says.version,
            project="rust",
            basis=self.known.basis,
            labels=self.known.labels,
            built=self._built(),
            compared=self.compared,
            left=self.left,
            findings=findings,
            said=said,
            problem="" if self.compared else "nothing of this version is known",
        )

    def _built(self) -> str:
        """What the build is, as far as it shows."""
        says = self.asked.says
        llvm = f"LLVM {says.llvm}" if says and says.llvm else "an LLVM that it does not name"
        if self.asked.own_llvm:
            return f"with its own {llvm}, as rust-lang.org builds it"
        note = f" {says.note}" if says and says.note else ""
        return f"by a distributor{note}, with the system's {llvm}"

    def _builder(self) -> str:
        """What may explain a difference in a compiler that is not as rust-lang.org builds it."""
        return "" if self.asked.own_llvm else "a distributor built this rustc, and may have patched it"

    def _targets(self) -> Iterator[Mismatch]:
        if not self.known.have(LIST) or not self.asked.targets:
            return
        seen = set(self.asked.targets)
        sets = [{item.fact.subject for item in facts.of(LIST)} for facts in self.known.facts]
        everywhere, somewhere = set.intersection(*sets), set.union(*sets)
        self.compared += len(everywhere | (seen - somewhere))
        self.left += len(somewhere - everywhere)
        for name in sorted(everywhere - seen):
            _, _, stands = self.known.alike(_module(name))
            yield self._differs(name, "listed", "not listed", stands)
        for name in sorted(seen - somewhere):
            stands = evidence_of_first(self.known.facts, LIST, "the list begins here")
            yield self._differs(name, "not listed", "listed", stands)

    def _differs(self, about: str, ours: str, seen: str, stands: tuple, why: str = "") -> Mismatch:  # type: ignore[type-arg]
        return Mismatch(
            kind=MismatchKind.DIFFERS,
            about=about,
            held=ours,
            seen=seen,
            evidence=stands,
            why=why or self._builder(),
        )

    def _specifications(self) -> Iterator[Mismatch]:
        if not self.known.have(SPECS) or not self.known.have(LIST):
            return
        for target, spec in sorted(self.asked.specs.items()):
            for attribute, seen in spec.items():
                yield from self._one(target, attribute, seen)

    def _cfg(self) -> Iterator[Mismatch]:
        """What the compiler says of the machine that it runs on."""
        host = self.asked.says.host if self.asked.says else ""
        for key, attribute in _CFG.items():
            if key in self.asked.cfg and self.known.have(SPECS):
                yield from self._one(host, attribute, self.asked.cfg[key])

    def _one(self, target: str, attribute: str, seen: str) -> Iterator[Mismatch]:
        """One attribute of one target, where a source file states it."""
        alike, item, stands = self.known.alike(_stated(target, attribute))
        if not alike:
            self.left += 1
        elif item is not None:
            self.compared += 1
            if item.fact.value != seen:
                yield self._differs(f"{target}: {attribute}", item.fact.value, seen, stands)

    def _backends(self) -> Iterator[Mismatch]:
        """The backends of its own LLVM. That of a system is built as its distributor chose."""
        if not self.known.have(OWN_LLVM):
            return
        for backend, seen in sorted(self.asked.backends.items()):
            alike, item, stands = self.known.alike(_built_backend(backend))
            if not alike:
                self.left += 1
                continue
            self.compared += 1
            if (item is not None) == seen:
                continue
            stands = stands or evidence_of_first(self.known.facts, OWN_LLVM, "the list of backends begins here")
            yield Mismatch(
                kind=MismatchKind.DIFFERS if self.asked.own_llvm else MismatchKind.BUILD,
                about=f"LLVM's backend {backend}",
                held="in rustc's own LLVM" if item is not None else "not in rustc's own LLVM",
                seen="in this one" if seen else "not in this one",
                evidence=stands,
                why="" if self.asked.own_llvm else "the distributor's: this rustc uses the system's LLVM",
            )


def _module(name: str) -> Callable[[Facts], Located | None]:
    return lambda facts: facts.first(LIST, name, "module")


def _stated(target: str, attribute: str) -> Callable[[Facts], Located | None]:
    def say(facts: Facts) -> Located | None:
        module = facts.first(LIST, target, "module")
        return specified(facts, module.fact.value, attribute) if module else None

    return say


def _built_backend(backend: str) -> Callable[[Facts], Located | None]:
    return lambda facts: facts.first(OWN_LLVM, backend, "built-backend")
