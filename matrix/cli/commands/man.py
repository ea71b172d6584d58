"""`archmatrix man`: the manual page, for a system that has none installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cli import output
from matrix.cli.manual import manual
from matrix.exits import Exit

if TYPE_CHECKING:
    import argparse


def run(args: argparse.Namespace) -> int:  # noqa: ARG001
    """Print the page's troff; `archmatrix man | man -l -` shows it."""
    output.write(manual())
    return Exit.YES
