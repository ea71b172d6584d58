"""The refs of a public repository -> the revisions that a poll wants: newest release and head, or the history."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from matrix.versions import parse, tagged

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from matrix.model import Upstream


class Wanted(NamedTuple):
    """A revision to bring: its version ("" for a head, which its files name), its ref, and the commit it points to."""

    version: str
    ref: str
    commit: str


def prefixes(upstream: Upstream) -> tuple[str, ...]:
    """The refs to ask for: the branch, and the tags by the fixed start of their pattern."""
    head = "HEAD" if upstream.branch == "HEAD" else f"refs/heads/{upstream.branch}"
    if not upstream.versions:
        return (head,)
    start = re.match(r"[\w/.-]*?(?=[(\[\\^$.*+?{|]|$)", upstream.versions)
    tags = f"refs/tags/{start[0] if start else ''}"
    return (head, tags) if upstream.branch else (tags,)


def releases(upstream: Upstream, refs: Mapping[str, str]) -> tuple[Wanted, ...]:
    """Every tag that is a version of this upstream, oldest first. refs maps names to commits."""
    tags = [(version, name) for name in refs if (version := tagged(upstream.versions, name)) is not None]
    return tuple(Wanted(version.text, name, refs[name]) for version, name in sorted(tags, key=lambda f: f[0]))


def not_named(upstream: Upstream, refs: Mapping[str, str]) -> str:
    """What an upstream has by data/sources.toml and these refs do not name: "HEAD", "release tag", both; "" for none.

    An empty repository, a bare end mark, a HEAD without its branch and somebody else's tags are sound answers of git.
    """
    lacks = []
    if upstream.branch and not head(upstream, refs):
        lacks.append("HEAD" if upstream.branch == "HEAD" else f"branch {upstream.branch}")
    if upstream.versions and not releases(upstream, refs):
        lacks.append("release tag")
    return " and no ".join(lacks)


def newest(upstream: Upstream, refs: Mapping[str, str]) -> tuple[Wanted, ...]:
    """What a plain refresh wants: the newest release, then the head."""
    last = releases(upstream, refs)[-1:]
    return (*last, *head(upstream, refs))


def head(upstream: Upstream, refs: Mapping[str, str]) -> tuple[Wanted, ...]:
    """The branch that is followed, where there is one and the host has it."""
    name = "HEAD" if upstream.branch == "HEAD" else f"refs/heads/{upstream.branch}"
    return (Wanted("", name, refs[name]),) if upstream.branch and name in refs else ()


def history(upstream: Upstream, refs: Mapping[str, str]) -> tuple[Wanted, ...]:
    """Every release from `since` on; of a series only the newest where upstream says so. Oldest first."""
    first = parse(upstream.since) if upstream.since else None
    kept = [w for w in releases(upstream, refs) if first is None or parse(w.version) >= first]
    if not upstream.series:
        return tuple(kept)
    by_series: dict[tuple[int, ...], Wanted] = {}
    for wanted in kept:
        by_series[parse(wanted.version).numbers[:2]] = wanted
    return tuple(by_series.values())


def merged(wanted: Iterable[Wanted]) -> tuple[Wanted, ...]:
    """Each commit once, as the first that names it."""
    return tuple({w.commit: w for w in reversed(tuple(wanted))}.values())[::-1]
