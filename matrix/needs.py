"""The Kconfig facts of a whole tree -> the options that cannot be had without another one, and what these rest on.

An option needs RUST where every way to turn it on is closed while RUST is n, and one is open otherwise: a prompt or a
default under its own demands, or a select by an option that does not need RUST itself. This is asked of all ports at
once: what one of them can have without Rust needs no Rust.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from matrix.expression import NO, YES, And, Atom, Const, Known, Not, Or, all_of, any_of, atoms, fill, negate, parse
from matrix.value import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from matrix.expression import Expr
    from matrix.model import Fact

# What the facts of a Kconfig file say of the file itself and not of a symbol. resolve/kconfig.py has a copy: what every
# question about a port imports is kept short.
_OF_FILES = frozenset({"file", "source"})
# `source "arch/$(SRCARCH)/Kconfig"`, as re.escape leaves it.
_VARIABLE = re.compile(r"\\\$\\\((?:\w|\\_)+\\\)")


@dataclass(slots=True)
class ConfigBlock:
    """One `config` block: its properties as expressions, each with the fact that says it. type is "" where none is."""

    path: str
    name: str
    type: str = ""
    line: int = 0
    prompts: list[tuple[Expr, Fact]] = field(default_factory=list)
    defaults: list[tuple[Expr, Fact]] = field(default_factory=list)
    demands: list[tuple[Expr, Fact]] = field(default_factory=list)

    def expressions(self) -> Iterator[Expr]:
        """All of them."""
        for told in (self.prompts, self.defaults, self.demands):
            for expression, _ in told:
                yield expression


class Selecting(NamedTuple):
    """`select TARGET if WHEN` (or `imply`) inside a block."""

    by: ConfigBlock
    when: Expr
    fact: Fact


class Options:
    """Every option of a tree, by name: its definitions, and what selects it."""

    def __init__(self, facts: Iterable[tuple[str, Fact]]) -> None:
        """`facts` are those of the Kconfig extractor, each with the path of its file."""
        self.blocks: dict[str, list[ConfigBlock]] = {}
        self.selects: dict[str, list[Selecting]] = {}
        self._sources: dict[str, list[tuple[str, Fact]]] = {}
        self._above: dict[str, Expr] = {}
        known: dict[tuple[str, str], ConfigBlock] = {}
        for path, fact in facts:
            if fact.attribute == "source":
                self._sources.setdefault(fact.value, []).append((path, fact))
            elif fact.attribute not in _OF_FILES:
                self._add(known, path, fact)

    def above(self, path: str) -> Expr:
        """What the `if` around every `source` of a file demands of all in it; y for one that no file sources."""
        if path not in self._above:
            self._above[path] = YES  # a file that sources itself demands nothing more
            ways = [all_of([self.above(by), parse(fact.when)]) for by, fact in self._sources.get(path, ())]
            self._above[path] = any_of(ways) if ways else YES
        return self._above[path]

    def leading_to(self, paths: Iterable[str]) -> set[tuple[str, str]]:
        """The `source` lines, as (file, path as written), by which these files are reached from others."""
        patterns = {t: re.compile(_VARIABLE.sub("[^/]+", re.escape(t))) for t in self._sources if "$" in t}
        found: set[tuple[str, str]] = set()
        seen: set[str] = set()
        waiting = list(paths)
        while waiting:
            path = waiting.pop()
            if path in seen:
                continue
            seen.add(path)
            for target in (path, *(t for t, pattern in patterns.items() if pattern.fullmatch(path))):
                for by, _ in self._sources.get(target, ()):
                    found.add((by, target))
                    waiting.append(by)
        return found

    def _add(self, known: dict[tuple[str, str], ConfigBlock], path: str, fact: Fact) -> None:
        block = known.get((path, fact.subject))
        if block is None:
            name = fact.subject.partition("#")[0]
            block = known[path, fact.subject] = ConfigBlock(path, name)
            self.blocks.setdefault(name, []).append(block)
        kind = fact.attribute
        if kind in {"select", "imply"}:
            self.selects.setdefault(fact.value, []).append(Selecting(block, parse(fact.when), fact))
        elif kind == "type":
            block.type = block.type or fact.value
        elif kind == "prompt":
            block.prompts.append((parse(fact.when), fact))
        elif kind == "default":
            block.defaults.append((all_of([parse(fact.value), parse(fact.when)]), fact))
        elif kind in {"depends", "within"}:
            demand = parse(fact.value)
            block.demands.append((any_of([negate(parse(fact.when)), demand]) if fact.when else demand, fact))
        # What encloses a block stands above it.
        if kind not in {"within", "choice"} and (not block.line or fact.line < block.line):
            block.line = fact.line

    def needing(self, root: str) -> list[str]:
        """The names of all that need `root`, itself first: each after those by which it needs it."""
        users: dict[str, set[str]] = defaultdict(set)
        for name, blocks in self.blocks.items():
            for block in blocks:
                for expression in (self.above(block.path), *block.expressions()):
                    for used in atoms(expression):
                        users[used].add(name)
        for target, selects in self.selects.items():
            for select in selects:
                users[select.by.name].add(target)
                for expression in (select.when, *self._demands(select.by)):
                    for used in atoms(expression):
                        users[used].add(target)
        found = {root: None}
        fresh = [root]
        while fresh:
            # Each once a round, however many of those it rests on were found in the last one.
            asked = sorted({user for name in fresh for user in users[name]} - found.keys())
            fresh = [n for n in asked if n in self.blocks and self.closed(n, found) and not self.closed(n, ())]
            found.update(dict.fromkeys(fresh))
        return list(found)

    def _demands(self, block: ConfigBlock) -> Iterator[Expr]:
        """All that must hold for a block to count."""
        yield self.above(block.path)
        for demand, _ in block.demands:
            yield demand

    def closed(self, name: str, without: Collection[str]) -> bool:
        """Whether no way is left to turn an option on while those of `without` are n, all others being free."""
        no = partial(_is_n, Known(lambda used: NO if used in without else None, {}, {}))
        allowed = [block for block in self.blocks.get(name, ()) if not any(map(no, self._demands(block)))]
        for block in allowed:
            if not all(no(way) for way, _ in (*block.prompts, *block.defaults)):
                return False
        for select in self.selects.get(name, ()):
            # An imply obeys the dependencies, which a select does not.
            if select.by.name in without or (select.fact.attribute == "imply" and not allowed):
                continue
            if not no(select.when) and not any(map(no, self._demands(select.by))):
                return False
        return True

    def rests_on(self, names: Iterable[str]) -> set[str]:
        """These options and all that decides whether they can be had: what their expressions name, and what selects it.

        What a person can turn on in every port is left there: that a driver selects it too opens nothing more. What a
        port's file selects counts always.
        """
        everywhere = self._everywhere()
        found: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name in found:
                continue
            found.add(name)
            for block in self.blocks.get(name, ()):
                for expression in (self.above(block.path), *block.expressions()):
                    waiting += atoms(expression)
            for select in self.selects.get(name, ()):
                if name not in everywhere or select.by.path.startswith("arch/"):
                    waiting += (select.by.name, *atoms(select.when))
        return found

    def _everywhere(self) -> set[str]:
        """The options that a person can turn on in every port, by a prompt whose demands are such options."""
        users: dict[str, set[str]] = defaultdict(set)
        for name, blocks in self.blocks.items():
            for block in blocks:
                for expression in (*self._demands(block), *(p for p, _ in block.prompts)):
                    for used in atoms(expression):
                        users[used].add(name)
        found: set[str] = set()
        waiting = list(self.blocks)
        while waiting:
            name = waiting.pop()
            if name in found or name not in self.blocks:
                continue
            if any(self._anywhere(block, found) for block in self.blocks[name]):
                found.add(name)
                waiting += users[name]
        return found

    def _anywhere(self, block: ConfigBlock, found: Collection[str]) -> bool:
        if block.path.startswith("arch/") and block.path != "arch/Kconfig":
            return False
        return any(self._holds(p, found) for p, _ in block.prompts) and all(
            self._holds(d, found) for d in self._demands(block)
        )

    def _holds(self, tree: Expr, found: Collection[str]) -> bool:
        """Whether an expression can hold in every port; False where that is not plain."""
        if isinstance(tree, Const):
            return tree.value
        if isinstance(tree, Atom):
            return tree.name in found or tree.name.startswith("$")
        if isinstance(tree, And):
            return all(self._holds(item, found) for item in tree.items)
        if isinstance(tree, Or):
            return any(self._holds(item, found) for item in tree.items)
        return isinstance(tree, Not) and isinstance(tree.item, Atom) and self._left_out(tree.item.name)

    def _left_out(self, name: str) -> bool:
        """Whether a person can leave an option out in every port: it has a prompt and is no port's own, or is none."""
        blocks = self.blocks.get(name, ())
        return not blocks or (
            any(block.prompts for block in blocks) and not any(block.path.startswith("arch/") for block in blocks)
        )


def _is_n(known: Known, tree: Expr) -> bool:
    return fill(tree, known) == NO
