"""A source of which something is held back -> believed, and the answers resolved anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.errors import UsageError
from matrix.operations import compile as compiling
from matrix.operations.stores import recording
from matrix.store import Run, is_there, read_facts

if TYPE_CHECKING:
    from matrix.operations.workplace import Workplace
    from matrix.store import Held


def accept(work: Workplace, source: str, *, wait: float) -> list[Held]:
    """Record what was held of the source; what that was. Raises: UsageError where nothing is, StoreError."""
    if not is_there(work.store):
        raise UsageError(f"{source}: nothing was polled yet", then="archmatrix refresh")
    with recording(work, wait) as store:
        everything = store.polls.held()
        held = [h for h in everything if h.source == source]
        if not held:
            names = ", ".join(sorted({h.source for h in everything})) or "nothing"
            why = f"source: got {source!r}, expected one that is held; held now: {names}"
            raise UsageError(why, then="archmatrix status")
        now = work.clock()
        for item in held:
            snapshot = read_facts(item.body, f"held {item.source}")
            outcomes = [(item.project, item.revision, item.source, "")]
            store.facts.record(Run(kind="accept", started=now, finished=now, outcome="complete"), [snapshot], outcomes)
        compiling.keep_answers(work, store)
    return held
