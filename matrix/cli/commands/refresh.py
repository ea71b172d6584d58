"""`archmatrix refresh`: read upstream trees and record what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cli import output, session
from matrix.errors import UsageError
from matrix.poll.trees import Refreshed, refresh_trees
from matrix.store import Store

if TYPE_CHECKING:
    import argparse

    from matrix.model import Registry


def run(args: argparse.Namespace) -> int:
    """Record every tree in one transaction and say what became of each source; 4 where one failed."""
    known = session.registry()
    trees = list(session.open_trees(args, known))
    for tree, revision in trees:
        if revision.label.endswith("-dirty"):
            raise UsageError(
                f"{tree.where}: found changed files on top of {revision.label.removesuffix('-dirty')}, expected a "
                f"state that has a name; commit them, or ask without recording: archmatrix is NAME --tree {tree.where}"
            )
    with Store.open(session.store_path(args)) as store:
        done = refresh_trees(known, store, trees, session.now)
        session.compile_answers(known, store)
    if args.json:
        output.write_json(_json(done))
    else:
        output.write(_text(known, done, str(session.store_path(args))))
    return 4 if any(read.failures for read in done.reads) else 0


def _text(known: Registry, done: Refreshed, place: str) -> str:
    lines = []
    for read in done.reads:
        revision = read.snapshot.revision
        files = sum(o.documents for o in read.outcomes)
        date = f" of {revision.date:%Y-%m-%d}" if revision.date else ""
        lines.append(f"{known.projects[revision.project].name} {revision.label}{date}: {files} files")
        lines += [f"  {o.source.id}: {o.error}" for o in read.failures]
    changed = f"{done.recorded.observations} new contents, {done.recorded.facts} facts read"
    unchanged = "nothing changed" if not (done.recorded.observations or done.recorded.readings) else changed
    return "\n".join([*lines, f"{unchanged}; recorded in {place}", ""])


def _json(done: Refreshed) -> dict[str, object]:
    return {
        "run": done.recorded.run,
        "generation": done.recorded.generation,
        "new_contents": done.recorded.observations,
        "facts_read": done.recorded.facts,
        "trees": [
            {
                "project": read.snapshot.revision.project,
                "version": read.snapshot.revision.label,
                "sources": [
                    {
                        "source": o.source.id,
                        "files": o.documents,
                        "outcome": "failed" if o.error else "absent" if o.absent else "read",
                        "error": str(o.error) if o.error else None,
                    }
                    for o in read.outcomes
                ],
            }
            for read in done.reads
        ],
    }
