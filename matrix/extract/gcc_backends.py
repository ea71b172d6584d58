"""The list of gcc/config/*/*.md -> the processors that GCC generates code for.

    gcc/config/i386/i386.md
    gcc/config/i386/sse.md
    gcc/config/stormy16/stormy16.md

A processor is a directory with a machine description of its own name (CPU/CPU.md); the other .md files are parts of it.
Directories that are systems (mingw, vms, vxworks) have none. The names are GCC's: i386 for x86, rs6000 for powerpc, pa
for parisc, or1k for openrisc.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from matrix.model import Fact

if TYPE_CHECKING:
    from matrix.text import Text

VERSION = 1

_PATH = re.compile(r"gcc/config/([^/]+)/([^/]+)\.md")
_ANCHOR = "i386"


def extract(text: Text) -> list[Fact]:
    """Facts per docs/facts.md. Raises: ShapeError for another path, descriptions without the main one, or no i386."""
    described: dict[str, set[str]] = {}
    for _, path in text.lines():
        if not path:
            continue
        found = _PATH.fullmatch(path)
        if found is None:
            raise text.drift(0, path, "paths such as gcc/config/i386/i386.md")
        if found[2] != "README":
            described.setdefault(found[1], set()).add(found[2])
    if _ANCHOR not in described:
        raise text.drift(0, f"no {_ANCHOR} among {len(described)} directories", "the x86 backend")
    for name, parts in described.items():
        if name not in parts:
            raise text.drift(0, f"gcc/config/{name}/{min(parts)}.md", f"gcc/config/{name}/{name}.md beside it")
    return [Fact(name, "backend", "yes") for name in sorted(described)]
