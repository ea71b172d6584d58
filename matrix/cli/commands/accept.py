"""`archmatrix accept SOURCE`: believe what was held back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cli import output, surroundings
from matrix.exits import Exit
from matrix.operations.accept import accept

if TYPE_CHECKING:
    import argparse


def run(args: argparse.Namespace) -> int:
    """Record what was held of the source; 2 where nothing is."""
    for item in accept(surroundings.workplace(args), args.source, wait=args.wait):
        output.write(f"{item.source} of {item.revision}: accepted\n")
    return Exit.YES
