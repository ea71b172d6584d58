"""Real trees and a repository of mrustc -> the facts of every revision that truth.json speaks of and that is there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from matrix.model import Located
from matrix.poll.tree import read_tree
from matrix.registry import data_folder, load
from matrix.resolve.context import Asked, Context
from matrix.resolve.facts import Facts
from matrix.trees import identify, open_tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from matrix.model import Registry, Variant

# truth.json's sections, and the project whose tree each speaks of.
PROJECTS = {
    "kernel": "linux",
    "rustc": "rust",
    "rustc_codegen_gcc": "rust",
    "cranelift": "rust",
    "gcc": "gcc",
    "llvm": "llvm",
    "mrustc": "mrustc",
}
# Any moment serves: no value of truth.json rests on when the trees were read.
_NOW = datetime(2026, 1, 1, tzinfo=timezone.utc)


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One revision: its facts, a context that knows nothing else, and the files read, by source."""

    facts: Facts
    context: Context
    registry: Registry
    paths: Mapping[str, tuple[str, ...]]

    def values(self, source: str, attribute: str) -> dict[str, str]:
        """Subject -> value, of all facts of a source with this attribute."""
        return {i.fact.subject: i.fact.value for i in self.facts.of(source) if i.fact.attribute == attribute}

    def value(self, source: str, subject: str, attribute: str) -> str | None:
        """The value of the first such fact, or None."""
        found = self.facts.first(source, subject, attribute)
        return found.fact.value if found else None

    def arches(self, variants: Iterator[Variant]) -> list[str]:
        """The ports of these variants, each once. Not um: there an instruction set counts as its own port's."""
        return sorted({variant.arch for variant in variants if not variant.subarch})


def read(trees: Mapping[str, Path], mrustc: str | None, wanted: Mapping[str, Mapping[str, dict]]) -> dict:
    """Section and version -> Read, for those `wanted` (truth.json) whose tree is there.

    `mrustc` is the place of a git repository of mrustc. Raises: AssertionError where a source of a tree fails,
    TreeError where the repository lacks a revision.
    """
    registry = load(data_folder())
    by_place: dict[tuple[str, str | None], Read] = {}
    found: dict[tuple[str, str], Read] = {}
    for section, project in PROJECTS.items():
        for version, asked in wanted[section].items():
            if project == "mrustc":
                place, revision = mrustc, asked["commit"] if version == "HEAD" else version
            else:
                place, revision = str(trees.get(f"{project}-{version}") or ""), None
            if not place:
                continue
            if (place, revision) not in by_place:
                by_place[place, revision] = _read(registry, project, place, revision)
            found[section, version] = by_place[place, revision]
    return found


def _read(registry: Registry, project: str, place: str, revision: str | None) -> Read:
    tag = registry.projects[project].tag
    tree = open_tree(place, revision, tag=tag)
    identified = identify(project, tree, revision, tag=tag)
    result = read_tree(tree, identified, registry.sources.values(), _NOW)
    assert not result.failures, [str(outcome.error) for outcome in result.failures]
    paths: dict[str, tuple[str, ...]] = {}
    located: list[Located] = []
    for seen in result.snapshot.observations:
        paths[seen.source] = (*paths.get(seen.source, ()), seen.document.path)
        assert seen.reading is not None
        located += (Located(seen.source, seen.document.path, _NOW, _NOW, fact) for fact in seen.reading.facts)
    facts = Facts(identified, located)
    context = Context(
        facts={project: facts},
        asked=Asked(),
        symbols={arch.symbol: arch.id for arch in registry.arches.values()},
        sources=registry.sources,
        names={project.id: project.name for project in registry.projects.values()},
    )
    return Read(facts=facts, context=context, registry=registry, paths=paths)
