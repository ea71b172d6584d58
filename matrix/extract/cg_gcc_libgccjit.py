"""rustc_codegen_gcc's libgccjit.version -> the commit of its patched GCC.

Shape: the whole file is one full commit, 40 hexadecimal digits, and a newline.

The commit is one of rust-lang/gcc, a GCC with patches of its own: it is no release, and a GCC release's list of
machines stands in for it.
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
`libgccjit` | `commit` | 40 hex digits |
"""

_COMMIT = re.compile(r"[0-9a-f]{40}")


def extract(text: Text) -> list[Fact]:
    """The one fact `libgccjit`, `commit`, 40 hexadecimal digits.

    Raises: ShapeError for anything else; an abbreviated commit is refused, because it names no certain commit.
    """
    commit = text.content.removesuffix("\n")
    if not _COMMIT.fullmatch(commit):
        raise text.drift(1, repr(commit[:60]), "one line of exactly 40 hexadecimal digits")
    return [Fact("libgccjit", "commit", commit, line=1)]
