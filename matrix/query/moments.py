"""What a person writes for a moment -> the moment: 2026-03-01 (that whole day), an ISO time, or 30d ago."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

from matrix.errors import UsageError

_AGO = re.compile(r"([0-9]{1,5})([hdw])")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_HOURS = {"h": 1, "d": 24, "w": 7 * 24}
_LAST = timedelta(days=1) - timedelta(microseconds=1)


def parse_moment(written: str, now: datetime, option: str) -> datetime:
    """The moment (aware UTC), at most `now`. A day means its end: what was seen on that day counts.

    Raises: UsageError, which names `option`; also for a moment that has not come yet.
    """
    text = written.strip()
    if (ago := parse_ago(text, now)) is not None:
        return ago
    try:
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise _fault(option, written) from None
    found = found.astimezone(timezone.utc) if found.tzinfo else found.replace(tzinfo=timezone.utc)
    if found > now:
        raise UsageError(f"{option}: got {written!r}, which has not come yet, expected a moment of the past")
    if _DAY.fullmatch(text):
        found = found + _LAST if found < datetime.max.replace(tzinfo=timezone.utc) - _LAST else found
    return min(found, now)


def parse_ago(written: str, now: datetime) -> datetime | None:
    """The moment that 12h, 30d or 2w lie back; None for what is no such duration, or goes back before any calendar."""
    ago = _AGO.fullmatch(written)
    if ago is None:
        return None
    try:
        return now - timedelta(hours=int(ago[1]) * _HOURS[ago[2]])
    except OverflowError:
        return None


def _fault(option: str, written: str) -> UsageError:
    shown = written if len(written) <= 40 else written[:37] + "..."
    return UsageError(
        f"{option}: got {shown!r}, expected a day such as 2026-03-01, a time such as 2026-03-01T12:00:00Z, "
        "or how long ago: 12h, 30d, 2w"
    )
