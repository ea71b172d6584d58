"""`archmatrix lint`: the configurations of a tree that ask for Rust where it cannot be, a line each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cli import output, surroundings
from matrix.cli.next_step import next_step
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
    from matrix.query.examination import Examination


def run(args: argparse.Namespace) -> int:
    """1 where a file has CONFIG_RUST=y and cannot, 3 where one cannot be told, 2 for what is no configuration."""
    work = surroundings.reading(args)
    codes, found = [], []
    for file in args.file:
        try:
            one = _examined(work, args, file)
        except (DotconfigError, UsageError) as error:
            # The other files are looked at all the same.
            output.complain(str(error), then=next_step(error, ["lint"]))
            codes.append(Exit.USAGE)
            continue
        codes.append(_code(one, args.fail_on) if one else Exit.YES)
        if one and args.json:
            found.append(one)
        elif one:
            output.write(lint_line(one))
    code = together(codes)
    if args.json:
        from matrix.render.answer.config_data import lint_json  # noqa: PLC0415  # a hook prints lines

        output.write_json(lint_json(work.registry, found, code))
    return code


def _examined(work: Workplace, args: argparse.Namespace, file: str) -> Examination | None:
    """None for a configuration that asks for no Rust. Raises: DotconfigError, UsageError."""
    body, name = read_file(file)
    if not asks_for_rust(body):
        return None
    arch = args.arch or port_of_path(name)
    return examine(work, surroundings.wish(args), body, name=name, arch=arch, changes=False)


def _code(found: Examination, fail_on: str) -> Exit:
    holds = rust_can_stay(found)
    if holds is Truth.UNKNOWN:
        return Exit.CANNOT_TELL if fail_on == "unknown" else Exit.YES
    return Exit.NO if holds is Truth.NO else Exit.YES
