"""The refs of a public repository -> the revisions that a poll wants: newest release and head, or the history."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from matrix.errors import UsageError
from matrix.versions import parse

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
    start = re.match(r"[\w/.-]*?(?=[(\[\\^$.*+?{|]|$)", upstream.versions)
    tags = f"refs/tags/{start[0] if start else ''}"
    if not upstream.branch:
        return (tags,)
    return ("HEAD" if upstream.branch == "HEAD" else f"refs/heads/{upstream.branch}", tags)


def releases(upstream: Upstream, refs: Mapping[str, str]) -> tuple[Wanted, ...]:
    """Every tag that is a version of this upstream, oldest first. refs maps names to commits."""
    found = []
    for name, commit in refs.items():
        match = re.fullmatch(upstream.versions, name.removeprefix("refs/tags/"))
        if match is None or not name.startswith("refs/tags/"):
            continue
        try:
            found.append((parse(match[1]), Wanted(match[1], name, commit)))
        except UsageError:
            continue  # a tag that only looks like a version
    return tuple(wanted for _, wanted in sorted(found, key=lambda f: f[0]))


def newest(upstream: Upstream, refs: Mapping[str, str]) -> tuple[Wanted, ...]:
    """What a plain refresh wants: the newest release, then the head."""
    found = releases(upstream, refs)[-1:]
    return (*found, *head(upstream, refs))


def head(upstream: Upstream, refs: Mapping[str, str]) -> tuple[Wanted, ...]:
    """The branch that is followed, where there is one and the host has it."""
    name = "HEAD" if upstream.branch == "HEAD" else f"refs/heads/{upstream.branch}"
    return (Wanted("", name, refs[name]),) if upstream.branch and name in refs else ()


def history(upstream: Upstream, refs: Mapping[str, str]) -> tuple[Wanted, ...]:
    """Every release from `since` on; of a series only the newest where upstream says so. Oldest first."""
    first = parse(upstream.since) if upstream.since else None
    found = [w for w in releases(upstream, refs) if first is None or parse(w.version) >= first]
    if not upstream.series:
        return tuple(found)
    by_series: dict[tuple[int, ...], Wanted] = {}
    for wanted in found:
        by_series[parse(wanted.version).numbers[:2]] = wanted
    return tuple(by_series.values())


def merged(wanted: Iterable[Wanted]) -> tuple[Wanted, ...]:
    """Each commit once, as the first that names it."""
    return tuple({w.commit: w for w in reversed(tuple(wanted))}.values())[::-1]
