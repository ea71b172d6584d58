"""The public repositories -> polled and recorded, what the projects say of themselves too, and the answers kept up."""

from __future__ import annotations

import asyncio
import signal
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from matrix.debian import FEWEST_PACKAGES
from matrix.errors import MatrixError, UsageError
from matrix.fetch import Client, Endpoint
from matrix.operations import compile as compiling
from matrix.operations import journal
from matrix.operations.stores import recording, recording_clock
from matrix.poll import network
from matrix.poll.archive import Indexing
from matrix.poll.said import Asking
from matrix.query.question import PROJECTS
from matrix.spelling import nearest

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from matrix.fetch import Policy
    from matrix.model import Archive, Distro, Registry, Upstream
    from matrix.operations.workplace import Workplace
    from matrix.poll.archive import Indexed
    from matrix.poll.network import Poll, Polled
    from matrix.poll.said import Told
    from matrix.store import Store

_Said = TypeVar("_Said")


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """What went to and came from one host."""

    requests: int
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Refreshed:
    """What became of each repository, of what projects were asked of themselves, of each index, and the traffic.

    fault is the first that nobody foresaw: what it did not touch is brought up to date all the same.
    """

    polled: tuple[Polled, ...]
    told: tuple[Told, ...]
    indexed: tuple[Indexed, ...]
    traffic: dict[str, Traffic]
    fault: Exception | None = None

    @property
    def failed(self) -> bool:
        """Whether anything of it could not be brought up to date."""
        told = any(t.errors for t in self.told)
        return told or any(p.failed for p in self.polled) or any(one.error for one in self.indexed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suites:
    """The distributions whose index is read, with the archives that they are suites of.

    due asks only for those that were not good within their archive's interval. fewest is how many packages make a list.
    """

    distros: tuple[Distro, ...] = ()
    archives: Mapping[str, Archive]
    due: bool = False
    fewest: int = FEWEST_PACKAGES


def chosen_suites(distros: Mapping[str, Distro], archives: Mapping[str, Archive], projects: Collection[str]) -> Suites:
    """What is read of the archives of these names; of all where no project is named, those that are due."""
    chosen = tuple(d for d in distros.values() if d.archive and (not projects or d.archive in projects))
    return Suites(distros=chosen, archives=archives, due=not projects)


def chosen_upstreams(registry: Registry, projects: Collection[str], archives: Collection[str] = ()) -> list[Upstream]:
    """The repositories of these projects, or all where none is named; archives may be named too. Raises: UsageError."""
    known = {u.project for u in registry.upstreams.values()} | set(archives)
    for project in projects:
        if project not in known:
            near = nearest(project, known)
            raise UsageError(
                f"--project: got {project!r}, expected one of {', '.join(sorted(known))}",
                meant=(project, near) if near else None,
            )
    return [u for u in registry.upstreams.values() if not projects or u.project in projects]


def with_token(policy: Policy, token: str, upstreams: Sequence[Upstream]) -> Policy:
    """The policy with the token, and with the one host that it is for."""
    apis = [Endpoint(u.site.api).host for u in upstreams if u.site.api]
    return replace(policy, token=token, token_host=apis[0] if apis else "")


def refresh(
    work: Workplace,
    upstreams: Sequence[Upstream],
    policy: Policy,
    *,
    suites: Suites,
    cache: Path,
    history: bool,
    wait: float,
    tell: Callable[[int, int, str], None],
) -> Refreshed:
    """Bring what is known up to date; what fails keeps what was known. Raises: StoreError, KeyboardInterrupt.

    cache is the folder for git objects. history asks for every release and not the newest alone. tell hears how many
    revisions are read, of how many, and which one comes.
    """
    with recording(work, wait) as store:
        answers = _Answers(work, store)
        try:
            done = asyncio.run(
                _poll(work, store, upstreams, policy, answers, suites=suites, cache=cache, history=history, tell=tell)
            )
        except asyncio.CancelledError:
            raise KeyboardInterrupt from None
        if upstreams:
            answers.finish(done.polled)
    return done


class _Answers:
    """The plain answers, resolved ahead, and the journal: both kept up with what a refresh records.

    They rest on releases: a head that moved changes none of them. Whatever is recorded makes the answers hold no
    longer, until they are compiled or carried; so a refresh that was killed before is made up for by the next one.
    """

    def __init__(self, work: Workplace, store: Store) -> None:
        self._work, self._store = work, store
        self._held = store.pages.stamp == work.stamp
        self._in: set[str] = set()

    def meanwhile(self, polled: Sequence[Polled]) -> None:
        """What some repositories brought is not kept waiting for one that hangs.

        Nothing is carried here: what the others have recorded already is told only when they are done.
        """
        if self._new(polled):
            compiling.keep_answers(self._work, self._store)
            self._held, self._in = True, self._in | {p.upstream.id for p in polled}

    def finish(self, polled: Sequence[Polled]) -> None:
        """Resolve anew, unless they held before and nothing that they rest on has changed since.

        That they were checked again is noted either way, and so is which sources broke or recovered.
        """
        store = self._store
        failed = any(p.failed for p in polled)
        if self._held and not failed and not self._new(polled):
            upstreams = self._work.registry.upstreams.values()
            seen = [store.polls.refs(u.id) for u in upstreams if u.project in PROJECTS]
            # What was never polled is as old as it was.
            moment = min(max(r.checked_at for r in refs.values()) for refs in seen) if all(seen) else None
            store.pages.carry(moment, self._work.clock())
        elif any(p.reads or not p.error for p in polled) or not store.pages.stamp:
            compiling.keep_answers(self._work, store)
            return
        journal.journal_changes(self._work, store)

    def _new(self, polled: Sequence[Polled]) -> bool:
        """Whether there is a release that no answer rests on yet."""
        return any(
            read.snapshot.revision.kind == "release"
            for p in polled
            if p.upstream.id not in self._in
            for read in p.reads
        )


async def _poll(
    work: Workplace,
    store: Store,
    upstreams: Sequence[Upstream],
    policy: Policy,
    answers: _Answers,
    *,
    suites: Suites,
    cache: Path,
    history: bool,
    tell: Callable[[int, int, str], None],
) -> Refreshed:
    waits, recorded = store.polls.waits(), recording_clock(work, store)
    async with Client(policy, clock=work.clock, backoffs=waits) as client:
        poll = network.Poll(
            registry=work.registry,
            store=store,
            caches=cache,
            client=client,
            clock=work.clock,
            moments=recorded,
            whole_history=history,
            tell=tell,
            # A whole history is journalled once, in the end: its many moments would hold up those that still ask.
            meanwhile=(lambda _: None) if history else answers.meanwhile,
        )
        try:
            with _stoppable(poll):
                polled = await poll.run(upstreams)
                # Last: the facts are recorded, whatever becomes of this.
                moved = frozenset(p.upstream.id for p in polled if p.reads or p.moved_tags)
                told, fault = await _unless_unforeseen(Asking(store, client, work.clock).run(upstreams, moved))
                indexing = _indexing(work, store, client, recorded, suites)
                indexed, later = await _unless_unforeseen(indexing.run(suites.distros, due=suites.due))
        finally:
            for host, until in client.backoffs.items():
                store.polls.record_host(host, "", until)
        traffic = {h: Traffic(requests=c.requests, bytes=c.received) for h, c in client.counts.items()}
        fault = next((p.fault for p in polled if p.fault), fault or later)
        return Refreshed(polled=polled, told=told or (), indexed=indexed or (), traffic=traffic, fault=fault)


def _indexing(work: Workplace, store: Store, client: Client, clock: Callable[[], datetime], suites: Suites) -> Indexing:
    return Indexing(
        store=store,
        client=client,
        clock=clock,
        archives=suites.archives,
        names=work.registry.names,
        fewest=suites.fewest,
    )


async def _unless_unforeseen(asked: Awaitable[_Said]) -> tuple[_Said | None, Exception | None]:
    """What was said, or what nobody foresaw: the facts are recorded, and the answers shall rest on them.

    Raises: MatrixError, which somebody foresaw.
    """
    try:
        return await asked, None
    except MatrixError:
        raise
    except Exception as error:  # noqa: BLE001
        return None, error


@contextmanager
def _stoppable(poll: Poll) -> Iterator[None]:
    """Within, Ctrl-C cancels at once what waits, and what reads a long file too, which asyncio's own way cannot."""
    main, loop = asyncio.current_task(), asyncio.get_running_loop()

    def stop(*_: object) -> None:
        if poll.reading:
            raise KeyboardInterrupt
        if main is not None:
            loop.call_soon_threadsafe(main.cancel)

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
