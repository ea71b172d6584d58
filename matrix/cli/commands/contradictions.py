"""`archmatrix contradictions`: where upstream sources contradict each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cli import output, surroundings
from matrix.errors import UsageError
from matrix.exits import Exit
from matrix.operations.ask import ask
from matrix.render.answer.contradictions import contradiction_json, contradictions_text
from matrix.resolve.contradictions import RULES, contradictions, rule_name

if TYPE_CHECKING:
    import argparse


def run(args: argparse.Namespace) -> int:
    """Print all contradictions, or those of one rule."""
    rules = [rule_name(rule) for rule in RULES]
    if args.rule and args.rule not in rules:
        raise UsageError(f"--rule: got {args.rule!r}, expected one of {', '.join(rules)}")
    work = surroundings.reading(args)
    known = work.registry
    with ask(work, surroundings.wish(args)) as question:
        scene = question.scene
        found = contradictions(scene.context, known.variants.values())
    wanted = tuple(c for c in found if args.rule in {None, c.rule})
    if args.json:
        output.write_json([contradiction_json(known, scene, c) for c in wanted])
    else:
        output.write(contradictions_text(known, scene, wanted))
    return Exit.YES
