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
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from matrix.model import Fact

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matrix.text import Text

VERSION = 1

_SECTION = "Supported Architectures"
_TABLE = ".. list-table::"
_HEADER = ["Architecture", "Level of support", "``make`` command"]
_NAME = re.compile(r"([A-Za-z0-9_]+)(?: \(([^()]+)\))?")
_LEVELS = frozenset({"Supported", "Maintained", "Odd Fixes", "Orphan", "Obsolete"})
_COMMAND = re.compile(
    r"``([A-Z_]+=[^\s`]+(?: [A-Z_]+=[^\s`]+)*)``(?: \((LLVM (?:>=|<=|<|>|=) [0-9]+(?:\.[0-9]+)*)\))?(?:, |$)"
)
_ANCHOR = "x86"
_LONGEST = 1000


@dataclass(slots=True)
class _Row:
    """A row while it is read: the line and text of each cell, and the offset at which its cells' text starts."""

    indent: int
    cells: list[tuple[int, str]] = field(default_factory=list)


def extract(text: Text) -> list[Fact]:
    """Read `clang-level`, `clang-make` for each command and `clang-note` for each note.

    Raises: ShapeError for a missing section, table or header row, a section that does not end, a row that has
    not three cells of the known forms, a port listed twice, and a table without x86.
    """
    lines = text.content.split("\n")
    start, end = _section(text, lines)
    rows = _rows(text, lines, start, end)
    header = next(rows, None)
    if header is None or [cell for _, cell in header.cells] != _HEADER:
        raise text.drift(start, "no header row", ", ".join(_HEADER))
    facts: list[Fact] = []
    ports: set[str] = set()
    for row in rows:
        line = row.cells[0][0]
        if len(row.cells) != len(_HEADER):
            raise text.drift(line, f"{len(row.cells)} cells", f"{len(_HEADER)} cells: {', '.join(_HEADER)}")
        read = list(_facts(text, row))
        if read[0].subject in ports:
            raise text.drift(line, f"a second row for {read[0].subject!r}", "each port once")
        ports.add(read[0].subject)
        facts += read
    if _ANCHOR not in ports:
        raise text.drift(start, f"{len(ports)} ports without {_ANCHOR}", f"a table with a row for {_ANCHOR}")
    return facts


def _section(text: Text, lines: Sequence[str]) -> tuple[int, int]:
    """The indexes of the first line in the section and of the heading that follows it."""
    start = 0
    for index in range(len(lines) - 1):
        if not _underline(lines[index + 1]) or not lines[index] or lines[index][0] in " -=":
            continue
        if start:
            return start, index
        if lines[index].rstrip() == _SECTION:
            start = index + 2
    if start:
        raise text.drift(0, f"the end of the file within {_SECTION!r}", "a heading after the section")
    raise text.drift(0, "no such section", f"a section {_SECTION!r}")


def _underline(line: str) -> bool:
    return len(line) > 3 and line[0] in "-=~" and not line.rstrip().strip(line[0])


def _rows(text: Text, lines: Sequence[str], start: int, end: int) -> Iterator[_Row]:
    """The rows of the section's only list-table, header included."""
    tables = [i for i in range(start, end) if lines[i].rstrip() == _TABLE]
    if len(tables) != 1:
        raise text.drift(start, f"{len(tables)} list-tables", f"one list-table in {_SECTION!r}")
    row: _Row | None = None
    inside = True
    for number, line in enumerate(lines[tables[0] + 1 : end], start=tables[0] + 2):
        words = line.strip()
        indent = len(line) - len(line.lstrip(" "))
        inside = inside and (indent > 0 or not words)
        if not words or (inside and not row and words.startswith(":")):
            continue
        # Bounds the time that joining a cell line by line takes; real cells have some 60 characters.
        if inside and len(words) > _LONGEST:
            raise text.drift(number, f"{len(words)} characters", f"a cell of at most {_LONGEST}")
        if inside and words.startswith("* - "):
            if row:
                yield row
            row = _Row(indent + 4, [(number, words[4:].strip())])
        elif inside and row and indent == row.indent - 2 and words.startswith("- "):
            row.cells.append((number, words[2:].strip()))
        elif inside and row and indent == row.indent and len(row.cells[-1][1]) <= _LONGEST:
            first, cell = row.cells[-1]
            row.cells[-1] = (first, f"{cell} {words}")
        elif inside or words.startswith("* -"):
            raise text.drift(number, repr(line), "`* - ` or `- ` and a short cell, or the table's end")
    if row:
        yield row


def _facts(text: Text, row: _Row) -> Iterator[Fact]:
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
