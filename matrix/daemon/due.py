"""A project's row, its schedule and two clocks -> whether it is due, when it will be, and how old its success is.

Wall clocks jump: they are wrong at boot, are set back, run on through a sleep. So the wall clock counts only for what
happened before this process began, and for cron lines, which speak of it; whatever this process saw is measured by the
clock that runs through sleeps and that nobody sets.

    elapsed   how long ago the last attempt was: by that clock; else by the wall clock, but at least since the start
    pause     how long after an attempt the next one is due
    due       elapsed >= pause: after any sleep once, however often it would have been meanwhile

Pure: time is an argument.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from matrix.registry.schedule import parse_cron

if TYPE_CHECKING:
    from matrix.model import Schedule
    from matrix.registry.schedule import Cron
    from matrix.store import Job

_NOTHING = timedelta(0)
# After a failure: a sixteenth of the interval, doubled with each further one up to the interval itself.
_FIRST_SHARE = 16
_SHORTEST_RETRY = timedelta(minutes=1)
_DOUBLINGS = 16


class Now(NamedTuple):
    """One moment by two clocks: wall (aware UTC), and the time since some start that also counts sleeps."""

    wall: datetime
    steady: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What this process saw of a project, by the steady clock: when it began itself, the last attempt and success."""

    started: timedelta
    attempted: timedelta | None = None
    succeeded: timedelta | None = None


def is_due(schedule: Schedule, job: Job, seen: Seen, now: Now) -> bool:
    """Whether the project is to be refreshed now."""
    return job.attempted is None or _elapsed(job.attempted, seen.attempted, seen, now) >= _pause(
        schedule, job, seen, now
    )


def next_run(schedule: Schedule, job: Job, seen: Seen, now: Now) -> datetime:
    """When it will be due, as today's wall clock tells; now where it is."""
    if job.attempted is None:
        return now.wall
    rest = _pause(schedule, job, seen, now) - _elapsed(job.attempted, seen.attempted, seen, now)
    return now.wall + max(rest, _NOTHING)


def age(job: Job, seen: Seen, now: Now) -> timedelta:
    """How long ago all of it was last good; where it never was, how long it has been known."""
    return max(_elapsed(job.succeeded or job.known, seen.succeeded, seen, now), _NOTHING)


def _elapsed(moment: datetime, mark: timedelta | None, seen: Seen, now: Now) -> timedelta:
    """How long ago something was. A wall clock that says "not yet" is not believed: it was before we began."""
    if mark is not None:
        return now.steady - mark
    return max(now.wall - moment, now.steady - seen.started)


def _pause(schedule: Schedule, job: Job, seen: Seen, now: Now) -> timedelta:
    assert job.attempted is not None  # noqa: S101 - both callers ask first
    failures = job.failures
    if job.outcome == "running" and seen.attempted is None:
        # It was cut short together with the process that ran it. That is simply done again; if it happens again and
        # again, it may be what kills us.
        if failures <= 1:
            return _NOTHING
        failures -= 1
    jitter = schedule.jitter * _share(job)
    cron = parse_cron(schedule.cron) if schedule.cron else None
    if cron is None:
        return (_retry(schedule.every, failures) if failures else schedule.every) + jitter
    # The attempt's moment as today's clock would have told it.
    attempted = now.wall - _elapsed(job.attempted, seen.attempted, seen, now)
    pause, gap = _next_of(cron, attempted)
    return min(_retry(gap, failures), pause) + jitter if failures else pause + jitter


def _next_of(cron: Cron, attempted: datetime) -> tuple[timedelta, timedelta]:
    """How long after an attempt the line wants the next one, and the gap between its moments there.

    A moment that follows within half of the gap is the one that was just kept, come again: the clock was set back, or
    the attempt was late.
    """
    moment = cron.after(attempted)
    while True:
        following = cron.after(moment)
        gap = min(moment - cron.before(moment), following - moment)
        if moment - attempted >= gap / 2:
            return moment - attempted, gap
        moment = following


def _retry(gap: timedelta, failures: int) -> timedelta:
    first = max(gap / _FIRST_SHARE, min(gap, _SHORTEST_RETRY))
    doublings = 1 << min(failures - 1, _DOUBLINGS)
    return min(gap, first * doublings)


def _share(job: Job) -> float:
    """From 0 up to 1, the same whenever it is asked between two attempts, another for every project and attempt."""
    digest = sha256(f"{job.project} {job.attempted}".encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48
