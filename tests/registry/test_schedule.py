"""Durations and schedules."""

from __future__ import annotations

from datetime import timedelta

import pytest

from matrix.model import Schedule
from matrix.registry.schedule import parse_duration
from matrix.registry.sources import read_sources
from tests.registry.test_sources import GOOD


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


def test_every_fault_of_a_schedule():
    """All at once: what is no duration, and what does not go together."""
    expected = "expected a duration such as '6h' (s, m, h, d, w; a year at most)"
    assert read('every = "daily"\nbudget = 3') == [
        f"llvm.every: found 'daily', {expected}",
        f"llvm.budget: found 3, {expected}",
    ]
    assert read('every = "6h"\njitter = "6h"\nbudget = "6h"') == [
        "llvm.jitter: found '6h', expected less than every, '6h'",
        "llvm.budget: found '6h', expected more than every, '6h'",
    ]


@pytest.mark.parametrize("line", ["17 */6 * * *", "", "daily"])
def test_a_cron_line_is_told_what_has_its_place(line):
    expected = "none: cron is gone, use every (or archmatrix-refresh.timer at a moment of the day)"
    assert read(f'cron = "{line}"') == [f"llvm.cron: found {line!r}, expected {expected}"]
