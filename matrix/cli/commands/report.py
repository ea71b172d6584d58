"""`archmatrix report`: the Markdown reports, from the shipped facts alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from matrix.cli import output, session
from matrix.query.answer import Answers
from matrix.query.knowledge import Knowledge
from matrix.query.matrix import matrix_table
from matrix.query.question import Question, set_scene
from matrix.registry import data_folder
from matrix.render.files import write_files
from matrix.render.report import report
from matrix.shipped import shipped_store

if TYPE_CHECKING:
    import argparse


def run(args: argparse.Namespace) -> int:
    """Write the pages that changed; with --check write nothing and exit 1 where one is out of date.

    A user's own store does not enter: what is committed must be the same wherever it is checked.
    """
    known = session.registry()
    with shipped_store(data_folder()) as store:
        scene = set_scene(known, Knowledge([store]), Question())
        answers = Answers(known, scene)
        variants = {id_: answers.variant(id_) for id_ in known.variants}
        table = matrix_table(known, scene, by="variant")
        pages = report(known, scene, table, variants, answers.contradictions)
    written = write_files(Path(args.output), pages, check=args.check, keep=False)
    if not written.changed:
        output.write(f"{args.output}: up to date, {len(pages)} pages\n")
        return 0
    verb = "out of date" if args.check else "written"
    output.write("".join(f"{verb}: {args.output}/{path}\n" for path in written.changed))
    return 1 if args.check else 0
