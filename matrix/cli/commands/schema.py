"""`archmatrix schema`: the JSON Schema of what a command writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cli import output
from matrix.exits import Exit
from matrix.render.schema import schema_text, schemas_list

if TYPE_CHECKING:
    import argparse


def run(args: argparse.Namespace) -> int:
    """Print one, or the list of them."""
    if args.of is None:
        output.write("".join(f"{line}\n" for line in schemas_list()))
    else:
        output.write(schema_text(args.of))
    return Exit.YES
