"""`archmatrix contradictions`: where upstream sources contradict each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cell import Weight
from matrix.cli import output, surroundings
from matrix.errors import UsageError
from matrix.exits import Exit
from matrix.operations.ask import ask
from matrix.query.answer import subjects_of
from matrix.registry import resolve_name
from matrix.render.answer.contradictions import contradictions_json, contradictions_text
from matrix.resolve.contradictions import RULES, contradictions
from matrix.resolve.contradictions.scope import rule_name
from matrix.spelling import nearest

if TYPE_CHECKING:
    import argparse


def run(args: argparse.Namespace) -> int:
    """Print the contradictions, all or those about some names or of one rule, the heaviest first."""
    rules = [rule_name(rule) for rule in RULES]
    if args.rule and args.rule not in rules:
        near = nearest(args.rule, rules)
        raise UsageError(
            f"--rule: got {args.rule!r}, expected one of {', '.join(rules)}", meant=(args.rule, near) if near else None
        )
    work = surroundings.reading(args)
    known = work.registry
    ids = dict.fromkeys(id_ for name in args.name for id_ in resolve_name(known, name).variants)
    with ask(work, surroundings.wish(args)) as question:
        scene = question.scene
        names = subjects_of(scene, [known.variants[id_] for id_ in ids]) if ids else None
        found = contradictions(scene.context, known.variants.values(), names)
    wanted = [c for c in found if args.rule in {None, c.rule}]
    # Asked about one rule or one port, a person wants all of it.
    shown = [c for c in wanted if args.all or args.rule or ids or c.weight is not Weight.OTHER]
    hidden = len(wanted) - len(shown)
    if args.json:
        output.write_json(contradictions_json(known, scene, shown, hidden=hidden))
    else:
        output.write(contradictions_text(known, scene, shown, hidden=hidden))
    return Exit.YES
