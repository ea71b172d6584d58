"""A snapshot -> the same with those Kconfig facts and library features alone that an answer can rest on.

A kernel's Kconfig files define some 4,000 symbols; the answers rest on some 600: those that config RUST, the conditions
in makefiles and the variants name, and all that these depend on or are selected or implied by, followed to the end.
rustc's library states some 2,400 features in some 500 files, many of them in several: each is kept where it is stated
first, but for those that were stable before any kernel had Rust. Only the facts shipped with the package are thinned
so; what is read from a tree is recorded whole.

What is kept of a revision depends on that revision and data/ alone, so that a new one changes no other's file
(2026-11-28). A file with equal bytes in two kernels can so be kept with other facts in each: `matrix.shipped` joins
them. None of the facts that come with it from the other kernel changes an answer: nothing kept rests on them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from matrix.errors import UsageError
from matrix.expression import atoms, parse
from matrix.resolve.kconfig import FILE_ATTRIBUTES, SOURCE
from matrix.store import Snapshot
from matrix.versions import parse as parse_version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from matrix.model import Fact, Registry
    from matrix.store import Observation

# The consumer, and what the conditions of --cc and of named versions fix.
_ROOTS = ("RUST", "CC_IS_GCC", "CC_IS_CLANG", "GCC_VERSION", "CLANG_VERSION", "RUSTC_VERSION")
_EXPRESSIONS = frozenset({"depends", "within", "default"})
_BY_OTHERS = frozenset({"select", "imply"})
_LIBRARY = "rust-library-features"
# Linux 6.1, the first kernel with Rust, needs rustc 1.62: what was stable by then, no kernel has to ask for.
_ASKED_SINCE = (1, 62)


def excerpt(registry: Registry, snapshot: Snapshot) -> Snapshot:
    """What is shipped of a revision: thinned by the symbols that its own answers can rest on."""
    return thinned(snapshot, relevant_symbols(registry, snapshot))


def relevant_symbols(registry: Registry, snapshot: Snapshot) -> frozenset[str]:
    """The Kconfig symbols that an answer on this revision can rest on."""
    facts: list[Fact] = []
    choices: dict[tuple[str, str], set[str]] = defaultdict(set)
    elsewhere: set[str] = set()
    for observation in snapshot.observations:
        if observation.reading is None:
            continue
        if observation.source == SOURCE:
            facts += observation.reading.facts
            for fact in observation.reading.facts:
                if fact.attribute == "choice":
                    choices[observation.document.path, fact.value].add(fact.subject.partition("#")[0])
        else:
            elsewhere.update(f.when for f in observation.reading.facts)
    # A flag or target that a makefile gives under CONFIG_X is one only where X can be set.
    named = {name for when in elsewhere for name in atoms(parse(when))}
    found = _closure(facts, _roots(registry, facts) | named)
    # One of a choice is n where another is y. What the others rest on decides nothing more.
    return frozenset(found.union(*(members for members in choices.values() if members & found)))


def thinned(snapshot: Snapshot, symbols: frozenset[str]) -> Snapshot:
    """The snapshot with the Kconfig facts of these symbols and each library feature once; other facts as they are.

    A file of the library of which nothing stays goes too.
    """
    left: list[Observation] = []
    features: set[tuple[str, str, str, str]] = set()
    for item in sorted(snapshot.observations, key=lambda o: (o.source, o.document.path)):
        if item.source == SOURCE:
            left.append(_with(item, lambda fact: _kept(fact, symbols)))
        elif item.source == _LIBRARY:
            only = _with(item, lambda fact: _says_more(fact, features))
            if only.reading is None or only.reading.facts:
                left.append(only)
        else:
            left.append(item)
    return Snapshot(snapshot.revision, tuple(left))


def _with(item: Observation, wanted: Callable[[Fact], bool]) -> Observation:
    """The observation with the facts that are wanted."""
    if item.reading is None:
        return item
    return replace(item, reading=replace(item.reading, facts=tuple(filter(wanted, item.reading.facts))))


def _says_more(fact: Fact, features: set[tuple[str, str, str, str]]) -> bool:
    """Whether a kernel may have to ask for the feature, and no fact before said the same; then it is noted."""
    said = (fact.subject, fact.attribute, fact.value, fact.when)
    if said in features or _stable_before(fact):
        return False
    features.add(said)
    return True


def _stable_before(fact: Fact) -> bool:
    try:
        return fact.attribute.endswith("-stable") and parse_version(fact.value).numbers[:2] < _ASKED_SINCE
    except UsageError:  # `CURRENT_RUSTC_VERSION`
        return False


def _kept(fact: Fact, symbols: frozenset[str]) -> bool:
    if fact.attribute in FILE_ATTRIBUTES:
        return fact.attribute == "file" or fact.value.startswith("arch/")
    if fact.attribute in _BY_OTHERS and fact.value not in symbols:
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
    """The symbols that the roots rest on: named in their expressions, selecting or implying them."""
    own: dict[str, list[Fact]] = defaultdict(list)
    selecting: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.attribute in _BY_OTHERS:
            selecting[fact.value].append(fact)
        elif fact.attribute not in FILE_ATTRIBUTES:
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
