"""The projects that are due -> one refresh of them all, their rows before and after it, and the news that it brought.

The store takes one refresh at a time, and a refresh asks all repositories at once: so what is due together is one
child, in which no repository waits for another. What it brings is published and told while it still waits for a slow
one. A row is written before its child begins: a kill at any moment leaves one that says "running", and the next process
runs it again.
"""

from __future__ import annotations

import asyncio
import gc
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from matrix.daemon import child, clock
from matrix.daemon.outcome import outcomes
from matrix.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from matrix.daemon.child import Ran
    from matrix.daemon.config import Config
    from matrix.daemon.couriers import Couriers
    from matrix.daemon.ledger import Ledger
    from matrix.daemon.outcome import Outcome
    from matrix.daemon.publisher import Publisher
    from matrix.daemon.setup import Setup
    from matrix.daemon.state import State
    from matrix.store import Job

# A refresh that takes longer hangs: of one repository, with all that may be slow in it, see docs/daemon.md.
_REFRESH_SECONDS = 3600.0
_CAP = 1024 * 1024
# While a refresh takes its time, how often is looked for what it has brought already.
_LOOK_SECONDS = 5.0


class Worker:
    """Works whenever `wake` is set, until `run` is cancelled. config is asked anew each time."""

    def __init__(
        self,
        setup: Setup,
        state: State,
        ledger: Ledger,
        publisher: Publisher,
        couriers: Couriers,
        config: Callable[[], Config],
    ) -> None:
        self._setup, self._log, self._config = setup, setup.log, config
        self._state, self._ledger = state, ledger
        self._publisher, self._couriers = publisher, couriers
        self.wake = asyncio.Event()
        # Whether the rows say when each project is due, by today's clock and schedules.
        self._rows_hold = False

    def reschedule(self) -> None:
        """Schedules, or the clock, are others than before."""
        self._rows_hold = False
        self.wake.set()

    async def run(self) -> None:
        """Until cancelled."""
        self.wake.set()
        while True:
            await self.wake.wait()
            self.wake.clear()
            if not self._rows_hold:
                self._rows_hold = await self._recorded(*self._state.scheduled(clock.both_clocks()))
            due = self._state.due(clock.both_clocks())
            for projects in _together(due, self._state):
                await self._refresh(projects)
            await self._publisher.publish(self._state.picture)
            if due:
                # Last: what hooks are told of can be looked at by then.
                self._couriers.wake()
                # Connections leave cycles, which would be collected only when there are tens of thousands.
                gc.collect()

    async def _refresh(self, projects: Sequence[str]) -> None:
        """One child, and the rows before and after it. Cancelled, the rows stay: it will be run again."""
        state, now = self._state, clock.both_clocks()
        begun = [self._begun(state.jobs[p], now.wall) for p in projects]
        # Written first: nothing runs of which there would be no trace.
        written = await self._recorded(*begun)
        for job in begun:
            state.jobs[job.project] = job if written else replace(job, outcome="failed")
            state.seen[job.project] = replace(state.seen[job.project], attempted=now.steady)
        if not written:
            return
        state.running = tuple(projects)
        self._setup.manager.status(state.words(now))
        for job in begun:
            self._log.info("refreshing", project=job.project, attempt=job.failures)
        try:
            ran = await self._ran(projects)
        except asyncio.CancelledError:
            for project in projects:
                self._log.warn("abandoned", project=project)
            raise
        finally:
            state.running = ()
        await self._refreshed(begun, ran)

    @staticmethod
    def _begun(job: Job, moment: datetime) -> Job:
        return replace(job, attempted=moment, outcome="running", failures=job.failures + 1, note="", due=None)

    async def _ran(self, projects: Sequence[str]) -> Ran:
        """The child to its end; cancelled, it is stopped, and what was done meanwhile with it."""
        words = ["refresh", *(w for p in projects for w in ("--project", p)), "--json", "--wait", "600"]
        if token := self._config().token_file:
            words += ["--token-file", str(token)]
        running = asyncio.create_task(
            child.run(
                [*self._setup.command, *words, "--db", str(self._setup.store)], timeout=_REFRESH_SECONDS, cap=_CAP,
                folder=self._setup.folder, environ=self._setup.environ,
            )
        )  # fmt: skip
        looking = asyncio.create_task(self._look(running))
        try:
            await asyncio.wait({looking})
        finally:
            # Both at once: each may need its own seconds to let go of a child.
            tasks = [task for task in (running, looking) if not task.done()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        looking.result()
        return running.result()

    async def _look(self, running: asyncio.Future[Ran]) -> None:
        """While the refresh runs: what it has brought to its end is published and told."""
        while not (await asyncio.wait({running}, timeout=_LOOK_SECONDS))[0]:
            before = self._state.picture
            await self._take_picture()
            # Facts without an event are not resolved yet, or change nothing.
            if before is None or self._state.picture is None or self._state.picture.event == before.event:
                continue
            await self._publisher.publish(self._state.picture)
            self._couriers.wake()

    async def _refreshed(self, begun: Sequence[Job], ran: Ran) -> None:
        became = outcomes([job.project for job in begun], self._setup.upstreams, ran)
        jobs = [self._ended(job, became[job.project], ran) for job in begun]
        await self._recorded(*jobs)
        await self._take_picture()
        picture = self._state.picture
        for job in jobs:
            say = self._log.info if job.outcome == "complete" else self._log.warn
            say(
                "refreshed", project=job.project, outcome=job.outcome, seconds=ran.seconds, code=ran.code,
                failures=job.failures, generation=picture.generation if picture else None,
                next=f"{job.due:%Y-%m-%dT%H:%M:%SZ}", note=job.note,
            )  # fmt: skip
        self._setup.manager.status(self._state.words(clock.both_clocks()))

    def _ended(self, begun: Job, outcome: Outcome, ran: Ran) -> Job:
        """The row after it, also in memory."""
        state, project, now = self._state, begun.project, clock.both_clocks()
        job = replace(begun, finished=now.wall, outcome=outcome.word, note=outcome.note)
        if outcome.word == "complete":
            job = replace(job, failures=0, succeeded=now.wall)
            state.seen[project] = replace(state.seen[project], succeeded=now.steady)
        state.jobs[project] = job
        state.jobs[project] = job = replace(job, due=state.next_run(project, now))
        state.seconds[project] = ran.seconds
        state.runs[project, outcome.word] += 1
        return job

    async def _take_picture(self) -> None:
        with suppress(StoreError):
            self._state.picture = await self._ledger.picture()

    async def _recorded(self, *jobs: Job) -> bool:
        try:
            await self._ledger.record(*jobs)
        except StoreError as error:
            self._log.error("store", said=error)
            return False
        return True


def _together(due: Sequence[str], state: State) -> list[list[str]]:
    """All at once; but one whose refresh came to no end of its own goes alone, and last: it may have been the cause."""

    def suspect(job: Job) -> bool:
        return job.outcome == "failed" or (job.outcome == "running" and job.failures > 1)

    alone = [[p] for p in due if suspect(state.jobs[p])]
    rest = [p for p in due if not suspect(state.jobs[p])]
    return [rest, *alone] if rest else alone
