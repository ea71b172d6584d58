"""`archmatrix completion`: the completion script of a shell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cli import output, parser
from matrix.exits import Exit

if TYPE_CHECKING:
    import argparse


def run(args: argparse.Namespace) -> int:
    """Print the script; `eval "$(archmatrix completion bash)"` makes use of it."""
    import shtab  # noqa: PLC0415  # needed for nothing else

    output.write(shtab.complete(parser.build(), args.shell) + "\n")
    return Exit.YES
