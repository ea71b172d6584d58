"""The ordered patterns of GCC's config.gcc and a target triple -> whether that GCC can be configured for it, and why.

The facts are those of matrix.extract.gcc_config; line order is the script's order. Of each of its `case` statements the
first matching pattern counts (shell globs: `*` also matches `-`, case matters). As the script does, in this order:

    1. obsolete, deprecated   refused unless --enable-obsolete is given
    2. unsupported-list       refused, unless the exemption before it matches
    3. machine                the last pattern, `*`, refuses what has no entry
    4. check                  a case inside a branch: refused where its first matching pattern says so

A refusal by 2 to 4 outranks 1, since --enable-obsolete would not help there. A check's branch counts as entered where
every pattern list in its `when` matches; branches written before that one are not consulted.
"""

from __future__ import annotations

import re
from enum import Enum
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from matrix.value import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matrix.model import Fact


class TripleState(Enum):
    """What config.gcc makes of a triple."""

    SUPPORTED = "supported"
    OBSOLETE = "obsolete"  # accepted with --enable-obsolete only
    DEPRECATED = "deprecated"  # likewise
    UNSUPPORTED = "unsupported"  # refused by name, or its system is, while the CPU has machine entries
    NO_BACKEND = "no-backend"  # no machine entry names its CPU


_BRANCH = re.compile(r"\$\(case, ([^()]*)\)")
# The first part of a pattern: up to the first `-` that stands in no [...].
_FIRST_PART = re.compile(r"(?:\[[^]]*\]|[^-\[])*")
# What a pattern says before its first special sign.
_LITERAL = re.compile(r"[^*?\[]*")


@dataclass(frozen=True, slots=True)
class TripleStatus:
    """What config.gcc makes of one triple.

    decided_by is the fact that decided, one of those given. cpu_type is the directory under gcc/config that the
    script looks in, whether or not it exists.
    """

    state: TripleState
    decided_by: Fact
    cpu_type: str


def triple_status(facts: Iterable[Fact], triple: str) -> TripleStatus:
    """Decide as config.gcc would for `triple`, in config.sub's canonical form (`arm-unknown-linux-gnueabi`).

    Facts of other attributes and their order are ignored. Raises: LookupError where none of the facts is the machine
    case's: then nothing is known of that GCC.
    """
    ordered = sorted(facts, key=lambda fact: fact.line)
    machine = _first(ordered, "machine", triple)
    if machine is None:
        raise LookupError(f"{triple}: found no machine pattern that matches, expected one, '*' at least")
    cpu_type = _cpu_type(ordered, triple)
    listed = _first(ordered, "unsupported-list", triple)
    if listed is not None and listed.value == "listed":
        return TripleStatus(TripleState.UNSUPPORTED, listed, cpu_type)
    if machine.value == "unsupported":
        return TripleStatus(
            TripleState.UNSUPPORTED if _named(ordered, triple) else TripleState.NO_BACKEND, machine, cpu_type
        )
    if refusal := _refused_inside(ordered, triple):
        return TripleStatus(TripleState.UNSUPPORTED, refusal, cpu_type)
    guards = [f for name in ("obsolete", "deprecated") if (f := _first(ordered, name, triple)) and f.value == "yes"]
    if guards:
        guard = min(guards, key=lambda fact: fact.line)
        return TripleStatus(
            TripleState.OBSOLETE if guard.attribute == "obsolete" else TripleState.DEPRECATED, guard, cpu_type
        )
    return TripleStatus(TripleState.SUPPORTED, machine, cpu_type)


def _matches(text: str, pattern: str) -> bool:
    """As a shell's `case`. Hundreds of patterns are asked once each, and fnmatch makes a regular expression of each."""
    start = _LITERAL.match(pattern)
    if start is None or not text.startswith(start[0]):
        return False
    if "[" in pattern or "?" in pattern:
        return fnmatchcase(text, pattern)
    first, *rest = pattern.split("*")
    if not rest:
        return text == pattern
    at, end = len(first), len(text) - len(rest[-1])
    for part in rest[:-1]:
        place = text.find(part, at, end)
        if place < 0:
            return False
        at = place + len(part)
    return at <= end and text.endswith(rest[-1])


def _first(ordered: list[Fact], attribute: str, triple: str) -> Fact | None:
    return next((f for f in ordered if f.attribute == attribute and _matches(triple, f.subject)), None)


def _cpu_type(ordered: list[Fact], triple: str) -> str:
    """As the script: the triple's own first part, unless a branch sets another."""
    found = _first(ordered, "cpu-type", triple)
    return found.value if found and found.value != "*" else triple.partition("-")[0]


def _named(ordered: list[Fact], triple: str) -> bool:
    """Whether a machine entry, for whatever system, is for the triple's CPU."""
    cpu = triple.partition("-")[0]
    for fact in ordered:
        if fact.attribute == "machine" and fact.value == "supported":
            part = _FIRST_PART.match(fact.subject)
            if part and part[0].strip("*") and _matches(cpu, part[0]):
                return True
    return False


def _refused_inside(ordered: list[Fact], triple: str) -> Fact | None:
    """The refusal, if any, of the first check that refuses the triple in a branch that it enters."""
    decided: set[tuple[str, str]] = set()
    for fact in ordered:
        check = (fact.when, fact.attribute)
        if not fact.attribute.startswith("check") or check in decided:
            continue
        if _matches(triple, fact.subject) and _entered(fact.when, triple):
            if fact.value == "unsupported":
                return fact
            decided.add(check)
    return None


def _entered(when: str, triple: str) -> bool:
    return all(any(_matches(triple, p) for p in branch.split(" | ")) for branch in _BRANCH.findall(when))
