"""The values of a configuration, and what is another than when it was written -> what each symbol comes to.

It does what scripts/kconfig/symbol.c does (sym_calc_value, sym_calc_visibility, sym_calc_choice): a visible prompt
takes the set value up to its visibility, else the first default that applies counts, an imply adds to it under the
dependencies, a select beyond them. What a .config does not hold stays open: see Tri.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from matrix.expression import MODULE, NO, And, Atom, Compare, Const, Not, Or
from matrix.resolve.concrete.definitions import MODULES
from matrix.resolve.concrete.tristate import (
    LETTERS,
    NUMBERS,
    OF_LETTER,
    TRI_MODULE,
    TRI_NO,
    TRI_YES,
    Tri,
    either,
    greatest,
    holds,
    is_number,
    least,
    opposite,
    order_of,
    unknown,
    without_m,
)
from matrix.value import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from matrix.expression import Expr
    from matrix.resolve.concrete.definitions import Defined, Definition, Definitions, Push, Stated

_EMPTY: frozenset[str] = frozenset()
# Symbols rest on symbols some 25 deep. Past this an asker's own tree says nothing of one.
_DEEPEST = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What is evaluated.

    values are a person's settings and what else a .config records, whole says that a symbol that is not among them is
    n, own that the Kconfig is that of the kernel which wrote them. fixed are values that hold whatever Kconfig says,
    those of the tools that are assumed. moved are the symbols that rest on something which is not as it was recorded:
    where Kconfig leaves any other one open, it is what was recorded. places says which value was set after which;
    changes were set after all of them. texts are make variables (`$(ARCH)`), macros what is known of other `$(...)`.
    """

    values: Mapping[str, str]
    whole: bool
    places: Mapping[str, int] = field(default_factory=dict)
    changes: tuple[str, ...] = ()
    fixed: Mapping[str, str] = field(default_factory=dict)
    own: bool = True
    moved: frozenset[str] = frozenset()
    texts: Mapping[str, str] = field(default_factory=dict)
    macros: Mapping[str, Tri] = field(default_factory=dict)


class Evaluation:
    """The values of one configuration; each is computed when it is asked for, and once."""

    def __init__(self, definitions: Definitions, inputs: Inputs) -> None:
        self.definitions, self.inputs = definitions, inputs
        self._tri: dict[str, Tri] = {}
        self._texts: dict[str, str | None] = {}
        self._open: set[str] = set()

    # --- expressions --------------------------------------------------------------------------------------------------

    def expression(self, tree: Expr) -> Tri:
        """What an expression comes to."""
        if isinstance(tree, Atom):
            return self._atom(tree)
        if isinstance(tree, Const):
            return TRI_YES if tree.value else TRI_NO
        if isinstance(tree, Not):
            return opposite(self.expression(tree.item))
        if isinstance(tree, And):
            return self._least(tree.items)
        if isinstance(tree, Or):
            return greatest(map(self.expression, tree.items))
        return self._comparison(tree)

    def _least(self, items: Iterable[Expr]) -> Tri:
        found = []
        for item in items:
            value = self.expression(item)
            if not value.high:
                return TRI_NO
            found.append(value)
        return least(found)

    def _atom(self, tree: Atom) -> Tri:
        if tree == MODULE:
            return TRI_MODULE
        name = tree.name
        if name.startswith("$"):
            return self._macro(name)
        if name.startswith(('"', "'")):
            return TRI_NO
        return self.value(name)

    def _macro(self, text: str) -> Tri:
        if text in self.inputs.macros:
            return self.inputs.macros[text]
        said = self.inputs.texts.get(text)
        return unknown(text) if said is None else OF_LETTER.get(said, TRI_NO)

    def _comparison(self, tree: Compare) -> Tri:
        left, left_type, left_open = self._word(tree.left)
        right, right_type, right_open = self._word(tree.right)
        if left is None or right is None:
            return unknown(*left_open, *right_open)
        found = {holds(tree.op, order_of(a, left_type, b, right_type)) for a, b in product(left, right)}
        if len(found) > 1:
            return unknown(*left_open, *right_open)
        return TRI_YES if found.pop() else TRI_NO

    def _word(self, word: str) -> tuple[Sequence[str] | None, str, frozenset[str]]:
        """The texts that one side of a comparison may be (None: any), its type, and what it hangs on."""
        if word.startswith(('"', "'")):
            text = self._expanded(word[1:-1])
            if text is None:
                return None, "", frozenset({word})
            return (text,), "tristate" if text in NUMBERS else "", _EMPTY
        if word in NUMBERS:
            return (word,), "tristate", _EMPTY
        if word.startswith("$"):
            text = self._expanded(word)
            return ((text,) if text is not None else None), "", frozenset({word})
        defined = self.definitions.of(word)
        if defined is None:
            return self._undefined_word(word)
        if defined.is_tristate:
            value = self.value(word)
            least_step = 1 if defined.type == "tristate" else 2
            return [LETTERS[n] for n in range(value.low, value.high + 1, least_step)], defined.type, value.open
        text = self.text(word)
        return ((text,) if text is not None else None), defined.type, frozenset({word})

    def _undefined_word(self, word: str) -> tuple[Sequence[str] | None, str, frozenset[str]]:
        text = self.inputs.fixed.get(word, self.inputs.values.get(word))
        if text is not None:
            return (text,), "tristate" if text in NUMBERS else "", _EMPTY
        # What nothing defines is its own name: so are numbers.
        return (word,), "", _EMPTY

    def _expanded(self, text: str) -> str | None:
        """A text with its `$(...)` filled in; None where one is not known."""
        for name, value in self.inputs.texts.items():
            text = text.replace(name, value)
        return None if "$(" in text else text

    # --- symbols ------------------------------------------------------------------------------------------------------

    def value(self, name: str) -> Tri:
        """What a bool or tristate comes to; n of a number or a string."""
        if name not in self._tri:
            if name in self._open or len(self._open) > _DEEPEST:
                return TRI_NO  # "set default if recursively called"
            self._open.add(name)
            self._tri[name] = self._value(name)
            self._open.discard(name)
        return self._tri[name]

    def _value(self, name: str) -> Tri:
        fixed = self.inputs.fixed.get(name)
        if fixed is not None:
            return OF_LETTER.get(fixed, TRI_NO)
        defined = self.definitions.of(name)
        if defined is None:
            return self._undefined(name)
        if not defined.is_tristate:
            return TRI_NO
        if defined.transitional:
            return self._set(defined) or TRI_NO
        value = self._member(defined) if defined.choice else self._computed(defined)
        return self._as_recorded(name) if not value.known and self._stays(name) else value

    def _stays(self, name: str) -> bool:
        """Whether a symbol is what was recorded of it, where what it rests on is open: nothing of that is another."""
        return self.inputs.whole and name not in self.inputs.moved and (self.inputs.own or name in self.inputs.values)

    def _as_recorded(self, name: str) -> Tri:
        return OF_LETTER.get(self.inputs.values.get(name, "n"), TRI_NO)

    def _undefined(self, name: str) -> Tri:
        """Of a symbol that no file that was read defines: what is recorded; n where other ports alone have it."""
        if name in self.inputs.values:
            return self._as_recorded(name)
        port = self.definitions.port
        if is_number(name) or name in port.foreign or name in port.elsewhere:
            return TRI_NO
        return TRI_NO if self.inputs.whole and self.inputs.own else unknown(name)

    def _set(self, defined: Defined) -> Tri | None:
        """What a person set, None where nobody did: that is open in a fragment."""
        written = self.inputs.values.get(defined.name)
        if written is not None:
            return OF_LETTER.get(written, TRI_NO)
        return None if self.inputs.whole else unknown(defined.name)

    def _is_bool(self, defined: Defined) -> bool:
        """Without modules a tristate is a bool."""
        return defined.type != "tristate" or not self.value(MODULES).high

    def visible(self, defined: Defined) -> Tri:
        """Up to which value a prompt lets a person set it; n where it has none."""
        found = greatest(
            self._under(block.demands, prompt.when) for block in defined.blocks for prompt in block.prompts
        )
        return without_m(found) if self._is_bool(defined) else found

    def dependencies(self, defined: Defined) -> Tri:
        """Up to which value its `depends on` lets it be anything, a select excepted."""
        found = greatest(self._under(block.demands) for block in defined.blocks)
        return without_m(found) if self._is_bool(defined) else found

    def pushed(self, push: Push) -> Tri:
        """How far one select or imply raises its symbol."""
        selector = self.value(push.selector)
        if not selector.high:
            return TRI_NO
        defined = self.definitions.of(push.selector)
        meant = defined is not None and len(defined.blocks) == 1 and self._meant(defined, self.visible(defined))
        return least([selector, self._under(() if meant else push.demands, push.when)])

    def _under(self, demands: Iterable[Stated], when: Expr | None = None) -> Tri:
        """What dependencies come to, and a condition with them. In these a bare m is `m && MODULES`."""
        trees = [line.when for line in demands]
        value = self._least([*trees, when] if when is not None else trees)
        if (
            value.high == 1
            and not self.value(MODULES).high
            and any(_bare_m(t) for t in (*trees, when) if t is not None)
        ):
            return TRI_NO
        return value

    def _computed(self, defined: Defined) -> Tri:
        visible = self.visible(defined)
        raised = greatest(self.pushed(push) for push in defined.selects)
        if self._is_bool(defined):
            raised = without_m(raised)
        options = []
        if visible.high:
            value = self._set(defined)
            if value is None:
                options.append(self._default(defined))
            else:
                options.append(least([value, visible]))
        if visible.high and self._meant(defined, visible):
            # What a fragment turns on is meant to be on: what it depends on comes from elsewhere.
            options = [least([OF_LETTER[self.inputs.values[defined.name]], Tri(visible.high, visible.high)])]
        elif not visible.low:
            options.append(self._default(defined))
        found = greatest([either(options, visible.open), raised])
        return without_m(found) if self._is_bool(defined) else found

    def _meant(self, defined: Defined, visible: Tri) -> bool:
        """Whether a fragment turns it on, and no answer of the build machine can be against that."""
        set_on = not self.inputs.whole and self.inputs.values.get(defined.name) in {"y", "m"}
        return set_on and not any(name.startswith("$") for name in visible.open)

    def _default(self, defined: Defined) -> Tri:
        """The first default that applies, and what implies it."""
        value = self._first(defined)
        implied = greatest(self.pushed(push) for push in defined.implies)
        if not implied.high:
            return value
        if self._is_bool(defined):
            implied = without_m(implied)
        both = least([greatest([value, implied]), self.dependencies(defined)])
        return both if implied.low else either([value, both], implied.open)

    def _first(self, defined: Defined) -> Tri:
        options: list[Tri] = []
        names = _EMPTY
        for block, line in _defaults(defined):
            applies = self._under(block.demands, line.when)
            if not applies.high:
                continue
            value = least([self.expression(line.value), applies])
            options.append(value)
            names |= applies.open
            if applies.low:
                return either(options, names)
        return either([*options, TRI_NO], names)

    # --- members of a choice ------------------------------------------------------------------------------------------

    def _member(self, defined: Defined) -> Tri:
        """Y for the one that is chosen, n for the others; open where that is."""
        visible = self.visible(defined)
        if not visible.high:
            return TRI_NO
        chosen, names = self.chosen(defined.choice)
        if defined.name not in chosen:
            return TRI_NO
        sure = visible.low or self._meant(defined, visible)
        return TRI_YES if len(chosen) == 1 and sure else Tri(0, 2, names | visible.open | {defined.name})

    def chosen(self, choice: str) -> tuple[frozenset[str], frozenset[str]]:
        """The members that may be the chosen one, and what it hangs on which it is."""
        members = [d for name in self.definitions.members(choice) if (d := self.definitions.of(name))]
        seen = {d.name: self.visible(d) for d in members}
        there = [d for d in members if seen[d.name].high]
        names = _EMPTY.union(*(seen[d.name].open for d in there)) if there else _EMPTY
        values = self.inputs.values
        # Of several that are set to y the last that was written counts; changes stand behind what was recorded.
        ordered = sorted((d.name for d in there if d.name in values), key=self._place)
        for name in reversed(ordered):
            if values[name] == "y":
                if seen[name].low or not self.inputs.whole:
                    return frozenset({name}), names
                return frozenset(d.name for d in there), names
        if not self.inputs.whole and any(d.name not in values for d in there):
            return frozenset(d.name for d in there if values.get(d.name) != "n"), names | {d.name for d in there}
        if any(not seen[d.name].low for d in there):
            return frozenset(d.name for d in there), names
        first = self._start(there)
        if first is not None and values.get(first) == "n":
            # All are n: the first that has no value, else the one whose line stands first.
            first = next((d.name for d in there if d.name not in values), None) or ordered[0]
        return (frozenset({first}) if first else _EMPTY), names

    def _place(self, name: str) -> tuple[int, int]:
        """When a symbol was set: changes come after all that was read."""
        changes = self.inputs.changes
        return (1, changes.index(name)) if name in changes else (0, self.inputs.places.get(name, 0))

    def _start(self, there: list[Defined]) -> str | None:
        """What a choice starts with: the first of its defaults that applies and is visible, else the first member."""
        starts = sorted(
            ((line.located.fact.line, d.name, line) for d in there for block in d.blocks for line in block.starts),
            key=lambda entry: entry[0],
        )
        for _, name, line in starts:
            if self.expression(line.when).low:
                return name
        return there[0].name if there else None

    # --- numbers and strings ------------------------------------------------------------------------------------------

    def text(self, name: str) -> str | None:
        """The value as text, of a symbol of any type; None where it is open."""
        defined = self.definitions.of(name)
        if defined is None or defined.is_tristate:
            known = self.inputs.fixed.get(name, self.inputs.values.get(name))
            if defined is None and known is not None:
                return known
            value = self.value(name)
            return value.letter if value.known else None
        if name not in self._texts:
            if name in self._open or len(self._open) > _DEEPEST:
                return None
            self._open.add(name)
            self._texts[name] = self._number_or_string(defined)
            self._open.discard(name)
        return self._texts[name]

    def _number_or_string(self, defined: Defined) -> str | None:
        name = defined.name
        if name in self.inputs.fixed:
            return self.inputs.fixed[name]
        written = self.inputs.values.get(name)
        visible = self.visible(defined)
        if visible.low and written is not None:
            return written
        if visible.high and (written is not None or not self.inputs.whole):
            return written if self._stays(name) else None
        for block, line in _defaults(defined):
            applies = self._under(block.demands, line.when)
            if applies.low:
                text = self._literal(line.value)
                # What the build host says ($(pahole-version)) is what was recorded, as long as nothing moved it.
                return written if text is None and self._stays(name) else text
            if applies.high:
                return written if self._stays(name) else None
        return {"int": "0", "hex": "0x0"}.get(defined.type, "")

    def _literal(self, tree: Expr) -> str | None:
        if tree == NO:
            return ""
        if isinstance(tree, Const):
            return "y"
        if not isinstance(tree, Atom):
            return None
        word = tree.name
        if word.startswith(('"', "'")):
            return self._expanded(word[1:-1])
        if word.startswith("$"):
            return self._expanded(word)
        return self.text(word) if self.definitions.of(word) else self.inputs.values.get(word, word)

    def shown(self, name: str) -> str:
        """A symbol's value for people: y, m, n, a number, a string; "?" where it is open."""
        text = self.text(name)
        return "?" if text is None else text


def _defaults(defined: Defined) -> Iterator[tuple[Definition, Stated]]:
    for block in defined.blocks:
        for line in block.defaults:
            yield block, line


def _bare_m(tree: Expr) -> bool:
    """Whether an expression is m, or m among what must hold."""
    return tree == MODULE or (isinstance(tree, And) and MODULE in tree.items)
