"""`archmatrix lint`: the configurations of a tree that ask for Rust where it cannot be, a line each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cli import output, surroundings
from matrix.dotconfig import DotconfigError
from matrix.errors import UsageError
from matrix.exits import Exit, together
from matrix.machine.dotconfig_file import read_file
from matrix.model import Truth
from matrix.operations.config import asks_for_rust, examine, port_of_path
from matrix.query.examination import rust_can_stay
from matrix.render.answer.config import lint_line

if TYPE_CHECKING:
    import argparse

    from matrix.operations.workplace import Workplace


def run(args: argparse.Namespace) -> int:
    """1 where a file has CONFIG_RUST=y and cannot, 3 where one cannot be told, 2 for what is no configuration."""
    work = surroundings.reading(args)
    return together(_linted(work, args, file) for file in args.file)


def _linted(work: Workplace, args: argparse.Namespace, file: str) -> int:
    try:
        body, name = read_file(file)
        if not asks_for_rust(body):
            return Exit.YES
        arch = args.arch or port_of_path(name)
        found = examine(work, surroundings.wish(args), body, name=name, arch=arch, changes=False)
    except (DotconfigError, UsageError) as error:
        # The other files are looked at all the same.
        output.complain(str(error))
        return Exit.USAGE
    output.write(lint_line(found))
    holds = rust_can_stay(found)
    if holds is Truth.UNKNOWN:
        return Exit.CANNOT_TELL if args.fail_on == "unknown" else Exit.YES
    return Exit.NO if holds is Truth.NO else Exit.YES
