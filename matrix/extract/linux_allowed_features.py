"""scripts/Makefile.build -> the unstable features that drivers may use.

The shape, names parted by commas without blanks:

    rust_allowed_features := arbitrary_self_types,asm_goto,used_with_arg

It does not cover the crates of rust/: those say their features themselves (linux_crate_features), or are given them
on the command line (linux_rustflags).
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
`drivers` | `unstable-feature` | feature |
"""

_LIST = re.compile(r"[A-Za-z_]\w*(?:,[A-Za-z_]\w*)*")


def extract(text: Text) -> Iterator[Fact]:
    """One fact for each feature, its subject `drivers`.

    Raises: ShapeError for no list, an empty one, one of another shape, and a second one under the same condition.
    """
    read: dict[str, int] = {}
    for line in make.lines(text):
        if line.name != "rust_allowed_features":
            continue
        if line.op not in {"=", ":="} or not _LIST.fullmatch(line.value):
            raise text.drift(line.number, line.text, "rust_allowed_features := NAME,NAME")
        if line.when in read:
            raise text.drift(line.number, line.text, f"one list; the first is line {read[line.when]}")
        read[line.when] = line.number
        for feature in dict.fromkeys(line.value.split(",")):
            yield Fact("drivers", "unstable-feature", feature, line.when, line.number)
    if not read:
        raise text.drift(0, "no rust_allowed_features", "rust_allowed_features := NAME,NAME")
