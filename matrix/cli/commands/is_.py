"""`archmatrix is`: the answer for each name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cli import output, session
from matrix.query.answer import Answers
from matrix.registry import resolve_name
from matrix.render.answer.data import answer_json
from matrix.render.answer.text import answer_text

if TYPE_CHECKING:
    import argparse


def run(args: argparse.Namespace) -> int:
    """Print each answer. No outranks cannot tell, which outranks yes, over all names together."""
    known = session.registry()
    names = args.name or [session.this_machine()]
    if not args.name:
        output.complain(f"no name was given: this machine's, {names[0]}")
    meanings = [resolve_name(known, name) for name in names]
    codes = []
    documents = []
    with session.open_question(args, known) as asked:
        answers = Answers(known, asked.scene, asked.line(known))
        for number, meaning in enumerate(meanings):
            found = answers.name(meaning)
            codes.append(found.exit_code)
            if args.json:
                documents.append(answer_json(known, found))
                continue
            output.write("\n" * bool(number) + answer_text(known, found), found.checked_at, session.now())
    if args.json:
        output.write_json(documents[0] if len(names) == 1 else documents)
    return 1 if 1 in codes else max(codes)
