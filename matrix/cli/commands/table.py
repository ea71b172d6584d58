"""`archmatrix table`: the support matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cli import output, surroundings
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
    wanted = having(args.status) if args.status else None
    work = surroundings.reading(args)
    table, scene = ask.table(work, surroundings.wish(args), by=args.by, wanted=wanted)
    if args.json or args.format == "json":
        from matrix.render.table.data import table_json  # noqa: PLC0415

        output.write_json(table_json(work.registry, scene, table, args.by))
    else:
        _write(work, table, scene, args.format)
    if not is_too_old(scene, table.checked_at):
        return Exit.YES
    output.complain(
        f"cannot tell (--max-age): part of this was last checked on {table.checked_at:%Y-%m-%d}",
        then="archmatrix refresh",
    )
    return Exit.CANNOT_TELL


def _write(work: Workplace, table: Table, scene: Scene, form: str) -> None:
    if form == "text":
        from matrix.render.phrases import newer_lines  # noqa: PLC0415
        from matrix.render.table.text import table_text  # noqa: PLC0415

        output.write(table_text(table, newer_lines(work.registry, scene)), now=work.clock())
    elif form == "markdown":
        from matrix.render.markdown import blocks_markdown  # noqa: PLC0415
        from matrix.render.table.blocks import table_blocks  # noqa: PLC0415

        output.write(blocks_markdown(table_blocks(table)))
    else:
        from matrix.render.table.data import table_csv  # noqa: PLC0415

        output.write(table_csv(table))
