"""When a project is due: by hand, by properties, and over a year of sleeps, wrong clocks, restarts and failures."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.daemon.due import Now, Seen, age, is_due, next_run
from matrix.model import Schedule
from matrix.store import Job

UTC = timezone.utc
START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
BOOT = datetime(1970, 1, 1, 0, 0, 30, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SIX = Schedule(every=6 * HOUR)
NEW = Job(project="linux", known=START)
DONE = replace(NEW, attempted=START, succeeded=START, outcome="complete")
# A process that saw the attempt itself, at 1000 seconds of its clock.
SEEN = Seen(started=10 * SECOND, attempted=1000 * SECOND, succeeded=1000 * SECOND)
RESTARTED = Seen(started=5000 * SECOND)


def at(since, wall=None):
    """So long after the attempt that SEEN saw; the wall clock goes with it where nothing else is said."""
    return Now(START + since if wall is None else wall, 1000 * SECOND + since)


def test_what_was_never_refreshed_is_due():
    assert is_due(SIX, NEW, RESTARTED, Now(START, 5000 * SECOND))
    assert next_run(SIX, NEW, RESTARTED, Now(START, 5000 * SECOND)) == START


def test_due_after_the_interval():
    assert not is_due(SIX, DONE, SEEN, at(6 * HOUR - SECOND))
    assert is_due(SIX, DONE, SEEN, at(6 * HOUR))
    assert next_run(SIX, DONE, SEEN, at(HOUR)) == START + 6 * HOUR


@pytest.mark.parametrize("wall", [BOOT, START - HOUR, START - DAY, START + 10 * DAY, datetime(9000, 1, 1, tzinfo=UTC)])
def test_a_clock_that_was_set_changes_nothing(wall):
    """What this process saw is measured by the clock that nobody sets."""
    assert not is_due(SIX, DONE, SEEN, at(6 * HOUR - SECOND, wall))
    assert is_due(SIX, DONE, SEEN, at(6 * HOUR, wall))


def test_after_a_restart_the_wall_clock_counts():
    """The row says when, and the clock is right: it goes on where it was."""
    assert not is_due(SIX, DONE, RESTARTED, Now(START + 6 * HOUR - SECOND, 5001 * SECOND))
    assert is_due(SIX, DONE, RESTARTED, Now(START + 6 * HOUR, 5001 * SECOND))


@pytest.mark.parametrize("wall", [BOOT, START - HOUR, START - 10 * DAY])
def test_a_row_of_the_future_is_not_waited_for(wall):
    """Restarted under a clock that lies behind the row: due an interval after the start, not when the row says."""
    started = Now(wall, 5000 * SECOND)
    assert not is_due(SIX, DONE, RESTARTED, started)
    assert is_due(SIX, DONE, RESTARTED, Now(wall + 6 * HOUR, 5000 * SECOND + 6 * HOUR))


def test_a_clock_mended_after_the_start_is_believed():
    """Booted in 1970 with a row of yesterday; once the clock is right, it is due."""
    assert not is_due(SIX, DONE, RESTARTED, Now(BOOT, 5000 * SECOND))
    assert is_due(SIX, DONE, RESTARTED, Now(START + DAY, 5060 * SECOND))


def test_what_was_cut_short_is_simply_run_again():
    """Once; after that it may be what ends us, and waits like any failure."""
    cut = replace(DONE, outcome="running", failures=1)
    now = Now(START + SECOND, 5001 * SECOND)
    assert is_due(SIX, cut, RESTARTED, now)
    assert not is_due(SIX, cut, SEEN, at(SECOND)), "it runs now"
    assert not is_due(SIX, replace(cut, failures=2), RESTARTED, now)
    assert is_due(SIX, replace(cut, failures=2), RESTARTED, Now(START + 6 * HOUR / 16, 5001 * SECOND))


@pytest.mark.parametrize(
    ("failures", "pause"),
    [(1, 22.5), (2, 45), (3, 90), (4, 180), (5, 360), (6, 360), (1000, 360)],
)
def test_failures_back_off_up_to_the_interval(failures, pause):
    failed = replace(DONE, outcome="failed", failures=failures)
    assert next_run(SIX, failed, SEEN, at(MINUTE)) == START + pause * MINUTE


def test_short_intervals_are_no_shorter_for_failing():
    failed = replace(DONE, outcome="failed", failures=1)
    assert next_run(Schedule(every=SECOND), failed, SEEN, at(timedelta(0))) == START + SECOND
    assert next_run(Schedule(every=5 * MINUTE), failed, SEEN, at(timedelta(0))) == START + MINUTE


def test_jitter_is_the_same_whenever_asked():
    jittered = replace(SIX, jitter=HOUR)
    moments = {next_run(jittered, DONE, SEEN, at(n * MINUTE)) for n in range(300)}
    assert len(moments) == 1
    assert START + 6 * HOUR <= moments.pop() < START + 7 * HOUR
    others = {next_run(jittered, replace(DONE, project=f"p{n}"), SEEN, at(MINUTE)) for n in range(50)}
    assert len(others) == 50


def test_age_is_of_the_last_success():
    failed = replace(DONE, attempted=START + DAY, failures=3)
    assert age(failed, SEEN, at(2 * DAY)) == 2 * DAY
    assert age(failed, SEEN, at(2 * DAY, BOOT)) == 2 * DAY
    assert age(NEW, RESTARTED, Now(START + HOUR, 5001 * SECOND)) == HOUR
    assert age(DONE, RESTARTED, Now(BOOT, 5001 * SECOND)) == SECOND


# --- properties -----------------------------------------------------------------------------------------------------

walls = st.datetimes(datetime(1970, 1, 2), datetime(2400, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - given one
schedules = st.builds(Schedule, every=st.timedeltas(SECOND, 30 * DAY))
jobs = st.builds(
    Job,
    project=st.just("p"),
    known=walls,
    attempted=walls,
    failures=st.integers(0, 50),
    outcome=st.sampled_from(["complete", "failed", "partial", "running"]),
)


@given(schedules, jobs, walls, walls)
def test_never_twice_at_once(schedule, job, wall, other):
    """Right after an attempt that this process saw, whatever either clock said or says."""
    seen = Seen(started=SECOND, attempted=100 * SECOND)
    job = replace(job, attempted=wall)
    assert not is_due(schedule, job, seen, Now(other, 100 * SECOND + timedelta(milliseconds=400)))


@given(schedules, jobs, walls, st.booleans())
def test_due_within_bounds(schedule, job, wall, restarted):
    """Within the interval and the jitter of undisturbed time, whatever the row and the wall clock say."""
    schedule = replace(schedule, jitter=MINUTE)
    seen = Seen(started=SECOND, attempted=None if restarted else SECOND)
    later = schedule.every + MINUTE
    assert is_due(schedule, job, seen, Now(wall + later, SECOND + later))


@given(schedules, jobs, walls, st.timedeltas(timedelta(0), 400 * DAY))
def test_next_run_is_when_it_is_due(schedule, job, wall, since):
    seen = Seen(started=SECOND, attempted=2 * SECOND)
    now = Now(wall + since, 2 * SECOND + since)
    rest = next_run(schedule, job, seen, now) - now.wall
    assert is_due(schedule, job, seen, now) == (rest == timedelta(0))
    if rest:
        assert is_due(schedule, job, seen, Now(now.wall + rest, now.steady + rest))


# --- a year ---------------------------------------------------------------------------------------------------------

TICK = 10 * MINUTE
YEAR = {
    "linux": Schedule(every=6 * HOUR, jitter=15 * MINUTE),
    "gcc": Schedule(every=12 * HOUR, jitter=30 * MINUTE),
    "mrustc": Schedule(every=DAY, jitter=HOUR),
}


class Machine:
    """A laptop: it sleeps, its clock is set, its daemon is restarted, and what it asks fails at times."""

    def __init__(self, seed):
        self.chance = random.Random(seed)  # noqa: S311 - the same year every time
        self.true, self.offset = timedelta(0), timedelta(0)
        self.jobs = {p: Job(project=p, known=START) for p in YEAR}
        self.ran = {p: [] for p in YEAR}
        self.slept = []
        self.restarts = []
        self.boot()

    def boot(self):
        self.restarts.append(self.true)
        self.seen = {p: Seen(started=self.steady) for p in YEAR}

    @property
    def steady(self):
        return timedelta(seconds=50) + self.true

    def now(self):
        return Now(START + self.true + self.offset, self.steady)

    def step(self):
        self.true += TICK
        if self.chance.random() < 1 / 300:
            asleep = self.chance.choice([30 * MINUTE, 8 * HOUR, 20 * HOUR, 4 * DAY])
            self.slept.append((self.true, asleep))
            self.true += asleep
        if self.chance.random() < 1 / 1000:
            self.offset = self.chance.choice([timedelta(0), -HOUR, HOUR, 10 * DAY, -10 * DAY, BOOT - START - self.true])
        if self.chance.random() < 1 / 700:
            self.boot()
        for project, schedule in YEAR.items():
            if is_due(schedule, self.jobs[project], self.seen[project], self.now()):
                self.refresh(project)
                assert not is_due(schedule, self.jobs[project], self.seen[project], self.now())

    def refresh(self, project):
        now, job = self.now(), self.jobs[project]
        well = self.chance.random() > 0.1
        self.ran[project].append((self.true, job.failures))
        self.seen[project] = replace(self.seen[project], attempted=now.steady)
        self.jobs[project] = replace(
            job, attempted=now.wall, outcome="complete" if well else "failed", failures=0 if well else job.failures + 1
        )

    def asleep_in(self, since, until):
        return sum((length for at_, length in self.slept if since <= at_ <= until), timedelta(0))


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_a_year(seed):
    """Every project as often as its schedule says: never sooner than that in one process, never later than one gap of
    waking time after it should, and once however long the machine slept."""
    machine = Machine(seed)
    while machine.true < 365 * DAY:
        machine.step()
    for project, schedule in YEAR.items():
        ran = machine.ran[project]
        for (before, _), (after, failures) in pairwise(ran):
            restarts = sum(before < moment <= after for moment in machine.restarts)
            least = schedule.every / 16 if failures else schedule.every
            # A restart under a clock that was set forward is early, once.
            assert restarts or after - before >= least, (project, before, after)
            waking = after - before - machine.asleep_in(before, after)
            # Each under a clock that was set back begins the wait anew.
            most = schedule.every * (1 + restarts) + schedule.jitter + 2 * TICK
            assert waking <= most, (project, before, after)
        # So often at least as the time that it was awake has room for.
        awake = 365 * DAY - machine.asleep_in(timedelta(0), 366 * DAY)
        assert len(ran) >= 0.8 * awake / (schedule.every + schedule.jitter), project
