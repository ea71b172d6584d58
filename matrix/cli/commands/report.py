"""`archmatrix report`: pages, feeds, badges and JSON, from the shipped facts or from all that is known."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from matrix.cli import output, session
from matrix.query.answer import Answers
from matrix.query.knowledge import Knowledge
from matrix.query.line import Line, came, went
from matrix.query.matrix import matrix_table
from matrix.query.question import Question, set_scene
from matrix.query.spine import steps
from matrix.registry import data_folder
from matrix.render.files import write_files
from matrix.render.report.folder import Report
from matrix.shipped import shipped_store

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from matrix.model import Registry
    from matrix.store import Store


def run(args: argparse.Namespace) -> int:
    """Write the files that changed; with --check write nothing and exit 1 where one is out of date.

    A user's own store enters with --store only: what is committed must be the same wherever it is checked.
    """
    known = session.registry()
    with ExitStack() as stack:
        if args.store or args.db:
            open_stores = [stack.enter_context(store) for store in session.stores(args)]
        else:
            open_stores = [stack.enter_context(shipped_store(data_folder()))]
        report = _report(known, Knowledge(open_stores), open_stores)
    changed = _written(args.output, report.markdown(), check=args.check)
    if args.html:
        changed |= _written(args.html, report.html(), check=args.check)
    return 1 if changed and args.check else 0


def _written(folder: str, files: Mapping[str, str], *, check: bool) -> bool:
    """Say of each file that it was written, or has to be; whether there was any."""
    changed = write_files(Path(folder), files, check=check, keep=False).changed
    verb = "out of date" if check else "written"
    said = "".join(f"{verb}: {folder}/{path}\n" for path in changed)
    output.write(said or f"{folder}: up to date, {len(files)} files\n")
    return bool(changed)


def _report(known: Registry, knowledge: Knowledge, open_stores: Sequence[Store]) -> Report:
    scene = set_scene(known, knowledge, Question())
    line = Line(known, knowledge, scene, kept=session.kept(open_stores))
    answers = Answers(known, scene, line)
    spans = {(v.id, b): line.backend(v, b) for v in known.variants.values() for b in known.backends}
    return Report(
        registry=known,
        scene=scene,
        tables=(matrix_table(known, scene, by="variant"), matrix_table(known, scene, by="arch")),
        answers={id_: answers.variant(id_) for id_ in known.variants},
        contradictions=answers.contradictions,
        url_of=session.addresses(known, knowledge),
        steps=tuple(steps(known, knowledge)),
        events=tuple(event for store in open_stores for event in store.events()),
        since={key: bound for key, found in spans.items() if found and (bound := came(found))},
        until={key: bound for key, found in spans.items() if found and (bound := went(found))},
    )
