"""The package index of a suite in a public archive -> what it says of each architecture, recorded for `--distro`.

    GET .../dists/trixie/InRelease                              only if it changed: that request is all
    GET .../main/binary-amd64/by-hash/SHA256/be3d7d96...        each list that it names, and that was not read before

A list is believed when it has the size and the sum that InRelease names, packed and unpacked. An index is recorded
whole or not at all; one that is older than what is known, has lost a tool on every architecture, or has lost most
architectures, is not believed. What fails keeps what was known. The signature of InRelease is not looked at: what
vouches for it is the certificate of the host.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from matrix.debian import MOST_PACKED, RELEASE_FILE, Index, Listed, check_sum, list_path, packaged, suite, unpack_list
from matrix.errors import FetchError, ShapeError
from matrix.fetch import PLAIN_TEXT, Endpoint, Expects, Limits, Unchanged, get_if_changed
from matrix.poll.index import IndexState, index_states, record_coming, record_fault, record_index
from matrix.poll.tally import Tally
from matrix.registry.indexed import meant
from matrix.store import Cached

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from matrix.debian import Suite
    from matrix.fetch import Client
    from matrix.model import Archive, Distro, Meaning
    from matrix.store import Store

_LIST = Expects("a list of packages", "*/*")
# What a host may add by packing once more what xz has packed.
_SLACK = 64 << 10
# What two clocks may differ by.
_AHEAD = timedelta(days=1)
_NONE = IndexState(coming={})


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexed:
    """What became of one distribution's index: "read", "unchanged", "not due" or "failed", and why.

    date is that of the index that is known now, None for none; lists are how many were brought; unknown are
    architectures of it that data/arches.toml does not know.
    """

    distro: str
    outcome: str
    date: datetime | None = None
    lists: int = 0
    unknown: tuple[str, ...] = ()
    error: str = ""


@dataclass(slots=True)
class Indexing:
    """One refresh's indexes: what they need, one distribution after the other, one list after the other.

    names are what architectures mean, of the registry; fewest is how many packages make a whole list.
    """

    store: Store
    client: Client
    clock: Callable[[], datetime]
    archives: Mapping[str, Archive]
    names: Mapping[str, Meaning]
    fewest: int
    _brought: int = field(default=0, init=False)

    async def run(self, distros: Iterable[Distro], *, due: bool) -> tuple[Indexed, ...]:
        """Read the index of each; with `due` only of those that were not good within their archive's interval.

        Raises: StoreError.
        """
        tally = Tally(self.client, self.clock)
        states = index_states(self.store)
        done = [await self._tried(distro, states.get(distro.id, _NONE), due=due) for distro in distros]
        if any(one.outcome != "not due" for one in done):
            failed, good = any(one.error for one in done), any(not one.error for one in done)
            self.store.facts.record(tally.run("index", failed=failed, good=good), [])
        return tuple(done)

    async def _tried(self, distro: Distro, state: IndexState, *, due: bool) -> Indexed:
        archive = self.archives[distro.archive]
        date = state.index.date if state.index else None
        rested = state.checked_at and not state.fault and self.clock() - state.checked_at < archive.schedule.every
        if due and rested:
            return Indexed(distro=distro.id, outcome="not due", date=date)
        self._brought = 0
        url = release_url(archive, distro)
        try:
            return await self._read(distro, state, url)
        except (FetchError, ShapeError) as error:
            record_fault(self.store, distro.id, str(error), url, self.clock())
            return Indexed(distro=distro.id, outcome="failed", date=date, lists=self._brought, error=str(error))

    async def _read(self, distro: Distro, state: IndexState, url: str) -> Indexed:
        # An ETag stands for what was read under it, by today's reader, from this very place.
        known = state.index if state.fresh and state.url == url else None
        cached = self.store.polls.cached(url, "") if known else None
        reply = await get_if_changed(self.client, Endpoint(url), cached.etag if cached else "", PLAIN_TEXT)
        if isinstance(reply, Unchanged):
            # Only an ETag of ours is answered so, and that came with what is known.
            assert known is not None  # noqa: S101
            return self._record(distro, state, known, url)
        told = suite(RELEASE_FILE, _decoded(reply.body))
        _check_age(told, distro, state, self.clock())
        arches = sorted(arch for arch in told.architectures if meant(distro, arch, self.names))
        _check_arches(arches, distro, state)
        lists = await self._lists(distro, state, url, told, arches)
        index = Index(codename=told.codename, version=told.version, date=told.date, lists=lists)
        _check_tools(index, distro, state)
        unknown = tuple(arch for arch in told.architectures if arch not in arches)
        return self._record(distro, state, index, url, etag=reply.etag, unknown=unknown)

    def _record(
        self,
        distro: Distro,
        state: IndexState,
        index: Index,
        url: str,
        *,
        etag: str = "",
        unknown: tuple[str, ...] = (),
    ) -> Indexed:
        now, unchanged = self.clock(), index == state.index
        record_index(
            self.store,
            distro.id,
            index,
            url,
            since=state.since if unchanged and state.since else now,
            moment=now,
            cached=[Cached(url, "", etag, b"")] if etag else [],
        )
        return Indexed(
            distro=distro.id,
            outcome="unchanged" if unchanged else "read",
            date=index.date,
            lists=self._brought,
            unknown=unknown,
        )

    async def _lists(
        self, distro: Distro, state: IndexState, url: str, told: Suite, arches: Sequence[str]
    ) -> dict[str, Listed]:
        """Each architecture's list: what was read under the same sum before need not come again."""
        before = dict(_shipped(distro))
        if state.index and state.fresh:
            before |= state.index.lists
        lists: dict[str, Listed] = {}
        for arch in arches:
            path = list_path(arch)
            if path not in told.sums or f"{path}.xz" not in told.sums:
                raise ShapeError(path=RELEASE_FILE, line=0, found=f"no sum of {path}.xz", expected="one")
            sum_ = told.sums[path].sha256
            known = next((o for o in (state.coming.get(arch), before.get(arch)) if o and o.sha256 == sum_), None)
            if known is None:
                body = await self._list(url.removesuffix(RELEASE_FILE), path, told)
                known = Listed(sum_, packaged(path, body, self.fewest))
                self._brought += 1
                lists[arch] = known
                record_coming(self.store, distro.id, {**state.coming, **lists}, url, self.clock())
            lists[arch] = known
        return lists

    async def _list(self, suite_url: str, path: str, told: Suite) -> bytes:
        """One list, unpacked."""
        packed = told.sums[f"{path}.xz"]
        if packed.size > MOST_PACKED:
            raise ShapeError(path=path, line=0, found=f"{packed.size} bytes", expected=f"at most {MOST_PACKED}")
        folder = path.rpartition("/")[0]
        place = f"{folder}/by-hash/SHA256/{packed.sha256}" if told.by_hash else f"{path}.xz"
        limits = Limits(raw=packed.size + _SLACK, decoded=packed.size, total=self.client.policy.pack.total)
        reply = await self.client.request("GET", Endpoint(suite_url + place), expects=_LIST, limits=limits)
        check_sum(f"{path}.xz", reply.body, packed)
        return unpack_list(path, reply.body, told.sums[path])


def release_url(archive: Archive, distro: Distro) -> str:
    """Where a distribution's InRelease lies."""
    return f"{archive.url}/dists/{distro.suite}/{RELEASE_FILE}"


def announced_indexes(archives: Mapping[str, Archive], distros: Iterable[Distro]) -> Iterator[str]:
    """What a refresh would ask for, for people."""
    for distro in distros:
        url = release_url(archives[distro.archive], distro)
        yield f"GET {url}: only if it changed; and each list of packages that it says changed (10 MB each)"


async def probe_index(client: Client, archive: Archive, distro: Distro) -> tuple[str, str, bool]:
    """(address, what became of it, whether it is good): one request."""
    url = release_url(archive, distro)
    try:
        reply = await client.request("GET", Endpoint(url), expects=PLAIN_TEXT)
        told = suite(RELEASE_FILE, _decoded(reply.body))
    except (FetchError, ShapeError) as error:
        return url, str(error), False
    return url, f"answers, with the index of {told.date:%Y-%m-%d}", True


def _shipped(distro: Distro) -> Iterator[tuple[str, Listed]]:
    """The lists that data/toolchains.toml was read from, with what they said."""
    for arch in distro.arches.values():
        if arch.sha256:
            have = {tool: arch.other.get(tool, p.version) for tool, p in distro.tools.items() if tool not in arch.lacks}
            yield arch.name, Listed(arch.sha256, have)


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        found = f"byte 0x{body[error.start]:02x}"
        raise ShapeError(path=RELEASE_FILE, line=0, found=found, expected="UTF-8") from None


def _check_age(told: Suite, distro: Distro, state: IndexState, now: datetime) -> None:
    """A mirror that lags, or somebody who replays what was true once, must not take back what is known.

    One from the future would be taken for newer than all that comes.
    """
    if state.index and told.date < state.index.date:
        expected = f"none older than that of {state.index.date:%Y-%m-%d %H:%M}, which is known"
    elif distro.read and f"{told.date:%Y-%m-%d}" < distro.day:
        expected = f"none older than that of {distro.day}, which is known"
    elif told.date > now + _AHEAD:
        expected = f"none of the future: it is {now:%Y-%m-%d %H:%M} here"
    else:
        return
    raise ShapeError(path=RELEASE_FILE, line=0, found=f"the index of {told.date:%Y-%m-%d %H:%M}", expected=expected)


def _check_arches(arches: Sequence[str], distro: Distro, state: IndexState) -> None:
    known = set(state.index.lists if state.index else distro.arches)
    if not arches or 2 * len(known & set(arches)) < len(known):
        found = f"the architectures {', '.join(arches)}" if arches else "no architecture that is known here"
        expected = f"half at least of {', '.join(sorted(known))}"
        raise ShapeError(path=RELEASE_FILE, line=0, found=found, expected=expected)


def _check_tools(index: Index, distro: Distro, state: IndexState) -> None:
    """A package that has another name now must not read as a distribution without that tool."""
    known = {tool for one in state.index.lists.values() for tool in one.tools} if state.index else set(distro.tools)
    have = {tool for one in index.lists.values() for tool in one.tools}
    if lost := sorted(known - have):
        raise ShapeError(
            path=f"dists/{distro.suite}",
            line=0,
            found=f"no {', '.join(lost)} on any architecture",
            expected="what was there before, by its package's name",
        )
