"""The machine -> one moment by both clocks. The only place of the daemon that asks what time it is."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone

from matrix.daemon.due import Now

# Counts the time that the machine sleeps; CLOCK_MONOTONIC does not.
_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def both_clocks() -> Now:
    """The present moment by both."""
    return Now(wall(), timedelta(seconds=time.clock_gettime(_STEADY)))


def wall() -> datetime:
    """The present moment by the wall clock (aware UTC)."""
    return datetime.now(timezone.utc)


def monotonic() -> float:
    """Seconds that only grow, as service managers count them."""
    return time.clock_gettime(time.CLOCK_MONOTONIC)
