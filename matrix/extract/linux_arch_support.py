r"""Documentation/rust/arch-support.rst -> the level and the constraint of Rust support documented for each port.

One reStructuredText simple table (widths differ between versions):

    =============  ================  ===================
    Architecture   Level of support  Constraints
    =============  ================  ===================
    ``alpha``      Odd Fixes         EV56 and newer.
    ``x86``        Maintained        \-
    =============  ================  ===================

A level is meant as the `S:` value of MAINTAINERS. `\-` is an escaped dash and says "no constraint". The
constraint is prose for people, kept as written. An absent port is not listed, which is no statement.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from matrix.model import Fact

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matrix.errors import ShapeError
    from matrix.text import Text

VERSION = 1

_HEADER = re.compile(r"Architecture +Level of support +Constraints *")
_COLUMN = re.compile("=+")
_NAME = re.compile(r"``([A-Za-z0-9_]+)`` +(?=\S)")
# The status words that MAINTAINERS explains at its top.
_LEVELS = frozenset({"Supported", "Maintained", "Odd Fixes", "Orphan", "Obsolete"})
_UNCONSTRAINED = r"\-"
_ANCHOR = "x86"


def extract(text: Text) -> list[Fact]:
    """Read `rust-level` for each row and `rust-constraint` for each row that has one.

    Raises: ShapeError for a missing header or closing rule, a row that is not NAME, LEVEL, CONSTRAINT with a
    known level, a port listed twice, a row outside the table, and a table without x86.
    """
    lines = text.content.split("\n")
    header = _header(text, lines)
    columns = _columns(lines[header - 1])
    rows: dict[str, tuple[int, str, list[str]]] = {}
    last, index, closed = "", header + 2, False
    # Rules stand between body rows too, so that only a blank line ends the table.
    while index < len(lines) and lines[index].strip():
        line, index = lines[index], index + 1
        closed = _columns(line) == columns
        if closed:
            continue
        if last and not line[: columns[-1]].strip():
            _continue(text, index, rows[last][2], line)
            continue
        row = _row(line)
        if row is None:
            raise _no_row(text, index, line)
        last, level, constraint = row
        if last in rows:
            raise text.drift(index, f"a second row for {last!r}", "each port once")
        rows[last] = (index, level, [constraint])
    if not closed and rows:
        raise text.drift(index, "the table's end without a rule", "a rule of `=` below the last row")
    for number, line in enumerate(lines[index:], start=index + 1):
        if line.startswith("``") and _row(line):
            raise text.drift(number, f"row {line!r} outside the table", "all rows in one table")
    if _ANCHOR not in rows:
        raise text.drift(header + 1, f"{len(rows)} rows without {_ANCHOR}", f"a table with a row for {_ANCHOR}")
    return list(_facts(rows))


def _header(text: Text, lines: Sequence[str]) -> int:
    """The index of the header, which stands between two equal rules of three columns."""
    for index, line in enumerate(lines):
        if not line.startswith("Architecture") or not _HEADER.fullmatch(line):
            continue
        above = _columns(lines[index - 1]) if index else ()
        below = _columns(lines[index + 1]) if index + 1 < len(lines) else ()
        if len(above) != 3 or above != below:
            raise text.drift(index + 1, "a header without its rules", "three columns of `=` above and below it")
        return index
    raise text.drift(0, "no header", "a table headed Architecture, Level of support, Constraints")


def _columns(line: str) -> tuple[int, ...]:
    """The offsets at which a rule's columns start; none where the line is no rule."""
    if not line.startswith("=") or line.strip("= "):
        return ()
    return tuple(match.start() for match in _COLUMN.finditer(line))


def _row(line: str) -> tuple[str, str, str] | None:
    """Port, level and constraint of a row, or None.

    Cells are told apart by their spaces and not by offsets: a name as long as its column leaves only one
    space, and one longer than it moves the row's other cells.
    """
    name = _NAME.match(line)
    if name is None:
        return None
    level, _, constraint = line[name.end() :].partition("  ")
    constraint = constraint.strip()
    if level not in _LEVELS or not (constraint == _UNCONSTRAINED or any(map(str.isalnum, constraint))):
        return None
    return name[1], level, constraint


def _no_row(text: Text, number: int, line: str) -> ShapeError:
    levels = ", ".join(sorted(_LEVELS))
    return text.drift(number, f"row {line!r}", rf"``PORT``, a level of {levels}, and a constraint or \-")


def _continue(text: Text, number: int, constraint: list[str], line: str) -> None:
    """Add `line`, whose first columns are blank, to the constraint of the row above it."""
    if constraint == [_UNCONSTRAINED]:
        raise text.drift(number, f"{line.strip()!r} below no constraint", "a new row")
    constraint.append(line.strip())


def _facts(rows: dict[str, tuple[int, str, list[str]]]) -> Iterator[Fact]:
    for port, (line, level, constraint) in rows.items():
        yield Fact(port, "rust-level", level, line=line)
        if constraint != [_UNCONSTRAINED]:
            yield Fact(port, "rust-constraint", " ".join(constraint), line=line)
