"""APScheduler as it is run here: it goes on ticking whatever the wall clock does."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta, timezone
from itertools import pairwise

import apscheduler.schedulers.base
import pytest

from matrix.daemon.due import Now
from matrix.daemon.ticks import Ticks


class Shifted(datetime):
    """The wall clock as APScheduler reads it, so far off."""

    offset = timedelta(0)

    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) + cls.offset


@pytest.fixture
def ticking(monkeypatch):
    """Tick for some time, the wall clock set half way; when it ticked, and how far it was said to have jumped."""
    monkeypatch.setattr(apscheduler.schedulers.base, "datetime", Shifted)

    def work(offset):
        async def run():
            loop = asyncio.get_running_loop()
            asked, jumps, alive = [], [], []
            Shifted.offset = timedelta(0)

            def clock():
                return Now(Shifted.now(timezone.utc), timedelta(seconds=loop.time()))

            ticks = Ticks(0.05, 0.05, clock, lambda: asked.append(loop.time()), alive.append, jumps.append)
            began = loop.time()
            task = asyncio.create_task(ticks.run())
            await asyncio.sleep(0.3)
            Shifted.offset = offset
            await asyncio.sleep(0.4)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            assert all(alive)
            return [moment - began for moment in asked], jumps

        return asyncio.run(run())

    return work


@pytest.mark.parametrize("hours", [0, -1, 1, 240, -240, -24 * 365 * 50])
def test_it_goes_on(ticking, hours):
    """An hour back, ten days on, 1976: no tick is missing, none comes in a crowd."""
    asked, jumps = ticking(timedelta(hours=hours))
    assert [round(jump / timedelta(hours=1)) for jump in jumps] == ([hours] if hours else [])
    gaps = [after - before for before, after in pairwise(asked)]
    assert max(gaps) < 0.25
    assert 5 <= len(asked) <= 20


def test_a_loop_that_does_not_tick_is_not_alive():
    """The service manager is told nothing then, and ends it."""

    async def run():
        alive = []
        now = Now(datetime(2026, 1, 1, tzinfo=timezone.utc), timedelta(0))
        ticks = Ticks(0.02, 0.02, lambda: now, lambda: None, alive.append, lambda _: None)
        task = asyncio.create_task(ticks.run())
        await asyncio.sleep(0.1)
        # Time goes on, and the scheduler has stopped.
        ticks._scheduler.pause()  # noqa: SLF001
        now = Now(now.wall + timedelta(seconds=60), timedelta(seconds=60))
        await asyncio.sleep(0.1)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return alive

    alive = asyncio.run(run())
    assert (alive[0], alive[-1]) == (True, False)
