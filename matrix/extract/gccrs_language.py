"""libgrust/rustc-lib/version-info -> the Rust version whose core library GCC ships, which is the level gccrs aims at.

    LIBCORE_TAG=1.49.0

Lines of NAME=VALUE; the file exists since GCC 16. Earlier levels stand in source comments only, and are unknown.
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
`rust` | `language-level` | `1.49.0` |
"""

_NAME = "LIBCORE_TAG"
_LINE = re.compile(r"([A-Z][A-Z0-9_]*)=(\S*)\s*", re.ASCII)
_RELEASE = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+")


def extract(text: Text) -> list[Fact]:
    """Facts per docs/facts.md. Raises: ShapeError for a line that is no NAME=VALUE, no release, or two of them."""
    facts: list[Fact] = []
    for number, line in text.lines():
        if not line.strip() or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            raise text.drift(number, line, "NAME=VALUE")
        if match[1] != _NAME:
            continue
        if facts or not _RELEASE.fullmatch(match[2]):
            raise text.drift(number, line, f"one {_NAME}=X.Y.Z")
        facts.append(Fact("rust", "language-level", match[2], "", number))
    if not facts:
        raise text.drift(0, f"no {_NAME}", f"{_NAME}=X.Y.Z")
    return facts
