"""`archmatrix check DIR`: what is known against the asker's own tree, each difference with both lines."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from matrix.cli import output, surroundings
from matrix.exits import Exit
from matrix.operations.check import Checked, check
from matrix.operations.wishes import trees_named
from matrix.render.answer.check import check_json, check_text

if TYPE_CHECKING:
    import argparse


def run(args: argparse.Namespace) -> int:
    """0 where they agree, 1 where they differ, 3 where the version is not known, 4 where a file cannot be read."""
    work = surroundings.reading(args)
    (spec,) = trees_named([args.place])
    done = check(work, spec, args.against)
    if not isinstance(done, Checked):
        example = done.neighbours[-1].label if done.neighbours else "V"
        then = shlex.join(["archmatrix", "check", args.place, "--against", example])
        output.complain("; ".join(done.said) + "; name a known one", then=then)
        return Exit.CANNOT_TELL
    failures = [f"{outcome.source.id}: {outcome.error}" for outcome in done.failures]
    for failure in failures:
        output.complain(failure)
    if args.json:
        output.write_json(check_json(done.known, done.tree, done.differences, failures))
    else:
        output.write(check_text(work.registry, done.known, done.tree, done.differences, done.where))
    if done.failures:
        return Exit.PARTIAL
    return Exit.NO if done.differences else Exit.YES
