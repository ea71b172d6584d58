"""n, m and y as 0, 1 and 2 (Documentation/kbuild/kconfig-language.rst, "Menu dependencies"), and bounds where open."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

LETTERS = ("n", "m", "y")
NUMBERS = {"n": 0, "m": 1, "y": 2}
_NOTHING: frozenset[str] = frozenset()
# strtoll stops being exact past 64 bits; no version and no size has so many digits.
_LONGEST_NUMBER = 20


class Tri(NamedTuple):
    """A value between `low` and `high`; where these differ, `open` names what it hangs on."""

    low: int
    high: int
    open: frozenset[str] = _NOTHING

    @property
    def letter(self) -> str:
        """What it is in a .config (n, m, y); "?" where it is open."""
        return LETTERS[self.low] if self.low == self.high else "?"

    @property
    def known(self) -> bool:
        """Whether nothing is open."""
        return self.low == self.high


TRI_NO, TRI_MODULE, TRI_YES = Tri(0, 0), Tri(1, 1), Tri(2, 2)
OF_LETTER = {"n": TRI_NO, "m": TRI_MODULE, "y": TRI_YES}


def unknown(*names: str) -> Tri:
    """Anything from n to y."""
    return Tri(0, 2, frozenset(names))


def least(values: Iterable[Tri]) -> Tri:
    """`&&`: the least of them, y of none."""
    low = high = 2
    names = _NOTHING
    for value in values:
        low, high = min(low, value[0]), min(high, value[1])
        names |= value[2]
    return Tri(low, high, names if low != high else _NOTHING)


def greatest(values: Iterable[Tri]) -> Tri:
    """`||`: the greatest of them, n of none."""
    low = high = 0
    names = _NOTHING
    for value in values:
        low, high = max(low, value[0]), max(high, value[1])
        names |= value[2]
    return Tri(low, high, names if low != high else _NOTHING)


def opposite(value: Tri) -> Tri:
    """`!`: 2 - x."""
    return Tri(2 - value.high, 2 - value.low, value.open)


def either(values: Iterable[Tri], names: frozenset[str]) -> Tri:
    """One of them, and which one hangs on `names`."""
    listed = list(values)
    low, high = min(v.low for v in listed), max(v.high for v in listed)
    if low == high:
        return Tri(low, high)
    return Tri(low, high, names.union(*(v.open for v in listed)))


def without_m(value: Tri) -> Tri:
    """What a bool makes of it: m becomes y."""
    return Tri(
        2 if value.low else 0, 2 if value.high else 0, value.open if bool(value.low) != bool(value.high) else _NOTHING
    )


def order_of(left: str, left_type: str, right: str, right_type: str) -> int:
    """-1, 0 or 1 as scripts/kconfig/expr.c compares two symbols: by number where both read as numbers, else as text.

    A type is Kconfig's word for it, "" for a constant or a symbol that nothing defines, whose text is then its name.
    """
    if not (left_type == right_type == "string"):
        a, b = _number(left, left_type), _number(right, right_type)
        if a is not None and b is not None:
            return (a > b) - (a < b)
    return (left > right) - (left < right)


def holds(op: str, order: int) -> bool:
    """Whether `left op right` holds where their order is -1, 0 or 1."""
    return {
        "=": order == 0,
        "!=": order != 0,
        "<": order < 0,
        "<=": order <= 0,
        ">": order > 0,
        ">=": order >= 0,
    }[op]


def is_number(word: str) -> bool:
    """Whether a word of an expression is a number, and no symbol such as 64BIT."""
    return word.isdigit() or (word[:2].lower() == "0x" and word[2:].isalnum())


def _number(text: str, type_: str) -> int | None:
    """What strtoll reads of all of it; None where it is no number."""
    if type_ in {"bool", "tristate"}:
        return NUMBERS.get(text, -1)
    bare = text[1:] if text[:1] in {"-", "+"} else text
    if not bare.isascii() or not bare.isalnum() or len(bare) > _LONGEST_NUMBER:
        return None
    base = {"int": 10, "hex": 16}.get(type_) or (16 if bare[:2].lower() == "0x" else 8 if bare[:1] == "0" else 10)
    try:
        return int(text, base)
    except ValueError:
        return None
