"""Kconfig expressions: text -> tree, filled in with what is known, -> the condition that remains.

The grammar is Kconfig's own (Documentation/kbuild/kconfig-language.rst, "Menu dependencies"): symbols, `=`, `!=`,
`<`, `>`, `<=`, `>=`, `!`, `&&`, `||` and parentheses, `&&` binding tighter than `||`. A `$(...)` is one opaque atom:
its value belongs to the build host, so it stays free. A tristate counts as a truth value: m is "enabled".
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Union

from matrix.errors import MatrixError
from matrix.value import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

# Real expressions nest four deep. The bound keeps hostile input from exhausting the stack.
DEEPEST = 60


class ExpressionError(MatrixError):
    """Text that is not a Kconfig expression."""


@dataclass(frozen=True, slots=True)
class Const:
    """y or n."""

    value: bool


@dataclass(frozen=True, slots=True)
class Atom:
    """A symbol, or an opaque `$(...)`, that is enabled."""

    name: str


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison of two words, each as written: `RUSTC_VERSION >= 108500`."""

    left: str
    op: str
    right: str


@dataclass(frozen=True, slots=True)
class Not:
    """The negation of its operand."""

    item: Expr


@dataclass(frozen=True, slots=True)
class And:
    """All of two or more items, in the order written."""

    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of two or more items, in the order written."""

    items: tuple[Expr, ...]


Expr = Union[Const, Atom, Compare, Not, And, Or]
YES, NO = Const(True), Const(False)
# The constant m, which `parse_exactly` keeps apart from y.
MODULE = Atom("m")


@dataclass(frozen=True, slots=True)
class Range:
    """What is known of an integer symbol: low <= value <= high; high None is unbounded."""

    low: int
    high: int | None = None


_TOKEN = re.compile(
    r"""\s*(?:(?P<op>\|\||&&|!=|<=|>=|[!=<>()])|(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<word>[\w./-]+)|(?P<macro>\$\())"""
)
_COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
# Version numbers have six digits. int() refuses other scripts' digits that isdigit() takes, and very long runs.
_NUMBER = re.compile(r"[0-9]{1,18}\Z")


def _tokens(text: str) -> Iterator[str]:
    at = 0
    end = len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            raise ExpressionError(f"found {text[at : at + 20]!r} in {text[:80]!r}, expected a Kconfig expression")
        if match["macro"] is None:
            yield match[0].strip()
            at = match.end()
            continue
        start, at, depth = match.start("macro"), match.end(), 1
        while depth:
            if at >= end:
                raise ExpressionError(f"found no end of the macro in {text[:80]!r}, expected ')'")
            depth += {"(": 1, ")": -1}.get(text[at], 0)
            at += 1
        yield text[start:at]


class _Parser:
    def __init__(self, text: str, *, exact: bool = False) -> None:
        self.text, self.exact = text, exact
        self.tokens = [*_tokens(text), ""]
        self.at = 0

    def take(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1]

    def fail(self, expected: str) -> ExpressionError:
        found = self.tokens[self.at] or "the end"
        return ExpressionError(f"found {found} in {self.text[:80]!r}, expected {expected}")

    def any_of(self, depth: int) -> Expr:
        items = [self.all_of(depth)]
        while self.tokens[self.at] == "||":
            self.at += 1
            items.append(self.all_of(depth))
        return items[0] if len(items) == 1 else Or(tuple(items))

    def all_of(self, depth: int) -> Expr:
        items = [self.single(depth)]
        while self.tokens[self.at] == "&&":
            self.at += 1
            items.append(self.single(depth))
        return items[0] if len(items) == 1 else And(tuple(items))

    def single(self, depth: int) -> Expr:
        if depth > DEEPEST:
            raise ExpressionError(f"found more than {DEEPEST} levels in {self.text[:80]!r}")
        token = self.tokens[self.at]
        if token == "!":
            self.at += 1
            return Not(self.single(depth + 1))
        if token == "(":
            self.at += 1
            inner = self.any_of(depth + 1)
            if self.take() != ")":
                self.at -= 1
                raise self.fail("')'")
            return inner
        left = self.word()
        if self.tokens[self.at] not in _COMPARISONS:
            return _exactly(left) if self.exact else _bare(left)
        op = self.take()
        return Compare(left, op, self.word()) if self.exact else _comparison(left, op, self.word())

    def word(self) -> str:
        token = self.tokens[self.at]
        if not token or token in {")", "(", "&&", "||", "!"} or token in _COMPARISONS:
            raise self.fail("a symbol")
        return self.take()


def _bare(word: str) -> Expr:
    if word in {"y", "m", '"y"', '"m"'}:
        return YES
    if word in {"n", '"n"', '""'}:
        return NO
    return Atom(word)


def _exactly(word: str) -> Expr:
    return MODULE if word in {"m", '"m"', "'m'"} else _bare(word)


def _comparison(left: str, op: str, right: str) -> Expr:
    """`X = y` and `X != n` say that X is enabled, `X = n` and `X != y` that it is not."""
    if op in {"=", "!="} and not left.startswith(('"', "'", "$")):
        value = right.strip("\"'")
        if value in {"y", "n"}:
            enabled = (value == "y") == (op == "=")
            return _bare(left) if enabled else Not(_bare(left))
    return Compare(left, op, right)


@lru_cache(maxsize=16384)
def parse(text: str) -> Expr:
    """Read one expression; "" is YES (a statement without condition). Raises: ExpressionError."""
    if not text.strip():
        return YES
    return _whole(_Parser(text))


@lru_cache(maxsize=16384)
def parse_exactly(text: str) -> Expr:
    """The same as Kconfig reads it: m is MODULE, and `A = y` stays a comparison, since it is n where A is m.

    Raises: ExpressionError.
    """
    return _whole(_Parser(text, exact=True)) if text.strip() else YES


def _whole(parser: _Parser) -> Expr:
    tree = parser.any_of(0)
    if parser.tokens[parser.at]:
        raise parser.fail("the end")
    return tree


def split_if(text: str) -> tuple[str, str]:
    """Part `value if condition` at its `if`; the condition is "" where there is none. Raises: ExpressionError."""
    at = 0
    for token in _tokens(text):
        start = text.index(token, at)
        at = start + len(token)
        if token == "if":
            return text[:start].strip(), text[at:].strip()
    return text.strip(), ""


def show(tree: Expr) -> str:
    """The expression as text, with parentheses wherever `&&` stands under `||`; YES is ""."""
    return "" if tree == YES else _show(tree)


def _show(tree: Expr) -> str:
    if isinstance(tree, Const):
        return "y" if tree.value else "n"
    if isinstance(tree, Atom):
        return tree.name
    if isinstance(tree, Compare):
        return f"{tree.left} {tree.op} {tree.right}"
    if isinstance(tree, Not):
        inner = _show(tree.item)
        return f"!{inner}" if isinstance(tree.item, (Atom, Const, Not)) else f"!({inner})"
    joint = " && " if isinstance(tree, And) else " || "
    return joint.join(f"({_show(i)})" if isinstance(i, (And, Or)) else _show(i) for i in tree.items)


_OPPOSITE = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


def negate(tree: Expr) -> Expr:
    """The negation, pushed inward so that comparisons read straight."""
    if isinstance(tree, Const):
        return NO if tree.value else YES
    if isinstance(tree, Not):
        return tree.item
    if isinstance(tree, Compare):
        return Compare(tree.left, _OPPOSITE[tree.op], tree.right)
    if isinstance(tree, And):
        return any_of(negate(i) for i in tree.items)
    if isinstance(tree, Or):
        return all_of(negate(i) for i in tree.items)
    return Not(tree)


def all_of(items: Iterator[Expr] | list[Expr] | tuple[Expr, ...]) -> Expr:
    """The conjunction: flat, without y, without repeats; n where an item is n or stands beside its negation."""
    flat = _flat(items, And)
    kept: dict[Expr, None] = {}
    for item in flat:
        if isinstance(item, Const):
            if not item.value:
                return NO
        elif item not in kept:
            if kept and _opposed(item, kept):
                return NO
            kept[item] = None
    # a && (a || b) is a
    left = [i for i in kept if not (isinstance(i, Or) and any(k in kept for k in i.items))]
    return left[0] if len(left) == 1 else And(tuple(left)) if left else YES


def any_of(items: Iterator[Expr] | list[Expr] | tuple[Expr, ...]) -> Expr:
    """The disjunction: flat, without n, without repeats; y where an item is y or stands beside its negation."""
    flat = _flat(items, Or)
    kept: dict[Expr, None] = {}
    for item in flat:
        if isinstance(item, Const):
            if item.value:
                return YES
        elif item not in kept:
            if kept and _opposed(item, kept):
                return YES
            kept[item] = None
    # a || (a && b) is a
    left = [i for i in kept if not (isinstance(i, And) and any(k in kept for k in i.items))]
    return left[0] if len(left) == 1 else Or(tuple(left)) if left else NO


def _opposed(item: Expr, kept: dict[Expr, None]) -> bool:
    """Whether the negation of a leaf stands among `kept`. That of a compound is flattened there and never does.

    Asking for it all the same would negate what stands inside once more at each level: twice the work per level.
    """
    return not isinstance(item, (And, Or)) and negate(item) in kept


def _flat(items: Iterator[Expr] | list[Expr] | tuple[Expr, ...], kind: type[And | Or]) -> list[Expr]:
    flat: list[Expr] = []
    for item in items:
        flat.extend(item.items if isinstance(item, kind) else [item])
    return flat


def atoms(tree: Expr) -> Iterator[str]:
    """Every symbol that the expression names, left to right, with repeats; not numbers and strings."""
    if isinstance(tree, Atom):
        yield tree.name
    elif isinstance(tree, Compare):
        for word in (tree.left, tree.right):
            if not word.startswith(('"', "'", "$")) and not word.isdigit():
                yield word
    elif isinstance(tree, Not):
        yield from atoms(tree.item)
    elif isinstance(tree, (And, Or)):
        for item in tree.items:
            yield from atoms(item)


def is_probe(tree: Expr) -> bool:
    """Whether what decides is a command that is run: `$(shell,...)`, or that negated."""
    inner = tree.item if isinstance(tree, Not) else tree
    return isinstance(inner, Atom) and inner.name.startswith("$(shell")


@dataclass(frozen=True, slots=True)
class Known:
    """What an expression is filled in with.

    value gives a symbol's expression, or None to leave it free; ranges bound integer symbols; texts lists what a make
    variable such as `$(ARCH)` may hold. A free symbol is never assumed either way.
    """

    value: Callable[[str], Expr | None]
    ranges: Mapping[str, Range]
    texts: Mapping[str, tuple[str, ...]]


def fill(tree: Expr, known: Known) -> Expr:
    """What remains of `tree` once what is known is filled in."""
    if isinstance(tree, Atom):
        value = known.value(tree.name)
        return tree if value is None else value
    if isinstance(tree, Compare):
        return _compare(tree, known)
    if isinstance(tree, Not):
        return negate(fill(tree.item, known))
    if isinstance(tree, And):
        return all_of([fill(i, known) for i in tree.items])
    if isinstance(tree, Or):
        return any_of([fill(i, known) for i in tree.items])
    return tree


def _compare(tree: Compare, known: Known) -> Expr:
    left, op, right = tree.left, tree.op, tree.right
    sides = _texts(left, known.texts), _texts(right, known.texts)
    if sides[0] and sides[1] and op in {"=", "!="}:
        outcomes = {(a == b) == (op == "=") for a in sides[0] for b in sides[1]}
        return Const(outcomes.pop()) if len(outcomes) == 1 else tree
    if right in known.ranges and left not in known.ranges:
        mirrored = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
        left, op, right = right, mirrored.get(op, op), left
    bound = known.ranges.get(left)
    if bound is None or not _NUMBER.match(right):
        return tree
    holds = _ordered(bound, op, int(right))
    return tree if holds is None else Const(holds)


def _texts(word: str, texts: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The strings that one side of a comparison may be: itself where it is a literal; () where that is not known."""
    bare = word.strip("\"'")
    if bare in texts:
        return texts[bare]
    literal = word.startswith(('"', "'")) or word.isdigit()
    return (bare,) if literal and "$(" not in bare else ()


def _ordered(bound: Range, op: str, number: int) -> bool | None:
    """Whether every value (True), no value (False) or some value (None) in `bound` satisfies the comparison."""
    low, high = bound.low, bound.high
    if op in {"!=", "<", "<="}:
        opposite = _ordered(bound, {"!=": "=", "<": ">=", "<=": ">"}[op], number)
        return None if opposite is None else not opposite
    if op == "=":
        if low == high == number:
            return True
        return False if number < low or (high is not None and number > high) else None
    threshold = number if op == ">=" else number + 1
    if low >= threshold:
        return True
    return False if high is not None and high < threshold else None
