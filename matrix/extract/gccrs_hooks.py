"""The list of gcc/config/*-rust.cc and gcc/config/*/*-rust.cc -> the target hooks of the Rust front end.

    gcc/config/default-rust.cc
    gcc/config/i386/i386-rust.cc
    gcc/config/linux-rust.cc

CPU/CPU-rust.cc is a processor's hook: config.gcc looks for that name, and it tells `#[cfg(target_feature)]`. Any other
is an operating system's, but default-rust.cc, which stands in where the system has none. A processor without a hook is
not unsupported: it lacks only what cfg would say of it.
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
path | `rust-hook` | `cpu` or `os` |
"""

_PATH = re.compile(r"gcc/config/(?:([^/]+)/)?([^/]+)-rust\.cc")
_ANCHOR = "gcc/config/linux-rust.cc"


def extract(text: Text) -> list[Fact]:
    """Facts per docs/facts.md. Raises: ShapeError for another path, or where Linux has no hook."""
    facts: list[Fact] = []
    for path in sorted({line for _, line in text.lines() if line}):
        match = _PATH.fullmatch(path)
        if match is None:
            raise text.drift(0, path, "paths such as gcc/config/linux-rust.cc")
        if match[2] != "default":
            facts.append(Fact(path, "rust-hook", "cpu" if match[1] == match[2] else "os"))
    if _ANCHOR not in {fact.subject for fact in facts}:
        raise text.drift(0, f"no {_ANCHOR} among {len(facts)} hooks", "the hook of Linux")
    return facts
