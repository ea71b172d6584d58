"""What came of holding what is known against compilers and trees."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from matrix.value import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matrix.change import Difference
    from matrix.model import Evidence, Revision


class Grounds(Enum):
    """What is known of a version: its own facts; what both releases beside it say alike; those of the nearest.

    Of the nearest alone nothing follows for a version beyond all that was read: its differences are shown and not
    counted.
    """

    SAME = "facts of this version"
    BETWEEN = "what the releases on both sides say alike"
    NEAREST = "facts of the nearest release, from which nothing follows here"


class MismatchKind(Enum):
    """A statement that a compiler contradicts; or what its builder chose, which contradicts nothing."""

    DIFFERS = "differs"
    BUILD = "a choice of the build"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mismatch:
    """One thing said in two ways: held by us, from evidence; seen in the compiler. why is what explains it."""

    kind: MismatchKind
    about: str
    held: str
    seen: str
    evidence: tuple[Evidence, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One compiler against what is known of its version.

    compared are how many statements were held against it, left how many could not be: those on which the releases
    beside its version differ. said are sentences on what it is compared with; problem says why nothing was compared.
    """

    tool: str
    path: str
    version: str = ""
    project: str = ""
    basis: Grounds | None = None
    labels: tuple[str, ...] = ()
    built: str = ""
    compared: int = 0
    left: int = 0
    findings: tuple[Mismatch, ...] = ()
    said: tuple[str, ...] = ()
    problem: str = ""

    @property
    def differs(self) -> bool:
        """Whether a statement that holds for its version is contradicted."""
        return self.basis is not Grounds.NEAREST and any(f.kind is MismatchKind.DIFFERS for f in self.findings)

    @property
    def counts(self) -> bool:
        """Whether anything was compared from which something follows."""
        return self.basis in {Grounds.SAME, Grounds.BETWEEN} and self.compared > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedTree:
    """A tree held against a known revision; unread says which of its sources could not be read."""

    known: Revision
    tree: Revision
    where: str
    differences: Sequence[Difference]
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """Every comparison that was asked for. unread are trees of a version that is not known, with why."""

    compilers: tuple[Compared, ...]
    trees: tuple[ComparedTree, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 no difference, 1 differs, 3 nothing could be compared."""
        if any(c.differs for c in self.compilers) or any(t.differences for t in self.trees):
            return 1
        return 0 if any(c.counts for c in self.compilers) or any(not t.unread for t in self.trees) else 3
