"""`archmatrix diff A B`: what changed between two moments, or between two sets of versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cli import output, surroundings
from matrix.exits import Exit
from matrix.operations.diff import diff
from matrix.query.question import Question
from matrix.render.changes.blocks import changes_page
from matrix.render.changes.data import diff_json
from matrix.render.changes.filter import ChangeFilter
from matrix.render.changes.summary import changes_summary, changes_words
from matrix.render.changes.text import changes_text
from matrix.render.markdown import page_markdown

if TYPE_CHECKING:
    import argparse


def run(args: argparse.Namespace) -> int:
    """0 where nothing changed, 1 where something did, 3 where a named version is not known."""
    work, form = surroundings.reading(args), surroundings.form(args)
    known = work.registry
    wanted = ChangeFilter.of(known, arch=args.arch, backend=args.backend, kind=args.kind, about=args.about)
    cc, cc_version = args.cc or ("", "")
    fixed = Question(
        versions=surroundings.named(args), cc=cc, cc_version=cc_version, tools=surroundings.tools_named(args)
    )
    done = diff(work, args.first, args.second, fixed, wanted)
    if done.missing:
        output.complain(done.missing, then="archmatrix versions")
        return Exit.CANNOT_TELL
    for note in done.notes:
        output.complain(f"note: {note}")
    if form == "json":
        output.write_json(diff_json(known, done.before, done.after, done.changes, done.notes, done.url_of))
    elif form == "markdown":
        page = changes_page(known, f"{done.before} to {done.after}", done.changes, done.url_of)
        output.write(page_markdown(page))
    elif args.verbose:
        body = f"\n{changes_text(known, done.changes)}" if done.changes else ""
        output.write(f"{done.before} -> {done.after}: {changes_words(done.changes)}\n{body}")
    else:
        whole = not wanted.kinds and (not wanted.about or "support" in wanted.about)
        output.write(changes_summary(known, done.changes, done.before, done.after, whole=whole))
    return Exit.NO if done.changes else Exit.YES
