"""Snapshots -> the same with those Kconfig facts and library features alone that an answer can rest on.

A kernel's Kconfig files define some 4,000 symbols; the answers rest on some 600: those that config RUST, the selects of
HAVE_RUST, the conditions in makefiles and the variants name, and all that these depend on or are selected by, followed
to the end. rustc's library has some 2,500 features in some 500 files; kernels ask for some 50. Only the facts shipped
with the package are thinned so; what is read from a tree is recorded whole.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from matrix.expression import atoms, parse
from matrix.resolve.kconfig import FILE_ATTRIBUTES, SOURCE
from matrix.store import Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from matrix.model import Fact, Registry
    from matrix.store import Observation

# The consumer, the declaration, and what the conditions of --cc and of named versions fix.
_ROOTS = ("RUST", "HAVE_RUST", "CC_IS_GCC", "CC_IS_CLANG", "GCC_VERSION", "CLANG_VERSION", "RUSTC_VERSION")
_EXPRESSIONS = frozenset({"depends", "within", "default"})
LIBRARY = "rust-library-features"
_ASKED = "unstable-feature"


def excerpt(registry: Registry, snapshots: Sequence[Snapshot]) -> tuple[Snapshot, ...]:
    """The snapshots thinned, by one set of names for all: equal bytes must give equal facts."""
    symbols = relevant_symbols(registry, snapshots)
    return tuple(thinned(snapshot, symbols) for snapshot in snapshots)


def relevant_symbols(registry: Registry, snapshots: Iterable[Snapshot]) -> frozenset[str]:
    """The symbols that an answer on any of these kernels can rest on, and the library features that they ask for.

    Without a kernel among the snapshots, all library features that are there: what was thinned before stays as it is.
    """
    facts: list[Fact] = []
    elsewhere: set[str] = set()
    features: set[str] = set()
    asked: set[str] = set()
    kernels = False
    for snapshot in snapshots:
        kernels = kernels or snapshot.revision.project == "linux"
        for observation in snapshot.observations:
            if observation.reading is None:
                continue
            if observation.source == SOURCE:
                facts += observation.reading.facts
            elif observation.source == LIBRARY:
                features.update(f.subject for f in observation.reading.facts)
            else:
                elsewhere.update(f.when for f in observation.reading.facts)
                asked.update(f.value for f in observation.reading.facts if f.attribute.partition(":")[0] == _ASKED)
    # A flag or target that a makefile gives under CONFIG_X is one only where X can be set.
    named = {name for when in elsewhere for name in atoms(parse(when))}
    return frozenset(_closure(facts, _roots(registry, facts) | named)) | (asked if kernels else features)


def thinned(snapshot: Snapshot, symbols: frozenset[str]) -> Snapshot:
    """The snapshot with the Kconfig facts and library features of these names alone; other facts as they are.

    A file of the library of which nothing stays goes too. Symbols are in capitals and features are not.
    """
    left = (_thinned(o, symbols) for o in snapshot.observations)
    return Snapshot(
        snapshot.revision,
        tuple(o for o in left if o.source != LIBRARY or o.reading is None or o.reading.facts),
    )


def _thinned(observation: Observation, symbols: frozenset[str]) -> Observation:
    if observation.source not in {SOURCE, LIBRARY} or observation.reading is None:
        return observation
    facts = observation.reading.facts
    if observation.source == LIBRARY:
        kept = tuple(f for f in facts if f.subject in symbols)
    else:
        kept = tuple(f for f in facts if _kept(f, symbols))
    return replace(observation, reading=replace(observation.reading, facts=kept))


def _kept(fact: Fact, symbols: frozenset[str]) -> bool:
    if fact.attribute in FILE_ATTRIBUTES:
        return fact.attribute == "file" or fact.value.startswith("arch/")
    if fact.attribute == "imply" or (fact.attribute == "select" and fact.value not in symbols):
        return False
    return fact.subject.partition("#")[0] in symbols


def _roots(registry: Registry, facts: Iterable[Fact]) -> set[str]:
    roots = {*_ROOTS, *(arch.symbol for arch in registry.arches.values())}
    for variant in registry.variants.values():
        roots.update(variant.on, variant.off, variant.free, variant.where_defined)
    for fact in facts:
        if fact.attribute in {"depends", "within"} and "RUST" in set(atoms(parse(fact.value))):
            roots.add(fact.subject.partition("#")[0])
    return roots


def _closure(facts: Iterable[Fact], roots: set[str]) -> set[str]:
    """The symbols that the roots rest on: named in their expressions, or selecting them."""
    own: dict[str, list[Fact]] = defaultdict(list)
    selecting: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.attribute == "select":
            selecting[fact.value].append(fact)
        elif fact.attribute not in FILE_ATTRIBUTES and fact.attribute != "imply":
            own[fact.subject.partition("#")[0]].append(fact)
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        for fact in own[name]:
            waiting += _named(fact)
        for fact in selecting[name]:
            waiting += [fact.subject.partition("#")[0], *_named(fact)]
    return found


def _named(fact: Fact) -> Iterator[str]:
    yield from atoms(parse(fact.when))
    if fact.attribute in _EXPRESSIONS:
        yield from atoms(parse(fact.value))
