"""`archmatrix refresh`: bring what is known up to date, from this machine or from the public repositories."""

from __future__ import annotations

import asyncio
import signal
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from matrix.cli import output, session
from matrix.errors import UsageError
from matrix.poll.lock import locked
from matrix.poll.trees import Refreshed, refresh_trees
from matrix.query.question import PROJECTS
from matrix.render import style
from matrix.store import Store

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Sequence

    from matrix.fetch import Policy
    from matrix.model import Registry, Upstream
    from matrix.poll.clone import Walk
    from matrix.poll.network import Poll, Polled
    from matrix.poll.said import Told


def run(args: argparse.Namespace) -> int:
    """4 where a source failed or is held; what is known stays."""
    known = session.registry()
    if args.tree and args.git:
        raise UsageError("--tree and --git: found both, expected one of them")
    if args.tree:
        return _from_trees(args, known)
    if args.git:
        return _from_clones(args, known)
    upstreams = _chosen(args, known)
    if args.dry_run:
        return _dry_run(args, upstreams)
    if args.probe:
        return asyncio.run(_probe(upstreams, _policy(args, upstreams)))
    return _from_network(args, known, upstreams)


def _from_trees(args: argparse.Namespace, known: Registry) -> int:
    """Record every tree in one transaction and say what became of each source."""
    trees = list(session.open_trees(args, known))
    for tree, revision in trees:
        if revision.label.endswith("-dirty"):
            raise UsageError(
                f"{tree.where}: found changed files on top of {revision.label.removesuffix('-dirty')}, expected a "
                f"state that has a name; commit them, or ask without recording: archmatrix is NAME --tree {tree.where}"
            )
    place = session.store_path(args)
    with locked(place, wait=args.wait, tell=output.complain), Store.open(place) as store:
        done = refresh_trees(known, store, trees, session.recording_clock(store))
        session.compile_answers(known, store)
    if args.json:
        output.write_json(_trees_json(done))
    else:
        output.write(_trees_text(known, done, str(place)))
    return 4 if any(read.failures for read in done.reads) else 0


def _trees_text(known: Registry, done: Refreshed, place: str) -> str:
    lines = []
    for read in done.reads:
        revision = read.snapshot.revision
        files = sum(o.documents for o in read.outcomes)
        date = f" of {revision.date:%Y-%m-%d}" if revision.date else ""
        lines.append(f"{known.projects[revision.project].name} {revision.label}{date}: {files} files")
        lines += [f"  {o.source.id}: {o.error}" for o in read.failures]
    changed = f"{done.recorded.observations} new contents, {done.recorded.facts} facts read"
    unchanged = "nothing changed" if not (done.recorded.observations or done.recorded.readings) else changed
    return "\n".join([*lines, f"{unchanged}; recorded in {place}", ""])


def _trees_json(done: Refreshed) -> dict[str, object]:
    return {
        "run": done.recorded.run,
        "generation": done.recorded.generation,
        "new_contents": done.recorded.observations,
        "facts_read": done.recorded.facts,
        "trees": [
            {
                "project": read.snapshot.revision.project,
                "version": read.snapshot.revision.label,
                "sources": [
                    {
                        "source": o.source.id,
                        "files": o.documents,
                        "outcome": "failed" if o.error else "absent" if o.absent else "read",
                        "error": str(o.error) if o.error else None,
                    }
                    for o in read.outcomes
                ],
            }
            for read in done.reads
        ],
    }


def _from_clones(args: argparse.Namespace, known: Registry) -> int:
    """Record the releases that each clone has, a transaction each."""
    from matrix.poll.clone import refresh_clone  # noqa: PLC0415  # only this way of refreshing walks a clone

    clones = list(session.open_clones(args, known))
    place = session.store_path(args)
    walks = []
    with locked(place, wait=args.wait, tell=output.complain), Store.open(place) as store:
        clock = session.recording_clock(store)
        for project, git in clones:
            with output.progress(known.projects[project].name) as tell:
                walks.append(refresh_clone(known, store, project, git, clock, tell))
        if any(walk.read for walk in walks) or not store.pages.stamp:
            session.compile_answers(known, store)
    if args.json:
        output.write_json({"clones": [_walk_json(walk) for walk in walks]})
    else:
        output.write("".join(_walk_text(known, walk) for walk in walks) + f"recorded in {place}\n")
    return 4 if any(walk.failed for walk in walks) else 0


def _walk_text(known: Registry, walk: Walk) -> str:
    name = known.projects[walk.project].name
    total = len(walk.held) + len(walk.read) + len(walk.refused)
    lines = [f"{name}: {total} releases, {len(walk.held)} known before, {len(walk.read)} read now"]
    for label, failures in walk.read:
        lines += [f"  {label} {source}: {error}" for source, error in failures.items()]
    lines += [f"  {label}: {reason}" for label, reason in walk.refused]
    return "\n".join(lines) + "\n"


def _walk_json(walk: Walk) -> dict[str, object]:
    return {
        "project": walk.project,
        "known_before": list(walk.held),
        "read": [{"version": label, "failed_sources": failures} for label, failures in walk.read],
        "refused": dict(walk.refused),
        "files": walk.documents,
        "facts_read": walk.facts,
    }


def _chosen(args: argparse.Namespace, known: Registry) -> list[Upstream]:
    projects = {u.project for u in known.upstreams.values()}
    for project in args.project or ():
        if project not in projects:
            raise UsageError(f"--project: got {project!r}, expected one of {', '.join(sorted(projects))}")
    return [u for u in known.upstreams.values() if not args.project or u.project in args.project]


def _dry_run(args: argparse.Namespace, upstreams: Sequence[Upstream]) -> int:
    """What would be asked of which host, and what of it needs a token."""
    from matrix.poll import said  # noqa: PLC0415  # only a refresh needs the network

    place = session.store_path(args)
    lines = ["would ask, one request each where nothing moved (no token is needed):"]
    if place.exists():
        with Store.open(place, readonly=True) as store:
            new = [u.id for u in upstreams if not store.polls.capabilities(u.urls[0])]
    else:
        new = [u.id for u in upstreams]
    for upstream in upstreams:
        first = "; and once what its host can do" if upstream.id in new else ""
        lines.append(f"  POST {upstream.urls[0]}/git-upload-pack: where its refs stand{first}")
    lines.append("where something moved, two more at most: the commit with its trees, and the files that are read")
    if status := list(said.lines(upstreams, token=bool(session.api_token(args)))):
        lines += ["and then, what the projects say of themselves:", *(f"  {line}" for line in status)]
    output.write("\n".join(lines) + "\n")
    return 0


def _policy(args: argparse.Namespace, upstreams: Sequence[Upstream]) -> Policy:
    """The limits of every request, and the token with the one host that it is for."""
    from matrix.fetch import Endpoint  # noqa: PLC0415  # only a refresh needs the network

    apis = [Endpoint(u.site.api).host for u in upstreams if u.site.api]
    return replace(session.network_policy(), token=session.api_token(args), token_host=apis[0] if apis else "")


async def _probe(upstreams: Sequence[Upstream], policy: Policy) -> int:
    """One request to each address, and what answered."""
    from matrix.errors import FetchError  # noqa: PLC0415  # only a refresh needs the network
    from matrix.fetch import Client, Endpoint, capabilities  # noqa: PLC0415
    from matrix.poll import said as status  # noqa: PLC0415

    failed = False
    async with Client(policy, clock=session.now) as client:
        for upstream in upstreams:
            for url in upstream.urls:
                try:
                    able = await capabilities(client, Endpoint(url, frozenset(upstream.hosts)))
                except FetchError as error:
                    failed = True
                    output.write(f"{url}: {error}\n")
                    continue
                lacks = [f for f in ("shallow", "filter") if not able.supports("fetch", f)]
                said = f"cannot {', '.join(lacks)}" if lacks else "can do all that is needed"
                failed |= bool(lacks)
                output.write(f"{url}: answers, {said}\n")
        for url, said, good in await status.probe(client, upstreams):
            failed |= not good
            output.write(f"{url}: {said}\n")
    return 4 if failed else 0


def _from_network(args: argparse.Namespace, known: Registry, upstreams: Sequence[Upstream]) -> int:
    place = session.store_path(args)
    policy = _policy(args, upstreams)
    with (
        locked(place, wait=args.wait, tell=output.complain),
        Store.open(place) as store,
        output.progress("refresh") as tell,
    ):
        answers = _Answers(known, store)
        try:
            polled, told, counts = asyncio.run(
                _poll(known, store, upstreams, policy, answers, history=args.history, tell=tell)
            )
        except asyncio.CancelledError:
            raise KeyboardInterrupt from None
        answers.finish(polled)
    if args.json:
        status = [_told_json(t) for t in told]
        output.write_json({"upstreams": [_polled_json(p) for p in polled], "status": status, "hosts": counts})
    else:
        output.write("".join(_polled_text(known, p) for p in polled))
        output.write(style.safe_lines(_told_lines(told)))
        output.write("".join(f"{h}: {c['requests']} requests, {c['bytes']} bytes\n" for h, c in counts.items()))
    return 4 if any(p.failed for p in polled) or any(t.errors for t in told) else 0


class _Answers:
    """The plain answers, resolved ahead, and the journal: both kept up with what a refresh records.

    They rest on releases: a head that moved changes none of them. Whatever is recorded makes the answers hold no
    longer, until they are compiled or carried; so a refresh that was killed before is made up for by the next one.
    """

    def __init__(self, known: Registry, store: Store) -> None:
        self._known, self._store = known, store
        self._held = store.pages.stamp == session.stamp()
        self._in: set[str] = set()

    def meanwhile(self, polled: Sequence[Polled]) -> None:
        """What some repositories brought is not kept waiting for one that hangs.

        Nothing is carried here: what the others have recorded already is told only when they are done.
        """
        if self._new(polled):
            session.compile_answers(self._known, self._store)
            self._held, self._in = True, self._in | {p.upstream.id for p in polled}

    def finish(self, polled: Sequence[Polled]) -> None:
        """Resolve anew, unless they held before and nothing that they rest on has changed since.

        That they were checked again is noted either way, and so is which sources broke or recovered.
        """
        known, store = self._known, self._store
        failed = any(p.failed for p in polled)
        if self._held and not failed and not self._new(polled):
            seen = [store.polls.refs(u.id) for u in known.upstreams.values() if u.project in PROJECTS]
            # What was never polled is as old as it was.
            store.pages.carry(min(max(r.checked_at for r in refs.values()) for refs in seen) if all(seen) else None)
        elif any(p.reads or not p.error for p in polled) or not store.pages.stamp:
            session.compile_answers(known, store)
            return
        session.keep_journal(known, store)

    def _new(self, polled: Sequence[Polled]) -> bool:
        """Whether there is a release that no answer rests on yet."""
        return any(
            read.snapshot.revision.kind == "release"
            for p in polled
            if p.upstream.id not in self._in
            for read in p.reads
        )


async def _poll(
    known: Registry,
    store: Store,
    upstreams: Sequence[Upstream],
    policy: Policy,
    answers: _Answers,
    *,
    history: bool,
    tell: Callable[[int, int, str], None],
) -> tuple[tuple[Polled, ...], tuple[Told, ...], dict[str, dict[str, int]]]:
    from matrix.fetch import Client  # noqa: PLC0415  # only a refresh needs the network
    from matrix.poll.network import Poll  # noqa: PLC0415
    from matrix.poll.said import Asking  # noqa: PLC0415

    waits = store.polls.waits()
    async with Client(policy, clock=session.now, backoffs=waits) as client:
        poll = Poll(
            registry=known,
            store=store,
            caches=session.cache_folder(),
            client=client,
            clock=session.recording_clock(store),
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
                told = await Asking(store, client, session.now).run(upstreams, moved)
        finally:
            for host, until in client.backoffs.items():
                store.polls.record_host(host, "", until)
        return polled, told, {h: {"requests": c.requests, "bytes": c.received} for h, c in client.counts.items()}


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


def _polled_text(known: Registry, polled: Polled) -> str:
    name = known.projects[polled.upstream.project].name
    lines = [f"{polled.upstream.id}: failed: {polled.error}"] if polled.error else []
    lines += [
        f"{polled.upstream.id}: tag {r.name} moved from {r.before[:12]} to {r.oid[:12]}" for r in polled.moved_tags
    ]
    if not (polled.reads or polled.error):
        lines.append(f"{polled.upstream.id}: nothing moved")
    for read in polled.reads:
        lines.append(f"{polled.upstream.id}: {name} {read.snapshot.revision.label} read")
        lines += [f"  {o.source.id}: {o.error}" for o in read.failures]
    lines += [f"  {h.source} held: {h.reason}; archmatrix accept {h.source}" for h in polled.held]
    return "\n".join(lines) + "\n"


def _polled_json(polled: Polled) -> dict[str, object]:
    return {
        "upstream": polled.upstream.id,
        "url": polled.url or None,
        "error": polled.error or None,
        "moved_tags": [{"ref": r.name, "from": r.before, "to": r.oid} for r in polled.moved_tags],
        "revisions": [read.snapshot.revision.label for read in polled.reads],
        "failed_sources": {o.source.id: str(o.error) for read in polled.reads for o in read.failures},
        "held": {h.source: h.reason for h in polled.held},
        "facts_read": polled.facts,
    }


def _told_lines(told: Sequence[Told]) -> list[str]:
    """What projects said of themselves: how many answers, and of the rest each reason once."""
    if not told:
        return []
    failed = sum(len(t.errors) for t in told)
    lines = [f"project status: {sum(len(t.topics) for t in told)} answers, {failed} failed"]
    lines += [f"  {t.upstream}: {error}" for t in told for error in t.errors]
    for reason in dict.fromkeys(t.skipped for t in told if t.skipped):
        names = ", ".join(t.upstream for t in told if t.skipped == reason)
        lines.append(f"  not asked of {names}: milestones, CI or issues: {reason}")
    return lines


def _told_json(told: Told) -> dict[str, object]:
    return {
        "upstream": told.upstream,
        "answered": list(told.topics),
        "errors": list(told.errors),
        "skipped": told.skipped or None,
    }
