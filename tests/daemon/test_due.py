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
CRON = Schedule(cron="17 */6 * * *")
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


@pytest.mark.parametrize("schedule", [SIX, CRON])
@pytest.mark.parametrize("wall", [BOOT, START - HOUR, START - 10 * DAY])
def test_a_row_of_the_future_is_not_waited_for(schedule, wall):
    """Restarted under a clock that lies behind the row: due an interval after the start, or at the cron's moment then,
    not when the row says."""
    started = Now(wall, 5000 * SECOND)
    assert not is_due(schedule, DONE, RESTARTED, started)
    later = 9 * HOUR if schedule.cron else 6 * HOUR
    assert is_due(schedule, DONE, RESTARTED, Now(wall + later, 5000 * SECOND + later))


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


def test_cron_in_utc():
    assert next_run(CRON, DONE, SEEN, at(MINUTE)) == datetime(2026, 11, 20, 18, 17, tzinfo=UTC)
    late = replace(DONE, attempted=START.replace(hour=12, minute=17))
    assert next_run(CRON, late, RESTARTED, Now(START + HOUR, 5001 * SECOND)).hour == 18


def test_a_missed_cron_is_caught_up_once():
    """Asleep for three days: due at once, and then at its next moment."""
    wake = at(3 * DAY)
    assert is_due(CRON, DONE, SEEN, wake)
    caught = replace(DONE, attempted=wake.wall)
    seen = replace(SEEN, attempted=wake.steady)
    assert not is_due(CRON, caught, seen, at(3 * DAY + MINUTE))
    assert next_run(CRON, caught, seen, at(3 * DAY + MINUTE)) == datetime(2026, 11, 23, 18, 17, tzinfo=UTC)


def test_a_cron_that_was_kept_late_skips_the_next_that_is_close():
    late = replace(DONE, attempted=START + 6 * HOUR)
    seen = replace(SEEN, attempted=SEEN.attempted + 6 * HOUR)
    assert next_run(CRON, late, seen, at(6 * HOUR)) == datetime(2026, 11, 21, 0, 17, tzinfo=UTC)


def test_an_hour_that_comes_twice_is_kept_once():
    """Kept at 18:17; the clock is set back, and 18:17 comes again."""
    kept = replace(DONE, attempted=START.replace(hour=18, minute=17))
    for back in (2 * SECOND, HOUR):
        wall = START.replace(hour=18, minute=17) - back
        for minutes in range(120):
            now = Now(wall + minutes * MINUTE, SEEN.attempted + minutes * MINUTE)
            assert not is_due(CRON, kept, SEEN, now)


def test_uneven_crons():
    """9 and 10 o'clock are both kept."""
    both = Schedule(cron="0 9,10 * * *")
    nine = replace(DONE, attempted=START.replace(hour=9))
    seen = replace(SEEN, attempted=SEEN.attempted)
    assert next_run(both, nine, seen, Now(START.replace(hour=9), SEEN.attempted)) == START.replace(hour=10)


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
schedules = st.one_of(
    st.builds(Schedule, every=st.timedeltas(SECOND, 30 * DAY)),
    st.sampled_from([Schedule(cron=c) for c in ("17 */6 * * *", "0 9,10 * * *", "* * * * *", "30 2 29 2 *")]),
)
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
    """Within two gaps and the jitter of undisturbed time, whatever the row and the wall clock say."""
    schedule = replace(schedule, jitter=MINUTE)
    gap = {"17 */6 * * *": 6 * HOUR, "0 9,10 * * *": DAY, "* * * * *": MINUTE, "30 2 29 2 *": 8 * 366 * DAY}.get(
        schedule.cron, schedule.every
    )
    seen = Seen(started=SECOND, attempted=None if restarted else SECOND)
    later = 2 * gap + MINUTE
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
    "cron": CRON,
}
GAPS = {"linux": 6 * HOUR, "gcc": 12 * HOUR, "mrustc": DAY, "cron": 6 * HOUR}


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
            restarted = any(before < moment <= after for moment in machine.restarts)
            least = GAPS[project] / 16 if failures else GAPS[project] / 2 if schedule.cron else GAPS[project]
            # A restart under a clock that was set forward is early, once.
            assert restarted or after - before >= least, (project, before, after)
            waking = after - before - machine.asleep_in(before, after)
            most = GAPS[project] * (2 if schedule.cron or restarted else 1) + schedule.jitter + 2 * TICK
            assert waking <= most, (project, before, after)
        # So often at least as the time that it was awake has room for.
        awake = 365 * DAY - machine.asleep_in(timedelta(0), 366 * DAY)
        assert len(ran) >= 0.8 * awake / (GAPS[project] + schedule.jitter), project
