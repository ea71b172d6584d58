"""A makefile's table of target triples by port -> its lines. scripts/Makefile.clang and rust/Makefile have one each.

The shape, where the table is called TRIPLES:

    TRIPLES_KEY := sh4-linux-gnu
    TRIPLES_um := $(...SUBARCH...)
    TRIPLES := $(...SRCARCH...)

A key is a SRCARCH, or a SUBARCH that um refers to (i386). The last line ends the table and is no entry.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from matrix import make
from matrix.model import Fact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matrix.text import Text


def triples(text: Text, table: str, attribute: str) -> Iterator[Fact]:
    """One fact for each key of a table.

    Raises: ShapeError for a value that is neither a triple nor a reference by SUBARCH, a key given twice, a table
    without x86 or without its last line.
    """
    assigned = re.compile(rf"{table}(?:_(.*))?")
    triple = re.compile(rf"[a-z0-9_]+(?:-[a-z0-9_]+)+|\$\({table}_\$\(SUBARCH\)\)")
    keys: dict[str, int] = {}
    ended = False
    for line in make.lines(text):
        name = assigned.fullmatch(line.name)
        if not name:
            continue
        key, value = name[1], line.value
        ended = ended or key is None
        if key is None:
            continue
        if not re.fullmatch(r"\w+", key) or line.op not in {"=", ":="} or not triple.fullmatch(value):
            raise text.drift(line.number, line.text, f"a key, := and a triple or $({table}_$(SUBARCH))")
        if key in keys:
            raise text.drift(line.number, line.name, f"one line for each key; the first is line {keys[key]}")
        keys[key] = line.number
        yield Fact(key, attribute, value, line.when, line.number)
    if "x86" not in keys or not ended:
        missing = table if "x86" in keys else f"{table}_x86"
        raise text.drift(0, f"{len(keys)} keys", f"a table with {missing} :=")
