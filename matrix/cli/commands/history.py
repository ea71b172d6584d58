"""`archmatrix history NAME`: since when the answer is what it is, and what it was at each known release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cli import output, surroundings
from matrix.exits import Exit
from matrix.operations.ask import ask
from matrix.query.question import PROJECTS
from matrix.registry import resolve_name
from matrix.render.history.data import history_json
from matrix.render.history.screen import OverReleases, history_screen
from matrix.render.history.text import AtRelease, history_text
from matrix.render.history.words import since_words
from matrix.render.layout import field, wrap
from matrix.render.phrases import release_words, revision_words

if TYPE_CHECKING:
    import argparse

    from matrix.model import Registry, Variant
    from matrix.operations.ask import OpenQuestion
    from matrix.query.line import Line


def run(args: argparse.Namespace) -> int:
    """A screen; with -v a table for each variant that the name means, and since when each cell is what it is."""
    work = surroundings.reading(args)
    known = work.registry
    meaning = resolve_name(known, args.name)
    variants = [known.variants[id_] for id_ in meaning.variants]
    with ask(work, surroundings.wish(args)) as question:
        line = question.line(args.along)
        backends = [b for b in known.backends if question.scene.question.backend in {"", b}]
        if not line.releases:
            why = "; ".join(question.scene.said) or f"{args.along} is read from your own tree alone"
            output.complain(why, then="archmatrix versions")
            return Exit.CANNOT_TELL
        if args.json:
            output.write_json(history_json(question.scene, line, variants, backends))
        elif args.verbose:
            output.write(_head(known, question, line))
            for variant in variants:
                output.write(_text(known, line, variant, backends))
        else:
            pasts = [OverReleases(v.id, line.variant(v), _rows(line, v, backends)) for v in variants]
            along = f" --along {args.along}" if args.along != "linux" else ""
            output.write(history_screen(known, meaning.name, backends, pasts, _about(known, question, line), along))
    return Exit.YES


def _about(known: Registry, question: OpenQuestion, line: Line, *, dated: bool = False) -> list[str]:
    others = [r for p in PROJECTS if p != line.project and (r := question.scene.revisions[p])]
    words = revision_words if dated else release_words
    fixed = ", ".join(words(known, r) for r in others)
    along = f"{'every known release' if dated else 'known releases'} of {known.projects[line.project].name}"
    # What a release was must not change with each rustc that comes out, unless one is asked about.
    named = line.project == "rust" or question.scene.question.names("rust")
    left = [] if named else ["that a rustc is too new for a kernel counts where --rustc names it"]
    return [f"{along}, with {fixed}", *left, *(f"note: {said}" for said in question.scene.said)]


def _head(known: Registry, question: OpenQuestion, line: Line) -> str:
    return "\n".join([*(part for words in _about(known, question, line, dated=True) for part in wrap(words)), ""])


def _text(known: Registry, line: Line, variant: Variant, backends: list[str]) -> str:
    table = history_text(known, variant.id, backends, _rows(line, variant, backends))
    words = [field(b, since_words(line.backend(variant, b)), 16) for b in backends]
    return f"\n{table}\n" + "\n".join(part for lines in words for part in lines) + "\n"


def _rows(line: Line, variant: Variant, backends: list[str]) -> list[AtRelease]:
    rows = []
    for number, release in enumerate(line.releases):
        cells = line.cells(release, variant)
        follows = not number or line.follows(line.releases[number - 1], release)
        rows.append(AtRelease(release, {b: cells[variant.id, b] for b in backends}, follows))
    return rows
