"""`archmatrix table`: the support matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cli import output, surroundings
from matrix.errors import UsageError
from matrix.exits import Exit
from matrix.operations import ask
from matrix.query.answer import is_too_old
from matrix.query.matrix import having

if TYPE_CHECKING:
    import argparse

    from matrix.grid import Table
    from matrix.operations.workplace import Workplace
    from matrix.query.scene import Scene


def run(args: argparse.Namespace) -> int:
    """Print the table in the format asked for; 3 where part of it is older than --max-age."""
    form = surroundings.form(args)
    if form == "github-matrix":
        return _builds(args)
    if args.conditional:
        raise UsageError("found --conditional, expected --format github-matrix beside it: a table has every answer")
    wanted = having(args.status) if args.status else None
    work = surroundings.reading(args)
    table, scene = ask.table(work, surroundings.wish(args), by=args.by, wanted=wanted)
    if form == "json":
        from matrix.render.table.data import table_json  # noqa: PLC0415

        output.write_json(table_json(work.registry, scene, table, args.by))
    else:
        _write(work, table, scene, form)
    if not is_too_old(scene, table.checked_at):
        return Exit.YES
    output.complain(
        f"cannot tell (--max-age): part of this was last checked on {table.checked_at:%Y-%m-%d}",
        then="archmatrix refresh",
    )
    return Exit.CANNOT_TELL


def _builds(args: argparse.Namespace) -> int:
    """What is worth building: 1 where nothing is, 3 where the kernel is not known or what is known is too old."""
    from matrix.operations.builds import builds  # noqa: PLC0415
    from matrix.registry.packages import load_packages  # noqa: PLC0415
    from matrix.render.table.github import github_matrix  # noqa: PLC0415

    if args.status or args.by != "variant":
        option = "--status" if args.status else "--by arch"
        raise UsageError(f"{option}: found --format github-matrix beside it, expected one of them")
    work = surroundings.reading(args)
    found = builds(work, surroundings.wish(args), conditional=args.conditional)
    for note in found.said:
        output.complain(f"note: {note}")
    output.write_json_line(github_matrix(found.jobs, load_packages(work.data).distributions["debian"]))
    if found.unread or found.too_old:
        return Exit.CANNOT_TELL
    return Exit.YES if found.jobs else Exit.NO


def _write(work: Workplace, table: Table, scene: Scene, form: str) -> None:
    if form == "text":
        from matrix.render.phrases import newer_lines  # noqa: PLC0415
        from matrix.render.table.text import table_text  # noqa: PLC0415

        output.write(table_text(table, newer_lines(work.registry, scene)), now=work.clock())
    elif form == "markdown":
        from matrix.render.markdown import blocks_markdown  # noqa: PLC0415
        from matrix.render.table.blocks import table_blocks  # noqa: PLC0415

        output.write(blocks_markdown(table_blocks(table)))
    elif form == "prometheus":
        from matrix.render.table.prometheus import table_prometheus  # noqa: PLC0415

        output.write(table_prometheus(table, scene))
    else:
        from matrix.render.table.data import table_csv  # noqa: PLC0415

        output.write(table_csv(table))
