"""GCC's MAINTAINERS -> the processor ports that have a maintainer.

                            CPU Port Maintainers    (sorted by CPU)

    aarch64 port            Ada Example             <ada@example.org>
    m68k port (?)           Bob Example             <bob@example.org>
    microblaze              Cy Example              <cy@example.org>
    i386 vector ISA extns   Di Example              <di@example.org>

                            OS Port Maintainers     (sorted by OS)

The person's column begins where the header's words do, at a multiple of 8 whether tabs (GCC 13, 14) or spaces (15, 16)
lead there; between port and person there may be a single space. `port` and `(?)` are dropped from the name; a name of
several words that does not end in `port` is a part of a port and gives no fact. A listed person is all that the file
says: nothing in it tells whether the port is looked after.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from matrix.model import Fact

if TYPE_CHECKING:
    from matrix.text import Text

VERSION = 1

_HEADER = re.compile(r"[ \t]+CPU Port Maintainers\b")
_END = re.compile(r"[ \t]+OS Port Maintainers\b")
_PERSON = re.compile(r"\S[^<>]*<[^<>@ ]+@[^<>@ ]+>\s*")
_ANCHOR = "i386"
_WIDEST = 80


def extract(text: Text) -> list[Fact]:
    """Facts per docs/facts.md. Raises: ShapeError for a row that is not PORT, person, <address>, or no i386 port."""
    column = 0
    names: dict[str, int] = {}
    for number, line in text.lines():
        if not column:
            if _HEADER.match(line):
                expanded = line.expandtabs()
                column = len(expanded) - len(expanded.lstrip())
                if column > _WIDEST:
                    raise text.drift(number, f"a header indented by {column}", f"at most {_WIDEST}")
        elif _END.match(line):
            if _ANCHOR not in names:
                raise text.drift(number, f"no {_ANCHOR} among {len(names)} ports", "the x86 port")
            return [Fact(name, "maintained", "yes", "", at) for name, at in names.items()]
        elif line.strip():
            name = _name(text, number, line, column)
            if name:
                names.setdefault(name, number)
    expected = "'OS Port Maintainers' below the ports" if column else "the header 'CPU Port Maintainers'"
    raise text.drift(0, "the end of the file", expected)


def _name(text: Text, number: int, line: str, column: int) -> str:
    """The port that a row is about; "" where it is about a part of one."""
    expanded = line.expandtabs()
    first, person = expanded[:column], expanded[column:]
    shifted = not first.endswith(" ") or first.startswith(" ") or "  " in first.rstrip()
    if shifted or not _PERSON.fullmatch(person):
        raise text.drift(number, line, f"PORT, at column {column + 1} a person, and <address>")
    name = first.rstrip().removesuffix("(?)").rstrip()
    if name.endswith(" port"):
        return name.removesuffix(" port").rstrip()
    return "" if " " in name else name
