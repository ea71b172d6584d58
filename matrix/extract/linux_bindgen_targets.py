"""rust/Makefile -> the target triple that bindgen is given for each port in a build with GCC.

The shape, in the branch of `ifdef CONFIG_CC_IS_CLANG` that is not clang's:

    BINDGEN_TARGET_KEY := sh4-linux-gnu
    BINDGEN_TARGET_um := $(...SUBARCH...)
    BINDGEN_TARGET := $(...SRCARCH...)

A key is a SRCARCH, or a SUBARCH that um refers to (i386). With clang, bindgen takes clang's own flags, so a port
that needs clang anyway has no key: a key missing says nothing. The last line ends the table and is no fact.
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
key | `bindgen-target` | triple, or make reference | `RUST && !CC_IS_CLANG`
"""

_NAME = re.compile(r"BINDGEN_TARGET(?:_(.*))?")
_TRIPLE = re.compile(r"[a-z0-9_]+(?:-[a-z0-9_]+)+|\$\(BINDGEN_TARGET_\$\(SUBARCH\)\)")


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
            raise text.drift(line.number, line.text, "a key, := and a triple or $(BINDGEN_TARGET_$(SUBARCH))")
        if key in keys:
            raise text.drift(line.number, line.name, f"one line for each key; the first is line {keys[key]}")
        keys[key] = line.number
        yield Fact(key, "bindgen-target", value, line.when, line.number)
    if "x86" not in keys or not ended:
        missing = "BINDGEN_TARGET" if "x86" in keys else "BINDGEN_TARGET_x86"
        raise text.drift(0, f"{len(keys)} keys", f"a table with {missing} :=")
