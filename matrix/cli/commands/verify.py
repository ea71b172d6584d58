"""`archmatrix verify`: what is known, held against the asker's own compilers and trees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cli import output, surroundings
from matrix.operations.verify import Verify, verify
from matrix.operations.wishes import own_trees
from matrix.render.answer.verify import verify_json, verify_text

if TYPE_CHECKING:
    import argparse


def run(args: argparse.Namespace) -> int:
    """0 where nothing differs, 1 where something does, 3 where nothing could be compared."""
    work = surroundings.reading(args)
    wanted = Verify(
        rustc=args.rustc or "",
        llvm_config=args.llvm_config or "",
        llc=args.llc or "",
        clang=args.clang or "",
        gcc=args.gcc or "",
        trees=own_trees(args.tree, surroundings.named(args)),
    )
    found = verify(work, surroundings.machine(), wanted)
    if args.json:
        output.write_json(verify_json(work.registry, found))
    else:
        output.write(verify_text(work.registry, found))
    return found.exit_code
