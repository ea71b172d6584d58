"""`archmatrix why`: every rung with its evidence and the rule that decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cli import output, surroundings
from matrix.exits import Exit, together
from matrix.operations.ask import answers
from matrix.registry import part_gone
from matrix.render.answer.names import gone_text
from matrix.render.answer.why import why_text

if TYPE_CHECKING:
    import argparse


def run(args: argparse.Namespace) -> int:
    """Print the ladder of each variant that the names mean."""
    work = surroundings.reading(args)
    there, gone = part_gone(work.registry, args.name)
    scene, found = answers(work, surroundings.wish(args), there)
    code = together([*(answer.exit_code for answer in found), *(Exit.NO for _ in gone)])
    if args.json:
        from matrix.render.answer.data import answers_json  # noqa: PLC0415

        output.write_json(answers_json(work.registry, scene, found, gone, code))
    else:
        for number, answer in enumerate(found):
            output.write("\n" * bool(number) + why_text(work.registry, answer), answer.checked_at, work.clock())
        for number, port in enumerate(gone, len(found)):
            output.write("\n" * bool(number) + gone_text(port))
    return code
