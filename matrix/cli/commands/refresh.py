"""`archmatrix refresh`: bring what is known up to date, from this machine or from the public repositories."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from matrix.cli import output, refreshed, surroundings
from matrix.cli.ending import ended_by
from matrix.errors import UsageError
from matrix.exits import Exit
from matrix.operations import record
from matrix.operations.wishes import trees_named

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from matrix.fetch import Policy
    from matrix.model import Upstream
    from matrix.operations.refresh import Suites
    from matrix.operations.workplace import Workplace


def run(args: argparse.Namespace) -> int:
    """4 where a source failed or is held, 70 where something failed that nobody foresaw; what is known stays."""
    work = surroundings.workplace(args)
    if args.tree and args.git:
        raise UsageError("--tree and --git: found both, expected one of them")
    if args.tree:
        return _from_trees(args, work)
    return _from_clones(args, work) if args.git else _from_network(args, work)


def _from_trees(args: argparse.Namespace, work: Workplace) -> int:
    done = record.record_trees(work, trees_named(args.tree), wait=args.wait)
    if args.json:
        output.write_json(refreshed.trees_json(done))
    else:
        output.write(refreshed.trees_text(work.registry, done, str(work.store)))
    return Exit.PARTIAL if any(read.failures for read in done.reads) else Exit.YES


def _from_clones(args: argparse.Namespace, work: Workplace) -> int:
    specs = surroundings.clones(args.git, work.registry)
    walks = record.record_clones(
        work, specs, wait=args.wait, progress=lambda project: output.progress_bar(work.registry.projects[project].name)
    )
    if args.json:
        output.write_json(refreshed.walks_json(walks))
    else:
        text = "".join(refreshed.walk_text(work.registry, walk) for walk in walks)
        output.write(f"{text}recorded in {work.store}\n")
    return Exit.PARTIAL if any(walk.failed for walk in walks) else Exit.YES


def _from_network(args: argparse.Namespace, work: Workplace) -> int:
    # Needed for nothing else, and dear.
    from matrix.operations import hosts  # noqa: PLC0415
    from matrix.operations.refresh import chosen_suites, chosen_upstreams, refresh, with_token  # noqa: PLC0415

    archives, named = surroundings.archives(), args.project or ()
    upstreams = chosen_upstreams(work.registry, named, archives)
    suites = chosen_suites(surroundings.distros(work.registry), archives, named)
    token = surroundings.api_token(args)
    if args.dry_run:
        foreseen = hosts.foresee(work, upstreams, suites, token=bool(token))
        if args.json:
            output.write_json(refreshed.foreseen_json(foreseen))
        else:
            output.write(refreshed.foreseen_text(foreseen))
        return Exit.YES
    policy = with_token(surroundings.network_policy(), token, upstreams)
    if args.probe:
        return asyncio.run(_probe(work, upstreams, suites, policy, json=args.json))
    with output.progress_bar("refresh") as tell:
        done = refresh(
            work,
            upstreams,
            policy,
            suites=suites,
            cache=surroundings.cache_folder(),
            history=args.history,
            wait=args.wait,
            tell=tell,
        )
    if args.json:
        output.write_json(refreshed.refreshed_json(done))
    else:
        output.write(refreshed.refreshed_text(work.registry, done))
    if done.fault:
        return ended_by(done.fault)
    return Exit.PARTIAL if done.failed else Exit.YES


async def _probe(work: Workplace, upstreams: Sequence[Upstream], suites: Suites, policy: Policy, *, json: bool) -> int:
    from matrix.operations.hosts import probe  # noqa: PLC0415

    found = []
    async for address in probe(work, upstreams, suites, policy):
        found.append(address)
        if not json:
            output.write(refreshed.probed_text(address))
    if json:
        output.write_json(refreshed.probed_json(found))
    return Exit.YES if all(address.good for address in found) else Exit.PARTIAL
