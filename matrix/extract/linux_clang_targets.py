"""scripts/Makefile.clang -> the target triple that clang is given for each port.

The shape:

    CLANG_TARGET_FLAGS_KEY := sh4-linux-gnu
    CLANG_TARGET_FLAGS_um := $(...SUBARCH...)
    CLANG_TARGET_FLAGS := $(...SRCARCH...)

A key is a SRCARCH, or a SUBARCH that um refers to (i386). The triple says neither width nor byte order for certain:
those come from -m32 and -EB. The last line ends the table and is no fact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.triples import triples

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matrix.model import Fact
    from matrix.text import Text

VERSION = 1
# A line a fact: subject | attribute | value | when. docs/facts.md is made of these (scripts/document-facts).
EMITS = """
key (`arm64`, `um`, `i386`) | `clang-target` | triple, or make reference |
"""


def extract(text: Text) -> Iterator[Fact]:
    """One fact for each key. Raises: ShapeError, as `triples` does."""
    return triples(text, "CLANG_TARGET_FLAGS", "clang-target")
