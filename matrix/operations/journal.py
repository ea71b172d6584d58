"""A user's store and the shipped facts under it -> the store's journal, brought up to what is known now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.query import journal
from matrix.query.knowledge import Knowledge
from matrix.shipped import shipped_store

if TYPE_CHECKING:
    from matrix.operations.workplace import Workplace
    from matrix.store import Store


def journal_changes(work: Workplace, store: Store) -> None:
    """Journal what changed since the last look; where the answers hold, which sources broke or recovered."""
    with shipped_store(work.data) as shipped:
        journal.keep_journal(work.registry, store, Knowledge([store, shipped]), work.stamp, work.clock())
