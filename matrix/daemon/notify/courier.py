"""One hook and what it was told -> every event told at least once, whatever fails or is killed in between.

How far it was told stands in the store, and is written when it was told: a kill in between tells it again, with the
same ids, and never leaves one out. A hook that is new is told nothing of what was before it.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from matrix.daemon.notify.batch import Batch, HookError
from matrix.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from matrix.daemon.ledger import Ledger
    from matrix.daemon.log import Log
    from matrix.retry import Retry

# However long a receiver wants to be left alone.
_LONGEST_ASKED = 86400.0


class Courier:
    """name is the hook's, send delivers a batch or raises HookError, told counts: (name, "ok" or "failed")."""

    def __init__(
        self,
        name: str,
        ledger: Ledger,
        log: Log,
        retry: Retry,
        send: Callable[[Batch], Awaitable[None]],
        told: Callable[[str, str], None],
    ) -> None:
        self.name = name
        self._ledger, self._log, self._retry, self._send, self._told = ledger, log, retry, send, told
        self._news = asyncio.Event()
        self.failures = 0

    def wake(self) -> None:
        """There may be something to tell."""
        self._news.set()

    async def run(self) -> None:
        """Until cancelled."""
        self._news.set()
        while True:
            await self._news.wait()
            self._news.clear()
            pause = 0.0
            try:
                await self._catch_up()
                self.failures = 0
            except HookError as error:
                pause = self._failed(str(error), error.wait)
            except StoreError as error:
                pause = self._failed(str(error), 0.0)
            except Exception as error:  # noqa: BLE001 - whatever a hook does, the daemon goes on
                pause = self._failed(repr(error), 0.0)
            if pause:
                # News does not shorten it: that would ask a hook that fails at every refresh.
                await asyncio.sleep(pause)
                self._news.set()

    def _failed(self, why: str, wait: float) -> float:
        self.failures += 1
        pause = max(self._retry.pause(self.failures).total_seconds(), min(wait, _LONGEST_ASKED))
        self._log.warn("hook-failed", hook=self.name, why=why, failures=self.failures, again_in=round(pause, 1))
        self._told(self.name, "failed")
        return pause

    async def _catch_up(self) -> None:
        last = await self._ledger.delivered(self.name)
        if last is None:
            last = await self._ledger.last_event()
            await self._ledger.record_delivered(self.name, last)
        while events := await self._ledger.pending(last):
            batch = Batch(tuple(events))
            await self._send(batch)
            last = batch.last
            await self._write(last)
            self._told(self.name, "ok")
            self._log.info("hook-told", hook=self.name, delivery=batch.delivery, events=len(batch.events))

    async def _write(self, last: int) -> None:
        """What was told is written down even while the daemon ends."""
        writing = asyncio.ensure_future(self._ledger.record_delivered(self.name, last))
        try:
            await asyncio.shield(writing)
        except asyncio.CancelledError:
            with suppress(StoreError):
                await writing
            raise
