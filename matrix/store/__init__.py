"""Facts, the files they stand in and the moments they were seen <-> SQLite, and <-> text that is checked in.

with Store.open(default_path()) as store:
    store.facts.record(run, [Snapshot(revision, observations)])
    for located in store.facts.of("linux", "7.1.13"): ...
"""

from importlib import import_module
from typing import TYPE_CHECKING

from matrix.store.connection import is_there, is_writable
from matrix.store.reading import SeenFile
from matrix.store.store import Store, default_path
from matrix.store.values import Observation, ReadingKey, Recorded, Run, Snapshot, StoredPage, Unread, located

if TYPE_CHECKING:
    from matrix.store.facts_text import file_name, read_facts, write_facts
    from matrix.store.jobs import Job
    from matrix.store.journal import JournalState, Sightings, Turn
    from matrix.store.polls import Cached, Held, Notice, SeenRef, SourceState

__all__ = [
    "Cached",
    "Held",
    "Job",
    "JournalState",
    "Notice",
    "Observation",
    "ReadingKey",
    "Recorded",
    "Run",
    "SeenFile",
    "SeenRef",
    "Sightings",
    "Snapshot",
    "SourceState",
    "Store",
    "StoredPage",
    "Turn",
    "Unread",
    "default_path",
    "file_name",
    "is_there",
    "is_writable",
    "located",
    "read_facts",
    "write_facts",
]

# Where the rest is at home, which questions have no need of: imported when it is asked for.
_HOMES = {
    "Cached": "polls",
    "Held": "polls",
    "Job": "jobs",
    "JournalState": "journal",
    "Notice": "polls",
    "SeenRef": "polls",
    "Sightings": "journal",
    "SourceState": "polls",
    "Turn": "journal",
    "file_name": "facts_text",
    "read_facts": "facts_text",
    "write_facts": "facts_text",
}


def __getattr__(name: str) -> object:
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"{__name__}: found no {name}, expected one of {', '.join(__all__)}")
