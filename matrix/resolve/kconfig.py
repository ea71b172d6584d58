"""Kconfig facts of one kernel -> the symbols that one port sees, and what each comes to under fixed settings.

Which files count is found as Kconfig finds them: the port's own Kconfig, what it sources, and the files outside arch/.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from matrix.expression import NO, YES, Atom, Expr, Known, Or, Range, all_of, any_of, atoms, fill, negate, parse
from matrix.value import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from matrix.model import Located
    from matrix.resolve.facts import Facts

SOURCE = "linux-kconfig"
# What the facts of a Kconfig file say of the file itself and not of a symbol.
FILE_ATTRIBUTES = frozenset({"file", "source"})
_NUMBERS = frozenset({"int", "hex", "string"})
# Symbols rest on symbols, 24 steps deep in real kernels. Past these bounds one is left free, known by its own name: an
# asker's own tree must exhaust neither the stack nor the memory.
_DEEPEST = 40
_LONGEST = 100


@dataclass(slots=True)
class Block:
    """One `config` block: each property with its own condition and the fact that says it.

    subject is the symbol as the facts name it (`X#2` is its second block in the file), choice the choice that it is a
    member of (`PATH:NUMBER`), "" for none. starts are the defaults of that choice that name this member.
    """

    path: str
    subject: str = ""
    type: str = ""
    choice: str = ""
    transitional: bool = False
    prompts: list[tuple[Expr, Located]] = field(default_factory=list)
    defaults: list[tuple[Expr, Expr, Located]] = field(default_factory=list)
    demands: list[tuple[Expr, Located]] = field(default_factory=list)
    ranges: list[Located] = field(default_factory=list)
    starts: list[Located] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Select:
    """`config SELECTOR ... select TARGET if WHEN` (or `imply`), with the dependencies of the selector's block."""

    selector: str
    target: str
    when: Expr
    demands: tuple[Expr, ...]
    located: Located


class Port:
    """Every symbol that the Kconfig of one port defines or that stands outside arch/. Built once per srcarch."""

    def __init__(self, facts: Facts, srcarch: str, ports: Mapping[str, str]) -> None:
        """`ports` maps the other ports' top symbols to their ports: those symbols are n here."""
        self.facts, self.srcarch = facts, srcarch
        by_path = facts.by_path(SOURCE)
        self.paths, self.unread = _reached(by_path, srcarch)
        self.blocks: dict[str, list[Block]] = defaultdict(list)
        self.selects: dict[str, list[Select]] = defaultdict(list)
        self.implies: dict[str, list[Select]] = defaultdict(list)
        # The members of each choice, in the order in which they stand.
        self.choices: dict[str, list[str]] = defaultdict(list)
        for path in sorted(self.paths):
            self._read(path, by_path[path])
        self.foreign = {name for name in ports if name not in self.blocks}
        self._elsewhere = [items for path, items in by_path.items() if path not in self.paths]

    @cached_property
    def gates(self) -> tuple[str, ...]:
        """The symbols by which a port declares that it has Rust: HAVE_RUST, by whatever name.

        They are what config RUST depends on (`depends on X`) and what has neither prompt nor default, so that selects
        alone decide. One that nothing defines is among them: its definition was renamed, or was not read.
        """
        lone = [d.name for block in self.blocks.get("RUST", ()) for d, _ in block.demands if isinstance(d, Atom)]
        bare = [n for n in lone if not any(b.prompts or b.defaults for b in self.blocks.get(n, ()))]
        return tuple(dict.fromkeys(n for n in bare if not n.startswith("$")))

    @property
    def rust_selects(self) -> list[Select]:
        """The lines by which this port declares that it has Rust."""
        return [line for gate in self.gates for line in self.declaring(gate)]

    def declaring(self, gate: str) -> list[Select]:
        """Every select and imply of one gate."""
        return [*self.selects.get(gate, ()), *self.implies.get(gate, ())]

    @cached_property
    def elsewhere(self) -> frozenset[str]:
        """Symbols that only files of other ports define: n here."""
        names = {
            _name(i.fact.subject) for items in self._elsewhere for i in items if i.fact.attribute not in FILE_ATTRIBUTES
        }
        return frozenset(names - self.blocks.keys())

    @cached_property
    def selected_elsewhere(self) -> frozenset[str]:
        """Symbols that some other port's files select or imply."""
        return frozenset(
            i.fact.value for items in self._elsewhere for i in items if i.fact.attribute in {"select", "imply"}
        )

    def _read(self, path: str, items: Iterable[Located]) -> None:
        blocks: dict[str, Block] = {}
        selects: dict[str, list[Located]] = defaultdict(list)
        for item in sorted(items, key=lambda i: i.fact.line):
            fact = item.fact
            if fact.attribute in FILE_ATTRIBUTES:
                continue
            block = blocks.get(fact.subject)
            if block is None:
                block = blocks[fact.subject] = Block(path, fact.subject)
                self.blocks[_name(fact.subject)].append(block)
            if fact.attribute == "type":
                block.type = fact.value
            elif fact.attribute == "prompt":
                block.prompts.append((parse(fact.when), item))
            elif fact.attribute == "default":
                block.defaults.append((parse(fact.value), parse(fact.when), item))
            elif fact.attribute in {"depends", "within"}:
                # `depends on A if B` demands A only where B is.
                demand = parse(fact.value)
                if fact.when or isinstance(demand, Or):
                    demand = any_of([negate(parse(fact.when)), demand])
                block.demands.append((demand, item))
            elif fact.attribute in {"select", "imply"}:
                selects[fact.subject].append(item)
            elif fact.attribute == "choice":
                block.choice = f"{path}:{fact.value}"
                self.choices[block.choice].append(_name(fact.subject))
            elif fact.attribute == "choice-default":
                block.starts.append(item)
            elif fact.attribute == "range":
                block.ranges.append(item)
            elif fact.attribute == "transitional":
                block.transitional = True
        for subject, items_ in selects.items():
            demands = tuple(demand for demand, _ in blocks[subject].demands)
            for item in items_:
                fact = item.fact
                of = self.selects if fact.attribute == "select" else self.implies
                of[fact.value].append(Select(_name(subject), fact.value, parse(fact.when), demands, item))


def _name(subject: str) -> str:
    return subject.partition("#")[0]


def defines(facts: Facts, srcarch: str, symbol: str) -> bool:
    """Whether a file that applies to a port has a block of the symbol: what `Port.blocks` says, without building it."""
    by_path = facts.by_path(SOURCE)
    paths = {
        path
        for path, items in by_path.items()
        if any(_name(i.fact.subject) == symbol and i.fact.attribute not in FILE_ATTRIBUTES for i in items)
    }
    return not paths.isdisjoint(_reached(by_path, srcarch)[0])


def _reached(by_path: Mapping[str, Sequence[Located]], srcarch: str) -> tuple[set[str], set[str]]:
    """The files that apply to a port, and those under arch/ that it sources but nobody has read."""
    paths = {p for p in by_path if not p.startswith("arch/") or p == "arch/Kconfig"}
    unread: set[str] = set()
    # UML takes its processor options from the host's port (HEADER_ARCH in arch/um/Makefile); only x86 hosts exist.
    header = "x86" if srcarch == "um" else srcarch
    waiting = [f"arch/{srcarch}/Kconfig"]
    while waiting:
        path = waiting.pop()
        if path in paths or path in unread:
            continue
        if path not in by_path:
            unread.add(path)
            continue
        paths.add(path)
        for item in by_path[path]:
            if item.fact.attribute == "source":
                target = item.fact.value.replace("$(SRCARCH)", srcarch).replace("$(HEADER_ARCH)", header)
                if target.startswith("arch/"):
                    waiting.append(target)
    return paths, unread


class Setting:
    """A port's symbols with some fixed: what each comes to, and whether it can be set at all."""

    def __init__(
        self,
        port: Port,
        fixed: Mapping[str, bool],
        free: Iterable[str] = (),
        ranges: Mapping[str, Range] | None = None,
        texts: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        self.port, self.free = port, frozenset(free)
        self.known = Known(self.value, ranges or {}, texts or {})
        self.fixed: dict[str, Expr] = {name: YES if on else NO for name, on in fixed.items()}
        self._values: dict[str, Expr | None] = {}
        self._possible: dict[str, bool] = {}
        self._open: set[str] = set()
        self._depth = 0

    def fill(self, tree: Expr) -> Expr:
        """What remains of an expression for this setting."""
        return fill(tree, self.known)

    def value(self, name: str) -> Expr | None:
        """What a symbol comes to: y, n, an expression over free symbols, or None where it is free itself."""
        if name in self.fixed:
            return self.fixed[name]
        if name in self.free or name.startswith("$"):
            return None
        if name in self._values:
            return self._values[name]
        if name in self._open or self._depth >= _DEEPEST:
            return None  # defined through itself, or through too many: leave it free
        self._open.add(name)
        self._depth += 1
        self._values[name] = self._value(name)
        self._depth -= 1
        self._open.discard(name)
        return self._values[name]

    def _value(self, name: str) -> Expr | None:
        blocks = self.port.blocks.get(name)
        if not blocks:
            return NO if name in self.port.foreign or name in self.port.elsewhere else None
        if any(block.type in _NUMBERS for block in blocks):
            return None
        if not self.possible(name):
            return NO
        selected = self._selected(name, self.port.selects)
        if YES in selected:
            return YES
        if any(self.fill(when) != NO for block in blocks for when, _ in block.prompts):
            return None
        defaults = any(block.defaults for block in blocks)
        open_ = any(term != NO for term in selected)
        if (open_ or not defaults) and not self._selectors_are_read(name, blocks):
            return None  # what selects it may stand in a file that nobody has read
        value = any_of([*selected, *self._implied(name, blocks), *(_first_match(block, self) for block in blocks)])
        named = list(islice(atoms(value), _LONGEST + 1))
        # What the build host decides ($(cc-option,...)) is known by the symbol's own name.
        return None if len(named) > _LONGEST or any(a.startswith("$") for a in named) else value

    def _selected(self, name: str, of: Mapping[str, Sequence[Select]]) -> list[Expr]:
        """When each select (or imply) of a symbol holds."""
        return [all_of([self._enabled(s.selector), self.fill(s.when)]) for s in of.get(name, ())]

    def declared(self, name: str) -> Expr:
        """When a select or an imply makes a symbol without prompt y."""
        blocks = self.port.blocks.get(name, [])
        return any_of([*self._selected(name, self.port.selects), *self._implied(name, blocks)])

    def _implied(self, name: str, blocks: list[Block]) -> list[Expr]:
        """When an imply makes a symbol without prompt y: it obeys the dependencies, which a select does not."""
        implied = self._selected(name, self.port.implies)
        if not implied:
            return []
        demands = any_of([all_of([self.fill(d) for d, _ in block.demands]) for block in blocks])
        return [all_of([demands, term]) for term in implied]

    def _enabled(self, name: str) -> Expr:
        value = self.value(name)
        return parse(name) if value is None else value

    def possible(self, name: str) -> bool:
        """Whether anything lets this symbol be y: a prompt, a default or a select whose conditions can hold.

        True where that cannot be told. A symbol fixed to n is not possible; one fixed to y is.
        """
        if name in self.fixed:
            return self.fixed[name] != NO
        known = self._possible.get(name)
        if known is not None:
            return known
        if self._depth >= _DEEPEST:
            return True
        self._possible[name] = True  # a loop of selects proves nothing
        self._depth += 1
        self._possible[name] = self._possibly(name)
        self._depth -= 1
        return self._possible[name]

    def possible_expression(self, tree: Expr) -> bool:
        """Whether an expression can hold for this setting; True where that cannot be told."""
        return self.fill(tree) != NO

    def settable(self, name: str) -> bool:
        """Whether this kernel lets the symbol be y, whatever it is fixed to."""
        return self._possibly(name)

    def _possibly(self, name: str) -> bool:
        blocks = self.port.blocks.get(name)
        if not blocks:
            return name not in self.port.foreign and name not in self.port.elsewhere
        for block in blocks:
            demands = all_of([self.fill(demand) for demand, _ in block.demands])
            if demands == NO:
                continue
            if any(self.fill(when) != NO for when, _ in block.prompts):
                return True
            if any(self.fill(all_of([value, when])) != NO for value, when, _ in block.defaults):
                return True
        if any(term != NO for term in self._implied(name, blocks)):
            return True
        selects = self.port.selects.get(name, ())
        if not selects and not any(b.prompts or b.defaults for b in blocks):
            return not self._selectors_are_read(name, blocks)
        return any(
            self.possible(s.selector) and self.fill(s.when) != NO and all(self.fill(d) != NO for d in s.demands)
            for s in selects
        )

    def _selectors_are_read(self, name: str, blocks: list[Block]) -> bool:
        """Whether everything that may select a symbol was read, so that it is n where none of it holds.

        So it is for those that a file we have not read would not select: the port's own, what config RUST asks of
        ports, the HAVE_ and ARCH_ ones that ports select (Documentation/kbuild/kconfig-language.rst, "Adding common
        features"), and BROKEN.
        """
        if name == "BROKEN" or name.startswith(("HAVE_", "ARCH_")) or name in self.port.gates:
            return not self.port.unread
        own = all(block.path.startswith("arch/") and block.path != "arch/Kconfig" for block in blocks)
        return own and not self.port.unread

    def must_be_on(self, name: str) -> bool:
        """Whether a symbol cannot be n: no prompt lets a person choose, and a default or select is always y."""
        blocks = self.port.blocks.get(name, ())
        if any(self.fill(when) != NO for block in blocks for when, _ in block.prompts):
            return False
        return YES in self._selected(name, self.port.selects) or any(
            _first_match(block, self) == YES for block in blocks
        )


def _first_match(block: Block, setting: Setting) -> Expr:
    """The value of a block's defaults: the first whose condition holds, under the block's dependencies."""
    terms: list[Expr] = []
    earlier: list[Expr] = []
    for value, when, _ in block.defaults:
        holds = setting.fill(when)
        terms.append(all_of([*earlier, holds, setting.fill(value)]))
        earlier.append(negate(holds))
    demands = all_of([setting.fill(demand) for demand, _ in block.demands])
    return all_of([demands, any_of(terms)])
