"""The public repositories -> what moved there since the last poll, recorded; one outcome a repository.

Refs first: where nothing moved, that one request is all. What moved comes as git objects into a cache (a commit with
its trees, then the blobs that data/sources.toml reads and that are not there yet), and is read there as a local clone
is. So all files of a revision belong to one commit, and git has checked every byte. docs/polling.md says why.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from matrix.errors import FetchError, TreeError
from matrix.fetch import Capabilities, Endpoint, ObjectCache, capabilities, fetch_pack, ls_refs
from matrix.model import Revision
from matrix.poll.quarantine import unbelievable
from matrix.poll.tree import Outcome, TreeRead, read_tree
from matrix.poll.wanted import Wanted, history, merged, newest, prefixes, releases
from matrix.store import Held, Run, Snapshot, write_facts
from matrix.trees import VERSION_FILES, Git, Repository, identify
from matrix.versions import in_version, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime
    from pathlib import Path

    from matrix.fetch import Client
    from matrix.model import Located, Registry, Source, Upstream
    from matrix.store import Ref, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """What became of one public repository. error is "" where it answered; url is the host that did."""

    upstream: Upstream
    url: str = ""
    error: str = ""
    moved_tags: tuple[Ref, ...] = ()
    reads: tuple[TreeRead, ...] = ()
    held: tuple[Held, ...] = ()
    facts: int = 0

    @property
    def failed(self) -> bool:
        """Whether anything of it could not be brought up to date."""
        return bool(self.error or self.held or any(read.failures for read in self.reads))


@dataclass(slots=True)
class Poll:
    """One refresh over the network: what it needs, and nothing that outlives it."""

    registry: Registry
    store: Store
    caches: Path
    client: Client
    clock: Callable[[], datetime]
    whole_history: bool = False
    tell: Callable[[str], None] = field(default=lambda _: None)

    async def run(self, upstreams: Iterable[Upstream]) -> tuple[Polled, ...]:
        """Poll each upstream; one that fails does not keep the others back. Raises: StoreError."""
        return tuple(await asyncio.gather(*(self._upstream(upstream) for upstream in upstreams)))

    async def _upstream(self, upstream: Upstream) -> Polled:
        errors: list[str] = []
        for url in upstream.urls:
            endpoint = Endpoint(url, frozenset(upstream.hosts))
            try:
                return await self._from(upstream, endpoint)
            except (FetchError, TreeError) as error:
                errors.append(str(error))
        failure = "; ".join(errors)
        self._failed(upstream, failure)
        return Polled(upstream=upstream, error=failure)

    def _failed(self, upstream: Upstream, error: str) -> None:
        """Note the failure at every source of the project: its facts stay, and show since when they are stale."""
        now = self.clock()
        sources = [s for s in self.registry.sources.values() if s.project == upstream.project]
        run = Run(kind="poll", started=now, finished=now, outcome="failed")
        self.store.record(run, [], [(upstream.project, "", s.id, error) for s in sources])

    async def _from(self, upstream: Upstream, endpoint: Endpoint) -> Polled:
        known = self.store.capabilities(endpoint.url)
        able = Capabilities.parse(known) if known else await capabilities(self.client, endpoint)
        if not known:
            self.store.record_host(endpoint.url, str(able))
        found = await ls_refs(self.client, endpoint, prefixes(upstream), able)
        seen = {name: ref.commit for name, ref in found.items()}
        moved = self.store.record_refs(upstream.id, seen, self.clock())
        wanted = [w for w in merged(self._wanted(upstream, seen)) if not self._whole(upstream, w)]
        if not wanted:
            return Polled(upstream=upstream, url=endpoint.url, moved_tags=tuple(moved))
        cache = await ObjectCache.open(self.caches / f"{upstream.id}.git")
        await self._bring(upstream, endpoint, able, cache, wanted)
        done = Polled(upstream=upstream, url=endpoint.url, moved_tags=tuple(moved))
        for item in wanted:
            done = self._record(upstream, cache, item, seen, done)
            self.tell(f"{upstream.id}: {done.reads[-1].snapshot.revision.label}" if done.reads else upstream.id)
            await asyncio.sleep(0)
        return done

    def _wanted(self, upstream: Upstream, seen: dict[str, str]) -> Sequence[Wanted]:
        return (*history(upstream, seen), *newest(upstream, seen)) if self.whole_history else newest(upstream, seen)

    def _whole(self, upstream: Upstream, wanted: Wanted) -> bool:
        """Whether this commit was read before, and every source of it."""
        for revision in self.store.revisions(upstream.project):
            if revision.commit == wanted.commit:
                held = self.store.sources(revision.project, revision.label)
                return all(s.id in held for s in self._sources(revision))
        return False

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
        for item in wanted:
            name = item.ref if item.ref.startswith("refs/tags/") else f"refs/heads/{upstream.id}"
            await cache.set_ref(name, item.commit)
        blobs = {blob for item in wanted for blob in await self._blobs(upstream, cache, item)}
        lacking = sorted(blobs - await cache.has(blobs))
        if lacking:
            pack = await fetch_pack(self.client, endpoint, able, wants=lacking, into=cache.incoming())
            await cache.add_pack(pack)

    async def _blobs(self, upstream: Upstream, cache: ObjectCache, wanted: Wanted) -> set[str]:
        """The blobs behind every path that a source of the project reads at a commit."""
        listing = await cache.paths(wanted.commit)
        tree = Repository(Git(cache.path), wanted.commit)
        sources = [s for s in self.registry.sources.values() if s.project == upstream.project and not s.listing]
        patterns = [p for s in sources for p in s.paths] + list(VERSION_FILES.get(upstream.project, ()))
        return {listing[path][1] for path in tree.match(patterns)}

    def _record(
        self, upstream: Upstream, cache: ObjectCache, wanted: Wanted, seen: dict[str, str], done: Polled
    ) -> Polled:
        """Read one revision from the cache and record it in one transaction, what is not believed held back."""
        started = self.clock()
        tag = self.registry.projects[upstream.project].tag
        tree = Repository.at(Git(cache.path), wanted.version or wanted.commit, tag=tag)
        revision = self._identify(upstream, tree, wanted, seen)
        read = read_tree(tree, revision, self.registry.sources.values(), started, self.store.known_readings)
        kept, held = self._judge(read)
        outcomes = [
            (upstream.project, revision.label, o.source.id, self._said(o, held)) for o in read.outcomes if not o.absent
        ]
        run = Run(
            kind="poll",
            started=started,
            finished=self.clock(),
            outcome="partial" if held or read.failures else "complete",
            bytes=sum(o.bytes for o in read.outcomes),
            documents=sum(o.documents for o in read.outcomes),
        )
        recorded = self.store.record(run, [kept], outcomes, held)
        return replace(done, reads=(*done.reads, read), held=(*done.held, *held), facts=done.facts + recorded.facts)

    @staticmethod
    def _said(outcome: Outcome, held: Sequence[Held]) -> str:
        if outcome.error is not None:
            return str(outcome.error)
        return next((f"held: {h.reason}" for h in held if h.source == outcome.source.id), "")

    def _identify(self, upstream: Upstream, tree: Repository, wanted: Wanted, seen: dict[str, str]) -> Revision:
        tag = self.registry.projects[upstream.project].tag
        try:
            return identify(upstream.project, tree, wanted.version or None, tag=tag)
        except TreeError:
            # A project that says its version nowhere but in tags: its head is named after the newest of them.
            last = releases(upstream, seen)
            if wanted.version or not last:
                raise
            label = f"{last[-1].version}-g{wanted.commit[:10]}"
            return Revision(project=upstream.project, label=label, kind="head", commit=wanted.commit, date=tree.date)

    def _judge(self, read: TreeRead) -> tuple[Snapshot, list[Held]]:
        """Part a snapshot into what is recorded and what is held, against the newest earlier state of its kind."""
        revision, now = read.snapshot.revision, self.clock()
        before = self._before(revision)
        held: list[Held] = []
        if before is None:
            return read.snapshot, held
        was = _by_source(self.store.facts(before.project, before.label))
        for outcome in read.outcomes:
            source = outcome.source
            part = Snapshot(revision, tuple(o for o in read.snapshot.observations if o.source == source.id))
            if outcome.error is not None or outcome.absent or not part.observations:
                continue
            reason = unbelievable(source, was.get(source.id, ()), self._facts(part, source))
            if reason and not self._said_before(source, part, revision):
                body = write_facts(self._readable(part), "archmatrix refresh")
                held.append(
                    Held(
                        project=revision.project,
                        source=source.id,
                        revision=revision.label,
                        commit=revision.commit,
                        reason=f"against {before.label}, {reason}",
                        since=now,
                        body=body,
                    )
                )
        back = {h.source for h in held}
        kept = tuple(o for o in read.snapshot.observations if o.source not in back)
        return Snapshot(revision, kept), held

    def _before(self, revision: Revision) -> Revision | None:
        """The newest recorded revision of the same kind that is older than this one."""
        older = [
            r
            for r in self.store.revisions(revision.project)
            if r.kind == revision.kind and r.label != revision.label and parse(r.label) < parse(revision.label)
        ]
        return max(older, key=lambda r: parse(r.label), default=None)

    def _readable(self, part: Snapshot) -> Snapshot:
        """The part with the readings that the store has already."""
        return self.store.with_readings(part)

    def _facts(self, part: Snapshot, source: Source) -> list[Located]:
        return _by_source(self.store.located(self._readable(part))).get(source.id, [])

    def _said_before(self, source: Source, part: Snapshot, revision: Revision) -> bool:
        """Whether an earlier poll at another commit was held for saying just this: then it is believed."""
        for item in self.store.held():
            if (item.project, item.source) == (revision.project, source.id) and item.commit != revision.commit:
                return _statements(item.body) == _statements(write_facts(self._readable(part), ""))
        return False


def _by_source(items: Iterable[Located]) -> dict[str, list[Located]]:
    found: dict[str, list[Located]] = {}
    for item in items:
        found.setdefault(item.source, []).append(item)
    return found


def _statements(body: str) -> list[str]:
    """What a text form states: its facts without lines, whatever revision and file names them."""
    return sorted(line.rpartition("\t")[0] for line in body.split("\n") if line.startswith("\t"))
