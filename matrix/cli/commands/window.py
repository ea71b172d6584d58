"""`archmatrix window`: which kernels these tools build, or which tools a kernel takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cli import output, surroundings
from matrix.operations.window import window_of_tools
from matrix.query.reach import Takes

if TYPE_CHECKING:
    import argparse

    from matrix.operations.workplace import Workplace
    from matrix.query.reach import Reached


def run(args: argparse.Namespace) -> int:
    """0 all that was asked is yes, 1 some is no, 3 cannot tell."""
    work = surroundings.reading(args)
    distro = None if args.distro is None else surroundings.named_distro(args)
    found = window_of_tools(work, surroundings.plain_wish(args), args.name, distro)
    form = surroundings.form(args)
    if isinstance(found, Takes):
        _write_takes(work, found, form)
    else:
        _write_reached(work, found, form)
    return found.exit_code


def _write_reached(work: Workplace, found: Reached, form: str) -> None:
    if form == "json":
        from matrix.render.window.data import reached_json  # noqa: PLC0415

        output.write_json(reached_json(work.registry, found))
    elif form == "markdown":
        from matrix.render.markdown import blocks_markdown  # noqa: PLC0415
        from matrix.render.window.blocks import reached_blocks  # noqa: PLC0415

        output.write(blocks_markdown(reached_blocks(work.registry, found)))
    else:
        from matrix.render.window.text import reached_text  # noqa: PLC0415

        output.write(reached_text(work.registry, found))


def _write_takes(work: Workplace, found: Takes, form: str) -> None:
    if form == "json":
        from matrix.render.window.data import takes_json  # noqa: PLC0415

        output.write_json(takes_json(work.registry, found))
    elif form == "markdown":
        from matrix.render.markdown import blocks_markdown  # noqa: PLC0415
        from matrix.render.window.blocks import takes_blocks  # noqa: PLC0415

        output.write(blocks_markdown(takes_blocks(work.registry, found)))
    else:
        from matrix.render.window.text import takes_text  # noqa: PLC0415

        output.write(takes_text(work.registry, found))
