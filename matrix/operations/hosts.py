"""The public repositories -> what a refresh would ask of which host, and what each host answers to one request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from matrix.errors import FetchError
from matrix.fetch import Client, Endpoint, capabilities
from matrix.poll import said
from matrix.poll.archive import announced_indexes, probe_index
from matrix.store import Store, is_there

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from matrix.fetch import Policy
    from matrix.model import Upstream
    from matrix.operations.refresh import Suites
    from matrix.operations.workplace import Workplace


class RefsRequest(NamedTuple):
    """The first request to a repository: where its refs stand. new: what its host can do is asked too."""

    url: str
    new: bool


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a refresh would ask: refs of repositories, what projects say of themselves, indexes: a line a question."""

    refs: tuple[RefsRequest, ...]
    status: tuple[str, ...]
    indexes: tuple[str, ...]


class Probed(NamedTuple):
    """An address, what became of one request to it, and whether that is all that is needed."""

    url: str
    words: str
    good: bool


def foresee(work: Workplace, upstreams: Sequence[Upstream], suites: Suites, *, token: bool) -> Foreseen:
    """What a refresh would ask where nothing moved. Nothing is asked."""
    asked_before: set[str] = set()
    if is_there(work.store):
        with Store.open(work.store, readonly=True) as store:
            asked_before = {u.id for u in upstreams if store.polls.capabilities(u.urls[0])}
    refs = tuple(RefsRequest(u.urls[0], u.id not in asked_before) for u in upstreams)
    indexes = tuple(announced_indexes(suites.archives, suites.distros))
    return Foreseen(refs, tuple(said.announced(upstreams, token=token)), indexes)


async def probe(
    work: Workplace, upstreams: Sequence[Upstream], suites: Suites, policy: Policy
) -> AsyncIterator[Probed]:
    """One request to each address, and what answered."""
    async with Client(policy, clock=work.clock) as client:
        for upstream in upstreams:
            for url in upstream.urls:
                try:
                    able = await capabilities(client, Endpoint(url, frozenset(upstream.hosts)))
                except FetchError as error:
                    yield Probed(url, str(error), good=False)
                    continue
                words = f"cannot {', '.join(able.lacks)}" if able.lacks else "can do all that is needed"
                yield Probed(url, f"answers, {words}", good=not able.lacks)
        for url, words, good in await said.probe_said(client, upstreams):
            yield Probed(url, words, good)
        for distro in suites.distros:
            yield Probed(*await probe_index(client, suites.archives[distro.archive], distro))
