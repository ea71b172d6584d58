"""The known releases of a project -> the line along which "since" runs: mainline, one release a series.

A stable series is a branch: what it got as a backport is not "since" its number. So X.Y itself stands for the series
where it is known; where only its point releases are, the newest stands in, and is named as what it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.change import ReleaseStep, compare
from matrix.model import Revision
from matrix.query.question import PROJECTS, Question
from matrix.query.scene import set_scene
from matrix.versions import kind, parse, tagged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from matrix.change import Picture
    from matrix.model import Registry
    from matrix.query.knowledge import Knowledge
    from matrix.versions import Version

# How many numbers name a series: Linux 6.12 and rustc 1.85, but GCC 15 and LLVM 22.
_WIDTH = {"linux": 2, "rust": 2, "mrustc": 2, "gcc": 1, "llvm": 1}


def spine(revisions: Iterable[Revision]) -> tuple[Revision, ...]:
    """One release a series, the oldest first. Prereleases and heads are on no series' line."""
    series: dict[tuple[int, ...], list[tuple[Version, Revision]]] = {}
    for revision in revisions:
        if revision.kind == "release":
            version = parse(revision.label)
            series.setdefault(_series(revision, version), []).append((version, revision))
    chosen = []
    for members in series.values():
        members.sort(key=lambda m: m[0])
        mainline = [m for m in members if is_mainline(m[1])]
        chosen.append(mainline[0] if mainline else members[-1])
    return tuple(revision for _, revision in sorted(chosen, key=lambda m: m[0]))


def is_mainline(revision: Revision) -> bool:
    """Whether it is the first release of its series, and no point release made from a branch."""
    if revision.kind != "release":
        return False
    numbers = parse(revision.label).numbers
    if revision.project in {"gcc", "llvm"}:
        # GCC 15.1.0 and LLVM 22.1.0 are the first of their series; the zeroth are what trunk is called before.
        return numbers[1:] in {(1,), (1, 0)}
    return not any(numbers[_WIDTH.get(revision.project, 2) :])


Series = tuple[int, ...]


def adjacent(before: Revision, after: Revision, tagged_: frozenset[Series] = frozenset()) -> bool:
    """Whether nothing was released between the two: both are mainline, and the numbers follow each other.

    Where the first number is a new one (7.0 after 6.19) only the tags can say so: tagged_ are the series that are known
    to have been released (see `tagged_series`).
    """
    if not (is_mainline(before) and is_mainline(after)):
        return False
    old, new = (_series(r, parse(r.label)) for r in (before, after))
    if old[:-1] == new[:-1] and old[-1] + 1 == new[-1]:
        return True
    return {old, new} <= tagged_ and not any(old < between < new for between in tagged_)


def tagged_series(registry: Registry, knowledge: Knowledge, project: str) -> frozenset[Series]:
    """Every series of which a poll has seen the first release's tag, in any of the project's repositories."""
    found = set()
    for upstream in registry.upstreams.values():
        for name in knowledge.refs(upstream.id) if upstream.project == project else ():
            version = tagged(upstream.versions, name)
            if version is not None:
                revision = Revision(project=project, label=version.text, kind=kind(project, version.text))
                if is_mainline(revision):
                    found.add(_series(revision, version))
    return frozenset(found)


def _series(revision: Revision, version: Version) -> tuple[int, ...]:
    return (*version.numbers, 0)[: _WIDTH.get(revision.project, 2)]


def steps(registry: Registry, knowledge: Knowledge, projects: Iterable[str] = PROJECTS) -> Iterator[ReleaseStep]:
    """What changed from each known release of a project to the next, with the other projects at their newest."""
    from matrix.query.picture import picture  # noqa: PLC0415  # a question along releases compares no pictures

    for project in projects:
        line = spine(knowledge.revisions(project))
        tags = tagged_series(registry, knowledge, project)
        before: Picture | None = None
        for number, revision in enumerate(line):
            if len(line) == 1:
                break
            question = Question(chosen={project: revision})
            after = picture(registry, set_scene(registry, knowledge, question))
            if before is not None:
                older = line[number - 1]
                changes = compare(before, after)
                yield ReleaseStep(before=older, after=revision, exact=adjacent(older, revision, tags), changes=changes)
            before = after
