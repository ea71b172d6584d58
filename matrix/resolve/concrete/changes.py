"""A configuration in which config RUST cannot be y -> the smallest sets of settings with which it can.

Each set that is proposed (ways.py) is evaluated as Kconfig would: what is found holds, or it is not told.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING

from matrix.resolve.concrete.definitions import words_of
from matrix.resolve.concrete.verdict import HOST, RUST, demands_of
from matrix.resolve.concrete.ways import VERSIONED, Tweak, combined, cost, ways
from matrix.value import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matrix.model import Evidence
    from matrix.resolve.concrete.evaluation import Evaluation
    from matrix.resolve.concrete.tools import Assumed, Subject
    from matrix.resolve.concrete.ways import Way

# How many sets are told, and how many are evaluated for them.
_MOST_SETS = 3
_TRIES = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """Why a symbol has to be turned off for another: `selector` selects `symbol`."""

    symbol: str
    selector: str
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """Settings with which config RUST can be y.

    settings are a person's, in the order in which to make them; tools ask for another compiler (`cc`) or for at least a
    version (by the symbol that holds it). follow are other symbols that become another value by it, with both values;
    raised says which settings are there since they select another. open is what stays open with them.
    """

    settings: tuple[Tweak, ...]
    tools: tuple[Tweak, ...] = ()
    follow: tuple[tuple[str, str, str], ...] = ()
    raised: tuple[Raised, ...] = ()
    open: tuple[str, ...] = ()


def remedies(subject: Subject) -> tuple[Remedy, ...]:
    """The smallest sets first, none of them part of another; () where none was found.

    One with which something stays open is told only where there is no other; of a fragment most is open anyway.
    """
    if not subject.whole:
        return _found(subject, certain=False)
    return _found(subject, certain=True) or _found(subject, certain=False)


def _found(subject: Subject, *, certain: bool) -> tuple[Remedy, ...]:
    rust = subject.definitions.of(RUST)
    if rust is None:
        return ()
    trees = [line.when for line in demands_of(rust) if set(words_of(line.when)) != {HOST}]
    found: list[Way] = []
    told: list[Remedy] = []
    tried: set[Way] = set()
    queue: list[tuple[int, list[Tweak], Way]] = [(0, [], frozenset())]
    while queue and len(told) < _MOST_SETS and len(tried) < _TRIES:
        _, _, way = heappop(queue)
        if way in tried or any(smaller <= way for smaller in found):
            continue
        tried.add(way)
        evaluation = _evaluated(subject, way)
        values = [(tree, evaluation.expression(tree)) for tree in trees]
        lacking = [tree for tree, value in values if not (value.low if certain else value.high)]
        if not lacking:
            if _holds(evaluation, way):
                found.append(way)
                told.append(_remedy(subject, evaluation, way))
            continue
        for more in combined([ways(evaluation, tree, certain=certain) for tree in lacking]):
            joined = _joined(way, more)
            if joined is not None and joined not in tried:
                heappush(queue, (cost(joined), sorted(joined), joined))
    return tuple(told)


def _joined(way: Way, more: Way) -> Way | None:
    """Both; None where they say another thing of one symbol. Of two versions of a tool the greater is asked for."""
    held = {(c.name, c.tool): c for c in way}
    for change in more:
        key = change.name, change.tool
        before = held.get(key)
        if before is not None and before.value != change.value:
            if not change.tool or change.name == "cc":
                return None
            change = max(before, change, key=lambda c: int(c.value))  # noqa: PLW2901
        held[key] = change
    return frozenset(held.values())


def _evaluated(subject: Subject, way: Way, roots: frozenset[str] = frozenset()) -> Evaluation:
    settings = {c.name: c.value for c in sorted(way, key=lambda c: c.value == "y") if not c.tool}
    return subject.now({**settings, RUST: "y"}, _assumed(subject.assumed, way), roots)


def _assumed(assumed: Assumed, way: Way) -> Assumed:
    fields = {"RUSTC_VERSION": "rustc", "RUSTC_LLVM_VERSION": "rustc_llvm", "PAHOLE_VERSION": "pahole"}
    for change in way:
        if not change.tool:
            continue
        if change.name == "cc":
            assumed = replace(assumed, cc=change.value, cc_version="")
        elif change.name in fields:
            read = VERSIONED[change.name][1]
            assumed = replace(assumed, **{fields[change.name]: read(int(change.value))})
        elif change.name in {"GCC_VERSION", "CLANG_VERSION"}:
            cc, read = VERSIONED[change.name]
            assumed = replace(assumed, cc=cc, cc_version=read(int(change.value)))
    return assumed


def _holds(evaluation: Evaluation, way: Way) -> bool:
    """Whether each setting stays as it was made: Kconfig may overrule it."""
    return all(_is(evaluation, change) for change in way if not change.tool)


def _is(evaluation: Evaluation, change: Tweak) -> bool:
    value = evaluation.value(change.name)
    return bool(value.high) if change.value == "y" else not value.low


def _remedy(subject: Subject, evaluation: Evaluation, way: Way) -> Remedy:
    settings = sorted((c for c in way if not c.tool), key=lambda c: (c.value == "y", c.name))
    rust = subject.definitions.of(RUST)
    clauses = [line.when for line in demands_of(rust)] if rust else []
    hanging = [evaluation.expression(tree) for tree in clauses if set(words_of(tree)) != {HOST}]
    return Remedy(
        settings=tuple(settings),
        tools=tuple(sorted(c for c in way if c.tool)),
        follow=_follow(subject, way),
        raised=tuple(_raised(subject, settings)),
        open=tuple(dict.fromkeys(name for value in hanging if not value.low for name in sorted(value.open))),
    )


def _follow(subject: Subject, way: Way) -> tuple[tuple[str, str, str], ...]:
    """The symbols with a prompt that become another by the settings, beside the settings themselves."""
    if not subject.whole or any(change.name == "cc" for change in way):
        return ()  # with another compiler most of what the host decides is another
    names = frozenset(subject.definitions.port.blocks)
    changed = {change.name for change in way if not change.tool}
    moved = subject.definitions.moved_by(changed, names)
    # What comes with Rust itself is no price of it.
    brought = subject.definitions.moved_by({RUST}, names)
    after, before = _evaluated(subject, way, names), subject.now(roots=names)
    found: list[tuple[str, str, str]] = []
    for name in sorted(moved - changed - {RUST, HOST}):
        defined = subject.definitions.of(name)
        if defined is None or not defined.is_tristate or not defined.prompted:
            continue
        old, new = before.value(name), after.value(name)
        if old.known and new.known and old != new and not (name in brought and new > old):
            found.append((name, old.letter, new.letter))
    # What is lost comes first.
    return tuple(sorted(found, key=lambda entry: entry[2] > entry[1]))


def _raised(subject: Subject, settings: Iterable[Tweak]) -> Iterable[Raised]:
    """Which of the settings are there because they select another one that has to go off."""
    before = subject.now()
    off = {change.name for change in settings if change.value == "n"}
    rust = subject.definitions.of(RUST)
    asked = off | (set(rust.names) if rust else set())
    for name in sorted(off):
        for selected in sorted(asked):
            defined = subject.definitions.of(selected)
            for push in defined.selects if defined else ():
                if push.selector == name and before.pushed(push).high:
                    evidence = subject.definitions.port.facts.evidence(push.located)
                    yield Raised(symbol=selected, selector=name, evidence=evidence)
