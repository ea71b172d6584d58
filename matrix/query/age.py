"""The refs that polls saw, and how a revision was chosen -> when that choice was last checked.

A release is recorded once and does not change. What ages is that it is the newest: so its age is the time since its
project's repositories were last asked for their tags. A revision that was named exactly has no age.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.choose import choose
from matrix.model import Revision
from matrix.versions import parse, tagged

if TYPE_CHECKING:
    from datetime import datetime

    from matrix.model import Registry, Upstream
    from matrix.query.knowledge import Knowledge


def choice_checked(registry: Registry, knowledge: Knowledge, asked: str | None, chosen: Revision) -> datetime | None:
    """When it was last seen that `chosen` is what `asked` means (aware UTC); asked is None for the newest release.

    It is None where the refs do not say so: a repository of the project was never polled, or a newer tag was seen that
    is not known yet. Then the age is that of the files.
    """
    moments = []
    for upstream in registry.upstreams.values():
        if upstream.project != chosen.project:
            continue
        refs = knowledge.refs(upstream.id)
        if not refs or _names_newer(upstream, refs, asked, chosen):
            return None
        moments.append(max(refs.values()))
    # The repository that was asked longest ago may have a newer one by now.
    return min(moments, default=None)


def _names_newer(upstream: Upstream, refs: dict[str, datetime], asked: str | None, chosen: Revision) -> bool:
    versions = [version for name in refs if (version := tagged(upstream.versions, name)) is not None]
    best = choose([Revision(project=chosen.project, label=version.text) for version in versions], asked).revision
    return best is not None and parse(best.label) > parse(chosen.label)
