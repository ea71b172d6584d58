"""A user's store -> how its sources fared, what is held back, the daemon and its jobs, where each project stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matrix.poll.index import index_states
from matrix.poll.lock import holder
from matrix.poll.standing import standings
from matrix.store import Store, is_there

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matrix.operations.workplace import Workplace
    from matrix.poll.index import IndexState
    from matrix.poll.standing import Standing
    from matrix.store import Held, Job, Run, SourceState, Unread

_RUNS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreStatus:
    """How a store's sources fared.

    states are the sources that were polled; unread those that could not be believed in a tree or clone. daemon is who
    has this store ("process 4711"), "" for nobody; runs are the last ones, the newest first. indexes are those of
    distributions, by id.
    """

    states: Sequence[SourceState]
    unread: Sequence[Unread]
    held: Sequence[Held]
    runs: Sequence[Run]
    projects: Sequence[Standing]
    jobs: Sequence[Job]
    daemon: str
    indexes: Mapping[str, IndexState]

    @property
    def failed(self) -> bool:
        """Whether a source failed last, is held or was not read, a project or an index could not be asked."""
        return bool(
            self.held
            or self.unread
            or any(s.failures for s in self.states)
            or any("fault" in p.topics for p in self.projects)
            or any(i.fault for i in self.indexes.values())
        )


def read_status(work: Workplace) -> StoreStatus | None:
    """How things stand; None where nothing was ever polled. Raises: StoreError."""
    if not is_there(work.store):
        return None
    with Store.open(work.store, readonly=True) as store:
        states = store.polls.states()
        return StoreStatus(
            states=states,
            unread=[
                unread
                for unread in store.facts.unread()
                if unread.source in work.registry.sources and not any(_tells(state, unread) for state in states)
            ],
            held=store.polls.held(),
            runs=store.facts.runs(_RUNS),
            projects=standings(work.registry, store),
            jobs=store.jobs.all(),
            daemon=holder(work.store),
            indexes=index_states(store),
        )


def _tells(state: SourceState, unread: Unread) -> bool:
    """Whether how a source fared last says already that it could not be believed at this revision."""
    place = (state.project, state.source, state.revision)
    return bool(state.failures) and place == (unread.project, unread.source, unread.revision)
