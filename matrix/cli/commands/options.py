"""`archmatrix options`: which kernel options exclude or condition Rust on a variant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cli import output, surroundings
from matrix.exits import Exit
from matrix.operations.ask import ask
from matrix.query.features import features
from matrix.registry import resolve_name
from matrix.render.answer.options import features_text, options_json, options_text
from matrix.resolve.kernel import kernel
from matrix.resolve.options import options

if TYPE_CHECKING:
    import argparse


def run(args: argparse.Namespace) -> int:
    """Print the options of each variant; 3 where the kernel's Kconfig is not known."""
    work = surroundings.reading(args)
    known = work.registry
    ids = dict.fromkeys(id_ for name in args.name for id_ in resolve_name(known, name).variants)
    with ask(work, surroundings.wish(args)) as question:
        scene = question.scene
        found = {id_: options(scene.context, known.variants[id_]) for id_ in ids}
        if args.json:
            output.write_json(options_json(known, scene, found, features(scene.context)))
        else:
            rungs = {id_: kernel(scene.context, known.variants[id_]) for id_ in found}
            texts = (options_text(known, scene, known.variants[id_], o, rungs[id_]) for id_, o in found.items())
            output.write("\n".join(texts) + features_text(features(scene.context)))
    return Exit.YES if all(found.values()) else Exit.CANNOT_TELL
