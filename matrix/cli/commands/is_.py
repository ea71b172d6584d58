"""`archmatrix is`: the answer for each name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cli import output, surroundings
from matrix.errors import UsageError
from matrix.exits import Exit, together
from matrix.operations.ask import answers
from matrix.registry import part_gone
from matrix.render.answer.names import gone_text
from matrix.render.answer.screen import answer_screen

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from matrix.model import Registry
    from matrix.query.answer import Answer


def run(args: argparse.Namespace) -> int:
    """Print each answer. No outranks cannot tell, which outranks yes, over all names together."""
    work, form = surroundings.reading(args), surroundings.form(args)
    names = args.name or [surroundings.this_machine()]
    if not args.name:
        output.complain(f"no name was given: this machine's, {names[0]}")
    if form == "badge" and len(names) > 1:
        raise UsageError(f"--format badge: found {len(names)} names, expected one")
    there, gone = part_gone(work.registry, names)
    scene, found = answers(work, surroundings.wish(args), there)
    code = together([*(answer.exit_code for answer in found), *(Exit.NO for _ in gone)])
    if form == "badge":
        from matrix.render.answer.badge import answer_badge, gone_badge  # noqa: PLC0415

        (one,) = [*map(answer_badge, found), *map(gone_badge, gone)]
        output.write_json_line(one)
    elif form == "json":
        from matrix.render.answer.data import answers_json  # noqa: PLC0415

        output.write_json(answers_json(work.registry, scene, found, gone, code))
    else:
        written = _whole() if args.verbose else answer_screen
        for number, answer in enumerate(found):
            text = "\n" * bool(number) + written(work.registry, answer)
            output.write(text, answer.checked_at, work.clock())
        for number, port in enumerate(gone, len(found)):
            output.write("\n" * bool(number) + gone_text(port))
    return code


def _whole() -> Callable[[Registry, Answer], str]:
    from matrix.render.answer.text import answer_text  # noqa: PLC0415  # asked for seldom

    return answer_text
