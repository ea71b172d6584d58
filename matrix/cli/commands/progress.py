"""`archmatrix progress`: how the backends' own projects come along, at every known version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cli import output, surroundings
from matrix.exits import Exit
from matrix.operations.ask import ask
from matrix.operations.stores import known_addresses
from matrix.query.progress import progress
from matrix.render.answer.progress import progress_json, progress_text

if TYPE_CHECKING:
    import argparse


def run(args: argparse.Namespace) -> int:
    """Print what each source says at each known version of its project."""
    work = surroundings.reading(args)
    with ask(work, surroundings.wish(args)) as question:
        steps = progress(work.registry, question.knowledge)
        urls = known_addresses(work, question.knowledge)
    if args.json:
        output.write_json(progress_json(steps, urls))
    else:
        output.write(progress_text(work.registry, steps))
    return Exit.YES
