"""The store's file: made, migrated, shared, damaged, full, killed, and in places that cannot be written."""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from matrix.errors import StoreError
from matrix.model import Fact
from matrix.store import Store, schema
from matrix.store import connection as opening

# Stores are damaged byte by byte, and writers killed.
pytestmark = pytest.mark.slow

ARM = Fact("ARM", "maintainers-status", "Maintained", "", 12)
KNOWN = len(schema.MIGRATIONS)
MANY = [Fact(f"S{n}", "type", f"bool {n}", "", n) for n in range(5000)]

# Records runs for ever; run n has one file with n facts that all say n.
WRITER = """
import sys
from datetime import datetime, timedelta, timezone
from matrix.model import Document, Fact, Reading, Revision
from matrix.store import Observation, Run, Snapshot, Store
start = datetime(2026, 3, 1, tzinfo=timezone.utc)
store = Store.open(sys.argv[1])
for n in range(len(store.facts.runs(10**6)) + 1, 10**6):
    now, sha256 = start + timedelta(seconds=n), format(n, "064x")
    document = Document(project="linux", revision="7.1", path="p", sha256=sha256, observed_at=now, checked_at=now)
    facts = tuple(Fact(f"S{i}", "says", str(n), "", i) for i in range(200))
    reading = Reading(sha256=sha256, source="s", extractor="e", version=1, facts=facts)
    seen = (Observation(source="s", document=document, reading=reading),)
    snapshot = Snapshot(Revision(project="linux", label="7.1"), seen)
    store.facts.record(Run(kind="tree", started=now, finished=now, outcome="complete"), [snapshot])
    print(n, flush=True)
"""


@pytest.fixture
def filled(tmp_path, run, seen, snapshot):
    """A store with one fact, closed."""
    place = tmp_path / "data/facts.db"
    with Store.open(place) as store:
        store.facts.record(run, [snapshot(seen("x", [ARM]))])
    return place


def held(place):
    with Store.open(place, readonly=True) as store:
        assert store.faults() == []
        return [located.fact for located in store.facts.of("linux", "7.1.13")]


def test_a_store_is_made_with_its_folders_and_kept(filled):
    """In WAL, with foreign keys and full synchronisation."""
    assert held(filled) == [ARM]
    with Store.open(filled) as store:
        pragmas = ("journal_mode", "synchronous", "foreign_keys")
        asked = [store._database.connection.execute(f"PRAGMA {name}").fetchone()[0] for name in pragmas]  # noqa: SLF001
    assert asked == ["wal", 2, 1]


def test_reading_makes_no_store(tmp_path):
    """Nothing there is an error, and stays nothing."""
    with pytest.raises(StoreError, match="found nothing, expected a store"):
        Store.open(tmp_path / "facts.db", readonly=True)
    assert list(tmp_path.iterdir()) == []


def test_a_reader_cannot_write(filled, run):
    """The error names the place."""
    with Store.open(filled, readonly=True) as store, pytest.raises(StoreError, match="can only be read"):
        store.facts.record(run, [])


def test_a_place_that_is_no_folder_is_an_error(tmp_path):
    """A file stands where the folder should be."""
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="expected a place for the store"):
        Store.open(tmp_path / "file/facts.db")


def test_a_newer_schema_is_said(filled, monkeypatch):
    """For reading and writing; the file is left as it was."""
    with sqlite3.connect(filled) as db:
        db.execute(f"PRAGMA user_version = {KNOWN + 1}")
    db.close()
    before = filled.read_bytes()
    for readonly in (True, False):
        with pytest.raises(StoreError, match=f"schema {KNOWN + 1}, expected at most {KNOWN}: a newer archmatrix"):
            Store.open(filled, readonly=readonly)
    assert filled.read_bytes() == before


def test_migrations_are_applied_in_order_and_lose_nothing(filled, monkeypatch):
    """A reader says that they are wanted, a writer applies them, once."""
    later = (("CREATE TABLE later (id INTEGER PRIMARY KEY)",), ("ALTER TABLE later ADD COLUMN name TEXT",))
    monkeypatch.setattr(opening, "MIGRATIONS", (*schema.MIGRATIONS, *later))
    with pytest.raises(StoreError, match=f"schema {KNOWN}, expected {KNOWN + 2}; it is brought there"):
        Store.open(filled, readonly=True)
    for _ in range(2):
        with Store.open(filled) as store:
            assert store._database.connection.execute("PRAGMA user_version").fetchone()[0] == KNOWN + 2  # noqa: SLF001
            assert store._database.connection.execute("SELECT name FROM later").fetchall() == []  # noqa: SLF001
    assert held(filled) == [ARM]


def test_a_store_of_the_first_schema_is_brought_to_todays(tmp_path, monkeypatch, run, seen, snapshot):
    """With all its facts."""
    place = tmp_path / "facts.db"
    today = tmp_path / "today.db"
    with Store.open(today) as store:
        store.facts.record(run, [snapshot(seen("x", [ARM]))])
    with monkeypatch.context() as patch:
        patch.setattr(opening, "MIGRATIONS", schema.MIGRATIONS[:1])
        Store.open(place).close()
    _copy(today, place)
    with Store.open(place) as store:
        assert store.facts.generation == 1
    assert held(place) == [ARM]


def _copy(source, target):
    """Fill the tables that the older store has; what it has more of stays empty."""
    db = sqlite3.connect(target, isolation_level=None)
    db.execute("ATTACH ? AS source", (str(source),))
    for (table,) in db.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'").fetchall():
        theirs = [row[1] for row in db.execute(f"PRAGMA source.table_info({table})")]
        ours = {row[1] for row in db.execute(f"PRAGMA main.table_info({table})")}
        both = ", ".join(column for column in theirs if column in ours)
        db.execute(f"INSERT INTO main.{table} ({both}) SELECT {both} FROM source.{table}")  # noqa: S608
    db.close()


def test_a_migration_that_fails_changes_nothing(filled, monkeypatch):
    """All of its statements, or none."""
    broken = ("CREATE TABLE later (id INTEGER PRIMARY KEY)", "INSERT INTO nowhere VALUES (1)")
    with monkeypatch.context() as patch:
        patch.setattr(opening, "MIGRATIONS", (*schema.MIGRATIONS, broken))
        with pytest.raises(StoreError, match="no such table"):
            Store.open(filled)
    with Store.open(filled) as store:
        assert store._database.connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'later'").fetchall() == []  # noqa: SLF001
    assert held(filled) == [ARM]


def test_another_programs_database_is_left_alone(tmp_path):
    """Its tables, its number, its version."""
    for n, statement in enumerate(("CREATE TABLE t (x)", "PRAGMA application_id = 7", "PRAGMA user_version = 1")):
        place = tmp_path / f"{n}.db"
        db = sqlite3.connect(place)
        db.execute(statement)
        db.execute("VACUUM")
        db.close()
        for readonly in (True, False):
            with pytest.raises(StoreError, match="found another program's database"):
                Store.open(place, readonly=readonly)


def test_an_empty_file_is_made_a_store(tmp_path, run):
    """As SQLite does; to a reader it is none: a full disk leaves it of the first attempt."""
    (tmp_path / "facts.db").touch()
    with pytest.raises(StoreError, match="found nothing, expected a store"):
        Store.open(tmp_path / "facts.db", readonly=True)
    with Store.open(tmp_path / "facts.db") as store:
        store.facts.record(run, [])


@pytest.mark.parametrize("readonly", [True, False])
def test_what_is_no_database_is_an_error(tmp_path, readonly):
    """And is not overwritten."""
    place = tmp_path / "facts.db"
    place.write_bytes(b"<html>" * 1000)
    with pytest.raises(StoreError, match=r"facts\.db: found a damaged file"):
        Store.open(place, readonly=readonly)
    assert place.read_bytes() == b"<html>" * 1000


@pytest.mark.slow
def test_damage_inside_is_an_error(filled, run, seen, snapshot):
    """Wherever it is met: reading, writing or checking; never another exception."""
    with Store.open(filled) as store:
        store.facts.record(run, [snapshot(seen("y", MANY, on=1))])
    whole = filled.read_bytes()
    chance = random.Random(1)  # noqa: S311 - the same damage every time
    for _ in range(40):
        at = chance.randrange(100, len(whole) - 600)
        filled.write_bytes(whole[:at] + chance.randbytes(500) + whole[at + 500 :])
        try:
            with Store.open(filled) as store:
                store.faults()
                list(store.facts.of("linux", "7.1.13"))
                store.facts.record(run, [snapshot(seen("z", [ARM], on=2))])
        except StoreError as error:
            assert str(filled) in str(error)  # noqa: PT017
    filled.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(StoreError), Store.open(filled) as store:
        list(store.facts.of("linux", "7.1.13"))


@pytest.mark.slow
@pytest.mark.parametrize("schemas", [5, KNOWN])
def test_damage_in_what_was_held_true_is_an_error_too(tmp_path, monkeypatch, schemas, day):
    """Also where an older store is brought to today's schema: what was written is taken apart there."""
    place = tmp_path / "facts.db"
    with monkeypatch.context() as patch:
        patch.setattr(opening, "MIGRATIONS", schema.MIGRATIONS[:5])
        Store.open(place).close()
    db = sqlite3.connect(place)
    db.executemany("INSERT INTO texts VALUES (?, ?)", enumerate(["", "linux 7.1", "Kconfig", "says"], start=1))
    db.executemany("INSERT INTO topics VALUES (?, 'kernel', ?, '')", [(n, f"variant {n}") for n in range(1, 200)])
    written = [(n, f"yes if A{n}", f"2 3 {n} 4;2 3 7 1") for n in range(1, 200)]
    db.executemany("INSERT INTO statements VALUES (?, 0, ?, 1, ?)", written)
    db.executemany("INSERT INTO journal VALUES (?, 5, ?)", [(n, n) for n in range(1, 200)])
    told = [(n, n, f"2 3 {n} 4", n, n) for n in range(1, 200)]
    db.executemany("INSERT INTO events VALUES (?, 5, 'ours', 'added', ?, NULL, ?, ?, ?, '')", told)
    db.execute("INSERT INTO journal_state VALUES ('s', 5, '1 2 3')")
    cells = json.dumps({f"{n}/gccrs": f"conditional: A{n}" for n in range(99)})
    db.execute("INSERT INTO spans VALUES ('scene', ?)", (cells,))
    db.commit()
    db.close()
    if schemas == KNOWN:
        Store.open(place).close()
    whole = place.read_bytes()
    chance = random.Random(3)  # noqa: S311 - the same damage every time
    for _ in range(60):
        at = chance.randrange(100, len(whole) - 60)
        place.write_bytes(whole[:at] + chance.randbytes(50) + whole[at + 50 :])
        try:
            with Store.open(place) as store:
                store.faults()
                store.journal.pictured()
                store.journal.compared(day(0), day(1))
                store.journal.events()
                store.pages.spans("scene")
                assert store.journal.state is None or store.journal.state.stamp is not None
        except StoreError as error:
            assert str(place) in str(error)  # noqa: PT017


def test_a_full_disk_leaves_the_old_facts(filled, run, seen, snapshot):
    """By the database's own limit."""
    with Store.open(filled) as store:
        pages = store._database.connection.execute("PRAGMA page_count").fetchone()[0]  # noqa: SLF001
        store._database.connection.execute(f"PRAGMA max_page_count = {pages + 5}")  # noqa: SLF001
        with pytest.raises(StoreError, match=r"found no room or a failing disk.*what was stored before is untouched"):
            store.facts.record(run, [snapshot(seen("y", MANY, on=1))])
        assert [located.fact for located in store.facts.of("linux", "7.1.13")] == [ARM]
        store.facts.record(run, [snapshot(seen("z", [], on=2))])
    assert held(filled) == []


def test_a_file_that_may_not_grow_leaves_the_old_facts(filled, run, seen, snapshot):
    """By the system's limit, met in the log beside the database."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with Store.open(filled) as store:
        resource.setrlimit(resource.RLIMIT_FSIZE, (filled.stat().st_size, hard))
        try:
            with pytest.raises(StoreError, match="found no room or a failing disk"):
                store.facts.record(run, [snapshot(seen("y", MANY, on=1))])
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert [located.fact for located in store.facts.of("linux", "7.1.13")] == [ARM]
    assert held(filled) == [ARM]


def test_a_store_that_cannot_be_written_is_read(filled, monkeypatch, run):
    """Opening for writing falls back, and says so."""
    monkeypatch.setattr(os, "access", lambda *_: False)
    with Store.open(filled) as store:
        assert store.readonly
        with pytest.raises(StoreError, match="can only be read"):
            store.facts.record(run, [])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_read(filled):
    """WAL wants files beside the database; without a log the database alone will do, and nothing is made."""
    filled.parent.chmod(0o555)
    try:
        assert held(filled) == [ARM]
        with Store.open(filled) as store:
            assert store.readonly
        assert [p.name for p in filled.parent.iterdir()] == [filled.name]
        with pytest.raises(StoreError):
            Store.open(filled.parent / "new.db")
    finally:
        filled.parent.chmod(0o755)


def test_a_log_that_cannot_be_used_is_not_passed_over(filled, monkeypatch, run, seen, snapshot):
    """The database without its log would be an older state, or none."""
    real = opening._open  # noqa: SLF001

    def refusing(uri):
        if "mode=ro" in uri:
            raise sqlite3.OperationalError("unable to open database file")
        return real(uri)

    monkeypatch.setattr(opening, "_open", refusing)
    assert held(filled) == [ARM]
    with Store.open(filled) as store:
        store.facts.record(run, [snapshot(seen("y", [], on=1))])
        with pytest.raises(StoreError, match="unable to open"):
            Store.open(filled, readonly=True)


def test_readers_do_not_wait_for_a_writer(filled, run, seen, snapshot):
    """They see the state before it until it is done."""
    with Store.open(filled) as writer, Store.open(filled, readonly=True) as reader:
        writer._database.connection.execute("BEGIN IMMEDIATE")  # noqa: SLF001
        writer._database.connection.execute("DELETE FROM facts")  # noqa: SLF001
        assert [located.fact for located in reader.facts.of("linux", "7.1.13")] == [ARM]
        writer._database.connection.execute("ROLLBACK")  # noqa: SLF001


def test_two_writers_take_turns(filled, run, monkeypatch):
    """The second waits, and at last says who it waited for."""
    with Store.open(filled) as one, Store.open(filled) as two:
        one._database.connection.execute("BEGIN IMMEDIATE")  # noqa: SLF001
        two._database.connection.execute("PRAGMA busy_timeout = 50")  # noqa: SLF001
        with pytest.raises(StoreError, match="locked by another process"):
            two.facts.record(run, [])
        one._database.connection.execute("ROLLBACK")  # noqa: SLF001
        assert two.facts.record(run, []).run == 2


def test_many_may_make_the_same_store_at_once(tmp_path):
    """Each process finds it made, or makes it."""
    code = "import sys; from matrix.store import Store; s = Store.open(sys.argv[1]); s.close()"
    place = tmp_path / "facts.db"
    made = [subprocess.Popen([sys.executable, "-c", code, place], stderr=subprocess.PIPE) for _ in range(6)]
    assert [process.communicate()[1] for process in made] == [b""] * 6
    with Store.open(place) as store:
        assert store.faults() == []


@pytest.mark.slow
def test_a_killed_writer_leaves_whole_runs(tmp_path):
    """Whatever moment it is killed at: all that it had acknowledged, and no part of a run."""
    place = tmp_path / "facts.db"
    chance = random.Random(2)  # noqa: S311 - the same moments every time
    for _ in range(8):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, place], stdout=subprocess.PIPE, text=True)
        writer.stdout.readline()
        time.sleep(chance.uniform(0, 0.05))
        writer.send_signal(signal.SIGKILL)
        acknowledged = writer.communicate()[0].split()
        with Store.open(place) as store:
            assert store.faults() == []
            runs = store.facts.runs(1)[0].id
            assert runs >= max(map(int, acknowledged), default=1)
            assert store.facts.generation == runs
            said = [located.fact.value for located in store.facts.of("linux", "7.1")]
            assert said == [str(runs)] * 200


def test_a_fact_is_small_on_disk(tmp_path, run, seen, snapshot):
    """At most 80 bytes a row with its indexes, for words as often repeated as a Kconfig's."""
    place = tmp_path / "facts.db"
    with Store.open(place) as store:
        empty = len(place.read_bytes()) + 4096
        files = [
            seen(
                str(n),
                [Fact(f"SYMBOL_{i}", "depends", f"SYMBOL_{i % 97} && !SYMBOL_{i % 89}", "", i) for i in range(100)],
                path=f"arch/a{n}/Kconfig",
            )
            for n in range(100)
        ]
        store.facts.record(run, [snapshot(*files)])
    assert (place.stat().st_size - empty) / 10_000 <= 80
    shutil.rmtree(tmp_path)
