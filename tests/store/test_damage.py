"""Cells that are not what was written: each reader says that the file is damaged, whatever SQLite makes of them."""

from __future__ import annotations

import sqlite3

import pytest

from matrix.errors import StoreError
from matrix.store import Cached, Held, Job, Notice, Store

READERS = {
    "refs": lambda s: s.polls.refs("linux"),
    "hosts": lambda s: (s.polls.capabilities("https://a.example/l.git"), s.polls.waits()),
    "states": lambda s: s.polls.states(),
    "held": lambda s: s.polls.held(),
    "notices": lambda s: s.polls.notices(),
    "cached": lambda s: s.polls.cached("https://a.example/f.atom", ""),
    "jobs": lambda s: s.jobs.all(),
    "delivered": lambda s: s.jobs.delivered("hook"),
    "runs": lambda s: s.facts.runs(),
    "revisions": lambda s: s.facts.revisions(),
    "unread": lambda s: s.facts.unread(),
}
# Beside what is read of them: a key by which nothing would be found, or a column that no reader asks for.
KEYS = {
    ("refs", "upstream"), ("hosts", "url"), ("cached", "url"), ("cached", "asker"), ("delivered", "hook"),
    ("revisions", "id"), ("unread", "revision"),
}  # fmt: skip
OTHER = {"TEXT": (b"\xff", None), "INTEGER": ("no", b"\xff", 1.5), "BLOB": ("text", None)}


@pytest.fixture
def full(tmp_path, run, seen, snapshot, day):
    """A store with a row in every table that polls and the daemon keep."""
    place = tmp_path / "facts.db"
    with Store.open(place) as store:
        made = snapshot(seen("a", [("x86", "arch", "y")]), commit="c" * 40, date=day())
        store.facts.record(run, [made.__class__(made.revision, made.observations, (("linux-llvm", "gone"),))])
        store.polls.record_refs("linux", {"refs/tags/v7.1": "1" * 40}, day())
        store.polls.record_host("https://a.example/l.git", "fetch=shallow filter", day(1))
        store.polls.record_outcomes([("linux", "7.1.13", "linux-llvm", "")], day())
        store.polls.hold(
            [Held(project="linux", source="s", revision="7.1", commit="c", reason="r", since=day(), body="b")]
        )
        notice = Notice("linux", "release", '"x"', "https://a.example", day())
        store.polls.record_notices([notice], [Cached("https://a.example/f.atom", "", '"e"', b"body")])
        store.jobs.record(Job(project="linux", known=day(), due=day(1)))
        store.jobs.record_delivered("hook", 3)
    return place


@pytest.mark.parametrize("table", READERS)
def test_a_cell_of_another_type_is_damage(full, table):
    """A flipped bit makes text of a number, bytes of a text, and a moment that no calendar has."""
    db = sqlite3.connect(full)
    columns = [(row[1], row[2]) for row in db.execute(f"PRAGMA table_info({table})")]
    said = 0
    for column, kind in columns:
        if (table, column) in KEYS:
            continue
        for value in OTHER[kind]:
            before = db.execute(f"SELECT {column} FROM {table}").fetchone()  # noqa: S608 - as SQLite names them
            try:
                with db:
                    db.execute(f"UPDATE {table} SET {column} = ?", (value,))  # noqa: S608
            except sqlite3.IntegrityError:
                continue  # SQLite itself keeps it out
            with Store.open(full, readonly=True) as store, pytest.raises(StoreError, match="damaged"):
                READERS[table](store)
            said += 1
            with db:
                db.execute(f"UPDATE {table} SET {column} = ?", before)  # noqa: S608
    db.close()
    assert said >= len(columns) - 2
    with Store.open(full, readonly=True) as store:
        READERS[table](store)
