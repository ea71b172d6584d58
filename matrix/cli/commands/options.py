"""`archmatrix options`: which kernel options exclude or condition Rust on a variant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cli import output, surroundings
from matrix.exits import Exit
from matrix.operations.ask import ask
from matrix.query.features import features
from matrix.registry import resolve_name
from matrix.render.answer.options import features_text, options_json, options_text
from matrix.render.answer.options_screen import Optioned, options_screen
from matrix.resolve.kernel import kernel
from matrix.resolve.options import options

if TYPE_CHECKING:
    import argparse

_NAMES = 4


def run(args: argparse.Namespace) -> int:
    """Print what is open, with -v all options of each variant; 3 where the kernel's Kconfig is not known."""
    work = surroundings.reading(args)
    known = work.registry
    ids = dict.fromkeys(id_ for name in args.name for id_ in resolve_name(known, name).variants)
    with ask(work, surroundings.wish(args)) as question:
        scene = question.scene
        found = {id_: options(scene.context, known.variants[id_]) for id_ in ids}
        asked = features(scene.context)
        if args.json:
            output.write_json(options_json(known, scene, found, asked))
        else:
            each = [Optioned(v := known.variants[id_], o, kernel(scene.context, v)) for id_, o in found.items()]
            if args.verbose:
                texts = (options_text(known, scene, *one) for one in each)
                output.write("\n".join(texts) + features_text(asked))
            else:
                output.write(options_screen(known, scene, _named(args.name), each, asked))
    return Exit.YES if all(found.values()) else Exit.CANNOT_TELL


def _named(names: list[str]) -> str:
    """The names that were asked about, the first of them where they are many."""
    return " ".join([*names[:_NAMES], "..."] if len(names) > _NAMES else names)
