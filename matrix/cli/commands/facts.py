"""`archmatrix facts`: source trees as the text that is shipped with the package."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from matrix.cli import output, surroundings
from matrix.errors import UsageError
from matrix.exits import Exit
from matrix.operations.facts import facts_files
from matrix.operations.wishes import trees_named
from matrix.render.files import Written, write_files

if TYPE_CHECKING:
    import argparse


def run(args: argparse.Namespace) -> int:
    """Write a file for each tree; with --check write nothing and exit 1 where one would change."""
    work = surroundings.workplace(args)
    folder = Path(args.output)
    observed = _moment(args.observed)
    done = facts_files(work, trees_named(args.tree), folder, observed, look_only=args.check)
    for revision, outcome in done.failures:
        output.complain(f"{revision.project} {revision.label}: {outcome.source.id}: {outcome.error}")
    if done.failures:
        return Exit.PARTIAL
    written = write_files(folder, done.files, check=args.check, keep=True)
    output.write(_text(written, check=args.check))
    return Exit.NO if args.check and written.changed else Exit.YES


def _text(written: Written, *, check: bool) -> str:
    verb = "differs" if check else "written"
    return "".join(f"{verb}: {path}\n" for path in written.changed) or "up to date\n"


def _moment(text: str | None) -> datetime:
    if text is None:
        return surroundings.now().replace(microsecond=0)
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise UsageError(f"--observed: got {text!r}, expected a moment such as 2026-11-20T12:00:00Z") from None
    return moment.astimezone(timezone.utc) if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
