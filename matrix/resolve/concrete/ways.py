"""An expression that is not what it should be -> the settings, each a few of them together, that would make it so.

Kconfig's own rules decide what can be set: a symbol without a prompt takes what its selects and defaults say; one that
is selected can only be turned off where what selects it is; a prompt that is not visible asks for its dependencies
first; a member of a choice goes off where another one goes on. What is found is a proposal: whoever asks evaluates it.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from matrix.expression import MODULE, And, Atom, Compare, Const, Not, Or
from matrix.resolve.concrete.tristate import NUMBERS
from matrix.value import dataclass
from matrix.versions import decode_cc, decode_pahole, decode_rustc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from matrix.expression import Expr
    from matrix.resolve.concrete.definitions import Defined, Definition, Push
    from matrix.resolve.concrete.evaluation import Evaluation

_DEEPEST = 6
# Of more ways than these the shortest are kept.
_MOST = 12
# The symbols that hold the version of a tool, and how its number reads.
VERSIONED: dict[str, tuple[str, Callable[[int], str]]] = {
    "RUSTC_VERSION": ("rustc", decode_rustc),
    "RUSTC_LLVM_VERSION": ("rustc's LLVM", decode_cc),
    "PAHOLE_VERSION": ("pahole", decode_pahole),
    "GCC_VERSION": ("gcc", decode_cc),
    "CLANG_VERSION": ("clang", decode_cc),
}
COMPILER = {"CC_IS_CLANG": "clang", "CC_IS_GCC": "gcc"}
_OTHER = {"clang": "gcc", "gcc": "clang"}


@dataclass(frozen=True, slots=True, order=True)
class Tweak:
    """One setting: a symbol and its value; or a tool (`tool`) and its least version or, of `cc`, which compiler."""

    name: str
    value: str
    tool: bool = False


Way = frozenset[Tweak]
_NONE: Way = frozenset()


def ways(evaluation: Evaluation, tree: Expr, *, certain: bool) -> list[Way]:
    """The ways to make an expression other than n, the fewest settings first. [{}]: it is so already.

    With `certain` what is open is not enough.
    """
    return _Search(evaluation, certain=certain).make(tree, True, 0)


class _Search:
    def __init__(self, evaluation: Evaluation, *, certain: bool) -> None:
        self.evaluation, self.certain = evaluation, certain
        self.definitions = evaluation.definitions
        self._open: set[tuple[str, bool]] = set()

    # --- expressions --------------------------------------------------------------------------------------------------

    def make(self, tree: Expr, hold: bool, depth: int) -> list[Way]:  # noqa: FBT001
        value = self.evaluation.expression(tree)
        holds, fails = (value.low, not value.high) if self.certain else (value.high, not value.low)
        if holds if hold else fails:
            return [_NONE]
        if depth > _DEEPEST or isinstance(tree, Const) or tree == MODULE:
            return []
        if isinstance(tree, Not):
            return self.make(tree.item, not hold, depth)
        if isinstance(tree, (And, Or)):
            every = isinstance(tree, And) == hold
            found = [self.make(item, hold, depth) for item in tree.items]
            return combined(found) if every else _shortest(way for ways_ in found for way in ways_)
        if isinstance(tree, Atom):
            return self.turn(tree.name, hold, depth)
        return self._compare(tree, hold, depth)

    def _compare(self, tree: Compare, hold: bool, depth: int) -> list[Way]:  # noqa: FBT001
        right = tree.right.strip("\"'")
        if right in NUMBERS and tree.op in {"=", "!="}:
            equal = hold == (tree.op == "=")
            if right == "m":
                return []  # which of the others is wanted nobody says
            return self.turn(tree.left, equal == (right == "y"), depth)
        if tree.left in VERSIONED and right.isdigit():
            # A newer tool is had; an older one nobody wants.
            wanted = {">=": hold, ">": hold, "<": not hold, "<=": not hold}.get(tree.op, False)
            if wanted:
                least = int(right) + (tree.op in {">", "<="})
                return [frozenset({Tweak(tree.left, str(least), tool=True)})]
        return []

    # --- symbols ------------------------------------------------------------------------------------------------------

    def turn(self, name: str, on: bool, depth: int) -> list[Way]:  # noqa: FBT001
        """The ways to turn a symbol on or off."""
        if name in COMPILER:
            cc = COMPILER[name] if on else _OTHER[COMPILER[name]]
            return [frozenset({Tweak("cc", cc, tool=True)})]
        defined = self.definitions.of(name)
        key = name, on
        if defined is None or name in self.evaluation.inputs.fixed or key in self._open or depth > _DEEPEST:
            return []
        self._open.add(key)
        found = self._on(defined, depth + 1) if on else self._off(defined, depth + 1)
        self._open.discard(key)
        return _shortest(found)

    def _on(self, defined: Defined, depth: int) -> list[Way]:
        found: list[Way] = []
        own = frozenset({Tweak(defined.name, "y"), *self._left_by(defined)})
        for block in defined.blocks:
            for prompt in block.prompts:
                found += [way | own for way in self._demands(block, prompt.when, depth)]
        if defined.choice or found:
            return found
        for push in defined.selects:
            found += self._push(push, depth)
        for block in defined.blocks:
            for default in block.defaults:
                found += combined([self._demands(block, default.when, depth), self.make(default.value, True, depth)])
        return found

    def _left_by(self, defined: Defined) -> Iterable[Tweak]:
        """The member of the same choice that goes off."""
        if not defined.choice:
            return
        for name in self.definitions.members(defined.choice):
            if name != defined.name and self.evaluation.inputs.values.get(name) == "y":
                yield Tweak(name, "n")

    def _demands(self, block: Definition, when: Expr, depth: int) -> list[Way]:
        return combined([self.make(tree, True, depth) for tree in (*(line.when for line in block.demands), when)])

    def _push(self, push: Push, depth: int) -> list[Way]:
        trees = [*(line.when for line in push.demands), push.when]
        return combined([self.make(Atom(push.selector), True, depth), *(self.make(t, True, depth) for t in trees)])

    def _off(self, defined: Defined, depth: int) -> list[Way]:
        raising = [push for push in defined.selects if self.evaluation.pushed(push).high]
        without = combined([self._unpushed(push, depth) for push in raising]) if raising else [_NONE]
        if defined.choice:
            others = [n for n in self.definitions.members(defined.choice) if n != defined.name]
            chosen = [way for name in others for way in self.turn(name, True, depth) if _named(way, name)]
            # Where it is the only one that there can be, the choice as a whole has to go.
            return [*chosen, *combined([self._hidden(block, depth) for block in defined.blocks])]
        settable = self.evaluation.visible(defined).high
        if settable:
            return [way | {Tweak(defined.name, "n")} for way in without]
        found: list[list[Way]] = [without]
        for block in defined.blocks:
            for default in block.defaults:
                trees = (*(line.when for line in block.demands), default.when, default.value)
                found.append(self._any_off(trees, depth))
        return combined(found)

    def _hidden(self, block: Definition, depth: int) -> list[Way]:
        trees = tuple(line.when for line in block.demands)
        return combined([self._any_off((*trees, prompt.when), depth) for prompt in block.prompts])

    def _unpushed(self, push: Push, depth: int) -> list[Way]:
        return self._any_off((Atom(push.selector), *(line.when for line in push.demands), push.when), depth)

    def _any_off(self, trees: Sequence[Expr], depth: int) -> list[Way]:
        return _shortest(way for tree in trees for way in self.make(tree, False, depth))


def _named(way: Way, name: str) -> bool:
    return any(change.name == name and change.value == "y" for change in way)


def combined(parts: Sequence[list[Way]]) -> list[Way]:
    """Every combination of one way of each part, but those that set a symbol twice."""
    found: list[Way] = [_NONE]
    for part in parts:
        found = _shortest(a | b for a, b in product(found, part) if not _clash(a | b))
    return found


def _clash(way: Way) -> bool:
    return len({(change.name, change.tool) for change in way}) < len(way)


def _shortest(found: Iterable[Way]) -> list[Way]:
    return sorted(dict.fromkeys(found), key=lambda way: (cost(way), sorted(way)))[:_MOST]


def cost(way: Way) -> int:
    """How much a set asks of a person: another compiler more than a newer tool, that more than a setting."""
    return sum((4 if change.name == "cc" else 2) if change.tool else 1 for change in way)
