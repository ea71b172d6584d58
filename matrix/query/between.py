"""What a person writes for two states (dates, `last`, sets of versions) -> the pictures of both."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from matrix.change import Picture, compare
from matrix.errors import UsageError
from matrix.query.journal import SOURCE_TOPIC
from matrix.query.moments import parse_moment
from matrix.query.picture import picture
from matrix.query.question import PROJECTS, Question
from matrix.query.scene import set_scene
from matrix.value import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from matrix.change import Statement, Topic
    from matrix.model import Registry
    from matrix.query.knowledge import Knowledge
    from matrix.query.scene import Scene
    from matrix.store import Store

NOW = "now"
LAST = "last"
# What can be typed where it is not clear what was meant.
_EXAMPLE = "archmatrix diff linux@6.12..linux@7.1"
_VERSION = re.compile(r"(?:([a-z]+)@)?(\S+)")
# A bare version is a kernel's: it has a dot, which no day and no duration has.
_KERNEL = re.compile(r"(?:linux-)?v?[0-9]+(?:\.(?:[0-9]+|y))+(?:-rc[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Sides:
    """Both states: moments (aware UTC) of what was known, or versions by project. One kind of the two."""

    moments: tuple[datetime, datetime] | None = None
    versions: tuple[Mapping[str, str], Mapping[str, str]] | None = None


def parse_sides(first: str, second: str | None, now: datetime, last: datetime | None) -> Sides:
    """`A..B`, or A and B apart; without B the present. last is the moment of the last change that was told.

    Raises: UsageError.
    """
    if second is None and ".." in first:
        first, _, second = first.partition("..")
    if second is not None and ".." in second:
        raise UsageError(f"diff: got {second!r} beside {first!r}, expected A..B, or A and B apart", then=_EXAMPLE)
    if _KERNEL.fullmatch(first) and (second is None or _KERNEL.fullmatch(second)):
        # As git writes a range of tags; here each stands for the newest that was read of its series.
        first, second = f"linux@{first.lstrip('v')}", f"linux@{second.lstrip('v')}" if second else None
    if "@" not in f"{first}{second or ''}":
        moments = tuple(_moment(written, now, last) for written in (first, second or NOW))
        if moments[0] > moments[1]:
            raise UsageError(
                f"diff: got {first!r} before {second or NOW!r}, expected the older one first", then=_EXAMPLE
            )
        return Sides(moments=(moments[0], moments[1]))
    old = _versions(first, "")
    only = next(iter(old)) if len(old) == 1 else ""
    new = _versions(second, only) if second else {}
    if second and old.keys() != new.keys():
        raise UsageError(
            f"diff: got versions of {', '.join(old)} and of {', '.join(new)}, expected the same projects on both sides",
            then=_EXAMPLE,
        )
    return Sides(versions=(old, new))


def _moment(written: str, now: datetime, last: datetime | None) -> datetime:
    if written == NOW:
        return now
    if written == LAST:
        # What was held before the last change: without one, what is held now.
        return now if last is None else last - timedelta(microseconds=1)
    return parse_moment(written, now, "diff")


def _versions(written: str, project: str) -> dict[str, str]:
    """`linux@6.12,rust@1.85`; a bare version is of `project`, where that is given."""
    found: dict[str, str] = {}
    for part in written.split(","):
        match = _VERSION.fullmatch(part.strip())
        name = (match[1] or project) if match else ""
        if match is None or name not in PROJECTS:
            expected = f"PROJECT@VERSION with a project of {', '.join(PROJECTS)}, such as linux@6.12, or a day"
            raise UsageError(f"diff: got {part.strip()!r}, expected {expected}", then=_EXAMPLE)
        if name in found:
            raise UsageError(f"diff: got {name} twice in {written!r}, expected one version of it a side", then=_EXAMPLE)
        found[name] = match[2]
    return found


def scenes(
    registry: Registry, knowledge: Knowledge, versions: tuple[Mapping[str, str], Mapping[str, str]], fixed: Question
) -> tuple[Scene, Scene]:
    """Both sides' scenes; what `fixed` names besides is the same on both. Raises: UsageError.

    A project that one side alone names has its newest on the other, named there too: a version that is named decides
    more than one that is merely the newest.
    """
    if twice := sorted({p for side in versions for p in side} & fixed.versions.keys()):
        raise UsageError(
            f"diff: found {', '.join(twice)} among the versions and as an option, expected one of them", then=_EXAMPLE
        )
    before, after = (_scene(registry, knowledge, fixed, mine, other) for mine, other in (versions, versions[::-1]))
    return before, after


def _scene(
    registry: Registry, knowledge: Knowledge, fixed: Question, mine: Mapping[str, str], other: Mapping[str, str]
) -> Scene:
    scene = set_scene(registry, knowledge, replace(fixed, versions={**fixed.versions, **mine}))
    newest = {p: r.label for p in other if p not in mine and (r := scene.revisions[p]) is not None}
    if not newest:
        return scene
    return set_scene(registry, knowledge, replace(fixed, versions={**fixed.versions, **newest, **mine}))


def pictures_at(
    registry: Registry,
    knowledge: Knowledge,
    journals: tuple[Store, ...],
    moments: tuple[datetime, datetime],
    stamp: str,
) -> tuple[Picture, Picture]:
    """What was held true at two moments.

    Where a journal is today's it says at once whether anything differs. What does is resolved again: the journal has a
    statement with its lines of when it was first made, and a reader wants those of the two moments.
    """
    sources: tuple[dict[Topic, Statement], dict[Topic, Statement]] = ({}, {})
    for store in journals:
        made = store.journal.state
        # A refresh that ended before its time left facts that the journal does not tell of yet.
        if made is not None and made.stamp == stamp == store.pages.stamp:
            old, new = store.journal.compared(*moments)
            if not compare(old, new):
                return old, new
        sources = store.journal.pictured(moments[0], SOURCE_TOPIC), store.journal.pictured(moments[1], SOURCE_TOPIC)
    old, new = (picture(registry, set_scene(registry, knowledge.at(m), Question())) for m in moments)
    return Picture({**old.said, **sources[0]}, old.silent), Picture({**new.said, **sources[1]}, new.silent)
