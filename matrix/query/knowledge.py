"""Stores laid over each other -> what is known of a project at a revision: the latest sighting of each file counts."""

from __future__ import annotations

from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from matrix.resolve.facts import Facts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from matrix.model import Located, Revision
    from matrix.store import SeenFile, Sightings, Store


class Knowledge:
    """What several stores know together: what was polled here, and what was shipped with the package."""

    def __init__(
        self, stores: Sequence[Store], only: Mapping[str, Store] | None = None, as_of: datetime | None = None
    ) -> None:
        """`only` gives projects that are known from one store alone: the asker's own tree.

        as_of leaves out what was first seen later (aware UTC); the asker's own tree is always as it is.
        """
        self._stores, self._only = tuple(stores), dict(only or {})
        self.as_of = as_of
        self._facts: dict[tuple[str, str], Facts] = {}

    def at(self, as_of: datetime | None) -> Knowledge:
        """The same as of another moment."""
        return Knowledge(self._stores, self._only, as_of)

    def _then(self, project: str) -> datetime | None:
        return None if project in self._only else self.as_of

    def moments(self) -> tuple[datetime, ...]:
        """Every moment at which a release, or a file of one, was first seen, oldest first."""
        return tuple(sorted({moment for store in self._stores for moment in store.journal.moments()}))

    def sightings(self, moment: datetime) -> tuple[Sightings, ...]:
        """What each store had seen of releases until a moment: it changes when any of that does."""
        return tuple(store.journal.sightings(moment) for store in self._stores)

    def first_seen(self) -> datetime | None:
        """When anything was first observed."""
        return min((m for store in self._stores if (m := store.facts.first_seen()) is not None), default=None)

    def revisions(self, project: str) -> tuple[Revision, ...]:
        """Every known revision of a project, each once: as the first store that says its date or commit has it."""
        found: dict[str, Revision] = {}
        for store in self._of(project):
            for revision in store.facts.revisions(project, as_of=self._then(project)):
                held = found.get(revision.label)
                if held is None or (held.date is None and not held.commit):
                    found[revision.label] = revision
        return tuple(found.values())

    def refs(self, upstream: str) -> dict[str, datetime]:
        """When each ref of a public repository was last seen, by name; empty where it was never polled.

        And empty as of a past moment.
        """
        found: dict[str, datetime] = {}
        if self.as_of is not None:
            return found  # where refs stood in the past is not kept
        for store in self._stores:
            for name, ref in store.polls.refs(upstream).items():
                found[name] = max(ref.checked_at, found.get(name, ref.checked_at))
        return found

    @property
    def own(self) -> frozenset[str]:
        """The projects that are known from the asker's own tree alone."""
        return frozenset(self._only)

    def sources(self, revision: Revision) -> frozenset[str]:
        """The sources of which files are known at a revision."""
        return frozenset().union(
            *(
                s.facts.sources(revision.project, revision.label, self._then(revision.project))
                for s in self._of(revision.project)
            )
        )

    def latest(self, revision: Revision) -> datetime | None:
        """When a file of a revision was last seen to be new or another."""
        then = self._then(revision.project)
        moments = (s.facts.latest(revision.project, revision.label, then) for s in self._of(revision.project))
        return max((m for m in moments if m is not None), default=None)

    def _of(self, project: str) -> tuple[Store, ...]:
        return (self._only[project],) if project in self._only else self._stores

    def facts(self, revision: Revision) -> Facts:
        """The facts of a revision, each file from the store that saw it last."""
        key = revision.project, revision.label
        if key not in self._facts:
            self._facts[key] = self._latest(revision)
        return self._facts[key]

    def forget(self, revision: Revision) -> None:
        """Let go of a revision's facts; they are read again when they are asked for."""
        self._facts.pop((revision.project, revision.label), None)

    def files(self, revision: Revision) -> list[tuple[SeenFile, list[Located]]]:
        """The newest sighting of each file of a revision in which something was read, with what: by source and path."""
        newest = sorted(self._newest(revision).items())
        return [(file, _read([(store, file)])) for _, (store, file) in newest]

    def _newest(self, revision: Revision) -> dict[tuple[str, str], tuple[Store, SeenFile]]:
        """The newest sighting of each file, by source and path."""
        latest: dict[tuple[str, str], tuple[Store, SeenFile]] = {}
        for store in self._of(revision.project):
            for file in store.facts.files_with_facts(revision.project, revision.label, self._then(revision.project)):
                held = latest.get((file.source, file.path))
                # The sighting decides, not the check: a file that was checked again says nothing new.
                if held is None or file.observed_at > held[1].observed_at:
                    latest[file.source, file.path] = store, file
        return latest

    def _latest(self, revision: Revision) -> Facts:
        """The newest sighting of each file. What stands in the files is read source by source, when it is asked for."""
        latest = self._newest(revision)
        sources: dict[str, list[tuple[Store, SeenFile]]] = {}
        for (source, _), one in latest.items():
            sources.setdefault(source, []).append(one)
        readers = {source: partial(_read, files) for source, files in sources.items()}
        return Facts.read_when_asked(revision, readers, {file.path: file.checked_at for _, file in latest.values()})


def _read(files: Sequence[tuple[Store, SeenFile]]) -> list[Located]:
    """The facts of files, each from the store that it was found in, in their order."""
    return [
        item
        for store, group in groupby(files, key=itemgetter(0))
        for item in store.facts.within([file for _, file in group])
    ]
