"""APScheduler as it is run here: it goes on ticking whatever the wall clock does."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta, timezone

import apscheduler.schedulers.base
import pytest

from matrix.daemon.due import Now
from matrix.daemon.ticks import Ticks
from tests.daemon.conftest import until

PAUSE = 0.05


class Shifted(datetime):
    """The wall clock as APScheduler reads it, so far off."""

    offset = timedelta(0)

    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) + cls.offset


@pytest.fixture
def ticking(monkeypatch):
    """Tick ten times, the wall clock set meanwhile: how often it was in what time, and how far it was said to jump."""
    monkeypatch.setattr(apscheduler.schedulers.base, "datetime", Shifted)

    def work(offset):
        async def run():
            loop = asyncio.get_running_loop()
            asked, jumps, alive = [], [], []
            Shifted.offset = timedelta(0)

            def clock():
                return Now(Shifted.now(timezone.utc), timedelta(seconds=loop.time()))

            ticks = Ticks(PAUSE, PAUSE, clock, lambda: asked.append(loop.time()), alive.append, jumps.append)
            began = loop.time()
            task = asyncio.create_task(ticks.run())
            await until(lambda: len(asked) >= 4)
            Shifted.offset = offset
            before = len(asked)
            await until(lambda: len(asked) >= before + 6 and (jumps or not offset))
            took = loop.time() - began
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            assert all(alive)
            return len(asked), took, jumps

        return asyncio.run(run())

    return work


@pytest.mark.parametrize("hours", [0, -1, 1, 240, -240, -24 * 365 * 50])
def test_it_goes_on(ticking, hours):
    """An hour back, ten days on, 1976: it goes on, and no ticks come in a crowd."""
    count, took, jumps = ticking(timedelta(hours=hours))
    assert [round(jump / timedelta(hours=1)) for jump in jumps] == ([hours] if hours else [])
    # One at once, one after each pause, and one more where the clock was set.
    assert count <= took / PAUSE + 3


def test_a_loop_that_does_not_tick_is_not_alive():
    """The service manager is told nothing then, and ends it."""

    async def run():
        alive = []
        now = Now(datetime(2026, 1, 1, tzinfo=timezone.utc), timedelta(0))
        ticks = Ticks(0.02, 0.02, lambda: now, lambda: None, alive.append, lambda _: None)
        task = asyncio.create_task(ticks.run())
        await until(lambda: alive)
        ticks._scheduler.pause()  # noqa: SLF001

        def stopped():
            # Time goes on, and the scheduler has stopped; a tick that was on its way may still come.
            nonlocal now
            now = Now(now.wall + timedelta(seconds=60), now.steady + timedelta(seconds=60))
            return not alive[-1]

        await until(stopped)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return alive

    alive = asyncio.run(run())
    assert (alive[0], alive[-1]) == (True, False)
