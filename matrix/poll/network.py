"""The public repositories -> what moved there since the last poll, recorded; one outcome a repository.

Refs first: where nothing moved, that one request is all. What moved comes as git objects into a cache (a commit with
its trees, then the blobs that data/sources.toml reads and that are not there yet), and is read there as a local clone
is. So all files of a revision belong to one commit, and git has checked every byte. docs/polling.md says why.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from matrix.errors import FetchError, MatrixError, StoreError, TreeError
from matrix.fetch import Capabilities, Endpoint, ObjectCache, capabilities, fetch_pack, ls_refs, one_line
from matrix.model import Revision
from matrix.poll.quarantine import unbelievable
from matrix.poll.tree import SourceOutcome, TreeRead, read_tree
from matrix.poll.wanted import Wanted, history, merged, newest, not_named, prefixes, releases
from matrix.store import Held, Run, Snapshot, located, read_facts, write_facts
from matrix.trees import VERSION_FILES, Git, Objects, Walked, identify
from matrix.versions import in_version, kind, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from matrix.fetch import Client
    from matrix.model import Located, Registry, Source, Upstream
    from matrix.store import SeenRef, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """What became of one public repository. error is "" where it answered; url is the host that did.

    fault is what nobody foresaw: a fault of ours, which is in error too.
    """

    upstream: Upstream
    url: str = ""
    error: str = ""
    moved_tags: tuple[SeenRef, ...] = ()
    reads: tuple[TreeRead, ...] = ()
    held: tuple[Held, ...] = ()
    facts: int = 0
    fault: Exception | None = None

    @property
    def failed(self) -> bool:
        """Whether anything of it could not be brought up to date."""
        return bool(self.error or self.held or any(read.failures for read in self.reads))


class _Listed(NamedTuple):
    """What an address said: what it can do, and its refs with their commits."""

    endpoint: Endpoint
    able: Capabilities
    seen: dict[str, str]


@dataclass(slots=True)
class Poll:
    """One refresh over the network: what it needs, and nothing that outlives it.

    clock is the present, by which refs are checked and sources fare; moments is the same for what is observed, and
    never before what was (operations/stores.recording_clock): after a clock that ran ahead the two differ for long.

    tell hears how many revisions are read, of how many that are wanted so far, and which one comes. meanwhile hears
    what became of those that are done, whenever the others have kept it waiting for `patience` seconds since the last
    one. reading is true while a revision is read and recorded, or meanwhile hears, which no other task can interrupt: a
    KeyboardInterrupt may be raised then, and ends the refresh as a cancellation does.
    """

    registry: Registry
    store: Store
    caches: Path
    client: Client
    clock: Callable[[], datetime]
    moments: Callable[[], datetime]
    whole_history: bool = False
    tell: Callable[[int, int, str], None] = field(default=lambda *_: None)
    meanwhile: Callable[[Sequence[Polled]], None] = field(default=lambda _: None)
    patience: float = 15.0
    reading: bool = field(default=False, init=False)
    # What was held before this refresh: only an earlier poll can confirm a later one.
    _earlier: tuple[Held, ...] = field(default=(), init=False)
    # The sources that failed in this refresh, at whatever revision.
    _bad: set[tuple[str, str]] = field(default_factory=set, init=False)
    _wanted_in_all: int = field(default=0, init=False)
    _read_so_far: int = field(default=0, init=False)
    # By upstream, the questions since the last run that was recorded of it.
    _asked: Counter[str] = field(default_factory=Counter, init=False)

    async def run(self, upstreams: Iterable[Upstream]) -> tuple[Polled, ...]:
        """Poll each upstream; one that fails does not keep the others back. Raises: StoreError."""
        self._earlier = tuple(self.store.polls.held())
        tasks = [asyncio.ensure_future(self._upstream(upstream)) for upstream in upstreams]
        try:
            await self._done(tasks)
            return tuple(task.result() for task in tasks)
        finally:
            # Where one ends it all (a store that cannot be written, Ctrl-C), none goes on without its client.
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _done(self, tasks: Sequence[asyncio.Future[Polled]]) -> None:
        """Wait for all of them, and say meanwhile what is done. Raises: what the first that ends so raised."""
        waiting, news = set(tasks), False
        while waiting:
            done, waiting = await asyncio.wait(
                waiting, timeout=self.patience if news else None, return_when=asyncio.FIRST_COMPLETED
            )
            for task in done:
                task.result()
            if not done:
                with self._uninterrupted():
                    self.meanwhile([task.result() for task in tasks if task.done()])
            news = bool(done)

    @contextmanager
    def _uninterrupted(self) -> Iterator[None]:
        """Within, the loop stands still, so that only a KeyboardInterrupt ends it."""
        self.reading = True
        try:
            yield
        except KeyboardInterrupt:
            raise asyncio.CancelledError from None
        finally:
            self.reading = False

    async def _upstream(self, upstream: Upstream) -> Polled:
        try:
            return await self._from_any(upstream)
        except MatrixError:
            raise
        except Exception as error:  # noqa: BLE001 - one project's fault ends no other's refresh
            failure = f"a fault of ours ({one_line(f'{type(error).__name__}: {error}')})"
            self._failed(upstream, failure)
            return Polled(upstream=upstream, error=failure, fault=error)

    async def _from_any(self, upstream: Upstream) -> Polled:
        """The first address that answers with all that is asked for; where none does, what one has of it."""
        errors: list[str] = []
        some: _Listed | None = None
        for url in upstream.urls:
            endpoint = Endpoint(url, frozenset(upstream.hosts))
            try:
                listed = await self._list(upstream, endpoint)
                if not (lacks := not_named(upstream, listed.seen)):
                    return await self._from(upstream, listed)
                errors.append(f"{endpoint.host}: found no {lacks} among the refs of {_path(url)}")
                some = some or (listed if self._wanted(upstream, listed.seen) else None)
            except (FetchError, TreeError) as error:
                errors.append(str(error))
            except StoreError as error:
                # The object cache, most likely; another address would meet the same. If it is the store, noting the
                # failure there fails too.
                errors.append(str(error))
                break
        done = Polled(upstream=upstream)
        if some is not None:
            try:
                done = await self._from(upstream, some)
            except (FetchError, TreeError, StoreError) as error:
                errors.append(str(error))
        failure = "; ".join(filter(None, (*errors, done.error)))
        self._failed(upstream, failure)
        return replace(done, error=failure)

    def _failed(self, upstream: Upstream, error: str) -> None:
        """Note the failure at every source that would have been read: its facts stay, and show since when."""
        now = self.moments()
        known = [r for r in self.store.facts.revisions(upstream.project) if r.kind != "prerelease"]
        newest = {r.kind: r for r in sorted(known, key=lambda r: parse(r.label))}.values()
        read = {s.id for revision in newest for s in self._sources(revision)}
        sources = read or {s.id for s in self.registry.sources.values() if s.project == upstream.project}
        run = Run(kind="poll", started=now, finished=now, outcome="failed", requests=self._asked.pop(upstream.id, 0))
        outcomes = self._news((upstream.project, "", s, error) for s in sorted(sources))
        self.store.facts.record(run, [], outcomes, now=self.clock())

    def _news(self, outcomes: Iterable[tuple[str, str, str, str]]) -> list[tuple[str, str, str, str]]:
        """Those outcomes (project, revision, source, error) that count: of each source the first failure, if any."""
        fresh = [o for o in outcomes if (o[0], o[2]) not in self._bad]
        self._bad |= {(o[0], o[2]) for o in fresh if o[3]}
        return fresh

    async def _list(self, upstream: Upstream, endpoint: Endpoint) -> _Listed:
        """What the host can do, asked once and kept while all goes well; then where its refs stand."""
        able = Capabilities.parse(self.store.polls.capabilities(endpoint.url))
        if able.lacks:
            self._asked[upstream.id] += 1
            able = await capabilities(self.client, endpoint)
            # One answer that lacks what is needed may be another server's behind the same name: asked again next time.
            self.store.polls.record_host(endpoint.url, "" if able.lacks else str(able))
        self._asked[upstream.id] += 1
        with self._doubted(endpoint):
            listed = await ls_refs(self.client, endpoint, prefixes(upstream), able)
        return _Listed(endpoint, able, {name: ref.commit for name, ref in listed.items()})

    @contextmanager
    def _doubted(self, endpoint: Endpoint) -> Iterator[None]:
        """What a host could do is forgotten where an answer is wrong in a way that does not pass by itself."""
        try:
            yield
        except FetchError as error:
            if not error.passing:
                self.store.polls.record_host(endpoint.url, "")
            raise

    async def _from(self, upstream: Upstream, listed: _Listed) -> Polled:
        endpoint, able, seen = listed
        wanted = merged(self._wanted(upstream, seen))
        whole = {w.commit: r for w in wanted if (r := self._whole(upstream, w)) is not None}
        done = Polled(upstream=upstream, url=endpoint.url)
        if lacking := [w for w in wanted if w.commit not in whole]:
            done = await self._read(upstream, endpoint, able, lacking, seen, done)
        if whole:
            self._unmoved(upstream, whole.values())
        # Last: a moved tag is told by the poll that brought what it points to.
        moved = self.store.polls.record_refs(upstream.id, seen, self.clock())
        return replace(done, moved_tags=tuple(moved))

    def _unmoved(self, upstream: Upstream, revisions: Iterable[Revision]) -> None:
        """What was read before still stands there: its files were checked just now."""
        now = self.moments()
        run = Run(kind="poll", started=now, finished=now, outcome="complete", requests=self._asked.pop(upstream.id, 0))
        outcomes = [(r.project, r.label, s.id, "") for r in revisions for s in self._sources(r)]
        whole = [(r.project, r.label) for r in revisions]
        self.store.facts.record(run, [], self._news(outcomes), checked=whole, now=self.clock())

    async def _read(
        self,
        upstream: Upstream,
        endpoint: Endpoint,
        able: Capabilities,
        wanted: list[Wanted],
        seen: dict[str, str],
        done: Polled,
    ) -> Polled:
        """Bring and record revisions; one whose version cannot be told does not keep the others back."""
        with self._doubted(endpoint):
            cache = await self._brought(upstream, endpoint, able, wanted)
        self._wanted_in_all += len(wanted)
        for item in wanted:
            self.tell(self._read_so_far, self._wanted_in_all, f"{upstream.id} {item.version or 'head'}")
            self._read_so_far += 1
            try:
                with self._uninterrupted():
                    done = self._record(upstream, cache, item, seen, done)
            except TreeError as error:
                # The same commit would be the same at another address.
                self._failed(upstream, str(error))
                done = replace(done, error="; ".join(filter(None, (done.error, str(error)))))
            await asyncio.sleep(0)
        return done

    async def _brought(
        self, upstream: Upstream, endpoint: Endpoint, able: Capabilities, wanted: list[Wanted]
    ) -> ObjectCache:
        """The cache with all that is wanted in it.

        Where that fails the cache may be what is damaged, and no host's answer would be right: it is then made anew.
        """
        place = ObjectCache(self.caches / f"{upstream.id}.git")
        try:
            cache = await ObjectCache.open(place.path)
            if cache.is_full():
                cache.drop()
                cache = await ObjectCache.open(place.path)
            # A git that was killed leaves locks, and no later one would write past them.
            cache.prune()
            await self._bring(upstream, endpoint, able, cache, wanted)
        except (FetchError, TreeError, StoreError) as error:
            if isinstance(error, FetchError) and error.passing:
                raise
            if await place.is_sound():
                raise
        else:
            return cache
        place.drop()
        cache = await ObjectCache.open(place.path)
        await self._bring(upstream, endpoint, able, cache, wanted)
        return cache

    def _wanted(self, upstream: Upstream, seen: dict[str, str]) -> Sequence[Wanted]:
        return (*history(upstream, seen), *newest(upstream, seen)) if self.whole_history else newest(upstream, seen)

    def _whole(self, upstream: Upstream, wanted: Wanted) -> Revision | None:
        """The revision of this commit, where it was read before with every source of it."""
        for revision in self.store.facts.revisions(upstream.project):
            if revision.commit == wanted.commit:
                read = self.store.facts.sources(revision.project, revision.label)
                return revision if all(s.id in read for s in self._sources(revision)) else None
        return None

    def _sources(self, revision: Revision) -> list[Source]:
        version = parse(revision.label)
        sources = self.registry.sources.values()
        return [s for s in sources if s.project == revision.project and in_version(s, version)]

    async def _bring(
        self, upstream: Upstream, endpoint: Endpoint, able: Capabilities, cache: ObjectCache, wanted: list[Wanted]
    ) -> None:
        """Two requests at most: the commits with their trees, then the blobs that are read and are not here."""
        refs = await cache.refs()
        missing = sorted({w.commit for w in wanted} - set(refs.values()))
        if missing:
            self._asked[upstream.id] += 1
            pack = await fetch_pack(
                self.client,
                endpoint,
                able,
                wants=missing,
                haves=sorted(set(refs.values())),
                shallow=sorted(cache.shallow()),
                depth=1,
                filter="blob:none",
                into=cache.incoming(),
            )
            await cache.add_pack(pack)
            if lost := set(missing) - await cache.has(missing):
                raise FetchError(endpoint.host, f"sent a pack without {min(lost)}, which was asked for")
        try:
            # Ctrl-C ends what reads a hostile tree, too.
            with self._uninterrupted():
                blobs = {blob for item in wanted for blob in self._blobs(upstream, cache, item)}
        except TreeError as error:
            raise FetchError(endpoint.host, f"sent a commit whose trees cannot be read ({error})") from None
        # Only now: a commit that a ref stands for is here with all its trees, and is never asked for again.
        for item in wanted:
            name = item.ref if item.ref.startswith("refs/tags/") else f"refs/heads/{upstream.id}"
            await cache.set_ref(name, item.commit)
        lacking = sorted(blobs - await cache.has(blobs))
        if lacking:
            self._asked[upstream.id] += 1
            pack = await fetch_pack(self.client, endpoint, able, wants=lacking, into=cache.incoming())
            await cache.add_pack(pack)
            if lost := set(lacking) - await cache.has(lacking):
                raise FetchError(endpoint.host, f"sent a pack without {min(lost)}, which was asked for")

    def _blobs(self, upstream: Upstream, cache: ObjectCache, wanted: Wanted) -> set[str]:
        """The blobs behind every path that a source of the project reads at a commit."""
        sources = [s for s in self.registry.sources.values() if s.project == upstream.project and not s.listing]
        patterns = [p for s in sources for p in s.paths] + list(VERSION_FILES.get(upstream.project, ()))
        # Only the folders that a pattern can enter are read: a listing of the kernel is 90,000 paths.
        with Objects(Git(cache.path)) as objects:
            tree = Walked(Git(cache.path), wanted.commit, objects=objects)
            return {tree.blob(path) for path in tree.match(patterns)}

    def _record(
        self, upstream: Upstream, cache: ObjectCache, wanted: Wanted, seen: dict[str, str], done: Polled
    ) -> Polled:
        """Read one revision from the cache and record it in one transaction, what is not believed held back."""
        started = self.moments()
        with Objects(Git(cache.path)) as objects:
            tree = Walked(Git(cache.path), wanted.commit, wanted.version, objects=objects)
            revision = self._identify(upstream, tree, wanted, seen)
            read = read_tree(tree, revision, self.registry.sources.values(), started, self.store.facts.known_readings)
        kept, held = self._judge(read)
        if held or read.failures:
            kept = self._unfinished(kept)
        outcomes = self._news(
            (upstream.project, revision.label, o.source.id, self._said(o, held)) for o in read.outcomes if not o.absent
        )
        run = Run(
            kind="poll",
            started=started,
            finished=self.moments(),
            outcome="partial" if held or read.failures else "complete",
            bytes=sum(o.bytes for o in read.outcomes),
            documents=sum(o.documents for o in read.outcomes),
            requests=self._asked.pop(upstream.id, 0),
        )
        recorded = self.store.facts.record(run, [kept], outcomes, held, now=self.clock())
        # The facts are in the store: a history of a hundred releases does not stay in memory.
        told = replace(read, snapshot=Snapshot(revision, ()))
        return replace(done, reads=(*done.reads, told), held=(*done.held, *held), facts=done.facts + recorded.facts)

    @staticmethod
    def _said(outcome: SourceOutcome, held: Sequence[Held]) -> str:
        if outcome.error is not None:
            return str(outcome.error)
        return next((f"held: {h.reason}" for h in held if h.source == outcome.source.id), "")

    def _identify(self, upstream: Upstream, tree: Walked, wanted: Wanted, seen: dict[str, str]) -> Revision:
        tag = self.registry.projects[upstream.project].tag
        try:
            return identify(upstream.project, tree, wanted.version or None, tag=tag)
        except TreeError:
            # A project that says its version nowhere but in tags: its head is named after the newest of them, and after
            # none where it has no releases.
            last = releases(upstream, seen)
            if wanted.version or (upstream.versions and not last) or upstream.project in VERSION_FILES:
                raise
            label = f"{last[-1].version if last else 0}-g{wanted.commit[:10]}"
            return Revision(project=upstream.project, label=label, kind="head", commit=wanted.commit, date=tree.date)

    def _unfinished(self, kept: Snapshot) -> Snapshot:
        """Of a tag that moved, and cannot be read whole, the commit stays the earlier one: it is tried again."""
        about = kept.revision
        for known in self.store.facts.revisions(about.project):
            if known.label == about.label and known.commit:
                return replace(kept, revision=replace(about, commit=known.commit))
        return kept

    def _judge(self, read: TreeRead) -> tuple[Snapshot, list[Held]]:
        """Part a snapshot into what is recorded and what is held, against what each source said last."""
        revision = read.snapshot.revision
        older = tuple(self._older(revision))
        held: list[Held] = []
        # A revision's facts are loaded once for all of its sources.
        said = cache(lambda r: _by_source(self.store.facts.of(r.project, r.label)))
        for outcome in read.outcomes:
            source = outcome.source
            part = Snapshot(revision, tuple(o for o in read.snapshot.observations if o.source == source.id))
            if outcome.error is not None or outcome.absent or not part.observations:
                continue
            if self._same_files(older, source, part):
                continue  # the same bytes in the same places say the same
            before, was = self._last_said(older, source, said)
            reason = unbelievable(source, was, self._facts(part, source))
            if reason and not self._said_before(source, part, revision):
                held.append(self._hold(source, part, f"against {before}, {reason}"))
        back = {h.source for h in held}
        kept = tuple(o for o in read.snapshot.observations if o.source not in back)
        return replace(read.snapshot, observations=kept), held

    def _hold(self, source: Source, part: Snapshot, reason: str) -> Held:
        about = part.revision
        same = [h for h in self._earlier if (h.project, h.source, h.commit) == (about.project, source.id, about.commit)]
        return Held(
            project=about.project,
            source=source.id,
            revision=about.label,
            commit=about.commit,
            reason=reason,
            since=same[0].since if same else self.clock(),
            body=write_facts(self._readable(part), "archmatrix refresh"),
        )

    def _older(self, revision: Revision) -> list[Revision]:
        """The recorded states to hold a revision against, the nearest first: of a tag that moved, itself before.

        Heads of one version have no order but that in which they were recorded.
        """
        known = [r for r in self.store.facts.revisions(revision.project) if r.kind == revision.kind]
        if revision.kind == "head":
            return known[::-1]
        version = parse(revision.label)
        return sorted((r for r in known if parse(r.label) <= version), key=lambda r: parse(r.label), reverse=True)

    def _same_files(self, older: Iterable[Revision], source: Source, part: Snapshot) -> bool:
        """Whether the nearest state that has the source has these very files of it, all of them read before."""
        if any(o.reading is not None for o in part.observations):
            return False
        for revision in older:
            if held := self.store.facts.files(revision.project, revision.label).get(source.id):
                return held == {(o.document.path, o.document.sha256) for o in part.observations}
        return False

    def _last_said(
        self, older: Iterable[Revision], source: Source, said: Callable[[Revision], dict[str, list[Located]]]
    ) -> tuple[str, list[Located]]:
        """What a source said at the nearest state that has it, and that state's label: it may have failed since."""
        for revision in older:
            if source.id in self.store.facts.sources(revision.project, revision.label):
                return revision.label, said(revision).get(source.id, [])
        return "", []

    def _readable(self, part: Snapshot) -> Snapshot:
        """The part with the readings that the store has already."""
        return self.store.facts.with_readings(part)

    def _facts(self, part: Snapshot, source: Source) -> list[Located]:
        return _by_source(located(self._readable(part))).get(source.id, [])

    def _said_before(self, source: Source, part: Snapshot, revision: Revision) -> bool:
        """Whether an earlier poll was held for saying just this of an earlier commit: then it is believed."""
        for item in self._earlier:
            if (item.project, item.source) != (revision.project, source.id) or item.commit == revision.commit:
                continue
            if kind(item.project, item.revision) != revision.kind or self._newer(item, revision):
                continue
            if _statements(item.body) == _statements(write_facts(self._readable(part), "")):
                return True
        return False

    @staticmethod
    def _newer(item: Held, revision: Revision) -> bool:
        date = read_facts(item.body, f"held {item.source}").revision.date
        return date is not None and revision.date is not None and date > revision.date


def _path(url: str) -> str:
    """What follows the host in an address."""
    return "/" + url.partition("://")[2].partition("/")[2]


def _by_source(items: Iterable[Located]) -> dict[str, list[Located]]:
    sorted_out: dict[str, list[Located]] = {}
    for item in items:
        sorted_out.setdefault(item.source, []).append(item)
    return sorted_out


def _statements(body: str) -> list[str]:
    """What a text form states: its facts without lines, whatever revision and file names them."""
    return sorted(line.rpartition("\t")[0] for line in body.split("\n") if line.startswith("\t"))
