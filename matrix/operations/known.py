"""A workplace -> every known revision, from where, and when it was checked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from matrix.operations.stores import open_stores
from matrix.places import DATABASE
from matrix.versions import parse

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from matrix.model import Revision
    from matrix.operations.workplace import Workplace
    from matrix.store import Store


def known_revisions(
    work: Workplace, projects: Sequence[str], as_of: datetime | None = None
) -> list[tuple[Revision, str, datetime | None]]:
    """Every known revision with where it is known from and when it was checked, oldest first within its project."""
    checked: dict[tuple[str, str], datetime] = {}
    known: dict[tuple[str, str], tuple[Revision, list[str]]] = {}
    with open_stores(work) as stores:
        for store in stores:
            for project in projects:
                for revision in store.facts.revisions(project, as_of=as_of):
                    if moment := store.facts.checked(project, revision.label):
                        held = checked.get((project, revision.label), moment)
                        checked[project, revision.label] = max(held, moment)
                    known.setdefault((project, revision.label), (revision, []))[1].append(_origin(store))
    ordered = sorted(known.values(), key=lambda k: (projects.index(k[0].project), parse(k[0].label)))
    return [(r, ", ".join(origins), checked.get((r.project, r.label))) for r, origins in ordered]


def _origin(store: Store) -> str:
    """Where a store's facts come from, in a word: its file, or that they came with the package."""
    return "shipped" if store.place == "memory" or Path(store.place).name == DATABASE else str(store.place)
