"""rustc's platform-support.md -> tier, host tools and standard library of each target.

The page has one section per tier and one table in most of them; the header says which columns there are:

    ## Tier 2 with Host Tools
    target | notes
    -------|-------
    `some-known-os` | Some OS

    ## Tier 3
    target | std | host | notes
    -------|:---:|:----:|-------
    [`other.base-none`](platform-support/other.md) | * | ✓ | Other

A table of `target | notes` alone belongs to a section "with Host Tools": its targets have those and the whole
standard library. `target | std | notes` is tier 1 or 2 without host tools. std: tick is the standard library, `*`
core only, `?` and an empty cell unknown. host: tick is yes, an empty cell no, `?` unknown. A target listed twice
keeps its highest tier.
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
target | `tier` | `1`, `2`, `3` |
target | `host-tools` | `yes`, `no`, `unknown` |
target | `std` | `yes`, `no`, `unknown` |
"""

# A page without its best-known target is another page, or a part of this one.
_ANCHOR = "x86_64-unknown-linux-gnu"
_SECTION = re.compile(r"## Tier ([123])(?: (with|without) Host Tools)?\s*")
_NAME = re.compile(r"`([\w.-]+)`|\[`([\w.-]+)`\]\([^()\s]+\)", re.ASCII)
_LOOKS_LIKE_ROW = re.compile(r"\|?\s*(?:`[^`|]+`|\[`[^`|]+`\]\([^()|]*\))\s*\|")
_RULE = re.compile(r"\s*:?-+:?\s*")
_PIPE = re.compile(r"(?<!\\)\|")

_STD = {"✓": "yes", "*": "no", "\\*": "no", "?": "unknown", "": "unknown"}
_HOST = {"✓": "yes", "?": "unknown", "": "no"}

# Which columns a section's table has: (tier, the heading's word before "Host Tools", "" in tier 3).
_COLUMNS = {
    ("1", "with"): ("target", "notes"),
    ("1", "without"): ("target", "std", "notes"),
    ("2", "with"): ("target", "notes"),
    ("2", "without"): ("target", "std", "notes"),
    ("3", ""): ("target", "std", "host", "notes"),
}
# The section of tier 1 without host tools has always been empty.
_REQUIRED = _COLUMNS.keys() - {("1", "without")}


def extract(text: Text) -> list[Fact]:
    """Each listed target's `tier` (1 to 3), `host-tools` and `std` (yes, no or unknown), at its row's line.

    Raises: ShapeError for a table, header, cell or row that is none of the known, and for a page without a table
    in each section, without its last line end, or without x86_64-unknown-linux-gnu.
    """
    if not text.content.endswith("\n"):
        raise text.drift(0, "no line end at the end", "a whole page")
    rows: dict[str, tuple[str, str, str, int]] = {}
    section: tuple[str, str] | None = None
    columns: tuple[str, ...] = ()
    tables: set[tuple[str, str]] = set()
    awaited = ""  # what a table that has begun must go on with: "rule", then "rows"
    for number, line in text.lines():
        if not line.strip() or line.startswith("## "):
            if awaited:
                raise text.drift(number, "the end of a table", f"its {awaited}")
            columns = ()
            section = _section(text, number, line) if line.strip() else section
        elif awaited == "rule":
            if not _is_rule(line, columns):
                raise text.drift(number, repr(line), f"a table's rule of {len(columns)} columns")
            awaited = "rows"
        elif columns and section:
            _add(rows, text, number, _row(text, number, _cells(line, len(columns)), section, columns))
            awaited = ""
        elif "|" in line and _cells(line, 0)[0] == "target":
            if section is None:
                raise text.drift(number, "a table of targets", "it under a heading '## Tier ...'")
            columns, awaited = _header(text, number, line, _COLUMNS[section]), "rule"
            tables.add(section)
        elif _LOOKS_LIKE_ROW.match(line):
            raise text.drift(number, repr(line), "no row outside a table")
    if missing := sorted(_REQUIRED - tables):
        raise text.drift(0, f"no table of tier {' '.join(missing[0])}", "one in each section but Tier 1")
    if _ANCHOR not in rows:
        raise text.drift(0, f"{len(rows)} targets", f"{_ANCHOR} among them")
    return [
        Fact(target, attribute, value, line=number)
        for target, (tier, host, std, number) in rows.items()
        for attribute, value in (("tier", tier), ("host-tools", host), ("std", std))
    ]


def _section(text: Text, number: int, line: str) -> tuple[str, str] | None:
    if not line.startswith("## Tier"):
        return None
    match = _SECTION.fullmatch(line)
    # Up to 1.63 the section of tier 2 without host tools was called "Tier 2" and nothing more.
    section = (match[1], match[2] or ("" if match[1] == "3" else "without")) if match else None
    if section not in _COLUMNS:
        raise text.drift(number, repr(line), "a heading such as '## Tier 2 without Host Tools'")
    return section


def _cells(line: str, columns: int) -> list[str]:
    """The cells, trimmed; a pipe that only opens or closes the line (more than `columns` cells) makes no cell."""
    cells = [cell.strip() for cell in _PIPE.split(line.strip().removeprefix("|"))]
    if len(cells) == columns + 1 and not cells[-1]:
        cells.pop()
    return cells


def _is_rule(line: str, columns: tuple[str, ...]) -> bool:
    cells = _cells(line, len(columns))
    return len(cells) == len(columns) and all(_RULE.fullmatch(cell) for cell in cells)


def _header(text: Text, number: int, line: str, expected: tuple[str, ...]) -> tuple[str, ...]:
    cells = _cells(line, len(expected))
    if tuple(cells) != expected:
        raise text.drift(number, repr(line), f"the header {' | '.join(expected)}")
    return expected


def _row(
    text: Text, number: int, cells: list[str], section: tuple[str, str], columns: tuple[str, ...]
) -> tuple[str, str, str, str]:
    """Target, tier, host tools, std."""
    name = _NAME.fullmatch(cells[0])
    if not name:
        raise text.drift(number, repr(cells[0]), "a target such as `a-b-c` or [`a-b-c`](page)")
    # 1.90 has two tier 3 rows that lack the host cell, so that the note stands in its place. Such a row still says
    # tier and std; of the host tools it says nothing.
    short = len(columns) == 4 and len(cells) == 3 and cells[2] not in _STD
    if len(cells) != len(columns) and not short:
        raise text.drift(number, f"{len(cells)} cells in the row of {cells[0]}", f"{len(columns)} cells")
    if "std" not in columns:
        return name[1] or name[2], section[0], "yes", "yes"
    if cells[1] not in _STD:
        raise text.drift(number, repr(cells[1]), "✓, *, ? or nothing in the column std")
    if short:
        host = "unknown"
    elif "host" not in columns:
        host = "no"
    elif cells[2] in _HOST:
        host = _HOST[cells[2]]
    else:
        raise text.drift(number, repr(cells[2]), "✓, ? or nothing in the column host")
    return name[1] or name[2], section[0], host, _STD[cells[1]]


def _add(rows: dict[str, tuple[str, str, str, int]], text: Text, number: int, row: tuple[str, str, str, str]) -> None:
    target, tier, host, std = row
    known = rows.get(target)
    # 1.63 lists some Windows targets in tier 1 and again in tier 3, for an older Windows: the promise is tier 1.
    if known is None or tier < known[0]:
        rows[target] = (tier, host, std, number)
    elif tier == known[0] and (host, std) != known[1:3]:
        raise text.drift(number, f"{target} again, with other cells", f"what line {known[3]} says of it")
