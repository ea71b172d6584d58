"""`archmatrix report`: pages, feeds, badges and JSON, from the shipped facts or from all that is known."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from matrix.cli import output, surroundings
from matrix.exits import Exit
from matrix.operations.report import report_files
from matrix.render.files import write_files

if TYPE_CHECKING:
    import argparse


def run(args: argparse.Namespace) -> int:
    """Write the files that changed; with --check write nothing and exit 1 where one is out of date.

    A user's own store enters with --store only: what is committed must be the same wherever it is checked.
    """
    files = report_files(surroundings.reading(args), own=bool(args.store or args.db))
    written = write_files(Path(args.output), files, check=args.check, keep=False)
    if not written.changed:
        output.write(f"{args.output}: up to date, {len(files)} files\n")
        return Exit.YES
    verb = "out of date" if args.check else "written"
    output.write("".join(f"{verb}: {args.output}/{path}\n" for path in written.changed))
    return Exit.NO if args.check else Exit.YES
