"""What `status` says of the daemon's jobs, and the rows that they are kept in."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from matrix.poll.lock import DAEMON, REFRESH, holder, locked
from matrix.render.standing import job_json, job_lines
from matrix.store import Job, Store

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=timezone.utc)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
GOOD = Job(
    project="linux",
    known=NOW - DAY,
    attempted=NOW - 12 * MINUTE,
    finished=NOW - 11 * MINUTE,
    succeeded=NOW - 12 * MINUTE,
    outcome="complete",
    due=NOW + 5 * HOUR,
)
BAD = replace(
    GOOD, project="gcc", outcome="failed", failures=3, succeeded=NOW - 2 * DAY, due=NOW, note="gcc: refused\x1b[31m"
)
NEW = Job(project="llvm", known=NOW)


def test_lines():
    said = job_lines([BAD, GOOD, NEW], {"linux": 2}, "process 4711", NOW)
    assert said == [
        "",
        "jobs (the daemon runs: process 4711)",
        "  gcc         failed 3 times, last good 2 days ago; next now: gcc: refused\ufffd[31m",
        "  linux       last good 12 minutes ago; 2 held; next in 5 hours",
        "  llvm        not refreshed yet",
    ]
    assert job_lines([], {}, "", NOW) == []


@pytest.mark.parametrize(
    ("holder", "words"),
    [("process 1", "being refreshed for 12 minutes"), ("", "cut short, begun 12 minutes ago")],
)
def test_what_runs(holder, words):
    assert job_lines([replace(GOOD, outcome="running")], {}, holder, NOW)[-1] == f"  linux       {words}"


def test_nothing_is_promised_where_no_daemon_runs():
    assert "next" not in job_lines([GOOD], {}, "", NOW)[-1]


def test_json():
    assert job_json(BAD, 1, NOW) == {
        "project": "gcc",
        "outcome": "failed",
        "failures": 3,
        "held": 1,
        "age_seconds": 2 * 86400,
        "attempted_at": "2026-11-20T11:48:00+00:00",
        "finished_at": "2026-11-20T11:49:00+00:00",
        "succeeded_at": "2026-11-18T12:00:00+00:00",
        "next_run_at": "2026-11-20T12:00:00+00:00",
        "note": "gcc: refused\x1b[31m",
    }


def test_rows_come_back(tmp_path):
    """All of them, after a restart; and how far each hook was told."""
    with Store.open(tmp_path / "facts.db") as store:
        for job in (GOOD, NEW, BAD, replace(NEW, outcome="running", failures=1)):
            store.jobs.record(job)
        assert store.jobs.delivered("exec") is None
        store.jobs.record_delivered("exec", 7)
        store.jobs.record_delivered("exec", 9)
    with Store.open(tmp_path / "facts.db", readonly=True) as store:
        assert store.jobs.all() == [BAD, GOOD, replace(NEW, outcome="running", failures=1)]
        assert store.jobs.delivered("exec") == 9


def test_two_locks(tmp_path):
    """A daemon and a refresh hold one each; who asks holds none, and makes no file."""
    place = tmp_path / "facts.db"
    assert (holder(place), list(tmp_path.iterdir())) == ("", [])
    with locked(place, wait=0, tell=print, what=DAEMON), locked(place, wait=0, tell=print):
        assert holder(place).startswith("process ")
        assert holder(place, REFRESH) == holder(place)
    assert holder(place) == ""
