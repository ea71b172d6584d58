"""The symbols of a port -> the definition of each with its expressions read exactly, and what it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.expression import YES, And, Atom, Compare, Not, Or, parse_exactly
from matrix.resolve.kconfig import SOURCE
from matrix.value import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matrix.expression import Expr
    from matrix.model import Located
    from matrix.resolve.kconfig import Block, Port, Select

MODULES = "MODULES"
_TRISTATE = frozenset({"bool", "tristate"})


@dataclass(frozen=True, slots=True)
class Stated:
    """An expression with the line that says it. `value` is what a default, a range or a select gives under `when`."""

    when: Expr
    located: Located
    value: Expr = YES


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One `config` block. demands are its `depends on` lines and what stands around it, all of which must hold."""

    demands: tuple[Stated, ...]
    prompts: tuple[Stated, ...]
    defaults: tuple[Stated, ...]
    ranges: tuple[Stated, ...]
    starts: tuple[Stated, ...]


@dataclass(frozen=True, slots=True)
class Push:
    """`config selector ... select (or imply) symbol if when`, with the dependencies of the selector's block."""

    selector: str
    when: Expr
    demands: tuple[Stated, ...]
    located: Located


@dataclass(frozen=True, slots=True, kw_only=True)
class Defined:
    """All that is said of one symbol."""

    name: str
    type: str
    choice: str
    transitional: bool
    blocks: tuple[Definition, ...]
    selects: tuple[Push, ...]
    implies: tuple[Push, ...]
    names: frozenset[str] = field(default_factory=frozenset)

    @property
    def is_tristate(self) -> bool:
        """Whether its values are n, m and y, and no number or text."""
        return self.type in _TRISTATE

    @property
    def prompted(self) -> bool:
        """Whether a person can ever set it."""
        return any(block.prompts for block in self.blocks)


class Definitions:
    """Every symbol of a port, read when it is asked for."""

    def __init__(self, port: Port) -> None:
        self.port = port
        self._found: dict[str, Defined | None] = {}
        self._blocks: dict[tuple[str, str], Definition] = {}
        self._around = _around(port)
        self._members: dict[str, list[str]] = {}
        self._reached: dict[frozenset[str], frozenset[str]] = {}
        self._users: dict[frozenset[str], dict[str, list[str]]] = {}

    def of(self, name: str) -> Defined | None:
        """What is said of a symbol; None where no file that was read defines it."""
        if name not in self._found:
            blocks = self.port.blocks.get(name)
            self._found[name] = self._defined(name, blocks) if blocks else None
        return self._found[name]

    def members(self, choice: str) -> list[str]:
        """The members of a choice, in the order in which they stand."""
        if choice not in self._members:
            names = dict.fromkeys(self.port.choices.get(choice, ()))
            self._members[choice] = sorted(names, key=lambda name: self._stands(name, choice))
        return self._members[choice]

    def _stands(self, name: str, choice: str) -> int:
        """The line of the prompt by which a member of a choice is chosen."""
        blocks = (block for block in self.port.blocks[name] if block.choice == choice)
        return min((item.fact.line for block in blocks for _, item in block.prompts), default=0)

    def rests_on(self, roots: frozenset[str]) -> frozenset[str]:
        """The roots and all that their values can rest on, `$(...)` among them."""
        if roots not in self._reached:
            found: set[str] = set()
            waiting = list(roots)
            while waiting:
                name = waiting.pop()
                if name in found:
                    continue
                found.add(name)
                defined = self.of(name)
                if defined is not None:
                    waiting += defined.names
            self._reached[roots] = frozenset(found)
        return self._reached[roots]

    def moved_by(self, changed: set[str], within: frozenset[str]) -> set[str]:
        """Those of `within` whose values can be others where `changed` are."""
        users = self._users.get(within)
        if users is None:
            users = self._users[within] = {}
            for name in within:
                defined = self.of(name)
                for used in defined.names if defined else ():
                    users.setdefault(used, []).append(name)
        found: set[str] = set()
        waiting = [name for name in changed if name in within or name in users]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += users.get(name, ())
        return found

    def _defined(self, name: str, blocks: list[Block]) -> Defined:
        selects = tuple(self._push(s) for s in self.port.selects.get(name, ()))
        implies = tuple(self._push(s) for s in self.port.implies.get(name, ()))
        read = tuple(self._block(block) for block in blocks)
        choice = next((block.choice for block in blocks if block.choice), "")
        type_ = next((block.type for block in blocks if block.type), "")
        names = {used for block in read for line in _lines(block) for used in _names(line)}
        for push in (*selects, *implies):
            names.add(push.selector)
            names |= set(words_of(push.when))
            names |= {used for line in push.demands for used in words_of(line.when)}
        if choice:
            names |= set(self.members(choice))
        if type_ == "tristate":
            names.add(MODULES)
        names.discard(name)
        return Defined(
            name=name,
            type=type_,
            choice=choice,
            transitional=any(block.transitional for block in blocks),
            blocks=read,
            selects=selects,
            implies=implies,
            names=frozenset(names),
        )

    def _push(self, select: Select) -> Push:
        located = select.located
        subject = located.fact.subject
        block = next(b for b in self.port.blocks[select.selector] if b.subject == subject and b.path == located.path)
        return Push(select.selector, parse_exactly(located.fact.when), self._block(block).demands, located)

    def _block(self, block: Block) -> Definition:
        key = block.path, block.subject
        if key not in self._blocks:
            self._blocks[key] = Definition(
                demands=(*self._around.get(block.path, ()), *(Stated(_demand(i), i) for _, i in block.demands)),
                prompts=tuple(_line(item) for _, item in block.prompts),
                defaults=tuple(
                    Stated(parse_exactly(i.fact.when), i, parse_exactly(i.fact.value)) for _, _, i in block.defaults
                ),
                ranges=tuple(_line(item) for item in block.ranges),
                starts=tuple(_line(item) for item in block.starts),
            )
        return self._blocks[key]


def _around(port: Port) -> dict[str, tuple[Stated, ...]]:
    """What must hold for all that stands in a file: the conditions under which another one sources it."""
    by_path = port.facts.by_path(SOURCE)
    found: dict[str, tuple[Stated, ...]] = {}
    waiting = [path for path in port.paths if not path.startswith("arch/") or path == f"arch/{port.srcarch}/Kconfig"]
    read = set(waiting)
    while waiting:
        path = waiting.pop()
        for item in by_path[path]:
            if item.fact.attribute != "source":
                continue
            target = item.fact.value.replace("$(SRCARCH)", port.srcarch)
            if target in port.paths and target not in read:
                read.add(target)
                own = (Stated(parse_exactly(item.fact.when), item),) if item.fact.when else ()
                found[target] = (*found.get(path, ()), *own)
                waiting.append(target)
    return found


def _line(item: Located) -> Stated:
    return Stated(parse_exactly(item.fact.when), item)


def _demand(item: Located) -> Expr:
    """`depends on A if B` demands A only where B is."""
    demand = parse_exactly(item.fact.value)
    return Or((Not(parse_exactly(item.fact.when)), demand)) if item.fact.when else demand


def _lines(block: Definition) -> Iterator[Stated]:
    for group in (block.demands, block.prompts, block.defaults, block.ranges, block.starts):
        yield from group


def _names(line: Stated) -> Iterator[str]:
    yield from words_of(line.when)
    yield from words_of(line.value)
    if line.located.fact.attribute == "range":
        yield from line.located.fact.value.split()


def words_of(tree: Expr) -> Iterator[str]:
    """Every word of an expression that a value can hang on: symbols, numbers too, and each `$(...)`."""
    if isinstance(tree, Atom):
        yield tree.name
    elif isinstance(tree, Compare):
        yield tree.left
        yield tree.right
    elif isinstance(tree, Not):
        yield from words_of(tree.item)
    elif isinstance(tree, (And, Or)):
        for item in tree.items:
            yield from words_of(item)
