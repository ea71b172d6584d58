"""The command that writes all there is: export."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cli.parser.arguments import Once, command, store

if TYPE_CHECKING:
    from matrix.cli.parser.arguments import Commands


def add_export(commands: Commands) -> None:
    """Add it."""
    found = command(
        commands,
        "export",
        "write all facts, all cells of every known kernel, and the lines that they rest on, with a data dictionary",
        "export matrix.sqlite",
        "export --format csv matrix-csv --kernel 7.1",
    )
    found.add_argument("place", metavar="DEST", help="the file to write; the folder, where it is many files")
    found.add_argument(
        "--format",
        choices=["sqlite", "csv", "parquet"],
        default="sqlite",
        help="one SQLite file, or a folder of CSV or Parquet (default: sqlite; parquet needs archmatrix[parquet])",
    )
    found.add_argument("--force", action="store_true", help="write over a file, or over an older export's folder")
    found.add_argument(
        "--kernel", action=Once, metavar="V", help="only the cells of this release, and the facts that they rest on"
    )
    found.add_argument(
        "--as-of", metavar="TIME", help="what was known then: a day (2026-03-01), a time, or how long ago (30d)"
    )
    store(found)
