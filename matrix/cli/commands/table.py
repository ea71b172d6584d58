"""`archmatrix table`: the support matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cli import output, session
from matrix.errors import UsageError
from matrix.model import Status
from matrix.query.answer import is_too_old
from matrix.query.matrix import matrix_table

if TYPE_CHECKING:
    import argparse

_STATUSES = [s.value for s in Status]


def run(args: argparse.Namespace) -> int:
    """Print the table in the format asked for; 3 where part of it is older than --max-age."""
    for status in args.status or ():
        if status not in _STATUSES:
            raise UsageError(f"--status: got {status!r}, expected one of {', '.join(_STATUSES)}")
    known = session.registry()
    with session.open_scene(args, known) as scene:
        table = matrix_table(known, scene, by=args.by, statuses=frozenset(args.status or ()))
    form = "json" if args.json else args.format
    if form == "text":
        from matrix.render.table.text import table_text  # noqa: PLC0415

        output.write(table_text(table))
    elif form == "markdown":
        from matrix.render.markdown import blocks_markdown  # noqa: PLC0415
        from matrix.render.table.blocks import table_blocks  # noqa: PLC0415

        output.write(blocks_markdown(table_blocks(table)))
    elif form == "json":
        from matrix.render.table.data import table_json  # noqa: PLC0415

        output.write_json(table_json(table))
    else:
        from matrix.render.table.data import table_csv  # noqa: PLC0415

        output.write(table_csv(table))
    if not is_too_old(scene, table.checked_at):
        return 0
    output.complain(f"cannot tell (--max-age): part of this was last checked on {table.checked_at:%Y-%m-%d}")
    return 3
