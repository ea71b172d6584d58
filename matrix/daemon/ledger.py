"""What the daemon keeps in the store <-> values, without ever holding up the loop.

The store is opened for each question and closed again, in one thread: a refresh may be writing it, and whoever moves
it away or restores a copy finds no file held open for months.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from matrix.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from matrix.store import Job

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Overview:
    """The store as a whole: its generation, its newest event, and each project's sources held back, and failing."""

    generation: int
    event: int
    held: Mapping[str, int]
    failing: Mapping[str, int]


class Ledger:
    """The store at `path`. events reads what is told to people: (store, after) -> dicts with a growing "id".

    Every method raises StoreError.
    """

    def __init__(self, path: Path, events: Callable[[Store, int], list[dict[str, Any]]]) -> None:
        self.path = path
        self._events = events
        self._thread = ThreadPoolExecutor(1, "ledger")

    def close(self) -> None:
        """Let go of the thread; what is being written is written to its end."""
        self._thread.shutdown(wait=False)

    async def jobs(self) -> dict[str, Job]:
        """The rows of all projects, by id."""
        return await self._ask(lambda store: {job.project: job for job in store.jobs.all()})

    async def record(self, *jobs: Job) -> None:
        """Note how some stand."""

        def write(store: Store) -> None:
            for job in jobs:
                store.jobs.record(job)

        await self._ask(write)

    async def picture(self) -> Overview:
        """What has to be read of all sources."""
        return await self._ask(_picture)

    async def delivered(self, hook: str) -> int | None:
        """How far a hook was told everything."""
        return await self._ask(lambda store: store.jobs.delivered(hook))

    async def record_delivered(self, hook: str, last: int) -> None:
        """Note how far it was."""
        await self._ask(lambda store: store.jobs.record_delivered(hook, last))

    async def pending(self, after: int) -> list[dict[str, Any]]:
        """The events after that one, or the first few hundred of them, in order."""
        return await self._ask(lambda store: self._events(store, after))

    async def last_event(self) -> int:
        """The id of the newest event, 0 where there is none."""

        def find(store: Store) -> int:
            last = 0
            while events := self._events(store, last):
                last = int(events[-1]["id"])
            return last

        return await self._ask(find)

    async def _ask(self, question: Callable[[Store], T]) -> T:
        def answer() -> T:
            with Store.open(self.path) as store:
                return question(store)

        return await asyncio.get_running_loop().run_in_executor(self._thread, answer)


def _picture(store: Store) -> Overview:
    return Overview(
        generation=store.facts.generation,
        event=store.journal.last_event(),
        held=Counter(item.project for item in store.polls.held()),
        failing=Counter(state.project for state in store.polls.states() if state.failures),
    )
