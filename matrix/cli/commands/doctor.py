"""`archmatrix doctor`: this machine's tools, for what they suffice, and what to do about the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cli import output, surroundings
from matrix.operations.doctor import Asks, diagnose
from matrix.operations.installation import installation
from matrix.operations.wishes import own_trees
from matrix.render.answer.doctor import doctor_json, doctor_text

if TYPE_CHECKING:
    import argparse


def run(args: argparse.Namespace) -> int:
    """0 where all suffices, 1 where something stands in the way, 3 where it cannot be told."""
    work = surroundings.reading(args)
    asks = Asks(
        name=args.arch or surroundings.this_machine(),
        kernel=args.kernel or "",
        trees=own_trees(args.tree, surroundings.named(args)),
        release=surroundings.os_release(),
        host=surroundings.this_machine(),
    )
    found = diagnose(work, surroundings.machine(), asks)
    for fault in installation().faults:
        output.complain(fault)
    if args.json:
        output.write_json(doctor_json(work.registry, found))
    else:
        output.write(doctor_text(work.registry, found))
    return found.exit_code
