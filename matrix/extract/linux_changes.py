r"""Documentation/process/changes.rst -> the documented version of each program, and what Rust's version means.

A reStructuredText simple table, and a section on Rust further down:

    ================ ===============  =======================
        Program      Minimal version       Command to check the version
    ================ ===============  =======================
    GNU C            99.1             gcc --version
    Rust (optional)  9.7.0            rustc --version
    Sphinx\ [#f1]_   8.x              sphinx-build --version
    ================ ===============  =======================

Versions are shortened and need not be numbers (`any`, `3.5.x`). One sentence of the section decides whether
Rust's is a minimum (a *recent* version is required) or the only one meant (a *particular* version is).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from matrix.model import Fact
from matrix.rst import headed, read_sections

if TYPE_CHECKING:
    from matrix.rst import RstSection
    from matrix.text import Text

VERSION = 2
# A line a fact: subject | attribute | value | when. docs/facts.md is made of these (scripts/document-facts).
EMITS = """
program, as in the table without ` (optional)` and footnote | `minimal-version` | as written |
`rustc` | `version-policy` | `exactly` or `minimum` |
"""

_HEADER = ("Program", "Minimal version", "Command to check the version")
_VERSION = re.compile(r"any|[0-9][0-9A-Za-z.]*")
_FOOTNOTE = re.compile(r"(?:\\? )?\[#?[A-Za-z0-9_-]*\]_")
_ESCAPE = re.compile(r"\\(.)")
# Rows come in any order and capitals (GNU AWK became GNU awk): compared in lower case.
_ANCHORS = ("gnu c", "rust")

_SECTIONS = ("Rust", "Rust (optional)")
_POLICY = re.compile(r"\bA\s+(particular|recent)\s+version\s+of\s+the\s+Rust\s+\w+\s+is\s+required\b")
_POLICIES = {"particular": "exactly", "recent": "minimum"}


def extract(text: Text) -> list[Fact]:
    """Read `minimal-version` for each program, and `version-policy` (`exactly` or `minimum`) for `rustc`.

    Raises: ShapeError for a missing table, a row that is not PROGRAM, VERSION, COMMAND, a program that comes twice,
    a table without GNU C or Rust, and sections on Rust that say not exactly one of the two.
    """
    read = read_sections(text)
    facts: dict[str, Fact] = {}
    for line, (name, version, command) in headed(text, read, *_HEADER).rows:
        program = _program(name.text)
        if not program or not _VERSION.fullmatch(version.text) or not command.text:
            cells = f"row {name.text!r}, {version.text!r}, {command.text!r}"
            raise text.drift(line, cells, "a program, a version or `any`, and a command")
        if program in facts:
            raise text.drift(line, f"a second row for {program!r}", "each program once")
        facts[program] = Fact(program, "minimal-version", version.text, line=line)
    programs = {program.lower() for program in facts}
    for anchor in _ANCHORS:
        if anchor not in programs:
            raise text.drift(0, f"{len(programs)} programs without {anchor!r}", f"a row for {anchor!r}")
    return [*facts.values(), _policy(text, read)]


def _program(name: str) -> str:
    """Its plain name: without footnote, escapes and the note that it is optional."""
    plain = _ESCAPE.sub(lambda escape: escape[1].strip(), _FOOTNOTE.sub("", name))
    return plain.strip().removesuffix(" (optional)").strip()


def _policy(text: Text, read: list[RstSection]) -> Fact:
    """The first sentence on it. Where Rust is had from is told in a section of that name too, without one."""
    said = [
        (words.line + words.text.count("\n", 0, match.start()), match[1])
        for section in read
        if section.title in _SECTIONS
        for words in section.paragraphs
        for match in _POLICY.finditer(words.text)
    ]
    if len({word for _, word in said}) != 1:
        raise text.drift(
            said[-1][0] if said else 0,
            f"{len(said)} sentences on the version of Rust",
            "a section on Rust that asks for a recent or a particular version",
        )
    line, word = said[0]
    return Fact("rustc", "version-policy", _POLICIES[word], line=line)
