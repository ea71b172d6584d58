"""A workplace -> the rows of every table of matrix/dictionary.py: all facts, all cells, and what they rest on.

Each fact, cell and rung is what the questions have; here they are only laid out flat. The order of rows is fixed:
projects as data/sources.toml has them, versions from the oldest, the rest as data/ or the files have it.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from matrix import __version__
from matrix.choose import choose
from matrix.dictionary import dictionary_rows
from matrix.errors import CannotTellError
from matrix.expression import show
from matrix.operations.stores import known_addresses, open_stores
from matrix.query.inferred import cells_of
from matrix.query.knowledge import Knowledge
from matrix.query.question import PROJECTS, Question
from matrix.query.scene import set_scene
from matrix.render.links import url
from matrix.render.phrases import cell_words
from matrix.resolve.contradictions import contradictions
from matrix.versions import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from matrix.cell import Cell, Contradiction
    from matrix.model import Evidence, Registry, Revision, Variant
    from matrix.operations.workplace import Workplace
    from matrix.query.scene import Scene
    from matrix.render.links import UrlOf

# Text, a number, whether, a moment (aware UTC), or none.
Value = object
Dataset = dict[str, list[tuple[Value, ...]]]


def dataset(work: Workplace, *, kernel: str | None = None, as_of: datetime | None = None) -> Dataset:
    """The rows of each table, by its name; with kernel the cells of that release alone, and the facts they rest on.

    as_of is a moment of the past (aware UTC). Raises: UsageError for a version that does not parse, CannotTellError for
    one that is not known, StoreError, RegistryError.
    """
    known = work.registry
    with open_stores(work) as stores:
        knowledge = Knowledge(stores, as_of=as_of)
        laid = _Laid(known, known_addresses(work, knowledge))
        revisions = [r for project in known.projects for r in _by_age(knowledge.revisions(project))]
        kernels = [r for r in revisions if r.project == "linux" and r.kind == "release"]
        if kernel is not None:
            chosen = choose(kernels, kernel, known.projects["linux"].longterm)
            if chosen.revision is None:
                raise CannotTellError("; ".join(chosen.said))
            kernels = [chosen.revision]
        rested: set[tuple[str, str]] = set()
        for release in kernels:
            scene = set_scene(known, knowledge, Question(chosen={"linux": release}))
            laid.kernel(release.label, scene)
            rested |= {(r.project, r.label) for r in scene.revisions.values() if r}
            knowledge.forget(release)
        for revision in revisions:
            laid.add("revisions", *_revision(revision))
            if kernel is None or (revision.project, revision.label) in rested:
                laid.files(revision, knowledge)
    laid.registry(as_of)
    return laid.rows


def _by_age(revisions: Iterable[Revision]) -> list[Revision]:
    return sorted(revisions, key=lambda r: (parse(r.label), r.label))


def _revision(revision: Revision) -> tuple[Value, ...]:
    return revision.project, revision.label, revision.kind, revision.commit or None, revision.date


def _words(listed: Iterable[str]) -> str | None:
    return " ".join(listed) or None


class _Laid:
    """Rows as they are added, with the numbers that they refer to each other by."""

    def __init__(self, known: Registry, url_of: UrlOf) -> None:
        self._known, self._url_of = known, url_of
        self.rows: Dataset = {}
        self._numbers: dict[str, dict[object, int]] = {"evidence": {}, "rules": {}}

    def add(self, table: str, *row: Value) -> None:
        """One row."""
        self.rows.setdefault(table, []).append(row)

    # --- what was read --------------------------------------------------------------------------------------------

    def files(self, revision: Revision, knowledge: Knowledge) -> None:
        """The files of a revision, and what they say."""
        address = partial(url, self._known.projects, revision)
        facts = self.rows.setdefault("facts", [])
        for file, located in knowledge.files(revision):
            place = revision.project, revision.label, file.source, file.path
            moments = file.observed_at, file.checked_at
            self.add("documents", *place, file.sha256, *moments, address(file.path, 0) or None)
            facts += [
                (len(facts) + n, *place, f.line, f.subject, f.attribute, f.value or None, f.when or None)
                for n, f in enumerate((item.fact for item in located), 1)
            ]

    # --- what follows ---------------------------------------------------------------------------------------------

    def kernel(self, kernel: str, scene: Scene) -> None:
        """Every cell of one kernel, and what contradicts."""
        versions = (scene.revisions[p] for p in PROJECTS if p != "linux")
        self.add("kernels", kernel, *(r.label if r else None for r in versions))
        variants, backends = self._known.variants.values(), tuple(self._known.backends.values())
        for variant in variants:
            cells = cells_of(scene, variant, backends)
            self._terms(kernel, variant, cells[0])
            for cell in cells:
                self._cell(kernel, cell)
        for found in contradictions(scene.context, variants):
            self._contradiction(kernel, found)

    def _cell(self, kernel: str, cell: Cell) -> None:
        place, decides = (kernel, cell.variant, cell.backend), cell.decisive
        for position, rung in enumerate(cell.rungs):
            rule = self._number("rules", rung.rule, rung.rule)
            said = rung.truth.value, rung.because, rule, show(rung.condition) or None
            self.add("rungs", *place, rung.name.value, position, *said)
            for number, item in enumerate(rung.evidence):
                self.add("rung_evidence", *place, rung.name.value, number, self._evidence(item))
        self.add(
            "cells",
            *place,
            cell.answer.value,
            cell.status.value,
            cell.rung.value if cell.rung else None,
            cell_words(cell),
            show(cell.condition) or None,
            decides.because,
            self._evidence(decides.evidence[0]) if decides.evidence else None,
        )

    def _terms(self, kernel: str, variant: Variant, cell: Cell) -> None:
        """What holds whatever the backend is."""
        for position, target in enumerate(cell.terms.targets or ()):
            said = target.name, target.written, show(target.when) or None, target.custom, target.tier
            self.add("targets", kernel, variant.id, position, *said, self._evidence(target.evidence))
        for one in cell.terms.requirements:
            said_ = one.tool.value, one.version, one.exactly
            self.add("requirements", kernel, variant.id, *said_, self._evidence(one.evidence))

    def _contradiction(self, kernel: str, found: Contradiction) -> None:
        number = len(self.rows.get("contradictions", ())) + 1
        self.add("contradictions", number, kernel, found.rule, found.subject, found.weight.value, found.says)
        for position, side in enumerate(found.sides):
            self.add("contradiction_sides", number, position, self._evidence(side))

    def _evidence(self, item: Evidence) -> int:
        place = item.project, item.revision, item.path or None, item.line, item.says
        return self._number("evidence", place, *place, self._url_of(item) or None)

    def _number(self, table: str, key: object, *row: Value) -> int:
        """The number of a row that others refer to; it is added the first time."""
        numbers = self._numbers[table]
        if key not in numbers:
            numbers[key] = len(numbers) + 1
            self.add(table, numbers[key], *row)
        return numbers[key]

    # --- what data/ declares --------------------------------------------------------------------------------------

    def registry(self, as_of: datetime | None) -> None:
        """The tables that no revision has a part in."""
        known = self._known
        self.add("about", "archmatrix", __version__)
        self.add("about", "as_of", as_of.isoformat() if as_of else None)
        self.rows["projects"] = [(p.id, p.name) for p in known.projects.values()]
        self.rows["sources"] = [
            (s.id, s.project, s.extractor, s.silence, s.since or None, s.until or None, _words(s.paths))
            for s in known.sources.values()
        ]
        self.rows["ports"] = [
            (a.id, a.title, a.symbol, a.dropped or None, a.note or None) for a in known.arches.values()
        ]
        self.rows["variants"] = [_variant(v) for v in known.variants.values()]
        self.rows["names"] = [
            (name, variant, _words(meaning.systems))
            for name, meaning in sorted(known.names.items())
            for variant in meaning.variants
        ]
        self.rows["backends"] = [(b.id, b.title, b.generator, b.about) for b in known.backends.values()]
        self.rows["dictionary"] = dictionary_rows()


def _variant(variant: Variant) -> tuple[Value, ...]:
    return (
        variant.id,
        variant.arch,
        variant.title,
        variant.bits,
        variant.endian,
        variant.isa or None,
        variant.srcarch or None,
        _words(variant.make),
        variant.llvm or None,
        _words(variant.rust_targets),
        _words(variant.gnu_triples),
        _words(variant.on),
        _words(variant.off),
        variant.dropped or None,
        variant.note or None,
    )


def counts(data: Mapping[str, list[tuple[Value, ...]]]) -> dict[str, int]:
    """How many rows each table has."""
    return {name: len(rows) for name, rows in data.items()}
