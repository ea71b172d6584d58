"""What goes into the store and what comes out of it, as frozen values."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from matrix.model import Located
from matrix.value import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from matrix.model import Document, Reading, Revision


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """A file as it was seen by one source.

    document.observed_at is when these bytes were first seen there, checked_at when last. reading is None where the
    store has read these bytes at this path already.
    """

    source: str
    document: Document
    reading: Reading | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One revision and the files of it that were seen. A file that is not among them is not said to be gone.

    unread are the sources that could not be believed there, each with what was found and what was expected.
    """

    revision: Revision
    observations: tuple[Observation, ...]
    unread: tuple[tuple[str, str], ...] = ()


class Unread(NamedTuple):
    """A source that could not be believed at a revision, and why; seen is when (aware UTC)."""

    project: str
    revision: str
    source: str
    reason: str
    seen: datetime


def located(snapshot: Snapshot) -> Iterator[Located]:
    """The facts of a snapshot whose observations all have their readings."""
    for item in snapshot.observations:
        about = item.document
        for fact in item.reading.facts if item.reading else ():
            yield Located(item.source, about.path, about.observed_at, about.checked_at, fact)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One refresh, for the log. started and finished are aware UTC; bytes, documents and requests count what arrived.

    kind says how ("tree", "clone", "poll"), outcome how it ended ("complete", "partial", "failed"). The store gives the
    id (counted from 1) and the generation that holds after the run.
    """

    kind: str
    started: datetime
    finished: datetime
    outcome: str
    bytes: int = 0
    documents: int = 0
    requests: int = 0
    id: int = 0
    generation: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What a run changed: contents first seen at their place, readings first made of them, the facts of those."""

    run: int
    generation: int
    observations: int
    readings: int
    facts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPage:
    """What a command line prints under the default versions, with its exit code and the age's moment (aware UTC)."""

    command: str
    exit: int
    checked_at: datetime | None
    body: str


class ReadingKey(NamedTuple):
    """What makes a reading: the bytes, where they stood (facts may name the path), and who read them."""

    source: str
    path: str
    sha256: str
    extractor: str
    version: int


def digest(said: int | None, note: int, places: Iterable[tuple[int, ...]]) -> int:
    """A number of three bytes by which a statement is found: an index over the statement itself would hold it twice."""
    return crc32(repr((said, note, tuple(places))).encode()) >> 9
