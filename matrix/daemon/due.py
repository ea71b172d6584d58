"""A project's row, its schedule and two clocks -> whether it is due, when it will be, and how old its success is.

Wall clocks jump: they are wrong at boot, are set back, run on through a sleep. So the wall clock counts only for what
happened before this process began; whatever this process saw is measured by the clock that runs through sleeps and
that nobody sets.

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

from matrix.retry import Retry

if TYPE_CHECKING:
    from matrix.model import Schedule
    from matrix.store import Job

_NOTHING = timedelta(0)
# After a failure: a sixteenth of the interval, doubled with each further one up to the interval itself.
_FIRST_SHARE = 16
_SHORTEST_RETRY = timedelta(minutes=1)


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
    return job.attempted is None or _elapsed(job.attempted, seen.attempted, seen, now) >= _pause(schedule, job, seen)


def next_run(schedule: Schedule, job: Job, seen: Seen, now: Now) -> datetime:
    """When it will be due, as today's wall clock tells; now where it is."""
    if job.attempted is None:
        return now.wall
    rest = _pause(schedule, job, seen) - _elapsed(job.attempted, seen.attempted, seen, now)
    return now.wall + max(rest, _NOTHING)


def age(job: Job, seen: Seen, now: Now) -> timedelta:
    """How long ago all of it was last good; where it never was, how long it has been known."""
    return max(_elapsed(job.succeeded or job.known, seen.succeeded, seen, now), _NOTHING)


def _elapsed(moment: datetime, mark: timedelta | None, seen: Seen, now: Now) -> timedelta:
    """How long ago something was. A wall clock that says "not yet" is not believed: it was before we began."""
    if mark is not None:
        return now.steady - mark
    return max(now.wall - moment, now.steady - seen.started)


def _pause(schedule: Schedule, job: Job, seen: Seen) -> timedelta:
    failures = job.failures
    if job.outcome == "running" and seen.attempted is None:
        # It was cut short together with the process that ran it. That is simply done again; if it happens again and
        # again, it may be what kills us.
        if failures <= 1:
            return _NOTHING
        failures -= 1
    return (_retry(schedule.every).pause(failures) if failures else schedule.every) + schedule.jitter * _share(job)


def _retry(every: timedelta) -> Retry:
    return Retry(first=max(every / _FIRST_SHARE, min(every, _SHORTEST_RETRY)), ceiling=every)


def _share(job: Job) -> float:
    """From 0 up to 1, the same whenever it is asked between two attempts, another for every project and attempt."""
    digest = sha256(f"{job.project} {job.attempted}".encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48
