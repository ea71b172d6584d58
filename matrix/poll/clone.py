"""A clone of an upstream repository on this machine -> the history of its releases, recorded.

Every release tag that data/sources.toml keeps the history of, as far as the clone has it, oldest first. One git process
reads the whole walk; a file that two releases share is read, hashed and extracted once. Each revision is recorded in a
transaction of its own, and one that is recorded whole is passed over: a walk that was stopped goes on where it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matrix.errors import TreeError
from matrix.poll.tree import read_tree
from matrix.poll.wanted import history
from matrix.store import Run
from matrix.trees import Objects, Walked, identify
from matrix.versions import canonical, in_version, parse

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from matrix.model import Registry, Revision
    from matrix.poll.tree import TreeRead
    from matrix.poll.wanted import Wanted
    from matrix.store import Store
    from matrix.trees import Git


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """What became of one clone's releases: labels, oldest first.

    held were recorded whole before; read are those that were read now, each with what failed of it (source: error);
    refused could not be read at all, with the reason.
    """

    project: str
    held: tuple[str, ...]
    read: tuple[tuple[str, dict[str, str]], ...]
    refused: tuple[tuple[str, str], ...]
    documents: int
    facts: int

    @property
    def failed(self) -> bool:
        """Whether anything of it could not be read."""
        return bool(self.refused) or any(failures for _, failures in self.read)


def releases_of(registry: Registry, project: str, git: Git) -> list[Wanted]:
    """The releases to read, oldest first; commit is what the tag names, which may be a tag object.

    Raises: TreeError where the clone has none of them.
    """
    lines = git.run("for-each-ref", "--format=%(objectname) %(refname)", "refs/tags").decode("utf-8", "surrogateescape")
    refs = {name: oid for oid, _, name in (line.partition(" ") for line in lines.splitlines())}
    upstreams = [u for u in registry.upstreams.values() if u.project == project]
    by_ref = {w.ref: w for upstream in upstreams for w in history(upstream, refs)}
    if not by_ref:
        tag = registry.projects[project].tag
        first = sorted({tag.replace("{version}", u.since or "*") for u in upstreams})
        raise TreeError(f"{git.root}: found no release tag of {project}, expected {' or '.join(first)} and later ones")
    return sorted(by_ref.values(), key=lambda w: parse(w.version))


def refresh_clone(
    registry: Registry,
    store: Store,
    project: str,
    git: Git,
    clock: Callable[[], datetime],
    tell: Callable[[int, int, str], None] = lambda *_: None,
) -> Walk:
    """Read and record the releases that the store does not hold whole. tell hears how many of how many, and which.

    Raises: TreeError, StoreError. A release or a source that fails is told in the result and holds nothing else up.
    """
    wanted = releases_of(registry, project, git)
    known = {revision.label: revision for revision in store.facts.revisions(project)}
    held: list[str] = []
    read: list[tuple[str, dict[str, str]]] = []
    refused: list[tuple[str, str]] = []
    documents = facts = 0
    with Objects(git) as objects:
        for number, item in enumerate(wanted, start=1):
            label = canonical(project, item.version)
            tell(number, len(wanted), label)
            try:
                commit = objects.commit(item.commit).oid
                if _is_held(registry, store, known.get(label), item, commit):
                    held.append(label)
                    continue
                started = clock()
                seen = _read(registry, store, Walked(git, commit, item.version, objects=objects), project, started)
            except TreeError as error:
                refused.append((label, str(error)))
                continue
            done = store.facts.record(_run(seen, started, clock()), [seen.snapshot])
            read.append((label, {o.source.id: str(o.error) for o in seen.failures}))
            documents += sum(o.documents for o in seen.outcomes)
            facts += done.facts
    return Walk(
        project=project,
        held=tuple(held),
        read=tuple(read),
        refused=tuple(refused),
        documents=documents,
        facts=facts,
    )


def _is_held(registry: Registry, store: Store, known: Revision | None, wanted: Wanted, commit: str) -> bool:
    """Whether every source of this release was recorded before. Raises: TreeError where it was at another commit."""
    if known is None:
        return False
    if known.commit and known.commit != commit:
        name = wanted.ref.removeprefix("refs/tags/")
        raise TreeError(f"tag {name}: found commit {commit[:12]}, expected {known.commit[:12]} as recorded before")
    version = parse(known.label)
    wanting = {s.id for s in registry.sources.values() if s.project == known.project and in_version(s, version)}
    return wanting <= store.facts.sources(known.project, known.label)


def _read(registry: Registry, store: Store, tree: Walked, project: str, now: datetime) -> TreeRead:
    revision = identify(project, tree, tree.tagged, tag=registry.projects[project].tag)
    return read_tree(tree, revision, registry.sources.values(), now, store.facts.known_readings)


def _run(read: TreeRead, started: datetime, finished: datetime) -> Run:
    return Run(
        kind="clone",
        started=started,
        finished=finished,
        outcome=_outcome(len(read.failures), sum(not o.absent for o in read.outcomes)),
        bytes=sum(o.bytes for o in read.outcomes),
        documents=sum(o.documents for o in read.outcomes),
    )


def _outcome(failed: int, of: int) -> str:
    return "complete" if not failed else "partial" if failed < of else "failed"
