"""`archmatrix facts`: source trees as the text that is shipped with the package."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from matrix.cli import output, session
from matrix.errors import RegistryError, UsageError
from matrix.poll.excerpt import excerpt
from matrix.poll.tree import read_tree
from matrix.render.files import Written, write_files
from matrix.store import file_name, read_facts, write_facts

if TYPE_CHECKING:
    import argparse

    from matrix.store import Observation, Snapshot

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
    folder = Path(args.output)
    kept = [_as_first_seen(snapshot, folder, check=args.check) for snapshot in excerpt(known, snapshots)]
    files = {file_name(s.revision): write_facts(s, COMMAND) for s in kept}
    written = write_files(folder, files, check=args.check, keep=True)
    output.write(_text(written, check=args.check))
    return 1 if args.check and written.changed else 0


def _as_first_seen(snapshot: Snapshot, folder: Path, *, check: bool) -> Snapshot:
    """The snapshot with what the folder has already as it was first observed: when we learned a thing is history.

    With check the moment of the last look stays as it is too: that we look now changes nothing.
    """
    place = folder / file_name(snapshot.revision)
    try:
        before = read_facts(place.read_text("utf-8"), str(place))
    except (OSError, UnicodeDecodeError, RegistryError):
        return snapshot  # nothing there, or nothing that can be read: it is written anew
    known = {_identity(o): o.document for o in before.observations}
    seen = []
    for item in snapshot.observations:
        new, old = item.document, known.get(_identity(item))
        if old is not None:
            checked = old.checked_at if check else max(old.checked_at, new.checked_at)
            new = replace(new, observed_at=min(old.observed_at, new.observed_at), checked_at=checked)
        seen.append(replace(item, document=new))
    return replace(snapshot, observations=tuple(seen))


def _identity(item: Observation) -> tuple[str, str, str]:
    return item.source, item.document.path, item.document.sha256


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
