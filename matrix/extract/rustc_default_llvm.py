"""rustc's bootstrap.example.toml (once config.example.toml) -> the LLVM backends in a rustc built with defaults.

    [llvm]
    # Prose, with a space behind the sign.
    #targets = "AArch64;X86"
    #experimental-targets = "AVR;M68k"

or, since 1.90, `#llvm.targets = ...` without the section. The file shows every option with its default, commented
out, so that the commented value is the one in effect. A value may run over several lines.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from matrix.model import Fact

if TYPE_CHECKING:
    from matrix.text import Text

VERSION = 1
# A line a fact: subject | attribute | value | when. docs/facts.md is made of these (scripts/document-facts).
EMITS = """
LLVM target | `default-backend` | `default` or `experimental` |
"""

_ANCHOR = "X86"
_KEYS = {"llvm.targets": "default", "llvm.experimental-targets": "experimental"}
_SECTION = re.compile(r"\[([^\[\]]+)\]\s*(?:#.*)?")
# A space behind the sign makes it prose, which may well speak of `targets = `.
_OPTION = re.compile(r"#?((?:llvm\.)?(?:experimental-)?targets)\s*=\s*(.*)")
_NAME = re.compile(r"[A-Za-z]\w*")
_LONGEST = 200  # lines of one value; more is a quote that nobody closed


def extract(text: Text) -> list[Fact]:
    """Each LLVM target as `default-backend`: `default` or `experimental`, at the line where its name stands.

    Raises: ShapeError where an option is missing, given twice, no string, or not closed, for a name that is none or
    stands in both, and where X86 is no default.
    """
    lines = text.content.split("\n")
    facts: dict[str, Fact] = {}
    backends: dict[str, int] = {}
    section = ""
    for number, line in enumerate(lines, start=1):
        if header := _SECTION.fullmatch(line):
            section = header[1].strip() + "."
        elif (option := _OPTION.match(line)) and section + option[1] in _KEYS:
            key = section + option[1]
            if key in backends:
                raise text.drift(number, f"{key} again", f"it once, as on line {backends[key]}")
            backends[key] = number
            for at, name in _names(text, lines, number, option[2]):
                known = facts.setdefault(name, Fact(name, "default-backend", _KEYS[key], line=at))
                if known.value != _KEYS[key]:
                    raise text.drift(at, f"{name} as {_KEYS[key]}", f"only {known.value}, as on line {known.line}")
    if missing := [key for key in _KEYS if key not in backends]:
        raise text.drift(0, f"no {missing[0]}", f"the option, as #{missing[0]} = or in [llvm]")
    if _ANCHOR not in facts or facts[_ANCHOR].value != "default":
        raise text.drift(backends["llvm.targets"], f"no {_ANCHOR}", f"{_ANCHOR} among the default targets")
    return list(facts.values())


def _names(text: Text, lines: list[str], first: int, value: str) -> list[tuple[int, str]]:
    """The names in a string that begins on line `first` (from 1) with `value`, each with its line."""
    quote = next((q for q in ('"""', "'''", '"', "'") if value.startswith(q)), "")
    if not quote:
        raise text.drift(first, repr(value), "a string of LLVM targets")
    names: list[tuple[int, str]] = []
    rest = value[len(quote) :]
    for number in range(first, min(first + _LONGEST, len(lines) + 1)):
        part, closed, behind = (rest if number == first else lines[number - 1].strip().removeprefix("#")).partition(
            quote
        )
        for word in part.replace("\\", " ").replace(";", " ").split():
            if not _NAME.fullmatch(word):
                raise text.drift(number, repr(word), "the name of an LLVM target")
            names.append((number, word))
        if closed:
            if behind.strip() and not behind.strip().startswith("#"):
                raise text.drift(number, repr(behind.strip()), "nothing behind the string")
            return names
    raise text.drift(first, "a string without end", f"its closing {quote}")
