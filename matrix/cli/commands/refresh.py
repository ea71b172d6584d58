"""`archmatrix refresh`: bring what is known up to date, from trees on this machine or from the public repositories."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

from matrix.cli import output, session
from matrix.errors import UsageError
from matrix.poll.lock import locked
from matrix.poll.trees import Refreshed, refresh_trees
from matrix.store import Store

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from matrix.model import Registry, Upstream
    from matrix.poll.network import Polled


def run(args: argparse.Namespace) -> int:
    """4 where a source failed or is held; what is known stays."""
    known = session.registry()
    if args.tree:
        return _from_trees(args, known)
    upstreams = _chosen(args, known)
    if args.dry_run:
        return _dry_run(args, upstreams)
    if args.probe:
        return asyncio.run(_probe(upstreams))
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
        done = refresh_trees(known, store, trees, session.now)
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


def _chosen(args: argparse.Namespace, known: Registry) -> list[Upstream]:
    projects = {u.project for u in known.upstreams.values()}
    for project in args.project or ():
        if project not in projects:
            raise UsageError(f"--project: got {project!r}, expected one of {', '.join(sorted(projects))}")
    return [u for u in known.upstreams.values() if not args.project or u.project in args.project]


def _dry_run(args: argparse.Namespace, upstreams: Sequence[Upstream]) -> int:
    """What would be asked of which host. No token is needed for any of it."""
    place = session.store_path(args)
    lines = ["would ask, one request each where nothing moved (no token is needed):"]
    if place.exists():
        with Store.open(place, readonly=True) as store:
            new = [u.id for u in upstreams if not store.capabilities(u.urls[0])]
    else:
        new = [u.id for u in upstreams]
    for upstream in upstreams:
        first = "; and once what its host can do" if upstream.id in new else ""
        lines.append(f"  POST {upstream.urls[0]}/git-upload-pack: where its refs stand{first}")
    lines.append("where something moved, two more at most: the commit with its trees, and the files that are read")
    output.write("\n".join(lines) + "\n")
    return 0


async def _probe(upstreams: Sequence[Upstream]) -> int:
    """One request to each address, and what answered."""
    from matrix.errors import FetchError  # noqa: PLC0415  # only a refresh needs the network
    from matrix.fetch import Client, Endpoint, capabilities  # noqa: PLC0415

    failed = False
    async with Client(session.network_policy(), clock=session.now) as client:
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
    return 4 if failed else 0


def _from_network(args: argparse.Namespace, known: Registry, upstreams: Sequence[Upstream]) -> int:
    place = session.store_path(args)
    tell = output.complain if sys.stderr.isatty() else _silent
    with locked(place, wait=args.wait, tell=output.complain), Store.open(place) as store:
        polled, counts = asyncio.run(_poll(known, store, upstreams, history=args.history, tell=tell))
        if any(p.reads for p in polled) or not store.stamp:
            session.compile_answers(known, store)
    if args.json:
        output.write_json({"upstreams": [_polled_json(p) for p in polled], "hosts": counts})
    else:
        output.write("".join(_polled_text(known, p) for p in polled))
        output.write("".join(f"{h}: {c['requests']} requests, {c['bytes']} bytes\n" for h, c in counts.items()))
    return 4 if any(p.failed for p in polled) else 0


def _silent(_: str) -> None:
    """No progress where no terminal watches."""


async def _poll(
    known: Registry, store: Store, upstreams: Sequence[Upstream], *, history: bool, tell: Callable[[str], None]
) -> tuple[tuple[Polled, ...], dict[str, dict[str, int]]]:
    from matrix.fetch import Client  # noqa: PLC0415  # only a refresh needs the network
    from matrix.poll.network import Poll  # noqa: PLC0415

    waits = store.waits()
    async with Client(session.network_policy(), clock=session.now, backoffs=waits) as client:
        poll = Poll(
            registry=known,
            store=store,
            caches=session.cache_folder(),
            client=client,
            clock=session.now,
            whole_history=history,
            tell=tell,
        )
        try:
            polled = await poll.run(upstreams)
        finally:
            for host, until in client.backoffs.items():
                store.record_host(host, "", until)
        return polled, {h: {"requests": c.requests, "bytes": c.received} for h, c in client.counts.items()}


def _polled_text(known: Registry, polled: Polled) -> str:
    name = known.projects[polled.upstream.project].name
    if polled.error:
        return f"{polled.upstream.id}: failed: {polled.error}\n"
    lines = [
        f"{polled.upstream.id}: tag {r.name} moved from {r.before[:12]} to {r.oid[:12]}" for r in polled.moved_tags
    ]
    if not polled.reads:
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
