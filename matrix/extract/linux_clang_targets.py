"""scripts/Makefile.clang -> the target triple that clang is given for each port.

The shape:

    CLANG_TARGET_FLAGS_KEY := sh4-linux-gnu
    CLANG_TARGET_FLAGS_um := $(...SUBARCH...)
    CLANG_TARGET_FLAGS := $(...SRCARCH...)

A key is a SRCARCH, or a SUBARCH that um refers to (i386). The triple says neither width nor byte order for certain:
those come from -m32 and -EB. The last line ends the table and is no fact.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from matrix import make
from matrix.model import Fact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matrix.text import Text

VERSION = 1
# A line a fact: subject | attribute | value | when. docs/facts.md is made of these (scripts/document-facts).
EMITS = """
key (`arm64`, `um`, `i386`) | `clang-target` | triple, or make reference |
"""

_NAME = re.compile(r"CLANG_TARGET_FLAGS(?:_(.*))?")
_TRIPLE = re.compile(r"[a-z0-9_]+(?:-[a-z0-9_]+)+|\$\(CLANG_TARGET_FLAGS_\$\(SUBARCH\)\)")


def extract(text: Text) -> Iterator[Fact]:
    """One fact for each key.

    Raises: ShapeError for a value that is neither a triple nor a reference by SUBARCH, a key given twice, a table
    without x86 or without its last line.
    """
    keys: dict[str, int] = {}
    ended = False
    for line in make.lines(text):
        name = _NAME.fullmatch(line.name)
        if not name:
            continue
        key, value = name[1], line.value
        ended = ended or key is None
        if key is None:
            continue
        if not re.fullmatch(r"\w+", key) or line.op not in {"=", ":="} or not _TRIPLE.fullmatch(value):
            raise text.drift(line.number, line.text, "a key, := and a triple or $(CLANG_TARGET_FLAGS_$(SUBARCH))")
        if key in keys:
            raise text.drift(line.number, line.name, f"one line for each key; the first is line {keys[key]}")
        keys[key] = line.number
        yield Fact(key, "clang-target", value, line.when, line.number)
    if "x86" not in keys or not ended:
        missing = "CLANG_TARGET_FLAGS" if "x86" in keys else "CLANG_TARGET_FLAGS_x86"
        raise text.drift(0, f"{len(keys)} keys", f"a table with {missing} :=")
