"""`archmatrix report`: pages, feeds, badges and JSON, from the shipped facts or from all that is known."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from matrix.cli import output, surroundings
from matrix.errors import UsageError
from matrix.exits import Exit
from matrix.operations.report import make_report
from matrix.project import REPORTS
from matrix.render.files import write_files

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping


def run(args: argparse.Namespace) -> int:
    """Write the files that changed; with --check write nothing and exit 1 where one is out of date.

    A user's own store enters with --store only: what is committed must be the same wherever it is checked.
    """
    report = make_report(surroundings.reading(args), own=bool(args.store or args.db), base=_base(args.base_url))
    changed = _written(args.output, report.markdown(), check=args.check)
    if args.html:
        changed |= _written(args.html, report.html(), check=args.check)
    return Exit.NO if changed and args.check else Exit.YES


def _base(written: str | None) -> str:
    """The address that the feeds' links begin with, "/" at its end. Raises: UsageError."""
    if written is None:
        return REPORTS
    if not re.fullmatch(r"https?://[A-Za-z0-9.:\[\]-]+(/[\x21-\x7e]*)?", written) or "?" in written or "#" in written:
        raise UsageError(f"--base-url: got {written!r}, expected an address such as https://example.org/rust/")
    return f"{written.rstrip('/')}/"


def _written(folder: str, files: Mapping[str, str], *, check: bool) -> bool:
    """Say of each file that it was written, or has to be; whether there was any."""
    changed = write_files(Path(folder), files, check=check, keep=False).changed
    verb = "out of date" if check else "written"
    said = "".join(f"{verb}: {folder}/{path}\n" for path in changed)
    output.write(said or f"{folder}: up to date, {len(files)} files\n")
    return bool(changed)
