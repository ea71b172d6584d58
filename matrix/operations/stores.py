"""A workplace -> its open stores, the user's before the shipped facts, and what is read across both."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from matrix.errors import OldStoreError
from matrix.query.question import PROJECTS
from matrix.render import links
from matrix.shipped import shipped_store
from matrix.store import Store, is_there, is_writable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from matrix.operations.workplace import Workplace
    from matrix.query.knowledge import Knowledge
    from matrix.query.line import Kept
    from matrix.render.links import UrlOf


@contextmanager
def open_stores(work: Workplace) -> Iterator[tuple[Store, ...]]:
    """The user's store where there is one, then the shipped facts. All for reading."""
    with ExitStack() as stack:
        own = user_store(work) if is_there(work.store) else None
        found = [stack.enter_context(own)] if own is not None else []
        yield (*found, stack.enter_context(shipped_store(work.data)))


def user_store(work: Workplace) -> Store | None:
    """The user's store, which there is, for reading; one of an older schema is brought to today's first.

    None, and told, where that cannot be. Raises: StoreError.
    """
    try:
        return Store.open(work.store, readonly=True)
    except OldStoreError as error:
        if not is_writable(work.store):
            work.tell(f"{error}; until then answers rest on the shipped facts alone")
            return None
    with Store.open(work.store):
        pass
    return Store.open(work.store, readonly=True)


@contextmanager
def recording(work: Workplace, wait: float) -> Iterator[Store]:
    """The user's store for writing, under its lock: another that records is waited for up to `wait` seconds."""
    from matrix.poll.lock import locked  # noqa: PLC0415  # a question records nothing

    with locked(work.store, wait=wait, tell=work.tell), Store.open(work.store) as store:
        yield store


def recording_clock(work: Workplace, store: Store) -> Callable[[], datetime]:
    """The clock for what is recorded: never before what was recorded or shipped already.

    A clock that was set back, or starts in 1970, would else put what is seen now before what was seen long ago.
    """
    with shipped_store(work.data) as shipped:
        floors = [m for m in (store.facts.last_moment(), shipped.facts.last_moment()) if m is not None]
    if not floors:
        return work.clock
    floor = max(floors) + timedelta(microseconds=1)
    return lambda: max(work.clock(), floor)


def kept_cells(work: Workplace, stores: Sequence[Store]) -> Kept:
    """The cells that were resolved before with today's data and code, from the first store that has them."""
    from matrix.query.line import Kept  # noqa: PLC0415

    return Kept(work.stamp, lambda key: next((c for s in stores if (c := s.pages.spans(key)) is not None), None))


def known_addresses(work: Workplace, knowledge: Knowledge) -> UrlOf:
    """The address of a line at any revision that is known."""
    return links.addresses(work.registry, (r for project in PROJECTS for r in knowledge.revisions(project)))
