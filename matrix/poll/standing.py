"""The store's refs, revisions and what projects said -> where each upstream repository stands. Nothing is asked.

Head and releases are what git said at the last poll; their dates those of the revisions that were read there, or of
what a feed says of the same commit. What was never polled has no standing.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from matrix.poll.wanted import head, releases

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from matrix.model import Registry, Revision, Upstream
    from matrix.poll.wanted import Wanted
    from matrix.store import Notice, SeenRef, Store

    _Keys = Mapping[str, type | tuple[type, ...]]


class Point(NamedTuple):
    """A head (version "") or a release: its commit, the commit's date (None: not known), when git last said so."""

    version: str
    commit: str
    date: datetime | None
    checked_at: datetime


class LastSaid(NamedTuple):
    """What was said of a topic (its JSON, parsed; see said.py), where, and when last."""

    value: Any
    url: str
    checked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One repository.

    labels are (arch, label), as they are asked now; moved are the tags that once stood elsewhere, which a release's
    never should; topics by name, the fault among them.
    """

    id: str
    project: str
    name: str
    repository: str
    head: Point | None
    release: Point | None
    labels: tuple[tuple[str, str], ...]
    moved: tuple[SeenRef, ...]
    topics: Mapping[str, LastSaid]


def standings(registry: Registry, store: Store) -> list[Standing]:
    """Every repository that was polled, in the order of data/sources.toml."""
    said: dict[str, dict[str, LastSaid]] = {}
    for row in store.polls.notices():
        with suppress(ValueError):
            said.setdefault(row.upstream, {})[row.topic] = _topic(row)
    listed = []
    for upstream in registry.upstreams.values():
        refs, topics = store.polls.refs(upstream.id), said.get(upstream.id, {})
        if not (refs or topics):
            continue
        dates = _dates(store.facts.revisions(upstream.project), topics)
        commits = {name: ref.oid for name, ref in refs.items()}
        listed.append(
            Standing(
                id=upstream.id,
                project=upstream.project,
                name=registry.projects[upstream.project].name,
                repository=upstream.site.repository or _path(upstream),
                head=_point(head(upstream, commits), refs, dates),
                release=_point(releases(upstream, commits), refs, dates),
                labels=upstream.site.labels,
                moved=tuple(ref for name, ref in sorted(refs.items()) if ref.before and name.startswith(_TAGS)),
                topics=topics,
            )
        )
    return listed


# What poll/said.py writes of a topic: the keys of each object, with their types.
_TAGS = "refs/tags/"
_NULLABLE = (str, type(None))
_MILESTONE: _Keys = {"title": str, "state": str, "open": int, "closed": int, "due": _NULLABLE, "url": str}
_SHAPES: Mapping[str, _Keys] = {
    "commit": {"commit": _NULLABLE, "title": str, "date": str},
    "release": {"title": str, "date": str},
    "checks": {"commit": _NULLABLE, "conclusion": str, "total": int, "failed": list},
}


def _topic(row: Notice) -> LastSaid:
    """Raises: ValueError where it is not what said.py writes: a bit has flipped, or another release wrote it."""
    value = json.loads(row.value)
    if not _is_said(row.topic, value):
        raise ValueError(row.topic)
    return LastSaid(value, row.url, row.checked_at)


def _is_said(topic: str, value: object) -> bool:
    if topic.startswith("issues/"):
        return isinstance(value, int)
    if topic == "milestones":
        return isinstance(value, list) and all(_has(one, _MILESTONE) for one in value)
    if topic in _SHAPES:
        # A feed may be empty.
        return _has(value, _SHAPES[topic]) or (value is None and topic != "checks")
    return isinstance(value, str)


def _has(value: object, keys: _Keys) -> bool:
    return isinstance(value, dict) and all(isinstance(value.get(key), kind) for key, kind in keys.items())


def _path(upstream: Upstream) -> str:
    """OWNER/NAME, or however many folders the first address has."""
    return upstream.urls[0].split("/", 3)[-1].removesuffix(".git")


def _dates(revisions: Iterable[Revision], topics: Mapping[str, LastSaid]) -> dict[str, datetime]:
    dates = {r.commit: r.date for r in revisions if r.commit and r.date}
    said = topics["commit"].value if "commit" in topics else None
    if isinstance(said, dict) and isinstance(said.get("commit"), str):
        with suppress(ValueError, TypeError):
            dates.setdefault(said["commit"], datetime.fromisoformat(said["date"]))
    return dates


def _point(wanted: tuple[Wanted, ...], refs: Mapping[str, SeenRef], dates: Mapping[str, datetime]) -> Point | None:
    if not wanted:
        return None
    last = wanted[-1]
    return Point(last.version, last.commit, dates.get(last.commit), refs[last.ref].checked_at)
