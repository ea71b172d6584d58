"""An answer, as a program gets it: frozen values of text, enums and tuples, all evidence with its address.

Their repr leaves out what makes it longer than a screen: an answer rests on hundreds of lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.model import Truth
from matrix.value import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from matrix.cell import Basis, RungName, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """Where upstream says something.

    project is "linux", "rust", "gcc", "llvm" or "mrustc", version its release. file is a path inside the project, line
    counts from 1 (0: the file as a whole). says is what stands there, in its own words or in a few of ours. url is its
    public address, "" where it has none: in a tree of your own.
    """

    project: str
    version: str
    file: str
    line: int
    says: str
    url: str

    def __str__(self) -> str:
        """`arch/x86/Kconfig:300`."""
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True, slots=True, kw_only=True)
class RungVerdict:
    """One step of the support ladder: port, codegen, target, kernel, attested (docs/semantics.md).

    because says in a sentence what decided, rule which rule did. condition is the Kconfig expression that a yes hangs
    on, "" for none.
    """

    name: RungName
    truth: Truth
    because: str
    rule: str = field(repr=False)
    condition: str
    evidence: tuple[Citation, ...] = field(repr=False)
    remarks: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CellVerdict:
    """The answer for one variant by one backend.

    words is the status as tables print it: "conditional", "no: kernel". condition is what a yes hangs on, "" for
    nothing. rungs are all five, from the bottom. basis says whether it was read, or inferred between two releases.
    """

    variant: str
    backend: str
    truth: Truth
    status: Status
    words: str
    condition: str
    rungs: tuple[RungVerdict, ...] = field(repr=False)
    remarks: tuple[str, ...] = field(repr=False)
    basis: Basis

    @property
    def in_the_way(self) -> tuple[RungVerdict, ...]:
        """The rungs that are no; where none is, those that are unknown. () beside a yes."""
        blocking = tuple(rung for rung in self.rungs if rung.truth is Truth.NO)
        return blocking or tuple(rung for rung in self.rungs if rung.truth is Truth.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantVerdict:
    """The answer for one variant, by whichever backend answers best.

    arch is the kernel's port. cells are in the order of data/backends.toml, best is the one that answers. targets are
    what the kernel passes to rustc, None where that was not read. needs are the tools that it asks for, by name, each
    with its version as upstream writes it. means says what the condition's symbols come to for a person, "" where they
    speak for themselves. contradictions are sentences about upstream files that cannot both be right.
    """

    id: str
    title: str
    arch: str
    truth: Truth
    condition: str
    means: str
    cells: tuple[CellVerdict, ...] = field(repr=False)
    best: CellVerdict = field(repr=False)
    targets: tuple[str, ...] | None
    needs: Mapping[str, str] = field(repr=False)
    to_ask: tuple[str, ...] = field(repr=False)
    contradictions: tuple[str, ...] = field(repr=False)

    @property
    def status(self) -> Status:
        """That of the cell that answers."""
        return self.best.status

    @property
    def in_the_way(self) -> tuple[RungVerdict, ...]:
        """What stands in the way of the cell that answers."""
        return self.best.in_the_way

    def by(self, backend: str) -> CellVerdict:
        """The cell of one backend, by its id: "rustc-llvm". Raises: KeyError for one that was not asked."""
        for cell in self.cells:
            if cell.backend == backend:
                return cell
        raise KeyError(backend)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The answer to a name: for all variants that it means together.

    truth is the answer, three-valued: no outranks cannot tell, which outranks yes. versions has what was evaluated, by
    project, None for one of which the named version is not known. variants are those that the name means,
    not_in_this_kernel those that it also means and that this kernel does not have. dropped is the first kernel without
    the port, "" while there is one: the answer is then no, and there are no variants. notes are sentences about what
    was chosen. checked_at is when what it rests on was last looked at (aware UTC), too_old whether that is longer ago
    than max_age allows. beside is what the releases next to a version that was not read say, where that alone tells
    nothing; nearby what other variants say that may have been meant, where it is no yes.

    It has no truth value of its own: `if verdict:` is a TypeError, since a no is an answer too.
    """

    name: str
    truth: Truth
    versions: Mapping[str, str | None]
    variants: tuple[VariantVerdict, ...]
    not_in_this_kernel: tuple[str, ...] = ()
    dropped: str = ""
    notes: tuple[str, ...] = ()
    checked_at: datetime | None = None
    too_old: bool = False
    beside: Mapping[str, Truth] = field(default_factory=dict)
    nearby: Mapping[str, Truth] = field(default_factory=dict)

    @property
    def deciding(self) -> VariantVerdict | None:
        """The variant that decides: the first with the answer of all; None where the port is gone."""
        found = [one for one in self.variants if one.truth is self.truth]
        return next(iter([*found, *self.variants]), None)

    @property
    def status(self) -> Status | None:
        """That of the variant that decides; None where the port is gone."""
        return self.deciding.status if self.deciding else None

    @property
    def condition(self) -> str:
        """The Kconfig expression that a yes hangs on, "" for none; of several variants each has its own."""
        return self.variants[0].condition if len(self.variants) == 1 else ""

    @property
    def in_the_way(self) -> tuple[RungVerdict, ...]:
        """What stands in the way, the lowest rung first: of the variant that decides. () beside a yes."""
        return self.deciding.in_the_way if self.deciding else ()

    def __bool__(self) -> bool:
        """Raises: TypeError, always."""
        raise TypeError("a Verdict is neither true nor false: compare verdict.truth with matrix.Truth.YES")


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRow:
    """A row of the matrix: a variant, or a port with the best of its variants.

    cells are by backend. having are, by backend, the variants that are as good as the cell shown, of is of how many.
    """

    id: str
    arch: str
    title: str
    cells: Mapping[str, CellVerdict]
    having: Mapping[str, tuple[str, ...]]
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """The support matrix at the chosen versions, by project. backends are the ids of its columns."""

    versions: Mapping[str, str | None]
    backends: tuple[str, ...]
    rows: tuple[MatrixRow, ...]
    notes: tuple[str, ...]
    checked_at: datetime | None

    def __getitem__(self, place: tuple[str, str]) -> CellVerdict:
        """matrix["riscv64", "rustc-llvm"]. Raises: KeyError."""
        row, backend = place
        for one in self.rows:
            if one.id == row:
                return one.cells[backend]
        raise KeyError(row)
