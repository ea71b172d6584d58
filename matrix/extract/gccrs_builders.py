"""gcc/rust/README.md -> the build-farm machines that build gccrs.

    ## Build Farm Status

    - [Exampleos arm64](https://builds.example.org/#/builders/17) [![Exampleos arm64](https://builds.example.org/17.svg)](...)

    ## FAQ

One list item a machine: its name as a link, then its badge. Whether it succeeds is in the badge's image, not in the
tree: a listed builder proves that someone builds there, and nothing of the result.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from matrix.model import Fact

if TYPE_CHECKING:
    from matrix.text import Text

VERSION = 1

_TITLE = "build farm status"
_ITEM = re.compile(r"[ \t]*[-*+][ \t]")
_BUILDER = re.compile(r"[ \t]*[-*+][ \t]+\[([^][]+)\]\(([^()\s]+)\)(?:[ \t].*)?")


def extract(text: Text) -> list[Fact]:
    """Facts per docs/facts.md. Raises: ShapeError for a section that is missing, cut short or holds another item."""
    builders: dict[str, int] = {}
    inside = False
    for number, line in text.lines():
        if line.startswith("#"):
            if inside:
                break
            inside = line.lstrip("#").strip().lower() == _TITLE
        elif inside and _ITEM.match(line):
            found = _BUILDER.fullmatch(line)
            if found is None or "/builders/" not in found[2]:
                raise text.drift(number, line, "[NAME](.../builders/ID) and a badge")
            builders.setdefault(found[1].strip(), number)
    else:
        expected = "a heading after the builders" if inside else "the section 'Build Farm Status'"
        raise text.drift(0, "the end of the file", expected)
    if not builders:
        raise text.drift(0, "an empty section 'Build Farm Status'", "a list of builders")
    return [Fact(name, "builder", "listed", "", number) for name, number in builders.items()]
