"""Three files of gcc/rust -> gccrs's experimental flag, whether it is required, and the compiler's binary.

lang.opt, records of lines parted by empty ones: a name, its properties, its help:

    frust-example-flag
    Rust Var(flag_rust_experimental)

rust-session-manager.cc, where compiling a crate ends in a fatal error unless the flag or the variable is set:

    if (!flag_rust_experimental
        && !std::getenv ("GCCRS_EXAMPLE_VARIABLE"))

Make-lang.in, the rule that makes the language (rust1 in GCC 13, then crab1):

    rust: crab1$(exeext)

That the flag exists says nothing of whether it must be given: dropping the requirement would change the .cc alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from matrix.model import Fact
from matrix.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

VERSION = 1
# A line a fact: subject | attribute | value | when. docs/facts.md is made of these (scripts/document-facts).
EMITS = """
`rust` | `experimental-flag`, `experimental-variable` | its name |
`rust` | `experimental-required` | `yes` or `no` |
`rust` | `compiler-binary` | `crab1` |
"""

_VARIABLE = "flag_rust_experimental"
_REQUIRED = re.compile(rf"\bif\s*\(\s*!\s*{_VARIABLE}\b")
_ENVIRONMENT = re.compile(r'getenv\s*\(\s*"(\w+)"\s*\)')
# Comments and strings of C++; what is no comment is kept. An end is optional, so that no match is tried twice.
_CXX = re.compile(
    r"""//[^\n]*|/\*.*?(?:\*/|\Z)|"[^"\\\n]*(?:\\.[^"\\\n]*)*"?|'[^'\\\n]*(?:\\.[^'\\\n]*)*'?""", re.DOTALL
)
_COMPILE = re.compile(r"^Session::compile_crate\b", re.MULTILINE)
_BINARY = re.compile(r"rust:[ \t]+([\w-]+)\$\(exeext\)")


def extract(text: Text) -> list[Fact]:
    """Facts per docs/facts.md, by the file's name. Raises: ShapeError where the file's own anchor is missing."""
    for ending, read in _READERS.items():
        if text.path.endswith(ending):
            return read(text)
    raise text.drift(0, "a file of this name", f"one of {', '.join(_READERS)}")


def _flag(text: Text) -> list[Fact]:
    name, at = "", 0
    previous = ""
    language = False
    for number, line in text.lines():
        if line.startswith(";"):
            continue
        language = language or (previous == "Language" and line == "Rust")
        if f"Var({_VARIABLE})" in line:
            if not re.fullmatch(r"f[\w-]+", previous):
                raise text.drift(number, line, f"the flag's name above Var({_VARIABLE})")
            name, at = previous, number - 1
        previous = line.strip()
    if not language:
        raise text.drift(0, "no record 'Language' 'Rust'", "the options of the Rust front end")
    if not name:
        raise text.drift(0, f"no option with Var({_VARIABLE})", "the experimental flag")
    return [Fact("rust", "experimental-flag", name, "", at)]


def _requirement(text: Text) -> list[Fact]:
    text = Text(text.path, _CXX.sub(_uncommented, text.content))
    code = text.content
    start = _COMPILE.search(code)
    end = code.find("\n}\n", start.start()) if start else -1
    if start is None or end < 0:
        raise text.drift(0, "no whole Session::compile_crate", "the function that compiles a crate")
    check = _REQUIRED.search(code)
    if check is None:
        if _VARIABLE in code:
            at = text.line_of(code.index(_VARIABLE))
            raise text.drift(at, f"{_VARIABLE} in no `if (!...`", "the check that asks for the flag, or none")
        return [Fact("rust", "experimental-required", "no", "", text.line_of(start.start()))]
    facts = [Fact("rust", "experimental-required", "yes", "", text.line_of(check.start()))]
    # The variable stands in the same condition: before the statement that the `if` guards ends.
    stop = code.find(";", check.end())
    if variable := _ENVIRONMENT.search(code, check.end(), stop if stop >= 0 else len(code)):
        facts.append(Fact("rust", "experimental-variable", variable[1], "", text.line_of(variable.start())))
    return facts


def _uncommented(match: re.Match[str]) -> str:
    """A string as it stands; of a comment its newlines, so that lines keep their numbers."""
    if match[0].startswith(('"', "'")):
        return match[0]
    return "\n" * match[0].count("\n")


def _binary(text: Text) -> list[Fact]:
    for number, line in text.lines():
        if match := _BINARY.match(line):
            return [Fact("rust", "compiler-binary", match[1], "", number)]
    raise text.drift(0, "no rule for rust", "rust: NAME$(exeext)")


_READERS: dict[str, Callable[[Text], list[Fact]]] = {
    "lang.opt": _flag,
    "rust-session-manager.cc": _requirement,
    "Make-lang.in": _binary,
}
