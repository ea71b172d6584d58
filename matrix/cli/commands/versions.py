"""`archmatrix versions`: what is known of which project, from when and from where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cli import output, session
from matrix.query.question import PROJECTS
from matrix.render import style
from matrix.render.answer.versions import versions_json, versions_text

if TYPE_CHECKING:
    import argparse


def run(args: argparse.Namespace) -> int:
    """Print every known revision; the one that answers rest on is marked."""
    known = session.registry()
    with session.open_scene(args, known) as scene:
        # What is in development is shown, and no answer rests on it.
        rows = session.revisions(args, [*PROJECTS, *(p for p in known.projects if p not in PROJECTS)])
        if args.json:
            output.write_json(versions_json(scene, rows))
        else:
            output.write(style.safe_lines(versions_text(known, scene, rows)))
    return 0
