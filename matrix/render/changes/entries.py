"""Steps and events -> the entries of the feeds: one for each port of the kernel, and one for what concerns all.

A reader is told once of a release or of a day, not once of each change.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from matrix.change import Kind
from matrix.render.changes.about import arches, backends
from matrix.render.changes.pages import month_page, step_page
from matrix.render.changes.titles import title_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matrix.change import Change, Event, ReleaseStep
    from matrix.model import Registry

GENERAL = "general"
# Where a release has no date that is known: stable, and before everything that has one.
_UNDATED = datetime(1970, 1, 1, tzinfo=timezone.utc)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """What a feed tells at once. key makes its id and never changes; page is the name of its page.

    came says with what it came: `Linux 6.18.15 to 7.1.13`, or a day. updated is aware UTC. arch is a port's id or
    "general".
    """

    key: tuple[str, ...]
    came: str
    title: str
    updated: datetime
    page: str
    arch: str
    changes: tuple[Change, ...]


def entries(registry: Registry, steps: Iterable[ReleaseStep], events: Sequence[Event]) -> list[FeedEntry]:
    """All entries, the newest first."""
    listed = [e for step in steps for e in _of_step(registry, step)]
    days: dict[tuple[str, str], list[Event]] = {}
    for event in sorted(events, key=lambda e: (e.moment, e.id)):
        days.setdefault((f"{event.moment:%Y-%m-%d}", "ours" if event.cause == "ours" else "upstream"), []).append(event)
    for (day, cause), own in days.items():
        listed += _of_day(registry, day, cause, own)
    return newest_first(listed)


def newest_first(listed: Iterable[FeedEntry]) -> list[FeedEntry]:
    """The newest first; what is equally new in the order of its keys."""
    return sorted(sorted(listed, key=lambda e: e.key), key=lambda e: e.updated, reverse=True)


def of_arch(listed: Iterable[FeedEntry], arch: str) -> list[FeedEntry]:
    """The entries of one port."""
    return [e for e in listed if e.arch == arch]


def of_backend(registry: Registry, listed: Iterable[FeedEntry], backend: str) -> list[FeedEntry]:
    """The entries with what concerns one backend: others than those they are made of, so with keys of their own."""
    return [
        replace(
            entry,
            key=(*entry.key, backend),
            title=_title(registry, entry.arch, changes, entry.came),
            changes=changes,
        )
        for entry in listed
        if (changes := tuple(c for c in entry.changes if backend in backends(c)))
    ]


def _of_step(registry: Registry, step: ReleaseStep) -> Iterable[FeedEntry]:
    key = (step.after.project, step.before.label, step.after.label)
    came = f"{registry.projects[step.after.project].name} {step.before.label} to {step.after.label}"
    for arch, changes in _by_arch(registry, step.changes).items():
        yield FeedEntry(
            key=(*key, arch),
            came=came,
            title=_title(registry, arch, changes, came),
            updated=step.after.date or _UNDATED,
            page=step_page(step),
            arch=arch,
            changes=changes,
        )


def _of_day(registry: Registry, day: str, cause: str, events: Sequence[Event]) -> Iterable[FeedEntry]:
    came = f"{day}, corrected by archmatrix" if cause == "ours" else day
    for arch, changes in _by_arch(registry, [e.change for e in events]).items():
        moments = [e.moment for e in events if any(e.change is c for c in changes)]
        yield FeedEntry(
            key=(day, cause, arch),
            came=came,
            title=_title(registry, arch, changes, came),
            updated=max(moments),
            page=month_page(day[:7]),
            arch=arch,
            changes=changes,
        )


def _title(registry: Registry, arch: str, changes: Iterable[Change], came: str) -> str:
    """`arm: Rust now asks for ... (Linux 6.18.15 to 7.1.13)`; what concerns all ports names none."""
    words = title_words(registry, changes) or "no answer changed"
    return f"{'' if arch == GENERAL else f'{arch}: '}{words} ({came})"


def _by_arch(registry: Registry, changes: Iterable[Change]) -> dict[str, tuple[Change, ...]]:
    """What concerns several ports stands in each of them; a release alone is nothing to tell."""
    by_arch: dict[str, list[Change]] = {}
    for change in changes:
        for arch in arches(registry, change) or (GENERAL,):
            by_arch.setdefault(arch, []).append(change)
    order = [GENERAL, *registry.arches]
    told = {a: tuple(c) for a, c in by_arch.items() if any(x.kind is not Kind.RELEASED for x in c)}
    return {arch: told[arch] for arch in order if arch in told}
