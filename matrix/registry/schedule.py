"""The keys every, jitter and budget -> a Schedule; `6h` -> a duration.

There is no cron (2026-11-28). What is asked is how old an answer may grow, and no upstream publishes by the hour of a
day: an interval says that, with one reckoning that no clock which is set can hurry, and nothing of APScheduler's or
ours that reads five fields. Who wants a refresh at half past two has archmatrix-refresh.timer, or a cron of the system.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from matrix.model import Schedule
from matrix.registry.schema import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from matrix.registry.schema import Place, Shape

_DURATION = re.compile(r"([1-9][0-9]{0,5})([smhdw])")
_UNITS = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
# Longer than this nothing is waited for; every sum of two moments and durations stays a moment.
_LONGEST = timedelta(days=366)


def schedule(keys: Mapping[str, Any], default: Schedule) -> Schedule:
    """What the keys say, and where they are silent the default."""
    every = _chosen(keys["every"], default.every)
    return Schedule(
        every=every,
        jitter=_chosen(keys["jitter"], default.jitter),
        # Three may fail before somebody is told, where nobody said otherwise.
        budget=_chosen(keys["budget"], max(default.budget, 3 * every)),
    )


def schedule_faults(place: Place, keys: Mapping[str, Any]) -> Iterator[str]:
    """Keys that contradict each other."""
    every, jitter, budget = (
        parse_duration(text) if isinstance(text := keys[key], str) else None for key in ("every", "jitter", "budget")
    )
    if every and jitter and jitter >= every:
        yield place.at("jitter").fault(repr(keys["jitter"]), f"less than every, {keys['every']!r}")
    if every and budget and budget <= every:
        yield place.at("budget").fault(repr(keys["budget"]), f"more than every, {keys['every']!r}")


def parse_duration(text: str) -> timedelta | None:
    """`90s`, `10m`, `6h`, `2d`, `1w`; None where it is none, or longer than a year."""
    match = _DURATION.fullmatch(text)
    if match is None or (duration := int(match[1]) * _UNITS[match[2]]) > _LONGEST:
        return None
    return duration


def _chosen(text: str, default: timedelta) -> timedelta:
    return (parse_duration(text) if text else None) or default


DURATION = Rule(
    "a duration such as '6h' (s, m, h, d, w; a year at most)",
    lambda value: isinstance(value, str) and parse_duration(value) is not None,
)
# A file of before is told what to do, and not only that the key is unknown.
_NO_CRON = Rule("none: cron is gone, use every (or archmatrix-refresh.timer at a moment of the day)", lambda _: False)
SCHEDULE: Mapping[str, Shape] = {
    "every": DURATION.or_else(""),
    "cron": _NO_CRON.or_else(""),
    "jitter": DURATION.or_else(""),
    "budget": DURATION.or_else(""),
}
