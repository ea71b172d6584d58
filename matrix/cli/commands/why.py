"""`archmatrix why`: every rung with its evidence and the rule that decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cli import output, surroundings
from matrix.exits import Exit, together
from matrix.operations.ask import answers
from matrix.registry import part_gone
from matrix.render.answer.names import gone_json, gone_text
from matrix.render.answer.why import why_text

if TYPE_CHECKING:
    import argparse


def run(args: argparse.Namespace) -> int:
    """Print the ladder of each variant that the names mean."""
    work = surroundings.reading(args)
    there, gone = part_gone(work.registry, args.name)
    found = answers(work, surroundings.wish(args), there) if there else ()
    if args.json:
        from matrix.render.answer.data import answer_json  # noqa: PLC0415

        documents = [*(answer_json(work.registry, answer) for answer in found), *map(gone_json, gone)]
        output.write_json(documents[0] if len(documents) == 1 else documents)
    else:
        for number, answer in enumerate(found):
            output.write("\n" * bool(number) + why_text(work.registry, answer), answer.checked_at, work.clock())
        for number, port in enumerate(gone, len(found)):
            output.write("\n" * bool(number) + gone_text(port))
    return together([*(answer.exit_code for answer in found), *(Exit.NO for _ in gone)])
