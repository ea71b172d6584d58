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

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matrix.text import Text

VERSION = 1

_HEADER = re.compile(r" *Program +Minimal version +Command to check the version *")
_COLUMN = re.compile("=+")
_GAP = re.compile(" {2,}")
_VERSION = re.compile(r"any|[0-9][0-9A-Za-z.]*")
_FOOTNOTE = re.compile(r"(?:\\? )?\[#?[A-Za-z0-9_-]*\]_")
_ESCAPE = re.compile(r"\\(.)")
# Rows come in any order and capitals (GNU AWK became GNU awk): compared in lower case.
_ANCHORS = ("gnu c", "rust")

_SECTION = re.compile(r"^Rust(?: \(optional\))?[ \t]*\n([-=~*+])\1{3,}[ \t]*\n", re.MULTILINE)
_HEADING = re.compile(r"^\S[^\n]*\n([-=~*+])\1{3,}[ \t]*$", re.MULTILINE)
_POLICY = re.compile(r"\bA\s+(particular|recent)\s+version\s+of\s+the\s+Rust\s+\w+\s+is\s+required\b")
_POLICIES = {"particular": "exactly", "recent": "minimum"}


def extract(text: Text) -> list[Fact]:
    """Read `minimal-version` for each program, and `version-policy` (`exactly` or `minimum`) for `rustc`.

    Raises: ShapeError for a missing header or closing rule, a row that is not PROGRAM, VERSION, COMMAND, a
    program that comes twice, a table without GNU C or Rust, and a section on Rust that is missing or says not
    exactly one of the two.
    """
    facts = list(_programs(text, text.content.split("\n")))
    programs = {fact.subject.lower() for fact in facts}
    for anchor in _ANCHORS:
        if anchor not in programs:
            raise text.drift(0, f"{len(programs)} programs without {anchor!r}", f"a row for {anchor!r}")
    return [*facts, _policy(text)]


def _programs(text: Text, lines: Sequence[str]) -> Iterator[Fact]:
    header = _header(text, lines)
    columns = _columns(lines[header - 1])
    seen: set[str] = set()
    closed, index = False, header + 2
    while index < len(lines) and lines[index].strip():
        line, index = lines[index], index + 1
        closed = _columns(line) == columns
        # A row whose first columns are blank continues the command above it, which is not read.
        if closed or (seen and not line[: columns[2]].strip()):
            continue
        program, version = _row(text, index, line, columns)
        if program in seen:
            raise text.drift(index, f"a second row for {program!r}", "each program once")
        seen.add(program)
        yield Fact(program, "minimal-version", version, line=index)
    if not closed:
        raise text.drift(index, "the table's end without a rule", "a rule of `=` below the last row")
    for number, line in enumerate(lines[index:], start=index + 1):
        if line.startswith("=") and _columns(line) == columns:
            raise text.drift(number, "a rule outside the table", "one table, without blank lines")


def _header(text: Text, lines: Sequence[str]) -> int:
    """The index of the header, which stands between two equal rules of three columns."""
    for index, line in enumerate(lines):
        if "Program" not in line or not _HEADER.fullmatch(line):
            continue
        above = _columns(lines[index - 1]) if index else ()
        below = _columns(lines[index + 1]) if index + 1 < len(lines) else ()
        if len(above) != 3 or above != below:
            raise text.drift(index + 1, "a header without its rules", "three columns of `=` above and below it")
        return index
    raise text.drift(0, "no header", "a table headed Program, Minimal version, Command to check the version")


def _columns(line: str) -> tuple[int, ...]:
    """The offsets at which a rule's columns start; none where the line is no rule."""
    if not line.startswith("=") or line.strip("= "):
        return ()
    return tuple(match.start() for match in _COLUMN.finditer(line))


def _row(text: Text, number: int, line: str, columns: tuple[int, ...]) -> tuple[str, str]:
    """The program's plain name and its version."""
    _, second, third = columns
    by_offset = [line[:second].strip(), line[second:third].strip(), line[third:].strip()]
    aligned = line[second - 1] == line[third - 1] == " " if len(line) > third else False
    cells = by_offset if aligned and _VERSION.fullmatch(by_offset[1]) else _GAP.split(line.rstrip(), maxsplit=2)
    if len(cells) != 3 or not all(cells) or not _VERSION.fullmatch(cells[1]):
        raise text.drift(number, f"row {line!r}", "a program, a version or `any`, and a command")
    name = _ESCAPE.sub(lambda escape: escape[1].strip(), _FOOTNOTE.sub("", cells[0]))
    name = name.strip().removesuffix(" (optional)").strip()
    if not name:
        raise text.drift(number, f"row {line!r}", "a program's name")
    return name, cells[1]


def _policy(text: Text) -> Fact:
    section = _SECTION.search(text.content)
    if section is None:
        raise text.drift(0, "no section on Rust", "a section `Rust` or `Rust (optional)`")
    end = _HEADING.search(text.content, section.end())
    said = list(_POLICY.finditer(text.content, section.end(), end.start() if end else len(text.content)))
    if len({match[1] for match in said}) != 1:
        raise text.drift(
            text.line_of(section.start()),
            f"{len(said)} sentences on the version of Rust",
            "a recent or a particular version to be required",
        )
    return Fact("rustc", "version-policy", _POLICIES[said[0][1]], line=text.line_of(said[0].start()))
