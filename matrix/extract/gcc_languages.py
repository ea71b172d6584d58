"""The list of gcc/*/config-lang.in -> the front ends of this GCC, and whether one for Rust is among them.

    gcc/cp/config-lang.in
    gcc/fortran/config-lang.in
    gcc/rust/config-lang.in

configure.ac goes through these files, and what can be named in --enable-languages is what it finds there. Rust came
with GCC 13, which has the folder and refuses it (gccrs_enabled). The names are the folders', such as cp for C++.
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
folder of a front end below gcc/ (`cp`, `rust`) | `front-end` | `yes` |
`rust` | `can-be-enabled` | `no` where gcc/rust is no front end, as before GCC 13; else gccrs_enabled says it |
"""

_PATH = re.compile(r"gcc/([\w+-]+)/config-lang\.in")
_ANCHOR = "cp"


def extract(text: Text) -> list[Fact]:
    """Facts per docs/facts.md. Raises: ShapeError for another path, or where there is no C++."""
    names = set()
    for path in sorted({line for _, line in text.lines() if line}):
        match = _PATH.fullmatch(path)
        if match is None:
            raise text.drift(0, path, "paths such as gcc/cp/config-lang.in")
        names.add(match[1])
    if _ANCHOR not in names:
        raise text.drift(0, f"no {_ANCHOR} among {len(names)} front ends", "the one of C++")
    facts = [Fact(name, "front-end", "yes") for name in sorted(names)]
    return facts if "rust" in names else [*facts, Fact("rust", "can-be-enabled", "no")]
