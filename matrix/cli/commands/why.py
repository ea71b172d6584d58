"""`archmatrix why`: every rung with its evidence and the rule that decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cli import output, surroundings
from matrix.exits import together
from matrix.operations.ask import answers
from matrix.render.answer.why import why_text

if TYPE_CHECKING:
    import argparse


def run(args: argparse.Namespace) -> int:
    """Print the ladder of each variant that the names mean."""
    work = surroundings.reading(args)
    found = answers(work, surroundings.wish(args), args.name)
    if args.json:
        from matrix.render.answer.data import answer_json  # noqa: PLC0415

        documents = [answer_json(work.registry, answer) for answer in found]
        output.write_json(documents[0] if len(documents) == 1 else documents)
    else:
        for number, answer in enumerate(found):
            output.write("\n" * bool(number) + why_text(work.registry, answer), answer.checked_at, work.clock())
    return together(answer.exit_code for answer in found)
