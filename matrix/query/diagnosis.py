"""What the doctor says: each tool, each build, what is in reach, what to do."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from matrix.cell import Tool
from matrix.expression import YES
from matrix.model import Truth
from matrix.resolve.cell import conjunction, disjunction
from matrix.value import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matrix.cell import Requirement
    from matrix.expression import Expr
    from matrix.machine.availability import ScriptSaid
    from matrix.machine.distribution import Distribution
    from matrix.machine.tools import Installed
    from matrix.model import Evidence
    from matrix.query.scene import Scene
    from matrix.registry.packages import NamesThere

# The C compilers that build a kernel, each with the tool whose minimum version is its own.
COMPILED_WITH = {"clang": Tool.LLVM, "gcc": Tool.GCC}
ALWAYS_NEEDED = ("rustc", "rust-src", "bindgen", "libclang")
# Seen and said; no build hangs on them.
BESIDES = ("rustfmt", "pahole", "gccrs", "mrustc")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One tool that make would use, or that would do. truth is None where nothing hangs on it.

    needed is what the kernel asks of it; because says what is wrong, evidence where upstream says so. beyond: that is
    more than the kernel's own check looks at. told is what make must be told to use it, "" where it finds it by itself.
    others are further ones that were found.
    """

    tool: Installed
    truth: Truth | None
    needed: Requirement | None = None
    because: str = ""
    evidence: tuple[Evidence, ...] = ()
    told: str = ""
    beyond: bool = False
    others: tuple[Installed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """One variant with one C compiler: whether the tools suffice, under which condition, and what decides.

    inferred names the releases between which that was inferred, "" where it was read.
    """

    variant: str
    cc: str
    truth: Truth
    because: str
    condition: Expr = YES
    evidence: tuple[Evidence, ...] = ()
    remarks: tuple[str, ...] = ()
    inferred: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KernelReach:
    """What can be built of one kernel: each variant with the C compilers; because says why none can."""

    kernel: str
    variants: Mapping[str, tuple[str, ...]]
    because: str = ""
    truth: Truth = Truth.YES


class Right(Enum):
    """Who is right where the tree's script and we differ."""

    BOTH = "both agree"
    SCRIPT = "the script is right"
    OURS = "we are right"
    UNKNOWN = "cannot tell"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """The tree's own script beside what we hold of the same: reasons are ours against, () for none."""

    said: ScriptSaid
    reasons: tuple[str, ...]
    right: Right
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToDo:
    """One thing to install or set: the command, for which tools, and where that was read.

    unread are names in the command that were not read in their sources, and may be wrong or old. otherwise are, by
    tool, the version that it must bring and what installs that where it does not.
    """

    command: str
    tools: tuple[str, ...]
    sources: tuple[str, ...]
    unread: tuple[str, ...] = ()
    otherwise: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """All that the doctor found. hopeless says why no tools would do, "" where some would."""

    name: str
    scene: Scene
    tools: tuple[Judged, ...]
    builds: tuple[Build, ...]
    reach: tuple[KernelReach, ...]
    todo: tuple[ToDo, ...]
    distribution: Distribution
    packaged: NamesThere | None
    scripts: tuple[Agreement, ...] = ()
    hopeless: str = ""

    @property
    def truth(self) -> Truth:
        """For all variants that the name means, with some C compiler."""
        variants = dict.fromkeys(build.variant for build in self.builds)
        return conjunction(disjunction(b.truth for b in self.builds if b.variant == id_) for id_ in variants)

    @property
    def exit_code(self) -> int:
        """0 all suffices, 1 something stands in the way, 3 cannot tell."""
        return {Truth.YES: 0, Truth.NO: 1, Truth.UNKNOWN: 3}[self.truth]
