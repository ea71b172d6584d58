r"""rustc_codegen_cranelift's Readme.md -> which operating systems it supports on which architecture.

Shape, a table under `## Platform support` with a row for each system and a legend below it:

    |OS \ architecture|x86\_64|s390x (System-Z)|
    |---|---|---|
    |Linux|✅|✅[^note]|
    |macOS|✅|N/A|

A tick means supported and tested by upstream, a cross not supported at all, a question mark that it might work and
nobody tests it: `unknown`. N/A means that there is no such platform. Footnotes are glued to the cell and qualify how to
get it (no rustup component), not whether it works. The kernel's row is Linux. The table came in April 2024.
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
architecture as in the header, unescaped (`x86_64`) | `os:Linux` and so on | `yes`, `no`, `n/a`, `unknown` (maybe
    supported, not tested) |
"""

_HEADING = "## Platform support"
_CORNER = "OS \\ architecture"
_CELLS = {"✅": "yes", "❌": "no", "❓": "unknown", "N/A": "n/a"}
_FOOTNOTE = re.compile(r"\[\^[\w-]+\]")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_RULE = re.compile(r":?-+:?")
_ANCHOR = "Linux"


def extract(text: Text) -> list[Fact]:
    """One fact a cell: the architecture as in the header, `os:` and the system, `yes`, `no`, `unknown` or `n/a`.

    Raises: ShapeError where the heading, the table, its Linux row or its end is missing, or a cell is not understood.
    """
    facts: list[Fact] = []
    arches: list[str] = []
    systems: dict[str, int] = {}
    # The section is read in order: heading, header, rule, rows, and what follows the table.
    state = "before"
    for number, line in text.lines():
        row = line.strip()
        if state == "before":
            state = "heading" if row == _HEADING else "before"
        elif not row:
            state = "after" if state == "rows" else state
        elif state == "heading":
            if row.startswith("|"):
                arches, state = _header(text, number, row), "header"
            elif row.startswith("#"):
                raise text.drift(number, row, f"a table under {_HEADING}")
        elif state == "after":
            state = "done"
        elif state == "done":
            if row == _HEADING:
                raise text.drift(number, row, f"one section {_HEADING}")
        else:
            cells = _cells(text, number, row)
            if len(cells) != len(arches) + 1:
                raise text.drift(number, f"{len(cells)} cells", f"{len(arches) + 1} cells")
            if state == "header":
                if not all(_RULE.fullmatch(cell) for cell in cells):
                    raise text.drift(number, row, "the rule below the header, |---|")
                state = "rows"
                continue
            system = _ESCAPE.sub(r"\1", _FOOTNOTE.sub("", cells[0]))
            if not system:
                raise text.drift(number, row, "the name of a system in the first cell")
            if system in systems:
                raise text.drift(number, system, f"each system once; line {systems[system]} has it too")
            systems[system] = number
            for arch, cell in zip(arches, cells[1:], strict=True):
                facts.append(Fact(arch, f"os:{system}", _value(text, number, cell), line=number))
    if state != "done":
        raise text.drift(0, f"the end of the file ({state} the table)", f"{_HEADING}, its table and a legend below it")
    if _ANCHOR not in systems:
        raise text.drift(0, f"{len(systems)} rows without {_ANCHOR}", f"a row {_ANCHOR}")
    return facts


def _cells(text: Text, number: int, row: str) -> list[str]:
    if len(row) < 2 or row[0] != "|" or row[-1] != "|":
        raise text.drift(number, row, "a row of the table, |...|")
    return [cell.strip() for cell in row[1:-1].split("|")]


def _header(text: Text, number: int, row: str) -> list[str]:
    corner, *arches = (_FOOTNOTE.sub("", cell) for cell in _cells(text, number, row))
    names = [_ESCAPE.sub(r"\1", arch) for arch in arches]
    if corner != _CORNER or not names or not all(names) or len(set(names)) != len(names):
        raise text.drift(number, row, f"the header |{_CORNER}|ARCHITECTURE|...|")
    return names


def _value(text: Text, number: int, cell: str) -> str:
    word = _FOOTNOTE.sub("", cell).strip()
    if word not in _CELLS:
        raise text.drift(number, cell, f"one of {' '.join(_CELLS)}")
    return _CELLS[word]
