"""`archmatrix names`: what a name means, or every variant with its names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cli import output, surroundings
from matrix.errors import GoneError
from matrix.exits import Exit
from matrix.operations.ask import ask_context
from matrix.query.absent import absent_ports
from matrix.registry import resolve_name
from matrix.render import style
from matrix.render.answer.names import (
    all_names_text,
    gone_json,
    gone_text,
    meaning_text,
    names_json,
)

if TYPE_CHECKING:
    import argparse


def run(args: argparse.Namespace) -> int:
    """Print the meaning of one name, or all, and which variants the chosen kernel does not have."""
    work = surroundings.reading(args)
    known = work.registry
    try:
        meaning = None if args.name is None else resolve_name(known, args.name)
    except GoneError as gone:
        # What the name means is told: that is what was asked.
        if args.json:
            output.write_json(gone_json(gone))
        else:
            output.write(gone_text(gone))
        return Exit.YES
    # Which Kconfig has what is asked of the ports that are shown alone.
    shown = known.variants if meaning is None else meaning.variants
    with ask_context(work, surroundings.wish(args)) as context:
        absent = absent_ports(context, [known.variants[id_] for id_ in shown])
    if args.json:
        output.write_json(names_json(known, meaning, absent))
    elif meaning is None:
        output.write(style.safe_lines(all_names_text(known, absent)))
    else:
        output.write(style.safe_lines(meaning_text(known, meaning, absent)))
    return Exit.YES
