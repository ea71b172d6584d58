"""A question asked of every known release of one project -> since when each cell is what it is, and what it was before.

Nothing is interpolated: between two releases that are known, what happened is said as a bound, unless they follow each
other in mainline.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from matrix.change.said import Said, of_cell, rank
from matrix.model import Truth
from matrix.query.question import PROJECTS
from matrix.query.scene import set_scene
from matrix.query.spine import Series, adjacent, spine, tagged_series
from matrix.resolve.cell import resolve_all
from matrix.value import dataclass, replace
from matrix.versions import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from matrix.model import Registry, Revision, Variant
    from matrix.query.knowledge import Knowledge
    from matrix.query.scene import Scene

# What the cells of one scene say, by variant and backend.
Cells = Mapping[tuple[str, str], Said]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The releases, one after the other, in which a cell said the same.

    before is the last release in which it said another thing, None for the first span; exact says that nothing was
    released between that one and `first`.
    """

    said: Said
    first: Revision
    last: Revision
    before: Revision | None
    exact: bool

    @property
    def truth(self) -> Truth:
        """What the cell answers."""
        return self.said.truth

    @property
    def condition(self) -> str:
        """What a yes hangs on, "" for nothing."""
        return self.said.condition


def spans(points: Sequence[tuple[Revision, Said]], tags: frozenset[Series] = frozenset()) -> tuple[Span, ...]:
    """Releases with what a cell was in each, oldest first -> the spans in which it was the same.

    tags are the series that are known to have been released, also those of which nothing was read.
    """
    found: list[Span] = []
    for revision, said in points:
        if found and found[-1].said == said:
            found[-1] = replace(found[-1], last=revision)
        else:
            before = found[-1].last if found else None
            exact = before is not None and adjacent(before, revision, tags)
            found.append(Span(said=said, first=revision, last=revision, before=before, exact=exact))
    return tuple(found)


Bound = dict[str, object]


def came(found: Sequence[Span]) -> Bound | None:
    """Since when a cell has its status, under whatever condition; None for always.

    release, not_in (the last known with another), exact.
    """
    first = found[-1]
    for span in reversed(found[:-1]):
        if rank(span.said) != rank(first.said):
            break
        first = span
    if first.before is None:
        return None
    return {"release": first.first.label, "not_in": first.before.label, "exact": first.exact}


def went(found: Sequence[Span]) -> Bound | None:
    """Until when it was yes: release (the first known to be no), not_in (the last known with it), exact.

    None where it is yes, where it never was, and where it is only unknown since.
    """
    last = max((place for place, span in enumerate(found) if span.truth is Truth.YES), default=len(found))
    gone = next((place for place in range(last, len(found)) if found[place].truth is Truth.NO), None)
    if gone is None:
        return None
    exact = found[gone].exact and gone == last + 1
    return {"release": found[gone].first.label, "not_in": found[last].last.label, "exact": exact}


class Line:
    """The releases of one project along which a question is asked; each is resolved once, and only when asked for."""

    def __init__(
        self, registry: Registry, knowledge: Knowledge, scene: Scene, project: str = "linux", kept: Kept | None = None
    ) -> None:
        """`kept` holds what was resolved before. The line ends with the release that the scene has chosen."""
        self._registry, self._knowledge, self._scene, self.project = registry, knowledge, scene, project
        self._kept = kept
        self._cells: dict[tuple[str, str], Cells] = {}
        self._scenes: dict[str, Scene] = {}
        self.releases = self._until(scene.revisions[project])
        self._tags = tagged_series(registry, knowledge, project)

    def _until(self, last: Revision | None) -> tuple[Revision, ...]:
        if last is None or self.project in self._scene.own:
            return ()
        end = parse(last.label)
        # A point release that was asked about comes after its series' first: it may have got what that lacks.
        return (*(r for r in spine(self._knowledge.revisions(self.project)) if parse(r.label) < end), last)

    def backend(self, variant: Variant, backend: str) -> tuple[Span, ...]:
        """The spans of one cell."""
        return spans([(r, self.cells(r, variant)[variant.id, backend]) for r in self.releases], self._tags)

    def follows(self, before: Revision, after: Revision) -> bool:
        """Whether nothing was released between two releases of the line."""
        return adjacent(before, after, self._tags)

    def variant(self, variant: Variant) -> tuple[Span, ...]:
        """The spans of the best cell of a variant: that of the backend which answers."""
        return spans([(r, self._best(r, variant)) for r in self.releases], self._tags)

    def _best(self, revision: Revision, variant: Variant) -> Said:
        """What answers for a variant: a yes without condition first, then the furthest up the ladder.

        Of several that are as good the first backend in data/backends.toml, in whatever order they were kept.
        """
        cells = self.cells(revision, variant)
        return max((cells[variant.id, b] for b in self._registry.backends if (variant.id, b) in cells), key=rank)

    def all_cells(self) -> dict[str, Cells]:
        """Every cell at every release, by the key under which they are kept."""
        return {self._key(r): self._whole(r) for r in self.releases}

    def cells(self, revision: Revision, variant: Variant) -> Cells:
        """What each backend's cell of a variant is at a release of the line; other variants may stand beside it."""
        asked = self._scene.question
        # What is kept is of every backend, and each backend's cell is what it is whether or not it is asked for alone.
        if replace(asked, backend="").names_only(self.project) and (held := self._held(revision)):
            return {k: v for k, v in held.items() if asked.backend in {"", k[1]}}
        key = revision.label, variant.id
        if key not in self._cells:
            self._cells[key] = self._resolve(revision, [variant])
        return self._cells[key]

    def _held(self, revision: Revision) -> Cells | None:
        key = revision.label, ""
        if key not in self._cells and self._kept is not None and (held := self._kept.get(self._key(revision))):
            self._cells[key] = held
        return self._cells.get(key)

    def _whole(self, revision: Revision) -> Cells:
        """Every cell at a release. What was loaded for it is let go: a kernel's Kconfig is large."""
        if held := self._held(revision):
            return held
        found = self._resolve(revision, self._registry.variants.values())
        self._scenes.pop(revision.label, None)
        if revision != self._scene.revisions[self.project]:
            self._knowledge.forget(revision)
        return found

    def _resolve(self, revision: Revision, variants: Iterable[Variant]) -> Cells:
        backends = [b for b in self._registry.backends.values() if self._scene.question.backend in {"", b.id}]
        context = self._set(revision).over_time
        return {(v.id, cell.backend): of_cell(cell) for v in variants for cell in resolve_all(context, v, backends)}

    def _set(self, revision: Revision) -> Scene:
        if revision.label not in self._scenes:
            asked = self._scene.question
            question = replace(asked, chosen={**asked.chosen, self.project: revision}, strict=False, not_before=None)
            self._scenes[revision.label] = set_scene(self._registry, self._knowledge, question)
        return self._scenes[revision.label]

    def _key(self, revision: Revision) -> str:
        """Names everything that the cells of a release rest on."""
        chosen = {**self._scene.revisions, self.project: revision}
        parts = []
        for project in PROJECTS:
            one = chosen[project]
            seen = self._knowledge.latest(one) if one else None
            parts.append(f"{project} {one.label if one else '-'} {seen.isoformat() if seen else '-'}")
        return ", ".join(parts)


class Kept:
    """Cells that were resolved before with today's data and code (stamp), by the key of their scene."""

    def __init__(self, stamp: str, lookup: Callable[[str], Cells | None]) -> None:
        self._stamp, self._lookup = stamp, lookup

    def get(self, scene: str) -> Cells | None:
        """The cells of a scene, or None."""
        return self._lookup(self.key(scene))

    def key(self, scene: str) -> str:
        """What the cells of a scene are kept under."""
        return f"{self._stamp}: {scene}"
