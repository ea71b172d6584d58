"""`archmatrix names`: what a name means, or every variant with its names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cli import output, session
from matrix.registry import resolve_name
from matrix.render import style
from matrix.render.names_text import all_names_text, meaning_json, meaning_text, variant_json

if TYPE_CHECKING:
    import argparse


def run(args: argparse.Namespace) -> int:
    """Print the meaning of one name, or all."""
    known = session.registry()
    if args.name is None:
        if args.json:
            output.write_json([variant_json(v) for v in known.variants.values()])
        else:
            output.write(style.safe_lines(all_names_text(known)))
        return 0
    meaning = resolve_name(known, args.name)
    if args.json:
        output.write_json(meaning_json(known, meaning))
    else:
        output.write(style.safe_lines(meaning_text(known, meaning)))
    return 0
