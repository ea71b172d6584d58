"""The keys every, cron, jitter and budget -> a Schedule; `6h` -> a duration, `17 */6 * * *` -> a Cron, in UTC.

A cron line has five fields: minute, hour, day of the month, month, day of the week (0 and 7 are Sunday), each `*`, a
number, a range `1-5`, a list `1,15` and a step `*/6` or `8-18/2`. As in every cron, where both days are given either
will do. Moments are in UTC alone: a day that has no half past two, or has it twice, is nobody's gain here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import lru_cache
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
LONGEST = timedelta(days=366)
_PART = re.compile(r"(?:\*|([0-9]{1,2})(?:-([0-9]{1,2}))?)(?:/([0-9]{1,2}))?")
_FIELDS = (("minute", 0, 59), ("hour", 0, 23), ("day", 1, 31), ("month", 1, 12), ("weekday", 0, 7))
# A 29th of February on a given day of the week may be forty years away (around 2100).
_FARTHEST = 41 * 366
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Cron:
    """The minutes at which something is to happen: which of each field, days by either rule where both are given."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either: bool

    def after(self, moment: datetime) -> datetime:
        """The first moment later than that one (aware UTC)."""
        day = _midnight(moment)
        for _ in range(_FARTHEST):
            if self._on(day):
                for found in self._times(day):
                    if found > moment:
                        return found
            day += _DAY
        raise AssertionError  # parse_cron has seen that there is one

    def before(self, moment: datetime) -> datetime:
        """The last moment before that one."""
        day = _midnight(moment)
        for _ in range(_FARTHEST):
            if self._on(day):
                for found in reversed(self._times(day)):
                    if found < moment:
                        return found
            day -= _DAY
        raise AssertionError

    def _on(self, day: datetime) -> bool:
        if day.month not in self.months:
            return False
        by_date, by_name = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return by_date or by_name if self.either else by_date and by_name

    def _times(self, day: datetime) -> list[datetime]:
        return [day + timedelta(hours=hour, minutes=minute) for hour in self.hours for minute in self.minutes]


def schedule(keys: Mapping[str, Any], default: Schedule) -> Schedule:
    """What the keys say, and where they are silent the default; a cron or an interval stands in the other's place."""
    every = parse_duration(keys["every"]) if keys["every"] else None
    gap = every or (timedelta(days=1) if keys["cron"] else default.every)
    return Schedule(
        every=gap,
        cron="" if every else keys["cron"] or default.cron,
        jitter=_chosen(keys["jitter"], default.jitter),
        # Three may fail before somebody is told, where nobody said otherwise.
        budget=_chosen(keys["budget"], max(default.budget, 3 * gap)),
    )


def schedule_faults(place: Place, keys: Mapping[str, Any]) -> Iterator[str]:
    """Keys that contradict each other."""
    every = parse_duration(keys["every"]) if isinstance(keys["every"], str) else None
    if keys["every"] and keys["cron"]:
        yield place.at("cron").fault("every as well", "one of the two")
    jitter, budget = (parse_duration(k) if isinstance(k := keys[key], str) else None for key in ("jitter", "budget"))
    if every and jitter and jitter >= every:
        yield place.at("jitter").fault(repr(keys["jitter"]), f"less than every, {keys['every']!r}")
    if every and budget and budget <= every:
        yield place.at("budget").fault(repr(keys["budget"]), f"more than every, {keys['every']!r}")


def parse_duration(text: str) -> timedelta | None:
    """`90s`, `10m`, `6h`, `2d`, `1w`; None where it is none, or longer than a year."""
    found = _DURATION.fullmatch(text)
    if found is None or (duration := int(found[1]) * _UNITS[found[2]]) > LONGEST:
        return None
    return duration


@lru_cache(maxsize=64)
def parse_cron(text: str) -> Cron | None:
    """The five fields; None where they are not such, or name a day that never comes."""
    words = text.split()
    if len(words) != len(_FIELDS):
        return None
    fields = [_field(word, low, high) for word, (_, low, high) in zip(words, _FIELDS, strict=True)]
    if not all(fields):
        return None
    minutes, hours, days, months, weekdays = fields
    either = not words[2].startswith("*") and not words[4].startswith("*")
    cron = Cron(
        minutes=tuple(sorted(minutes)),
        hours=tuple(sorted(hours)),
        days=days,
        months=months,
        weekdays=frozenset(day % 7 for day in weekdays),
        either=either,
    )
    longest = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}
    if not either and all(min(days) > longest.get(month, 31) for month in months):
        return None
    return cron


def _chosen(text: str, default: timedelta) -> timedelta:
    return (parse_duration(text) if text else None) or default


def _field(word: str, low: int, high: int) -> frozenset[int]:
    """The numbers of one field, none where it is no field."""
    found: set[int] = set()
    for part in word.split(","):
        match = _PART.fullmatch(part)
        if match is None:
            return frozenset()
        first = low if match[1] is None else int(match[1])
        # `*/6` runs to the end, and so does `5/6`.
        last = int(match[2]) if match[2] else high if match[1] is None or match[3] else first
        step = int(match[3] or 1)
        if not (low <= first <= last <= high and step):
            return frozenset()
        found.update(range(first, last + 1, step))
    return frozenset(found)


def _midnight(moment: datetime) -> datetime:
    return moment.astimezone(timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)


DURATION = Rule(
    "a duration such as '6h' (s, m, h, d, w; a year at most)",
    lambda value: isinstance(value, str) and parse_duration(value) is not None,
)
CRON = Rule(
    "five cron fields such as '17 */6 * * *', in UTC",
    lambda value: isinstance(value, str) and parse_cron(value) is not None,
)
SCHEDULE: Mapping[str, Shape] = {
    "every": DURATION.or_else(""),
    "cron": CRON.or_else(""),
    "jitter": DURATION.or_else(""),
    "budget": DURATION.or_else(""),
}
