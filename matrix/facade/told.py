"""What else a program gets: the past of cells, changes, facts, what is said of configurations, options and tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.value import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from matrix.cell import Status
    from matrix.change import Kind
    from matrix.facade.verdicts import Citation
    from matrix.model import Truth
    from matrix.resolve.concrete.verdict import RustState


# --- the past -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """The known releases, one after the other, in which a cell said the same.

    words is all that it said: "no: kernel", "conditional: !KASAN". before is the last known release in which it said
    another thing, None for the first stretch; exact says that nothing was released between that one and `first`.
    """

    status: Status
    truth: Truth
    words: str
    condition: str
    first: str
    last: str
    before: str | None
    exact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What a name's cells were along the releases of one project, the oldest first.

    stretches are by variant and backend: past.stretches["riscv64", "rustc-llvm"][-1].first is since when it is what it
    is.
    """

    project: str
    releases: tuple[str, ...]
    stretches: Mapping[tuple[str, str], tuple[Stretch, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFound:
    """One change (docs/history.md): about names its family, subject and attribute what it is about.

    before and after are what was said, "" for nothing. headline is all of it in a line. evidence is of both sides.
    """

    kind: Kind
    about: str
    subject: str
    attribute: str
    before: str
    after: str
    headline: str
    evidence: tuple[Citation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What changed from one side to the other, each named in words. It is true where something did."""

    before: str
    after: str
    changes: tuple[ChangeFound, ...]
    notes: tuple[str, ...]

    def __iter__(self) -> Iterator[ChangeFound]:
        """Over the changes."""
        return iter(self.changes)

    def __len__(self) -> int:
        """How many."""
        return len(self.changes)


# --- what upstream says ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedFact:
    """One statement of an upstream file, in upstream's spelling (docs/facts.md).

    when is the Kconfig expression under which it holds, "" for always. line counts from 1 (0: the file as a whole).
    observed_at is when the file's content was first seen, checked_at when last (aware UTC).
    """

    project: str
    version: str
    source: str
    file: str
    line: int
    subject: str
    attribute: str
    value: str
    when: str
    url: str
    observed_at: datetime
    checked_at: datetime


# --- one configuration ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseVerdict:
    """A line that config RUST depends on, and what it comes to: "y", "m", "n", or "?" where it is open.

    values are its symbols with what they are in the configuration. host: it asks the machine that builds.
    """

    clause: str
    value: str
    values: Mapping[str, str]
    host: bool
    evidence: Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class RemedyVerdict:
    """Settings with which config RUST can be y. fragment is what merge_config.sh takes, tools what else is needed.

    commands are lines for a shell in the kernel's tree. open is what then still hangs on something unknown.
    """

    settings: Mapping[str, str]
    tools: tuple[str, ...]
    fragment: str
    commands: tuple[str, ...]
    open: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigVerdict:
    """Whether config RUST can be y in a .config.

    arch is the kernel's port, kernel the version that was evaluated, variants what the configuration fits. clauses are
    all that config RUST depends on; remedies are the smallest sets of settings that make it possible, () where it is,
    and where nothing does. inferred: the kernel lies between two that were read, which say the same.
    """

    name: str
    state: RustState
    arch: str
    kernel: str
    variants: tuple[str, ...]
    clauses: tuple[ClauseVerdict, ...]
    remedies: tuple[RemedyVerdict, ...]
    inferred: bool
    notes: tuple[str, ...]

    @property
    def in_the_way(self) -> tuple[ClauseVerdict, ...]:
        """The clauses that are n."""
        return tuple(one for one in self.clauses if one.value == "n" and not one.host)


# --- options and tools ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverVerdict:
    """A kernel option that needs Rust, and the variants on which it can and cannot be had.

    lost are those that all but Rust would allow, missing those that could not have it with Rust either. since is the
    first of an unbroken run of known releases in which it needs Rust, "" for an own tree. place is its definition, by
    the lines by which it needs Rust.
    """

    symbol: str
    type: str
    prompt: bool
    can: tuple[str, ...]
    lost: tuple[str, ...]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    since: str
    place: Citation
    by: tuple[Citation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachVerdict:
    """What tools come to for one row on one kernel.

    conditions are what a yes hangs on, by variant. because says what a no or a cannot tell rests on, "" beside a yes.
    lacks are tools that a distribution does not have there.
    """

    truth: Truth
    conditions: Mapping[str, str]
    because: str
    evidence: tuple[Citation, ...]
    inferred: bool
    lacks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowVerdict:
    """Which kernels tools build: columns are kernel releases, or a distribution's C compilers.

    rows are by variant, or by a distribution's own architecture; a cell is None where there is nothing to ask. shut and
    open_ count the variants that are not shown: no in every column, and unknown in some with a yes in none.
    """

    columns: tuple[str, ...]
    rows: Mapping[str, tuple[ReachVerdict | None, ...]]
    shut: int
    open_: int
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolNeed:
    """What a kernel asks of a tool: at least `version`, or exactly that one.

    overrides are other versions by the Kconfig expression under which they hold. bad are the versions that its own
    check speaks against, as Kconfig expressions, each with whether it refuses them.
    """

    tool: str
    version: str
    exactly: bool
    overrides: Mapping[str, str]
    bad: Mapping[str, bool]
    evidence: Citation | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KernelRequirements:
    """Which tools a kernel takes, by name. rustc has, by variant, the versions of rustc that will do, in words."""

    kernel: str
    tools: Mapping[str, ToolNeed]
    rustc: Mapping[str, str]
    shut: Mapping[str, str]
    notes: tuple[str, ...]
