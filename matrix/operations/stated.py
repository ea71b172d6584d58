"""A workplace and a project -> what its files say at one version, each fact as it was extracted."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from matrix.choose import choose
from matrix.errors import CannotTellError, UsageError
from matrix.operations.stores import open_stores
from matrix.query.knowledge import Knowledge
from matrix.render.links import url

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from matrix.model import Located, Revision
    from matrix.operations.workplace import Workplace


class StatedFacts(NamedTuple):
    """The facts of a revision, ordered by source, file and line; url_of gives the address of a line of a file."""

    revision: Revision
    facts: list[Located]
    url_of: Callable[[str, int], str]


def stated_facts(
    work: Workplace,
    project: str,
    version: str | None,
    *,
    as_of: datetime | None = None,
    source: str | None = None,
) -> StatedFacts:
    """What is known of a project at a version, the newest known release without one; of one source, or of all.

    Raises: UsageError for an unknown project or source, or a version that does not parse; CannotTellError for a version
    that is not known; StoreError.
    """
    known = work.registry
    if project not in known.projects:
        raise UsageError(f"project: got {project!r}, expected one of {', '.join(known.projects)}")
    sources = [id_ for id_, one in known.sources.items() if one.project == project]
    if source is not None and source not in known.sources:
        raise UsageError(f"source: got {source!r}, expected one of {', '.join(sources)}")
    with open_stores(work) as stores:
        knowledge = Knowledge(stores, as_of=as_of)
        chosen = choose(knowledge.revisions(project), version, known.projects[project].longterm)
        if chosen.revision is None:
            raise CannotTellError("; ".join(chosen.said))
        facts = knowledge.facts(chosen.revision)
        wanted = sorted(knowledge.sources(chosen.revision)) if source is None else [source]
        listed = [item for id_ in wanted for item in sorted(facts.of(id_), key=lambda i: (i.path, i.fact.line))]
    return StatedFacts(chosen.revision, listed, partial(url, known.projects, chosen.revision))
