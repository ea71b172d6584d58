"""Leaves of truth.json and of what archmatrix says -> which are equal, which differ, and which are not tracked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.truth.leaves import flatten, show
from tests.truth.not_tracked import NOTHING
from tests.truth.said_compilers import gcc, llvm
from tests.truth.said_kernel import kernel
from tests.truth.said_mrustc import mrustc
from tests.truth.said_rustc import cranelift, rustc, rustc_codegen_gcc

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.truth.leaves import Leaves, Path, Tree, Value
    from tests.truth.not_tracked import NotTracked
    from tests.truth.reading import Read

SAYS = {f.__name__: f for f in (kernel, rustc, rustc_codegen_gcc, cranelift, gcc, llvm, mrustc)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """different and not_tracked map a path to what truth.json and archmatrix say; NOTHING where one has no such leaf.

    truth holds the paths of truth.json that were looked at, dead the entries that no leaf needs.
    """

    truth: frozenset[Path]
    equal: frozenset[Path]
    different: Mapping[Path, tuple[Value, Value]]
    not_tracked: Mapping[Path, NotTracked]
    dead: tuple[NotTracked, ...]

    @property
    def compared(self) -> int:
        """How many leaves of truth.json were held against a value."""
        return len(self.truth - self.not_tracked.keys())

    def __str__(self) -> str:
        """The share compared, rounded down to a tenth: `compared 9 of 10 leaves (90.0 %)`."""
        share = self.compared * 1000 // max(len(self.truth), 1) / 10
        return f"compared {self.compared} of {len(self.truth)} leaves ({share:.1f} %)"


def say(reads: Mapping[tuple[str, str], Read], truth: Mapping[str, Mapping[str, dict[str, Tree]]]) -> Leaves:
    """What archmatrix says, as leaves, of every section and version that was read."""
    said: Leaves = {}
    for (section, version), read in reads.items():
        said |= flatten(SAYS[section](read, truth[section][version]), (section, version))
    return said


def compare(truth: Leaves, said: Leaves, entries: Sequence[NotTracked]) -> Comparison:
    """Hold both sides against each other. A value and a value of another type differ: True is not 1."""
    equal: set[Path] = set()
    different: dict[Path, tuple[Value, Value]] = {}
    not_tracked: dict[Path, NotTracked] = {}
    for path in (*truth, *(p for p in said if p not in truth)):
        told, ours = truth.get(path, NOTHING), said.get(path, NOTHING)
        entry = next((e for e in entries if e.covers(path, ours)), None)
        if told == ours and type(told) is type(ours):
            equal.add(path)
        elif entry is not None:
            not_tracked[path] = entry
        else:
            different[path] = told, ours
    looked_at = {path[:2] for path in truth}
    needed = {id(entry) for path in not_tracked for entry in entries if entry.names(path)}
    dead = tuple(e for e in entries if id(e) not in needed and any(_about(e, *start) for start in looked_at))
    return Comparison(
        truth=frozenset(truth), equal=frozenset(equal), different=different, not_tracked=not_tracked, dead=dead
    )


def _about(entry: NotTracked, section: str, version: str) -> bool:
    """Whether the entry speaks of this section and version: where no such tree was read, it cannot be judged."""
    return type(entry)(path=entry.path[:2], kind="", reason="").names((section, version))


def lines(differences: Mapping[Path, tuple[Value, Value]]) -> str:
    """One line a difference."""
    return "\n".join(f"{show(p)}: truth says {told!r}, archmatrix {ours!r}" for p, (told, ours) in differences.items())
