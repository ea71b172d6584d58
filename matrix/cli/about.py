"""`archmatrix --version -v`: which archmatrix this is, where it lies and what runs it."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING

from matrix.cli import output
from matrix.exits import Exit
from matrix.operations.installation import installation
from matrix.render import style
from matrix.render.layout import field

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matrix.operations.installation import Installation


def is_asked(argv: Sequence[str]) -> bool:
    """Whether a command line asks for it."""
    return len(argv) == 2 and {*argv} in ({"--version", "-v"}, {"--version", "--verbose"})


def write_version() -> int:
    """0; 5 where another distribution is in the way, or the metadata is of another version."""
    found = installation()
    output.write(_text(found))
    for fault in found.faults:
        output.complain(fault)
    return Exit.UNUSABLE if found.faults else Exit.YES


def _text(found: Installation) -> str:
    recorded = "none: it runs from a checkout" if found.recorded is None else f"archmatrix {found.recorded}"
    lines = [f"archmatrix {found.version}"]
    for name, words in {
        "package": str(found.folder),
        "distribution": recorded,
        "python": f"{platform.python_version()} ({platform.python_implementation()})",
    }.items():
        lines += field(name, words, 14)
    return style.safe_lines(lines)
