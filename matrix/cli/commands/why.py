"""`archmatrix why`: every rung with its evidence and the rule that decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cli import output, session
from matrix.query.answer import Answers
from matrix.registry import resolve_name
from matrix.render.answer.data import answer_json
from matrix.render.answer.why import why_text

if TYPE_CHECKING:
    import argparse


def run(args: argparse.Namespace) -> int:
    """Print the ladder of each variant that the names mean."""
    known = session.registry()
    meanings = [resolve_name(known, name) for name in args.name]
    with session.open_question(args, known) as asked:
        all_answers = Answers(known, asked.scene, asked.line(known))
        answers = [all_answers.name(meaning) for meaning in meanings]
    if args.json:
        documents = [answer_json(known, a) for a in answers]
        output.write_json(documents[0] if len(documents) == 1 else documents)
    else:
        for number, found in enumerate(answers):
            output.write("\n" * bool(number) + why_text(known, found), found.checked_at, session.now())
    codes = [a.exit_code for a in answers]
    return 1 if 1 in codes else max(codes)
