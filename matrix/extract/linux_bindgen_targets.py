"""rust/Makefile -> the target triple that bindgen is given for each port in a build with GCC.

The shape, in the branch of `ifdef CONFIG_CC_IS_CLANG` that is not clang's:

    BINDGEN_TARGET_KEY := sh4-linux-gnu
    BINDGEN_TARGET_um := $(...SUBARCH...)
    BINDGEN_TARGET := $(...SRCARCH...)

A key is a SRCARCH, or a SUBARCH that um refers to (i386). With clang, bindgen takes clang's own flags, so a port
that needs clang anyway has no key: a key missing says nothing. The last line ends the table and is no fact.
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
key | `bindgen-target` | triple, or make reference | `RUST && !CC_IS_CLANG`
"""


def extract(text: Text) -> Iterator[Fact]:
    """One fact for each key. Raises: ShapeError, as `triples` does."""
    return triples(text, "BINDGEN_TARGET", "bindgen-target")
