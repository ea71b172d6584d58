"""A kernel's facts -> all that it says of each tool: the version it asks for, for whom another, and what it refuses.

Nobody has named a tool here. What a named one comes to is the kernel rung's to say (resolve/kernel).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cell import Tool
from matrix.expression import parse
from matrix.resolve.requirement import AVAILABLE, refused_as_too_old, stated
from matrix.value import dataclass

if TYPE_CHECKING:
    from matrix.cell import Requirement
    from matrix.expression import Expr
    from matrix.model import Evidence
    from matrix.resolve.facts import Facts

# That one is too old is what its minimum says.
_TOO_OLD = "too-old"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownBad:
    """Versions that the kernel's own check speaks against under `when`.

    refused: it ends with an error; else it warns and goes on. what is upstream's reason in a word: bug, mismatch,
    too-new.
    """

    refused: bool
    what: str
    when: Expr
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Needed:
    """One tool: its requirement, None where it was not read; overrides by their condition; what is known to be bad.

    refused is where the kernel's check ends with an error for an older one, None where nothing says so.
    """

    tool: Tool
    general: Requirement | None
    overrides: tuple[tuple[str, Requirement], ...]
    bad: tuple[KnownBad, ...]
    refused: Evidence | None


def needed(linux: Facts) -> tuple[Needed, ...]:
    """Every tool of which the kernel says something."""
    found = (_of(linux, tool) for tool in Tool)
    return tuple(one for one in found if one.general or one.overrides or one.bad)


def _of(linux: Facts, tool: Tool) -> Needed:
    asks = stated(linux, tool)
    too_old = refused_as_too_old(linux, tool)
    bad = tuple(
        KnownBad(
            refused=attribute == "broken",
            what=item.fact.value,
            when=parse(item.fact.when),
            evidence=linux.evidence(item),
        )
        for attribute in ("broken", "warns")
        for item in linux.about(AVAILABLE, tool.value, attribute)
        if item.fact.value != _TOO_OLD
    )
    return Needed(
        tool=tool,
        general=next((r for when, r in reversed(asks) if not when), None),
        overrides=tuple((when, r) for when, r in asks if when),
        bad=bad,
        refused=linux.evidence(too_old) if too_old else None,
    )
