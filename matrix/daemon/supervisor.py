"""The one loop: it begins, it goes on until a signal ends it, and it ends in time.

    worker     the projects that are due, refreshed; then the reports
    couriers   one task a hook; the worker does not wait for them
    ticks      wakes the worker
    listener   answers from memory

Nothing is resolved, read or rendered here.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import threading
from typing import TYPE_CHECKING, Any

from matrix.daemon import clock
from matrix.daemon.couriers import Couriers
from matrix.daemon.health import health
from matrix.daemon.ledger import Ledger
from matrix.daemon.listen import Listener
from matrix.daemon.metrics import Metrics
from matrix.daemon.publisher import Publisher
from matrix.daemon.site import Served
from matrix.daemon.state import State
from matrix.daemon.ticks import Ticks
from matrix.daemon.worker import Worker
from matrix.errors import MatrixError

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from datetime import timedelta
    from pathlib import Path

    from matrix.daemon.config import Config
    from matrix.daemon.setup import Setup

_SLOWEST_TICK, _FASTEST_TICK = 5.0, 0.25
# In all, five seconds; this is for what would still hold up the end then (a name that is being looked up).
_LAST_MOMENT = 4.7


class Supervisor:
    """Runs until it is told to end; `run` gives the exit code."""

    def __init__(self, setup: Setup, config: Config) -> None:
        self._setup, self._config, self._log = setup, config, setup.log
        self._ledger = Ledger(setup.store, setup.events)
        self._state = State(started=clock.both_clocks(), schedules={})
        self._metrics = Metrics(self._state, clock.both_clocks)
        self._listener: Listener | None = None
        self._couriers = Couriers(setup, self._state, self._ledger)
        self._publisher = Publisher(setup, self._state, config)
        self._worker = Worker(setup, self._state, self._ledger, self._publisher, self._couriers, lambda: self._config)
        self._end, self._reload = asyncio.Event(), asyncio.Event()
        self._ticking: asyncio.Task[None] | None = None

    async def run(self) -> int:
        """0 when a signal ended it, 1 when something in here broke. Raises: StoreError, OSError while it begins."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop, number)
        loop.add_signal_handler(signal.SIGHUP, self._reload.set)
        self._log.hide(self._config.secrets)
        self._schedule()
        self._state.adopt(await self._ledger.jobs())
        self._state.picture = await self._ledger.picture()
        self._listener = await self._listening(self._config)
        self._couriers.call(self._config)
        self._tick()
        tasks = [asyncio.create_task(work) for work in (self._worker.run(), self._reloading())]
        self._log.info(
            "started", pid=os.getpid(), store=self._setup.store, projects=len(self._state.schedules),
            reports=self._config.reports, listen=self._address(), hooks=self._couriers.names,
        )  # fmt: skip
        # What was imported stays for good, and need not be looked at by each collection from here on.
        gc.collect()
        gc.freeze()
        self._setup.manager.ready(self._state.words(clock.both_clocks()))
        ending = asyncio.create_task(self._end.wait())
        done, _ = await asyncio.wait({ending, *tasks}, return_when=asyncio.FIRST_COMPLETED)
        for task in done - {ending}:
            self._log.error("broke", said=repr(None if task.cancelled() else task.exception()))
        self._setup.manager.stopping()
        await self._close([ending, *tasks])
        self._log.info("ended")
        return 0 if ending in done else 1

    # --- begin and end ------------------------------------------------------------------------------------------------

    def _stop(self, number: signal.Signals) -> None:
        if self._end.is_set():
            return
        self._log.info("ending", signal=signal.Signals(number).name)
        last = threading.Timer(_LAST_MOMENT, os._exit, (0,))
        last.daemon = True
        last.start()
        self._end.set()

    async def _close(self, tasks: list[asyncio.Task[Any]]) -> None:
        """Everything at once: each may need its own seconds to let go of a child."""
        tasks += self._couriers.tasks
        tasks += [self._ticking] if self._ticking else []
        for task in tasks:
            task.cancel()
        closing: list[Coroutine[Any, Any, None]] = [self._listener.close()] if self._listener else []
        await asyncio.gather(*tasks, *closing, return_exceptions=True)
        self._ledger.close()

    async def _listening(self, config: Config) -> Listener | None:
        """An open port, as the configuration says. Raises: OSError."""
        if config.listen is None:
            return None
        site = Served(
            health=lambda: health(self._state, clock.both_clocks()),
            metrics=self._metrics.body,
            folders=self._folders,
        )
        listener = Listener(site, clock.wall)
        await listener.open(*config.listen)
        return listener

    def _folders(self) -> tuple[Path, ...]:
        """What is served: pages for a browser, and the reports as they are."""
        reports = self._config.reports
        return (self._setup.pages, reports) if reports else ()

    def _address(self) -> str:
        return f"{self._config.listen[0]}:{self._listener.port}" if self._config.listen and self._listener else ""

    def _tick(self) -> None:
        """Begin to tick as often as the shortest schedule needs, anew after a reload."""
        if self._ticking:
            self._ticking.cancel()
        shortest = min((s.every.total_seconds() for s in self._state.schedules.values()), default=_SLOWEST_TICK)
        pause = min(_SLOWEST_TICK, max(_FASTEST_TICK, shortest / 4))
        watchdog = self._setup.manager.watchdog
        beat = pause if watchdog is None else min(pause, watchdog / 3)
        beat = max(beat, _FASTEST_TICK)
        ticks = Ticks(pause, beat, clock.both_clocks, self._worker.wake.set, self._alive, self._jumped)
        self._ticking = asyncio.create_task(ticks.run())

    def _alive(self, well: bool) -> None:  # noqa: FBT001 - what ticks.py tells
        if well:
            self._setup.manager.alive()
        else:
            self._log.error("no-ticks")

    def _jumped(self, gap: timedelta) -> None:
        self._log.warn("clock-was-set", seconds=round(gap.total_seconds(), 1))
        self._worker.reschedule()

    def _schedule(self) -> None:
        """Each project's own schedule, or what the configuration has in its place."""
        own, changed = self._setup.schedules, self._config.schedules
        self._state.schedules = {project: changed.get(project, schedule) for project, schedule in own.items()}

    # --- reload -------------------------------------------------------------------------------------------------------

    async def _reloading(self) -> None:
        while True:
            await self._reload.wait()
            self._reload.clear()
            self._setup.manager.reloading()
            await self._read_anew()
            self._setup.manager.ready(self._state.words(clock.both_clocks()))

    async def _read_anew(self) -> None:
        """The new configuration as a whole, or the old one as it was."""
        try:
            config = self._setup.configure()
            listener = self._listener
            if config.listen != self._config.listen:
                listener = await self._listening(config)
        except MatrixError as error:
            for fault in str(error).split("\n"):
                self._log.error("configuration-refused", fault=fault)
            self._state.reloads["refused"] += 1
            return
        except OSError as error:
            self._log.error("configuration-refused", fault=f"listen: {error.strerror or error}")
            self._state.reloads["refused"] += 1
            return
        old, before = self._listener, self._config
        self._config, self._listener = config, listener
        if old is not None and old is not listener:
            await old.close()
        # The secrets of before may still be in what is under way.
        self._log.hide((*config.secrets, *before.secrets))
        self._log.form = config.log
        self._schedule()
        self._publisher.aim(config)
        self._couriers.call(config)
        self._tick()
        self._worker.reschedule()
        self._state.reloads["read"] += 1
        self._log.info("configuration-read", listen=self._address(), hooks=self._couriers.names)
