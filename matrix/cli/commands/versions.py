"""`archmatrix versions`: what is known of which project, from when and from where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cli import output, surroundings
from matrix.exits import Exit
from matrix.operations.ask import ask
from matrix.operations.known import known_revisions
from matrix.query.question import PROJECTS
from matrix.render import style
from matrix.render.answer.versions import versions_json, versions_text

if TYPE_CHECKING:
    import argparse


def run(args: argparse.Namespace) -> int:
    """Print every known revision; the one that answers rest on is marked."""
    work, wish = surroundings.reading(args), surroundings.wish(args)
    known = work.registry
    with ask(work, wish) as question:
        scene = question.scene
    # What is in development is shown, and no answer rests on it.
    rows = known_revisions(work, [*PROJECTS, *(p for p in known.projects if p not in PROJECTS)], wish.as_of)
    if args.json:
        output.write_json(versions_json(scene, rows))
    else:
        output.write(style.safe_lines(versions_text(known, scene, rows)))
    return Exit.YES
