"""Facts, the files they stand in and the moments they were seen <-> SQLite, and <-> text that is checked in.

with Store.open(default_path()) as store:
    store.record(run, [Snapshot(revision, observations)])
    for located in store.facts("linux", "7.1.13"): ...
"""

from matrix.store.connection import is_writable
from matrix.store.facts_text import file_name, read_facts, write_facts
from matrix.store.history import Entry, JournalState
from matrix.store.jobs import Job
from matrix.store.polling import Cached, Held, Ref, Said, State
from matrix.store.store import Store, default_path
from matrix.store.values import Observation, Page, ReadingKey, Recorded, Run, Snapshot

__all__ = [
    "Cached",
    "Entry",
    "Held",
    "Job",
    "JournalState",
    "Observation",
    "Page",
    "ReadingKey",
    "Recorded",
    "Ref",
    "Run",
    "Said",
    "Snapshot",
    "State",
    "Store",
    "default_path",
    "file_name",
    "is_writable",
    "read_facts",
    "write_facts",
]
