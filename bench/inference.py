"""How often what is inferred between two releases is what the release between them says itself.

    bench/inference.py [PROJECT ...]

For every three known releases A < V < B of a project: V is hidden, the cell of each variant and backend is inferred
from A and B, and held against what V says. The other projects are at their newest. Prints rows for each project, of the
triples in which A and B are next to V, and of all; exits 1 where more than a hundredth of the first is wrong.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from matrix.cell import Basis
from matrix.model import Truth
from matrix.query.inferred import cells_of
from matrix.query.knowledge import Knowledge
from matrix.query.question import PROJECTS, Question
from matrix.query.scene import set_scene
from matrix.registry import data_folder, load
from matrix.shipped import shipped_store
from matrix.versions import parse

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from matrix.cell import Cell
    from matrix.model import Registry, Revision
    from matrix.store import Store

MOST_WRONG = 0.01
COLUMNS = ("triples", "cells", "inferred", "cannot tell", "wrong", "other condition")


class Hiding(Knowledge):
    """What is known, with some releases of a project alone."""

    def __init__(self, stores: Sequence[Store]) -> None:
        super().__init__(stores)
        self.project, self.shown = "", frozenset[str]()

    def show(self, project: str, labels: Collection[str]) -> None:
        """Hide every other release of the project."""
        self.project, self.shown = project, frozenset(labels)

    def revisions(self, project: str) -> tuple[Revision, ...]:
        """Those that are shown."""
        known = super().revisions(project)
        return tuple(r for r in known if r.label in self.shown) if project == self.project else known


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("project", nargs="*", help=f"of these projects alone: {', '.join(PROJECTS)}")
    args = parser.parse_args()
    registry = load(data_folder())
    rows: dict[str, Counter[str]] = {}
    with shipped_store(data_folder()) as store:
        knowledge = Hiding([store])
        for project in args.project or PROJECTS:
            for near, count in triples(registry, knowledge, project):
                for name in [f"{project}, all", *([f"{project}, next to it"] if near else [])]:
                    rows.setdefault(name, Counter()).update(count)
    for way in ("next to it", "all"):
        rows[f"together, {way}"] = sum((c for n, c in rows.items() if n.endswith(f", {way}")), Counter())
    say("| hidden between | " + " | ".join(COLUMNS) + " | wrong of inferred |")
    say("|---|" + "--:|" * (len(COLUMNS) + 1))
    for name, count in rows.items():
        say(f"| {name} | " + " | ".join(f"{count[c]:,}" for c in COLUMNS) + f" | {rate(count):.2%} |")
    return int(rate(rows["together, next to it"]) > MOST_WRONG)


def rate(count: Counter[str]) -> float:
    """The inference error rate."""
    return count["wrong"] / count["inferred"] if count["inferred"] else 0.0


def triples(registry: Registry, knowledge: Hiding, project: str) -> Iterator[tuple[bool, Counter[str]]]:
    """For each triple whether its ends are next to the middle, and the cells by what became of them."""
    knowledge.show("", ())
    releases = sorted((r for r in knowledge.revisions(project) if r.kind == "release"), key=lambda r: parse(r.label))
    labels = [r.label for r in releases]
    own = {label: cells(registry, knowledge, project, label) for label in labels}
    for a, v, b in combinations(range(len(labels)), 3):
        knowledge.show(project, (labels[a], labels[b]))
        inferred = cells(registry, knowledge, project, labels[v])
        count = Counter(word for pair in zip(inferred, own[labels[v]], strict=True) for word in told(*pair))
        yield b - a == 2, Counter({"triples": 1}) + count
    knowledge.show("", ())


def cells(registry: Registry, knowledge: Knowledge, project: str, label: str) -> list[Cell]:
    """Every variant's cells, on every backend, at a version that was named exactly."""
    scene = set_scene(registry, knowledge, Question(versions={project: f"v{label}"}))
    return [c for variant in registry.variants.values() for c in cells_of(scene, variant, registry.backends.values())]


def told(inferred: Cell, own: Cell) -> Iterator[str]:
    """What became of a cell. One that rests on nothing of the hidden release is not counted."""
    if inferred.basis is not Basis.INFERRED:
        return
    yield "cells"
    if inferred.answer is Truth.UNKNOWN:
        yield "cannot tell"
        return
    yield "inferred"
    if inferred.answer is not own.answer:
        yield "wrong"
    elif inferred.condition != own.condition:
        yield "other condition"


def say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
