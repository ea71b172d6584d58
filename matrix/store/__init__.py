"""Facts, the files they stand in and the moments they were seen <-> SQLite, and <-> text that is checked in.

with Store.open(default_path()) as store:
    store.facts.record(run, [Snapshot(revision, observations)])
    for located in store.facts.of("linux", "7.1.13"): ...
"""

from matrix.store.connection import is_writable
from matrix.store.facts_text import file_name, read_facts, write_facts
from matrix.store.jobs import Job
from matrix.store.journal import JournalState, Sightings, Turn
from matrix.store.polls import Cached, Held, Notice, SeenRef, SourceState
from matrix.store.store import Store, default_path
from matrix.store.values import Observation, ReadingKey, Recorded, Run, Snapshot, StoredPage, located

__all__ = [
    "Cached",
    "CompiledCell",
    "Held",
    "Job",
    "JournalState",
    "Notice",
    "Observation",
    "ReadingKey",
    "Recorded",
    "Run",
    "SeenRef",
    "Sightings",
    "Snapshot",
    "SourceState",
    "Store",
    "StoredPage",
    "Turn",
    "default_path",
    "file_name",
    "is_writable",
    "located",
    "read_facts",
    "write_facts",
]
