"""The one loop: what is due is refreshed by a child, what that changed is published and told, until a signal ends it.

    worker     the projects that are due, one child at a time (the store takes one refresh at a time), then the reports
    couriers   one task a hook; none waits for another, nor the worker for them
    ticks      wakes the worker
    listener   answers from memory

Nothing is resolved, read or rendered here. A row is written before its child begins: a kill at any moment leaves one
that says "running", and the next process runs it again.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import signal
import threading
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from matrix.daemon import child, clock, publish
from matrix.daemon.health import health
from matrix.daemon.ledger import Ledger
from matrix.daemon.listen import Listener, Site
from matrix.daemon.metrics import Metrics
from matrix.daemon.notify import mail, run
from matrix.daemon.notify.courier import Courier
from matrix.daemon.publish import PublishError
from matrix.daemon.state import State
from matrix.daemon.ticks import Ticks
from matrix.errors import MatrixError, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping, Sequence
    from pathlib import Path

    from matrix.daemon.config import Config, Email, Exec
    from matrix.daemon.log import Log
    from matrix.daemon.notify.batch import Batch
    from matrix.daemon.systemd import Manager
    from matrix.model import Schedule
    from matrix.store import Job, Store

# A refresh that takes longer hangs; the longest sound one brings a few packs within ten minutes each.
_REFRESH_SECONDS = 3600.0
_CAP = 1024 * 1024
_REPORTS = "reports"
_OUTCOMES = {0: "complete", 4: "partial"}
_SLOWEST_TICK, _FASTEST_TICK = 5.0, 0.25
_FIRST_RETRY, _LONGEST_RETRY = 60.0, 3600.0
# In all, five seconds; this is for what would still hold up the end then (a name that is being looked up).
_LAST_MOMENT = 4.7


@dataclass(frozen=True, kw_only=True)
class Setup:
    """What a daemon is started with.

    command starts this program, in `folder`; environ is what its children get; configure reads the configuration
    (RegistryError: it is faulty); schedules are the projects' own; events reads what hooks are told (see Ledger).
    """

    command: Sequence[str]
    folder: Path
    environ: Mapping[str, str]
    store: Path
    schedules: Mapping[str, Schedule]
    configure: Callable[[], Config]
    events: Callable[[Store, int], list[dict[str, Any]]]
    manager: Manager
    log: Log


@dataclass
class _Publishing:
    """How far the reports are: the generation and event they show (None: not known), and what stands in the way."""

    shown: tuple[int, int] | None = None
    committed: bool = True
    failures: int = 0
    not_before: timedelta | None = None


class Supervisor:
    """Runs until it is told to end; `run` gives the exit code."""

    def __init__(self, setup: Setup, config: Config) -> None:
        self._setup, self._config, self._log = setup, config, setup.log
        self._ledger = Ledger(setup.store, setup.events)
        self._state = State(started=clock.now(), schedules=_merged(setup, config))
        self._metrics = Metrics(self._state, clock.now)
        self._listener: Listener | None = None
        self._couriers: dict[str, tuple[object, Courier, asyncio.Task[None]]] = {}
        self._wake, self._end, self._reload = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._publishing = _Publishing()
        self._ticking: asyncio.Task[None] | None = None
        # Whether the rows say when each project is due, by today's clock and schedules.
        self._rows_hold = False

    async def run(self) -> int:
        """0 when a signal ended it, 1 when something in here broke. Raises: StoreError, OSError while it begins."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop, number)
        loop.add_signal_handler(signal.SIGHUP, self._reload.set)
        self._log.hide(self._config.secrets)
        self._state.adopt(await self._ledger.jobs())
        self._state.picture = await self._ledger.picture()
        self._listener = await self._listening(self._config)
        self._call_couriers()
        self._tick()
        tasks = [asyncio.create_task(work) for work in (self._work(), self._reloading())]
        self._log.info(
            "started", pid=os.getpid(), store=self._setup.store, projects=len(self._state.schedules),
            reports=self._config.reports, listen=self._address(), hooks=",".join(self._couriers),
        )  # fmt: skip
        # What was imported stays for good, and need not be looked at by each collection from here on.
        gc.collect()
        gc.freeze()
        self._setup.manager.ready(self._status())
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
        tasks += [task for _, _, task in self._couriers.values()]
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
        site = Site(
            health=lambda: health(self._state, clock.now()),
            metrics=self._metrics.body,
            reports=lambda: self._config.reports,
        )
        listener = Listener(site, clock.wall)
        await listener.open(*config.listen)
        return listener

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
        ticks = Ticks(pause, clock.now, self._wake.set, self._alive, self._jumped, max(beat, _FASTEST_TICK))
        self._ticking = asyncio.create_task(ticks.run())

    def _alive(self, well: bool) -> None:  # noqa: FBT001 - what ticks.py tells
        if well:
            self._setup.manager.alive()
        else:
            self._log.error("no-ticks")

    def _jumped(self, gap: timedelta) -> None:
        self._rows_hold = False
        self._log.warn("clock-was-set", seconds=round(gap.total_seconds(), 1))
        self._wake.set()

    def _status(self) -> str:
        if self._state.running:
            return f"refreshing {self._state.running}"
        now = clock.now()
        soonest = min(((self._state.next_run(p, now), p) for p in self._state.schedules), default=None)
        return f"next: {soonest[1]} at {soonest[0]:%Y-%m-%d %H:%M:%S} UTC" if soonest else "nothing is scheduled"

    # --- reload -------------------------------------------------------------------------------------------------------

    async def _reloading(self) -> None:
        while True:
            await self._reload.wait()
            self._reload.clear()
            self._setup.manager.reloading()
            await self._read_anew()
            self._setup.manager.ready(self._status())

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
        self._state.schedules, self._rows_hold = _merged(self._setup, config), False
        if (config.reports, config.commit) != (before.reports, before.commit):
            self._publishing = _Publishing(shown=None)
        self._call_couriers()
        self._tick()
        self._wake.set()
        self._state.reloads["read"] += 1
        self._log.info("configuration-read", listen=self._address(), hooks=",".join(self._couriers))

    def _call_couriers(self) -> None:
        """One for each hook there is; one whose hook is as it was goes on as it is."""
        wanted = {"exec": self._config.exec, "webhook": self._config.webhook, "email": self._config.email}
        for name, hook in wanted.items():
            if name in self._couriers:
                if self._couriers[name][0] == hook:
                    continue
                self._couriers.pop(name)[2].cancel()
            if hook is None:
                continue
            courier = Courier(name, self._ledger, self._log, self._sender(name), self._told)
            self._couriers[name] = (hook, courier, asyncio.create_task(courier.run()))

    def _sender(self, name: str) -> Callable[[Batch], Coroutine[Any, Any, None]]:
        config = self._config
        if name == "exec" and config.exec:
            return partial(_tell_program, config.exec, log=self._log, environ=self._setup.environ)
        if name == "webhook" and config.webhook:
            # httpx is a third of the memory: it comes with the hook that needs it.
            from matrix.daemon.notify import post  # noqa: PLC0415

            return partial(post.tell, config.webhook)
        assert config.email is not None  # noqa: S101 - the last of the three
        return partial(_tell_people, config.email)

    def _told(self, hook: str, outcome: str) -> None:
        self._state.told[hook, outcome] += 1

    # --- work ---------------------------------------------------------------------------------------------------------

    async def _work(self) -> None:
        self._wake.set()
        while True:
            await self._wake.wait()
            self._wake.clear()
            if not self._rows_hold:
                self._rows_hold = await self._recorded(*self._state.scheduled(clock.now()))
            due = self._state.due(clock.now())
            for project in due:
                await self._refresh(project)
            await self._publish()
            # Last: what hooks are told of can be looked at by then.
            for _, courier, _ in self._couriers.values() if due else ():
                courier.wake()
            if due:
                # Connections leave cycles, which would be collected only when there are tens of thousands.
                gc.collect()

    async def _refresh(self, project: str) -> None:
        """One child, and the row before and after it. Cancelled, the row stays: it will be run again."""
        state, now = self._state, clock.now()
        job = state.jobs[project]
        begun = replace(job, attempted=now.wall, outcome="running", failures=job.failures + 1, note="", due=None)
        # Written first: nothing runs of which there would be no trace.
        if not await self._recorded(begun):
            begun = replace(begun, outcome="failed")
            state.jobs[project], state.seen[project] = begun, replace(state.seen[project], attempted=now.steady)
            return
        state.jobs[project], state.seen[project] = begun, replace(state.seen[project], attempted=now.steady)
        state.running = project
        self._setup.manager.status(self._status())
        self._log.info("refreshing", project=project, attempt=begun.failures)
        try:
            ran = await child.run(
                [*self._setup.command, *self._words(project)], timeout=_REFRESH_SECONDS, cap=_CAP,
                folder=self._setup.folder, environ=self._setup.environ,
            )  # fmt: skip
        except asyncio.CancelledError:
            self._log.warn("abandoned", project=project)
            raise
        finally:
            state.running = ""
        await self._refreshed(begun, ran)

    def _words(self, project: str) -> list[str]:
        words = ["refresh", "--project", project, "--json", "--db", str(self._setup.store), "--wait", "600"]
        if self._config.token_file:
            words += ["--token-file", str(self._config.token_file)]
        return words

    async def _refreshed(self, begun: Job, ran: child.Ran) -> None:
        state, project, now = self._state, begun.project, clock.now()
        outcome = "failed" if ran.late or ran.code is None else _OUTCOMES.get(ran.code, "failed")
        note = "" if outcome == "complete" else _note(ran)
        job = replace(begun, finished=now.wall, outcome=outcome, note=note)
        if outcome == "complete":
            job = replace(job, failures=0, succeeded=now.wall)
            state.seen[project] = replace(state.seen[project], succeeded=now.steady)
        state.jobs[project] = job
        state.jobs[project] = job = replace(job, due=state.next_run(project, now))
        state.seconds[project] = ran.seconds
        state.runs[project, outcome] += 1
        await self._recorded(job)
        with suppress(StoreError):
            state.picture = await self._ledger.picture()
        say = self._log.info if outcome == "complete" else self._log.warn
        say(
            "refreshed", project=project, outcome=outcome, seconds=ran.seconds, code=ran.code, failures=job.failures,
            generation=state.picture.generation if state.picture else None, next=f"{job.due:%Y-%m-%dT%H:%M:%SZ}",
            note=note,
        )  # fmt: skip
        self._setup.manager.status(self._status())

    async def _recorded(self, *jobs: Job) -> bool:
        try:
            await self._ledger.record(*jobs)
        except StoreError as error:
            self._log.error("store", said=error)
            return False
        return True

    # --- reports ------------------------------------------------------------------------------------------------------

    async def _publish(self) -> None:
        """Reports where what is known has changed since, then a commit; what fails is done again later."""
        folder, now, work, picture = self._config.reports, clock.now(), self._publishing, self._state.picture
        if folder is None or picture is None or (work.not_before is not None and now.steady < work.not_before):
            return
        # A source that broke is an event, and no news of what is known.
        known = (picture.generation, picture.event)
        if work.shown == known and work.committed:
            return
        try:
            if work.shown != known:
                written = await publish.write_reports(
                    self._setup.command, folder, self._setup.store, self._setup.environ, self._setup.folder
                )
                work.shown, work.committed = known, not self._config.commit
                self._log.info("reports", folder=folder, written=written, generation=known[0])
            if self._config.commit:
                subject = f"archmatrix: generation {known[0]}"
                if name := await publish.commit(folder, subject, self._setup.environ):
                    self._log.info("committed", folder=folder, commit=name)
                work.committed = True
            work.failures, work.not_before = 0, None
            self._state.published["ok"] += 1
        except PublishError as error:
            work.failures += 1
            pause = min(_FIRST_RETRY * 2.0 ** (min(work.failures, 20) - 1), _LONGEST_RETRY)
            work.not_before = clock.now().steady + timedelta(seconds=pause)
            self._state.published["failed"] += 1
            self._log.warn("reports-failed", why=error, failures=work.failures, again_in=pause)


def _merged(setup: Setup, config: Config) -> dict[str, Schedule]:
    return {project: config.schedules.get(project, own) for project, own in setup.schedules.items()}


async def _tell_program(hook: Exec, batch: Batch, *, log: Log, environ: Mapping[str, str]) -> None:
    await run.tell(hook, batch, log, environ)


async def _tell_people(hook: Email, batch: Batch) -> None:
    await mail.tell(hook, batch, clock.wall())


def _note(ran: child.Ran) -> str:
    """Why a refresh was not complete, in a line: what failed and what is held, or what it complained of."""
    if ran.late:
        return f"it ran longer than {_REFRESH_SECONDS:g} seconds and was stopped"
    reasons: list[str] = []
    with suppress(ValueError, TypeError, KeyError, AttributeError):
        found = json.loads(ran.out)
        for polled in found["upstreams"]:
            reasons += [f"{polled['upstream']}: {polled['error']}"] if polled["error"] else []
            reasons += [f"{source}: {error}" for source, error in polled["failed_sources"].items()]
            reasons += [f"{source} held: {reason}" for source, reason in polled["held"].items()]
        for told in found["status"]:
            reasons += [f"{told['upstream']}: {error}" for error in told["errors"]]
    return ("; ".join(reasons) or ran.said or f"it ended with {ran.code}")[:1000]
