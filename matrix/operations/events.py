"""A user's store -> the changes that its refreshes observed, with the addresses of their lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from matrix.operations.stores import known_addresses
from matrix.query.knowledge import Knowledge
from matrix.store import Store, is_there

if TYPE_CHECKING:
    from datetime import datetime

    from matrix.change import Event
    from matrix.operations.workplace import Workplace
    from matrix.render.changes.filter import ChangeFilter
    from matrix.render.links import UrlOf


class Observed(NamedTuple):
    """Events in the order in which they were told, the oldest first. refreshed is false where there is no store."""

    events: list[Event]
    url_of: UrlOf
    refreshed: bool


def observed(work: Workplace, wanted: ChangeFilter, since: datetime | None, limit: int | None) -> Observed:
    """The wanted events since a moment (aware UTC), the newest `limit` of them. Raises: StoreError."""
    if not is_there(work.store):
        return Observed([], known_addresses(work, Knowledge([])), refreshed=False)
    with Store.open(work.store, readonly=True) as store:
        events = [e for e in store.journal.events(since=since) if wanted.has(work.registry, e.change)]
        urls = known_addresses(work, Knowledge([store]))
    return Observed(events if limit is None else events[-limit:], urls, refreshed=True)
