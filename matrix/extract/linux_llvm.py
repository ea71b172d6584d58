"""Documentation/kbuild/llvm.rst -> how, and at which level, the kernel is built with Clang on each port.

A `list-table` of three cells a row, in the section Supported Architectures:

    .. list-table::
       :header-rows: 1

       * - Architecture
         - Level of support
         - ``make`` command
       * - alpha (EV6 only)
         - Odd Fixes
         - ``LLVM=1`` (LLVM >= 99.1), ``CC=clang LLVM_IAS=0`` (LLVM < 99.1)

What stands in parentheses after a name is a note, after a command the versions of LLVM that it is for. An
absent port is not targeted by LLVM or has known issues: the file does not say which.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from matrix.model import Fact
from matrix.rst import headed, read_sections

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matrix.rst import RstRow
    from matrix.text import Text

VERSION = 2
# A line a fact: subject | attribute | value | when. docs/facts.md is made of these (scripts/document-facts).
EMITS = """
port, without the note in parentheses | `clang-level` | level of support |
port | `clang-make` | make variables of one command (`LLVM=1`, `CC=clang LLVM_IAS=0`) | `LLVM >= 18.1.0`
port | `clang-note` | the note in the name cell (`sparc64 only`) |
"""

_SECTION = "Supported Architectures"
_HEADER = ("Architecture", "Level of support", "``make`` command")
_NAME = re.compile(r"([A-Za-z0-9_]+)(?: \(([^()]+)\))?")
_LEVELS = frozenset({"Supported", "Maintained", "Odd Fixes", "Orphan", "Obsolete"})
_COMMAND = re.compile(
    r"``([A-Z_]+=[^\s`]+(?: [A-Z_]+=[^\s`]+)*)``(?: \((LLVM (?:>=|<=|<|>|=) [0-9]+(?:\.[0-9]+)*)\))?(?:, |$)"
)
_ANCHOR = "x86"
# A row that stands outside the table: it was cut in two.
_STRAY = re.compile(r"\s*\*\s+-\s")


def extract(text: Text) -> list[Fact]:
    """Read `clang-level`, `clang-make` for each command and `clang-note` for each note.

    Raises: ShapeError for a missing section or table, a section that ends the file, a row of other forms than those
    known, a port listed twice, a row outside the table, and a table without x86.
    """
    read = read_sections(text)
    at = next((i for i, section in enumerate(read) if section.title == _SECTION), -1)
    if at < 0:
        raise text.drift(0, "no such section", f"a section {_SECTION!r}")
    table = headed(text, read[at : at + 1], *_HEADER)
    facts: list[Fact] = []
    ports: dict[str, int] = {}
    for row in table.rows:
        told = list(_facts(text, row))
        if told[0].subject in ports:
            raise text.drift(row.line, f"a second row for {told[0].subject!r}", "each port once")
        ports[told[0].subject] = row.line
        facts += told
    if _ANCHOR not in ports:
        raise text.drift(0, f"{len(ports)} ports without {_ANCHOR}", f"a table with a row for {_ANCHOR}")
    # To docutils, a table that was cut between two rows is as good as any other.
    if at + 1 == len(read):
        raise text.drift(0, f"the end of the file within {_SECTION!r}", "a heading after the section")
    lines = text.content.split("\n")
    for words in read[at].paragraphs:
        if _STRAY.match(lines[words.line - 1]):
            raise text.drift(words.line, repr(lines[words.line - 1]), "all rows in one table")
    return facts


def _facts(text: Text, row: RstRow) -> Iterator[Fact]:
    (at, named), (level_at, level), (command_at, commands) = row.cells
    name = _NAME.fullmatch(named)
    if name is None:
        raise text.drift(at, f"name {named!r}", "a port, or a port and a note in parentheses")
    if level not in _LEVELS:
        raise text.drift(level_at, f"level {level!r}", f"one of {', '.join(sorted(_LEVELS))}")
    yield Fact(name[1], "clang-level", level, line=level_at)
    position = 0
    seen: set[tuple[str, str]] = set()
    while position < len(commands) or not seen:
        command = _COMMAND.match(commands, position)
        if command is None or (command[1], command[2] or "") in seen:
            raise text.drift(
                command_at, f"command {commands!r}", "``VARIABLE=VALUE`` or ``...`` (LLVM >= VERSION), ..."
            )
        seen.add((command[1], command[2] or ""))
        yield Fact(name[1], "clang-make", command[1], command[2] or "", command_at)
        position = command.end()
    if name[2]:
        yield Fact(name[1], "clang-note", name[2], line=at)
