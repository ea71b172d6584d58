"""`archmatrix report`: pages, feeds, badges and JSON, from the shipped facts or from all that is known."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from matrix.cli import output, surroundings
from matrix.exits import Exit
from matrix.operations.report import make_report
from matrix.render.files import write_files

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping


def run(args: argparse.Namespace) -> int:
    """Write the files that changed; with --check write nothing and exit 1 where one is out of date.

    A user's own store enters with --store only: what is committed must be the same wherever it is checked.
    """
    report = make_report(surroundings.reading(args), own=bool(args.store or args.db))
    changed = _written(args.output, report.markdown(), check=args.check)
    if args.html:
        changed |= _written(args.html, report.html(), check=args.check)
    return Exit.NO if changed and args.check else Exit.YES


def _written(folder: str, files: Mapping[str, str], *, check: bool) -> bool:
    """Say of each file that it was written, or has to be; whether there was any."""
    changed = write_files(Path(folder), files, check=check, keep=False).changed
    verb = "out of date" if check else "written"
    said = "".join(f"{verb}: {folder}/{path}\n" for path in changed)
    output.write(said or f"{folder}: up to date, {len(files)} files\n")
    return bool(changed)
