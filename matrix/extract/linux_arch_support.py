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
from matrix.rst import headed, read_sections

if TYPE_CHECKING:
    from matrix.text import Text

VERSION = 2
# A line a fact: subject | attribute | value | when. docs/facts.md is made of these (scripts/document-facts).
EMITS = r"""
port | `rust-level` | level of support (`Maintained`) |
port | `rust-constraint` | the constraint's text; absent where upstream writes `\-` |
"""

_HEADER = ("Architecture", "Level of support", "Constraints")
_NAME = re.compile(r"``([A-Za-z0-9_]+)``")
# The status words that MAINTAINERS explains at its top.
_LEVELS = ("Supported", "Maintained", "Odd Fixes", "Orphan", "Obsolete")
_STRAY = re.compile(rf"``[A-Za-z0-9_]+`` +(?:{'|'.join(_LEVELS)})(?!\S)")
_UNCONSTRAINED = r"\-"
_ANCHOR = "x86"


def extract(text: Text) -> list[Fact]:
    """Read `rust-level` for each row and `rust-constraint` for each row that has one.

    Raises: ShapeError for a missing table, a row that is not NAME, LEVEL, CONSTRAINT with a known level, a port
    listed twice, a row outside the table, and a table without x86.
    """
    table = headed(text, read_sections(text), *_HEADER)
    facts: list[Fact] = []
    ports: dict[str, int] = {}
    for line, (port, level, constraint) in table.rows:
        name = _NAME.fullmatch(port.text)
        if name is None or level.text not in _LEVELS or not _said(constraint.text):
            cells = f"row {port.text!r}, {level.text!r}, {constraint.text!r}"
            raise text.drift(line, cells, rf"``PORT``, a level of {', '.join(_LEVELS)}, and a constraint or \-")
        if name[1] in ports:
            raise text.drift(line, f"a second row for {name[1]!r}", "each port once")
        ports[name[1]] = line
        facts.append(Fact(name[1], "rust-level", level.text, line=line))
        if constraint.text != _UNCONSTRAINED:
            facts.append(Fact(name[1], "rust-constraint", constraint.text, line=line))
    for number, written in text.lines():
        if _STRAY.match(written) and number not in ports.values():
            raise text.drift(number, f"row {written!r} outside the table", "all rows in one table")
    if _ANCHOR not in ports:
        raise text.drift(0, f"{len(ports)} rows without {_ANCHOR}", f"a table with a row for {_ANCHOR}")
    return facts


def _said(constraint: str) -> bool:
    """Whether it is words, or the dash that says there is no constraint."""
    return constraint == _UNCONSTRAINED or (_UNCONSTRAINED not in constraint and any(map(str.isalnum, constraint)))
