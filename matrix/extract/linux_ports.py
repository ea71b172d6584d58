"""The paths of arch/*/Kconfig -> the ports that a kernel tree has.

A listing, one path a line:

    arch/riscv/Kconfig
    arch/x86/Kconfig

The folder's name is the port (`riscv`); arch/Kconfig itself is no port.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from matrix.model import Fact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matrix.text import Text

VERSION = 1
# A line a fact: subject | attribute | value | when. docs/facts.md is made of these (scripts/document-facts).
EMITS = """
port (`arm64`) | `port` | path of its Kconfig |
"""

# Anchored at both ends: "loongarch/Kconfig" ends like "arch/Kconfig", and arch/x86/kvm/Kconfig is no port.
_PATH = re.compile(r"arch/([A-Za-z0-9_-]+)/Kconfig")
_ANCHOR = "x86"


def extract(text: Text) -> Iterator[Fact]:
    """Yield a `port` fact for each path, with the path as its value; a listing has no lines, so line is 0.

    Raises: ShapeError for a path of another form or seen twice, and for a list without x86.
    """
    seen: set[str] = set()
    for path in text.content.split("\n"):
        if not path:
            continue
        match = _PATH.fullmatch(path)
        if match is None:
            raise text.drift(0, f"path {path!r}", "arch/PORT/Kconfig")
        port = match[1]
        if port in seen:
            raise text.drift(0, f"path {path!r} twice", "each port once")
        seen.add(port)
        yield Fact(port, "port", path)
    if _ANCHOR not in seen:
        raise text.drift(0, f"{len(seen)} ports without {_ANCHOR}", f"a list of ports with {_ANCHOR}")
