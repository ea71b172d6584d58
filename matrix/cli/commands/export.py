"""`archmatrix export DEST`: all facts and cells, as SQLite, CSV or Parquet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from matrix.cli import output, surroundings
from matrix.exits import Exit
from matrix.operations.export import Exported, ExportForm, export
from matrix.render import style

if TYPE_CHECKING:
    import argparse


def run(args: argparse.Namespace) -> int:
    """0 once it is written, with how many rows of what; 5 where it cannot be."""
    done = export(
        surroundings.reading(args),
        Path(args.place),
        ExportForm(args.format),
        force=args.force,
        kernel=args.kernel,
        as_of=surroundings.as_of(args),
    )
    output.write(_text(done))
    return Exit.YES


def _text(done: Exported) -> str:
    width = max(map(len, done.rows), default=0)
    lines = [f"{name:<{width}} {rows:>7}" for name, rows in done.rows.items()]
    return style.safe_lines([*lines, f"written: {done.place}"])
