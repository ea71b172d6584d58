"""library/core/Cargo.toml -> the edition that rustc's core is written in.

    [package]
    name = "core"
    edition = "2021"

A kernel compiles core itself and names the edition on the command line: where that is another one, core does not
compile.
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
`core` | `edition` | edition that the source of core is written in (`2024`) |
"""

_TABLE = re.compile(r"\[\[?\s*([^\]]*?)\s*\]\]?\s*(?:#.*)?")
_KEY = re.compile(r"(name|edition)\s*=\s*(.*)")
_STRING = re.compile(r"""(?:"([\w-]+)"|'([\w-]+)')\s*(?:#.*)?""")
_YEAR = re.compile(r"20\d\d")


def extract(text: Text) -> list[Fact]:
    """One fact: `core`, `edition`, the year.

    Raises: ShapeError where [package] does not name core, or gives no edition as a year.
    """
    table = ""
    said: dict[str, tuple[str, int]] = {}
    for number, line in text.lines():
        if header := _TABLE.fullmatch(line.strip()):
            table = header[1]
        elif table == "package" and (key := _KEY.fullmatch(line.strip())):
            value = _STRING.fullmatch(key[2])
            if value is None:
                raise text.drift(number, line.strip(), f'{key[1]} = "..."')
            said[key[1]] = (value[1] or value[2], number)
    if said.get("name", ("",))[0] != "core":
        raise text.drift(said.get("name", ("", 0))[1], "another package", '[package] with name = "core"')
    edition, line_of = said.get("edition", ("no edition", 0))
    if not _YEAR.fullmatch(edition):
        raise text.drift(line_of, edition, 'edition = "YEAR"')
    return [Fact("core", "edition", edition, line=line_of)]
