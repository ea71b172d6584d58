"""`archmatrix distros`: the distributions whose kernel and compilers --distro names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cli import output, surroundings
from matrix.exits import Exit
from matrix.render.distros import distro_text, distros_json, distros_text

if TYPE_CHECKING:
    import argparse


def run(args: argparse.Namespace) -> int:
    """Print all of them, or one with its sources."""
    if args.distro is not None:
        one = surroundings.named_distro(args)
        if args.json:
            output.write_json(distros_json([one]))
        else:
            output.write(distro_text(one))
        return Exit.YES
    known = surroundings.known_distros(args)
    if args.json:
        output.write_json(distros_json(known.values()))
    else:
        output.write(distros_text(known.values()))
    return Exit.YES
