"""APScheduler -> a question asked every few seconds, whatever the wall clock does meanwhile.

It only ticks. What is due stands in rows and is told by a clock that nobody sets (due.py); so a tick that came late, or
twice, or after a sleep, harms nothing. APScheduler itself goes by the wall clock: where that is set back it would wait
until the hour has come again. A beat of the loop's own clock sees that, and has it tick at once.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from apscheduler.schedulers.asyncio import AsyncIOScheduler  # type: ignore[import-untyped]
from apscheduler.triggers.base import BaseTrigger  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Callable

    from matrix.daemon.due import Now

# What two clocks may differ by without anybody having set one.
_SLACK = timedelta(seconds=2)


class _Every(BaseTrigger):  # type: ignore[misc]  # the package has no types
    """A pause after now. APScheduler's own interval lists every moment that was missed: millions, after a jump."""

    __slots__ = ("_pause",)

    def __init__(self, pause: timedelta) -> None:
        self._pause = pause

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        return now if previous is None else now + self._pause


class Ticks:
    """question is asked every `pause` seconds, and every `beat` seconds alive is told whether it still is.

    jumped is told how far the wall clock was set.
    """

    def __init__(
        self,
        pause: float,
        beat: float,
        clock: Callable[[], Now],
        question: Callable[[], None],
        alive: Callable[[bool], None],
        jumped: Callable[[timedelta], None],
    ) -> None:
        self._pause, self._beat = pause, beat
        self._clock, self._question, self._alive, self._jumped = clock, question, alive, jumped
        self._asked = clock().steady
        self._scheduler = AsyncIOScheduler(timezone=timezone.utc)
        self._job = self._scheduler.add_job(
            self._ask,
            _Every(timedelta(seconds=pause)),
            coalesce=True,
            max_instances=1,
            # None: never too late to ask.
            misfire_grace_time=None,
        )

    # A coroutine: APScheduler runs plain functions in threads.
    async def _ask(self) -> None:
        self._asked = self._clock().steady
        self._question()

    async def run(self) -> None:
        """Until cancelled."""
        self._scheduler.start()
        try:
            before = self._clock()
            while True:
                await asyncio.sleep(self._beat)
                now = self._clock()
                gap = (now.wall - before.wall) - (now.steady - before.steady)
                before = now
                if abs(gap) > _SLACK:
                    self._jumped(gap)
                    self._job.modify(next_run_time=now.wall)
                late = (now.steady - self._asked).total_seconds()
                self._alive(late <= 3 * self._pause + 2 * self._beat)
        finally:
            self._scheduler.shutdown(wait=False)
