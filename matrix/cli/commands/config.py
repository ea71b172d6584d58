"""`archmatrix config`: whether Rust can be turned on in one .config, and what stands in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cli import output, surroundings
from matrix.exits import Exit
from matrix.machine.dotconfig_file import read_file
from matrix.operations.config import examine, port_of_path
from matrix.resolve.concrete.verdict import RustState

if TYPE_CHECKING:
    import argparse

    from matrix.operations.workplace import Workplace
    from matrix.query.examination import Examination


def run(args: argparse.Namespace) -> int:
    """Print what holds: 0 on or possible, 1 blocked, 3 cannot tell; with --diff 0 alike, 1 not."""
    work = surroundings.reading(args)
    first = _examined(work, args, args.file)
    if args.diff is None:
        if args.json:
            from matrix.render.answer.config_data import config_json  # noqa: PLC0415

            output.write_json(config_json(work.registry, first))
        else:
            from matrix.render.answer.config import config_text  # noqa: PLC0415

            output.write(config_text(work.registry, first))
        return first.exit_code
    second = _examined(work, args, args.diff)
    if args.json:
        from matrix.render.answer.config_data import config_diff_json  # noqa: PLC0415

        output.write_json(config_diff_json(work.registry, first, second))
    else:
        from matrix.render.answer.config import config_diff_text  # noqa: PLC0415

        output.write(config_diff_text(work.registry, first, second))
    if RustState.UNKNOWN in {first.state, second.state}:
        return Exit.CANNOT_TELL
    return Exit.YES if first.state is second.state else Exit.NO


def _examined(work: Workplace, args: argparse.Namespace, file: str | None) -> Examination:
    body, name = read_file(file)
    return examine(
        work,
        surroundings.plain_wish(args),
        body,
        name=name,
        arch=args.arch or port_of_path(name),
        distro=surroundings.named_distro(args) if args.distro is not None else None,
    )
