"""The hooks of a configuration -> a courier each, in a task of its own: none waits for another."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any

from matrix.daemon import clock
from matrix.daemon.notify import mail, run
from matrix.daemon.notify.courier import Courier

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping

    from matrix.daemon.config import Config, Email, Exec
    from matrix.daemon.ledger import Ledger
    from matrix.daemon.log import Log
    from matrix.daemon.notify.batch import Batch
    from matrix.daemon.setup import Setup
    from matrix.daemon.state import State


class Couriers:
    """Those that are at work, by their hooks' names."""

    def __init__(self, setup: Setup, state: State, ledger: Ledger) -> None:
        self._setup, self._state, self._ledger = setup, state, ledger
        self._working: dict[str, tuple[object, Courier, asyncio.Task[None]]] = {}

    @property
    def names(self) -> str:
        """The hooks, for a log."""
        return ",".join(self._working)

    @property
    def tasks(self) -> list[asyncio.Task[None]]:
        """What is to be cancelled in the end."""
        return [task for _, _, task in self._working.values()]

    def call(self, config: Config) -> None:
        """One for each hook there is; one whose hook is as it was goes on as it is."""
        for name, hook in (("exec", config.exec), ("webhook", config.webhook), ("email", config.email)):
            if name in self._working:
                if self._working[name][0] == hook:
                    continue
                self._working.pop(name)[2].cancel()
            if hook is None:
                continue
            send = _sender(config, name, self._setup.log, self._setup.environ)
            courier = Courier(name, self._ledger, self._setup.log, self._setup.retry, send, self._told)
            self._working[name] = (hook, courier, asyncio.create_task(courier.run()))

    def wake(self) -> None:
        """There may be something to tell."""
        for _, courier, _ in self._working.values():
            courier.wake()

    def _told(self, hook: str, outcome: str) -> None:
        self._state.told[hook, outcome] += 1


def _sender(
    config: Config, name: str, log: Log, environ: Mapping[str, str]
) -> Callable[[Batch], Coroutine[Any, Any, None]]:
    if name == "exec" and config.exec:
        return partial(_tell_program, config.exec, log=log, environ=environ)
    if name == "webhook" and config.webhook:
        # httpx is a third of the memory: it comes with the hook that needs it.
        from matrix.daemon.notify import post  # noqa: PLC0415

        return partial(post.tell, config.webhook)
    assert config.email is not None  # noqa: S101 - the last of the three
    return partial(_tell_people, config.email)


async def _tell_program(hook: Exec, batch: Batch, *, log: Log, environ: Mapping[str, str]) -> None:
    await run.tell(hook, batch, log, environ)


async def _tell_people(hook: Email, batch: Batch) -> None:
    await mail.tell(hook, batch, clock.wall())
