"""`archmatrix facts`: source trees as the text that is shipped with the package."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from matrix.cli import output, session
from matrix.errors import UsageError
from matrix.poll.excerpt import excerpt
from matrix.poll.tree import read_tree
from matrix.render.files import Written, write_files
from matrix.store import file_name, write_facts

if TYPE_CHECKING:
    import argparse

COMMAND = "archmatrix facts --tree PROJECT=DIR ..."


def run(args: argparse.Namespace) -> int:
    """Write a file for each tree; with --check write nothing and exit 1 where one would change.

    All trees that are shipped must be given together: what is kept of one kernel depends on the others.
    """
    known = session.registry()
    observed = _moment(args.observed)
    snapshots = []
    failed = False
    for tree, revision in session.open_trees(args, known):
        read = read_tree(tree, revision, known.sources.values(), observed)
        for outcome in read.failures:
            failed = True
            output.complain(f"{revision.project} {revision.label}: {outcome.source.id}: {outcome.error}")
        snapshots.append(read.snapshot)
    if failed:
        return 4
    files = {file_name(s.revision): write_facts(s, COMMAND) for s in excerpt(known, snapshots)}
    written = write_files(Path(args.output), files, check=args.check, keep=True)
    output.write(_text(written, check=args.check))
    return 1 if args.check and written.changed else 0


def _text(written: Written, *, check: bool) -> str:
    verb = "differs" if check else "written"
    return "".join(f"{verb}: {path}\n" for path in written.changed) or "up to date\n"


def _moment(text: str | None) -> datetime:
    if text is None:
        return session.now().replace(microsecond=0)
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise UsageError(f"--observed: got {text!r}, expected a moment such as 2026-11-20T12:00:00Z") from None
    return moment.astimezone(timezone.utc) if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
