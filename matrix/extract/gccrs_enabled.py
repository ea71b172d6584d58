"""GCC's top-level configure.ac -> whether Rust can be enabled in this GCC at all.

    case ${add_this_lang}:${language}:${have_cargo} in
      yes:rust:no)
        AC_MSG_ERROR([$language wants cargo])
        ;;
    esac

For each language the script goes through such cases: how it was asked for (`yes` by name, `all` with all others), which
language, and what the build machine has. A branch for rust that errors or marks it unsupported under a third condition
is a requirement of the build; one without a condition (`yes:rust`), as in GCC 13, refuses Rust altogether. The
directory gcc/rust proves nothing: GCC 13 has it.
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
`rust` | `can-be-enabled` | `yes` or `no` |
"""

_COMMENT = re.compile(r"\s*(?:#|dnl\b)")
_CASE = re.compile(r"\s*case\s+\"?\$\{add_this_lang\}:\$\{language\}(\S*?)\"?\s+in\b")
_ESAC = re.compile(r"\s*esac\b")
_RUST = re.compile(r"\s*\(?[\w*]+:rust(?::\S*)?\s*")
_REFUSAL = re.compile(r"AC_MSG_ERROR\(|add_this_lang=(?:unsupported|no)\b")
# GCC 13's words, whatever the case around them asks.
_MESSAGE = re.compile(r"\s*AC_MSG_ERROR\(\[?Rust is not supported in GCC \d")
_LAST = re.compile(r"AC_OUTPUT\b")


def extract(text: Text) -> list[Fact]:
    """Facts per docs/facts.md. Raises: ShapeError where no case handles rust as a language, or the end is missing."""
    handled = refused = 0
    conditional = inside = rust = ended = False
    for number, line in text.lines():
        if _COMMENT.match(line):
            continue
        ended = ended or bool(_LAST.match(line))
        if case := _CASE.match(line):
            inside, rust, conditional = True, False, bool(case[1])
        elif inside and _ESAC.match(line):
            inside = rust = False
        elif inside and _for_rust(line):
            rust, handled = True, handled or number
        stated = _MESSAGE.match(line)
        if not refused and (stated or (rust and not conditional and _REFUSAL.search(line))):
            refused = number
        if rust and line.rstrip().endswith(";;"):
            rust = False
    if not ended:
        raise text.drift(0, "no AC_OUTPUT", "AC_OUTPUT at the end of the script")
    if not handled and not refused:
        raise text.drift(0, "no branch for rust", "a case on ${add_this_lang}:${language} with a branch for rust")
    return [Fact("rust", "can-be-enabled", "no" if refused else "yes", "", refused or handled)]


def _for_rust(line: str) -> bool:
    """Whether the line is the head of a branch, one of whose patterns is for rust."""
    patterns, closed, _ = line.partition(")")
    return bool(closed) and any(_RUST.fullmatch(pattern) for pattern in patterns.split("|"))
