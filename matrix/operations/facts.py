"""Source trees -> the text files that are shipped with the package, each content as it was first observed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from matrix.errors import RegistryError
from matrix.operations.trees import open_trees
from matrix.poll.excerpt import excerpt
from matrix.poll.tree import read_tree
from matrix.store import Snapshot, file_name, read_facts, write_facts

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from matrix.model import Revision
    from matrix.operations.workplace import Workplace
    from matrix.poll.tree import Outcome
    from matrix.store import Observation
    from matrix.trees import Spec

COMMAND = "archmatrix facts --tree PROJECT=DIR ..."


@dataclass(frozen=True, slots=True)
class Excerpted:
    """The text of each file by its name; {} where something could not be read, which `failures` names."""

    files: dict[str, str]
    failures: tuple[tuple[Revision, Outcome], ...]


def facts_files(
    work: Workplace, specs: Iterable[Spec], folder: Path, observed: datetime, *, look_only: bool
) -> Excerpted:
    """What is kept of a revision depends on no other: trees may be given one by one.

    folder holds what was shipped until now: what it has already keeps the moment at which it was first observed. With
    look_only the moment of the last look stays as it is too: that we look now changes nothing.
    """
    snapshots = []
    failures = []
    for tree, revision in open_trees(work.registry, specs):
        read = read_tree(tree, revision, work.registry.sources.values(), observed)
        failures += [(revision, outcome) for outcome in read.failures]
        snapshots.append(read.snapshot)
    if failures:
        return Excerpted({}, tuple(failures))
    kept = [_as_first_seen(excerpt(work.registry, s), folder, look_only=look_only) for s in snapshots]
    return Excerpted({file_name(s.revision): write_facts(s, COMMAND) for s in kept}, ())


def _as_first_seen(snapshot: Snapshot, folder: Path, *, look_only: bool) -> Snapshot:
    """The snapshot with what the folder has already as it was first observed: when we learned a thing is history."""
    place = folder / file_name(snapshot.revision)
    try:
        before = read_facts(place.read_text("utf-8"), str(place))
    except (OSError, UnicodeDecodeError, RegistryError):
        return snapshot  # nothing there, or nothing that can be read: it is written anew
    known = {_identity(o): o.document for o in before.observations}
    seen = []
    for item in snapshot.observations:
        new, old = item.document, known.get(_identity(item))
        if old is not None:
            checked = old.checked_at if look_only else max(old.checked_at, new.checked_at)
            new = replace(new, observed_at=min(old.observed_at, new.observed_at), checked_at=checked)
        seen.append(replace(item, document=new))
    return Snapshot(_as_first_dated(snapshot.revision, before.revision), tuple(seen))


def _as_first_dated(new: Revision, before: Revision) -> Revision:
    """A release has one day: a copied folder may say a later one, since its files were written then."""
    days = [r.date for r in (new, before) if r.date is not None]
    return replace(new, date=min(days)) if days and new.commit == before.commit else new


def _identity(item: Observation) -> tuple[str, str, str]:
    return item.source, item.document.path, item.document.sha256
