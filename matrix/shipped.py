"""The facts that come with the package -> a store to read: the compiled one where it fits, else made from the text."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from matrix import flat, places
from matrix.errors import StoreError
from matrix.store import Run, Store
from matrix.value import replace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from matrix.model import Fact, Reading
    from matrix.store import Observation, Snapshot


def data_stamp(folder: Path) -> str:
    """A checksum over everything in data/ that answers rest on; "" where it cannot be read.

    Where nothing was touched since pages were made of it, theirs: telling that costs a hundredth of reading it all.
    """
    try:
        pages = flat.FlatPages(str(folder))
        if pages.untouched():
            return pages.stamp
    except (OSError, ValueError):
        pass
    return places.data_stamp(str(folder))


def shipped_store(folder: Path) -> Store:
    """The shipped facts. Raises: StoreError, RegistryError."""
    compiled = folder / places.DATABASE
    if compiled.exists() and (fitting := _fitting(compiled, folder)) is not None:
        return fitting
    store = Store.memory()
    try:
        load_text(store, folder)
    except BaseException:
        store.close()
        raise
    return store


def _fitting(compiled: Path, folder: Path) -> Store | None:
    """The compiled store where it was made from today's data; None elsewhere: the text says the same, more slowly."""
    try:
        store = Store.open(compiled, readonly=True)
    except StoreError:
        return None
    try:
        if store.pages.stamp and store.pages.stamp == data_stamp(folder):
            return store
    except StoreError:
        pass
    store.close()
    return None


def load_text(store: Store, folder: Path) -> None:
    """Record every file of data/facts, as seen when the last of it was checked: the same facts give the same store.

    Raises: RegistryError with all faults of the first faulty file.
    """
    from matrix.store import read_facts  # noqa: PLC0415  # where the compiled store fits, no text is read

    snapshots = [
        read_facts(path.read_text("utf-8"), f"facts/{path.name}") for path in sorted(folder.glob("facts/*.tsv"))
    ]
    moment = _newest(snapshots)
    store.facts.record(Run(kind="shipped", started=moment, finished=moment, outcome="complete"), united(snapshots))


def _newest(snapshots: Sequence[Snapshot]) -> datetime:
    """When the last of it was checked. The clock would make another package of the same facts at every build."""
    moments = (item.document.checked_at for snapshot in snapshots for item in snapshot.observations)
    return max(moments, default=datetime.fromtimestamp(0, timezone.utc))


def united(snapshots: Sequence[Snapshot]) -> list[Snapshot]:
    """The snapshots, where several kept different facts of one content at one path: each with the facts of all.

    A store holds one reading of a content. The facts that a revision gains so are true of it, and nothing that was kept
    of it rests on them (matrix/poll/excerpt.py).
    """
    facts: dict[tuple[object, ...], set[Fact]] = defaultdict(set)
    for item in (o for s in snapshots for o in s.observations):
        if item.reading is not None:
            facts[_key(item, item.reading)].update(item.reading.facts)
    return [replace(s, observations=tuple(_with_all(o, facts) for o in s.observations)) for s in snapshots]


def _with_all(item: Observation, facts: Mapping[tuple[object, ...], set[Fact]]) -> Observation:
    if item.reading is None:
        return item
    return replace(item, reading=replace(item.reading, facts=tuple(facts[_key(item, item.reading)])))


def _key(item: Observation, reading: Reading) -> tuple[object, ...]:
    return item.source, item.document.path, reading.sha256, reading.extractor, reading.version
