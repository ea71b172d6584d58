"""Durations and cron lines."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.model import Schedule
from matrix.registry.schedule import parse_cron, parse_duration
from matrix.registry.sources import read_sources
from tests.registry.test_sources import GOOD

UTC = timezone.utc


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("10m", 600), ("6h", 21600), ("2d", 172800), ("1w", 604800), ("366d", 366 * 86400)],
)
def test_durations(text, seconds):
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text", ["", "6", "h", "0h", "06h", "-1h", "1.5h", "6 h", "6H", "daily", "367d", "9999999s", "٦h"]
)
def test_what_is_no_duration(text):
    assert parse_duration(text) is None


@pytest.mark.parametrize(
    ("line", "after", "expected"),
    [
        ("17 */6 * * *", "2026-11-20T12:00", "2026-11-20T12:17"),
        ("17 */6 * * *", "2026-11-20T12:17", "2026-11-20T18:17"),
        ("17 */6 * * *", "2026-12-31T18:17", "2027-01-01T00:17"),
        ("0 0 29 2 *", "2026-01-01T00:00", "2028-02-29T00:00"),
        ("0 0 29 2 *", "2097-01-01T00:00", "2104-02-29T00:00"),
        ("0 9 * * 1-5", "2026-11-20T10:00", "2026-11-23T09:00"),
        ("0 9 * * 7", "2026-11-20T10:00", "2026-11-22T09:00"),
        ("0 9 * * 0", "2026-11-20T10:00", "2026-11-22T09:00"),
        ("0 0 13 * 5", "2026-11-10T10:00", "2026-11-13T00:00"),
        ("0 0 14 * 5", "2026-11-13T10:00", "2026-11-14T00:00"),
        ("5,35 8-10/2 * * *", "2026-11-20T08:35", "2026-11-20T10:05"),
        ("50/3 * * * *", "2026-11-20T08:50", "2026-11-20T08:53"),
    ],
)
def test_cron(line, after, expected):
    """The first moment later than that one; either of two days will do."""
    cron = parse_cron(line)
    moment, found = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (after, expected))
    assert cron.after(moment) == found
    assert cron.before(found + timedelta(seconds=1)) == found


@pytest.mark.parametrize(
    "line",
    [
        "", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * 32 * *", "* * * 13 *", "* * * * 8",
        "*/0 * * * *", "5-3 * * * *", "a * * * *", "* * * JAN *", "1, * * * *", "0 0 30 2 *", "0 0 31 4,6 *",
        "-1 * * * *",
    ],
)  # fmt: skip
def test_what_is_no_cron(line):
    """Days that never come are none either."""
    assert parse_cron(line) is None


@given(
    st.sampled_from(["* * * * *", "17 */6 * * *", "0 9 1,15 * 1", "30 2 29 2 *", "0 0 29 2 */3", "1-59/7 3,4 * 2-4 *"]),
    st.datetimes(datetime(1970, 1, 2), datetime(2400, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - given one
)
def test_after_and_before_agree(line, moment):
    cron = parse_cron(line)
    after, before = cron.after(moment), cron.before(moment)
    assert before < moment < after
    assert cron.before(after) in (before, moment)
    assert cron.after(before) in (after, moment)


def read(keys):
    text = GOOD.replace('name = "LLVM"', f'name = "LLVM"\n{keys}')
    found, faults = read_sources(text)
    return found.projects["llvm"].schedule if not faults else [f.removeprefix("sources.toml: project.") for f in faults]


def test_a_project_says_how_often():
    """Or has a day, and three for its budget; three intervals where those are longer."""
    assert read("") == Schedule(every=timedelta(days=1), budget=timedelta(days=3))
    assert read('every = "6h"\njitter = "10m"\nbudget = "2d"') == Schedule(
        every=timedelta(hours=6), jitter=timedelta(minutes=10), budget=timedelta(days=2)
    )
    assert read('every = "1w"').budget == timedelta(weeks=3)
    assert read('cron = "17 */6 * * *"').cron == "17 */6 * * *"


def test_every_fault_of_a_schedule():
    """All at once: what is no duration, and what does not go together."""
    expected = "expected a duration such as '6h' (s, m, h, d, w; a year at most)"
    assert read('every = "daily"\nbudget = 3') == [
        f"llvm.every: found 'daily', {expected}",
        f"llvm.budget: found 3, {expected}",
    ]
    assert read('every = "6h"\ncron = "0 0 * * *"\njitter = "6h"\nbudget = "6h"') == [
        "llvm.cron: found every as well, expected one of the two",
        "llvm.jitter: found '6h', expected less than every, '6h'",
        "llvm.budget: found '6h', expected more than every, '6h'",
    ]
