"""What follows from facts, as frozen values: a rung, the terms of a variant, the cell of a variant and a backend."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from matrix.expression import YES, Compare, Expr
from matrix.model import Evidence, Truth
from matrix.value import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable


class RungName(Enum):
    """The steps of the support ladder, from the bottom."""

    PORT = "port"
    CODEGEN = "codegen"
    TARGET = "target"
    KERNEL = "kernel"
    ATTESTED = "attested"


class Status(Enum):
    """The state of a cell, the best first; docs/semantics.md section 1. BLOCKED and UNKNOWN are so at a rung."""

    SUPPORTED = "supported"
    CONDITIONAL = "conditional"
    UNKNOWN = "unknown"
    BLOCKED = "blocked"


class Basis(Enum):
    """Whether what a cell says was read at its versions, or inferred from releases on both sides of one."""

    READ = "read"
    INFERRED = "inferred"


class Tool(Enum):
    """What a kernel asks for to be built with Rust, by the names of its scripts and of process/changes.rst."""

    RUSTC = "rustc"
    BINDGEN = "bindgen"
    LIBCLANG = "libclang"
    GCC = "gcc"
    LLVM = "llvm"
    BINUTILS = "binutils"
    PAHOLE = "pahole"


class OptionKind(Enum):
    """How an expression of Kconfig ties Rust to another option."""

    CONDITION = "condition"  # the variant's own: what selects the symbol that config RUST depends on
    EXCLUDES = "excludes"  # config RUST's other demands, on every port
    HOST = "host"  # decided by the machine that builds
    EXCLUDED = "excluded"  # an option that Rust switches off


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One step of the support ladder.

    because says in one sentence what decided; rule names the rule (matrix.resolve) that did. condition is what a yes
    hangs on, YES for nothing. unread are the sources that would decide it and were not read.
    """

    name: RungName
    truth: Truth
    because: str
    rule: str
    condition: Expr = YES
    evidence: tuple[Evidence, ...] = ()
    remarks: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """The version that a kernel asks of a tool: at least this one, or exactly this one.

    policy is where upstream says which of the two, None where it was not read. upto is the highest it may be, where it
    lies between that of two kernels; "" elsewhere.
    """

    tool: Tool
    version: str
    exactly: bool
    evidence: Evidence
    policy: Evidence | None = None
    upto: str = ""

    def __str__(self) -> str:
        """`rustc >= 1.85.0`, or `rustc = 1.62.0` where the kernel pins it.

        `rustc >= 1.85.0 (perhaps 1.78.0)` where it lies between two: what will do for certain stands first.
        """
        name = {Tool.GCC: "GCC", Tool.LLVM: "LLVM"}.get(self.tool, self.tool.value)
        return f"{name} {'=' if self.exactly else '>='} {self.upto or self.version}{self._perhaps()}"

    def _perhaps(self) -> str:
        return f" (perhaps {self.version})" if self.upto else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedTarget:
    """A target that rustc lists, with what its platform table says of it: "" and None where it does not."""

    name: str
    tier: int | None
    host_tools: str
    std: str
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class KernelTarget:
    """A target that the kernel passes to rustc under `when`.

    name is the target triple, or the LLVM target of a specification that the kernel generates (custom); written is what
    --target= gets. tier is None for a custom one, and where rustc does not state it. spec is where it is generated.
    """

    name: str
    written: str
    when: Expr
    custom: bool
    evidence: Evidence
    tier: int | None = None
    spec: Evidence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tied:
    """A symbol that the version of a tool makes true; holds is whether it does here, None where that is open."""

    symbol: str
    test: Compare
    holds: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One expression of Kconfig that ties Rust to another option.

    config is whose expression it is, written upstream's text; remains is what it comes to for the variant: YES where
    it is met, NO where it cannot hold. tied are the symbols in what remains that stand for a tool's version.
    """

    config: str
    kind: OptionKind
    written: str
    remains: Expr
    evidence: Evidence
    tied: tuple[Tied, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What holds of a variant on a kernel whatever the backend is.

    targets are what the kernel passes, None where that was not read; listed is the best target that rustc lists.
    general are the demands of config RUST on every port, as far as they are not met here.
    """

    targets: tuple[KernelTarget, ...] | None
    listed: ListedTarget | None
    requirements: tuple[Requirement, ...]
    general: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """The answer for one variant and one backend.

    rung is where a blocked cell has its first no and an unknown one its first unknown, None elsewhere; unknown are the
    unknown rungs before a blocked cell's. condition is what a yes hangs on, YES for nothing. unread are the sources
    that can decide the cell and were not read at the chosen versions.
    """

    variant: str
    backend: str
    status: Status
    answer: Truth
    condition: Expr
    rungs: tuple[Rung, ...]
    terms: Terms
    rung: RungName | None = None
    unknown: tuple[RungName, ...] = ()
    remarks: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    basis: Basis = Basis.READ

    def at(self, name: RungName) -> Rung:
        """One of its rungs."""
        return next(rung for rung in self.rungs if rung.name is name)

    @property
    def decisive(self) -> Rung:
        """What decides: the rung that blocks or is unknown; where all are yes, why the kernel admits it."""
        return self.at(self.rung or RungName.KERNEL)

    @property
    def blockers(self) -> tuple[Rung, ...]:
        """The rungs that are no, in order."""
        return tuple(rung for rung in self.rungs if rung.truth is Truth.NO)

    @property
    def unproven(self) -> tuple[Rung, ...]:
        """The rungs that are unknown, in order."""
        return tuple(rung for rung in self.rungs if rung.truth is Truth.UNKNOWN)


_BETTER = {Truth.YES: 2, Truth.UNKNOWN: 1, Truth.NO: 0}
STATUSES = tuple(Status)


def best(cells: Iterable[Cell]) -> Cell:
    """The cell that answers for all: the first with the best answer, a yes without conditions before one with them.

    The cells stand in the order of data/backends.toml, so that rustc with LLVM answers unless another does better.
    """
    return max(cells, key=lambda cell: (_BETTER[cell.answer], cell.answer is Truth.YES and cell.condition == YES))


class Weight(Enum):
    """What hangs on a contradiction, the heaviest first: an answer, a target of some kernel's machine, nothing here."""

    ANSWER = "changes an answer"
    TARGET = "concerns a kernel target"
    OTHER = "concerns no kernel target"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """Two upstream sources that cannot both be right, found by `rule`.

    weight is given by `contradictions`, which knows the targets of all variants.
    """

    rule: str
    subject: str
    says: str
    sides: tuple[Evidence, ...]
    weight: Weight = Weight.ANSWER
