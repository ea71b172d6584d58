"""`archmatrix progress`: how the backends' own projects come along, at every known version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cli import output, session
from matrix.query.progress import progress
from matrix.render.answer.progress import progress_json, progress_text

if TYPE_CHECKING:
    import argparse


def run(args: argparse.Namespace) -> int:
    """Print what each source says at each known version of its project."""
    known = session.registry()
    with session.open_question(args, known) as asked:
        steps = progress(known, asked.knowledge)
        if args.json:
            output.write_json(progress_json(steps, session.addresses(known, asked.knowledge)))
        else:
            output.write(progress_text(known, steps))
    return 0
