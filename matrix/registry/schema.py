"""The text of a TOML file and a table of key -> rule -> plain values, and every fault in one go.

A shape is one of three:

    WHOLE                              a Rule: what one value must be
    {"floor": WHOLE, "tag": TEXT}      a table with exactly these keys
    Each(SHAPE, KEY)                   a table, not empty, whose keys are free (ids, names), each value of that shape

A fault is one line: place, what was found, what was expected. Lists come back as tuples. An entry of an Each that
has faults comes back as None, so that its id still counts as declared and one mistake is reported once.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeAlias

import tomli

from matrix.value import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_REQUIRED = object()
_ID = re.compile(r"[a-z0-9][a-z0-9_-]*")
_SYMBOL = re.compile(r"[A-Z0-9][A-Za-z0-9_]*")
_VERSION = re.compile(r"[0-9]+(\.[0-9]+)*")
_AT = re.compile(r"(?P<why>.*) \(at line (?P<line>[0-9]+), column [0-9]+\)")


@dataclass(frozen=True, slots=True)
class Rule:
    """What one value must be: in words, and as a test. A key with a default may be missing."""

    expected: str
    accepts: Callable[[Any], bool]
    default: object = _REQUIRED

    def or_else(self, default: object) -> Rule:
        """The same rule for a key that may be missing."""
        return replace(self, default=default)


@dataclass(frozen=True, slots=True)
class Each:
    """A table with free keys. `key` is the rule for the keys themselves; `least` is how many there must be."""

    shape: Shape
    key: Rule
    least: int = 1


Shape: TypeAlias = "Rule | Each | Mapping[str, Shape]"

# Where a fault of a name is, whoever finds it.
ARCHES_FILE = "arches.toml"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in which file: `sources.toml: source.llvm.floor`."""

    file: str
    keys: tuple[str, ...] = ()

    def at(self, *keys: str) -> Place:
        return Place(self.file, (*self.keys, *keys))

    def fault(self, found: str, expected: str) -> str:
        """One line: place, found, expected."""
        return ": ".join(p for p in (self.file, ".".join(self.keys)) if p) + f": found {found}, expected {expected}"


def texts(what: str, like: Callable[[str], object] = bool, *, least: int = 0) -> Rule:
    """A rule for a list of texts, each once, each of which `like` approves."""

    def accepts(value: object) -> bool:
        return (
            isinstance(value, list)
            and len(value) >= least
            and all(isinstance(member, str) and like(member) for member in value)
            and len(set(value)) == len(value)
        )

    return Rule(f"a list of {what}, each once", accepts)


def text_like(pattern: re.Pattern[str], what: str) -> Rule:
    """A rule for a text that the whole pattern matches."""
    return Rule(what, lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None)


def one_of(*choices: str | int) -> Rule:
    """A rule for one of a few values."""
    # True == 1 in Python, so the type is compared too.
    return Rule(
        " or ".join(repr(choice) for choice in choices),
        lambda value: any(type(value) is type(choice) and value == choice for choice in choices),
    )


TEXT = Rule("a text that is not empty", lambda value: isinstance(value, str) and value.strip() != "")
FLAG = Rule("true or false", lambda value: isinstance(value, bool))
WHOLE = Rule("a whole number", lambda value: isinstance(value, int) and not isinstance(value, bool) and value >= 1)
ID = text_like(_ID, "an id of lower-case letters, digits, '_' and '-'")
SYMBOL = text_like(_SYMBOL, "a Kconfig symbol")
RELEASE_NUMBER = text_like(_VERSION, "a version such as '6.7'")
TEXTS = texts("texts")
SYMBOLS = texts("Kconfig symbols", _SYMBOL.fullmatch)


def parse_toml(file: str, text: str, shape: Shape) -> tuple[Any, list[str]]:
    """Parse the TOML `text` and check it against `shape`; `file` is its name in faults.

    What is not TOML is one fault, with the line (from 1) at which it stops being so, and the value is None.
    """
    try:
        document = tomli.loads(text)
    # ValueError: TOMLDecodeError is one, and so is what int() says to thousands of digits.
    except (ValueError, RecursionError) as error:
        where = _AT.fullmatch(str(error))
        why, line = (where["why"], where["line"]) if where else (str(error), str(text.count("\n") + 1))
        return None, [Place(f"{file}:{line}").fault(f"no TOML ({why})", "TOML")]
    faults: list[str] = []
    return _check(file, (), document, shape, faults), faults


def _check(file: str, keys: tuple[str, ...], found: object, shape: Shape, faults: list[str]) -> object:
    if isinstance(shape, Rule):
        if not shape.accepts(found):
            faults.append(Place(file, keys).fault(_shown(found), shape.expected))
        return tuple(found) if isinstance(found, list) else found
    if not isinstance(found, dict):
        faults.append(Place(file, keys).fault(_shown(found), "a table"))
        return {}
    if isinstance(shape, Each):
        if len(found) < shape.least:
            faults.append(Place(file, keys).fault("nothing", "one entry at least"))
        return {key: _entry(file, (*keys, key), value, shape, faults) for key, value in found.items()}
    if unknown := found.keys() - shape.keys():
        expected = f"one of {', '.join(sorted(shape))}"
        faults.extend(Place(file, (*keys, key)).fault("an unknown key", expected) for key in sorted(unknown))
    return {key: _member(file, keys, found, key, inner, faults) for key, inner in shape.items()}


def _entry(file: str, keys: tuple[str, ...], found: object, shape: Each, faults: list[str]) -> object:
    before = len(faults)
    if not shape.key.accepts(keys[-1]):
        faults.append(Place(file, keys).fault(f"the key {keys[-1]!r}", shape.key.expected))
    value = _check(file, keys, found, shape.shape, faults)
    return value if len(faults) == before else None


def _member(
    file: str, keys: tuple[str, ...], found: Mapping[str, object], key: str, shape: Shape, faults: list[str]
) -> object:
    if key in found:
        return _check(file, (*keys, key), found[key], shape, faults)
    if not isinstance(shape, Rule):
        return _check(file, (*keys, key), {}, shape, faults)
    if shape.default is _REQUIRED:
        faults.append(Place(file, (*keys, key)).fault("nothing", shape.expected))
    return shape.default


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return "a table"
    shown = repr(value)
    return shown if len(shown) <= 80 else shown[:77] + "..."
