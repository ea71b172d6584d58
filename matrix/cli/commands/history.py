"""`archmatrix history NAME`: what each backend's cell was at every known release of a project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cli import output, session
from matrix.query.question import PROJECTS
from matrix.registry import resolve_name
from matrix.render.answer.data import span_json
from matrix.render.history.text import AtRelease, history_text
from matrix.render.history.words import since_words
from matrix.render.layout import field, wrap
from matrix.render.phrases import revision_words

if TYPE_CHECKING:
    import argparse

    from matrix.model import Variant
    from matrix.query.line import Line


def run(args: argparse.Namespace) -> int:
    """A table for each variant that the name means, and since when each cell is what it is."""
    known = session.registry()
    meaning = resolve_name(known, args.name)
    with session.open_question(args, known) as asked:
        line = asked.line(known, args.along)
        chosen = asked.scene.question.backend
        backends = [b for b in known.backends if chosen in {"", b}]
        variants = [known.variants[id_] for id_ in meaning.variants]
        if not line.releases:
            output.complain("; ".join(asked.scene.said) or f"{args.along} is read from your own tree alone")
            return 3
        if args.json:
            output.write_json(_json(line, variants, backends))
            return 0
        others = [r for p in PROJECTS if p != args.along and (r := asked.scene.revisions[p])]
        fixed = ", ".join(revision_words(known, r) for r in others)
        lines = wrap(f"every known release of {known.projects[args.along].name}, with {fixed}")
        lines += [part for said in asked.scene.said for part in wrap(f"note: {said}")]
        output.write("\n".join([*lines, ""]))
        for variant in variants:
            output.write("\n" + history_text(known, variant.id, backends, _rows(line, variant, backends)))
            words = [field(b, since_words(line.backend(variant, b)), 16) for b in backends]
            output.write("\n" + "\n".join(part for lines_ in words for part in lines_) + "\n")
    return 0


def _rows(line: Line, variant: Variant, backends: list[str]) -> list[AtRelease]:
    rows = []
    for number, release in enumerate(line.releases):
        cells = line.cells(release, variant)
        follows = not number or line.follows(line.releases[number - 1], release)
        rows.append(AtRelease(release, {b: cells[variant.id, b] for b in backends}, follows))
    return rows


def _json(line: Line, variants: list[Variant], backends: list[str]) -> dict[str, object]:
    return {
        "along": line.project,
        "releases": [r.label for r in line.releases],
        "variants": [
            {"id": v.id, "backends": {b: [span_json(s) for s in line.backend(v, b)] for b in backends}}
            for v in variants
        ],
    }
