"""The user's store: made, moved, old, broken, read-only, or none at all."""

from __future__ import annotations

import sqlite3

import pytest

from matrix.operations import stores
from matrix.places import APPLICATION
from matrix.store import Store
from matrix.store.schema import MIGRATIONS

RISCV = ("is", "riscv64")


def schema(path) -> int:
    db = sqlite3.connect(path)
    try:
        return db.execute("PRAGMA user_version").fetchone()[0]
    finally:
        db.close()


@pytest.fixture
def old(db):
    """A store as the first release made it."""
    made = sqlite3.connect(db)
    for statement in MIGRATIONS[0]:
        made.execute(statement)
    made.execute("PRAGMA user_version = 1")
    made.commit()
    assert made.execute("PRAGMA application_id").fetchone()[0] == APPLICATION
    made.close()
    return db


def test_a_question_makes_no_store(run, home):
    """Nothing is written to answer."""
    assert run(*RISCV).code == 0
    assert list(home.rglob("*")) == []


def test_a_home_that_cannot_be_written_answers_all_the_same(run, tmp_path, monkeypatch):
    """The shipped facts need none."""
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv("HOME", str(tmp_path / "file" / "home"))
    monkeypatch.delenv("ARCHMATRIX_DB")
    for words in (RISCV, ("table",), ("why", "arm64"), ("versions",)):
        said = run(*words)
        assert (said.code, said.err) == (0, "")


@pytest.mark.parametrize("words", [RISCV, (*RISCV, "--kernel", "7.1.13"), ("table",), ("status",), ("log",)])
def test_a_place_that_cannot_be_looked_at_is_exit_5(run, tmp_path, monkeypatch, words):
    """As a folder that may not be entered: it is not the same as no store."""
    monkeypatch.setenv("ARCHMATRIX_DB", str(tmp_path / ("x" * 300)))
    said = run(*words)
    assert (said.code, said.out) == (5, "")
    assert "found File name too long, expected a place for the store" in said.complaint


def test_refresh_where_nothing_can_be_written_is_exit_5(run, kernel, tmp_path, monkeypatch):
    """With the place."""
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv("ARCHMATRIX_DB", str(tmp_path / "file" / "facts.db"))
    said = run("refresh", "--tree", f"linux={kernel.root}")
    assert (said.code, said.out) == (5, "")
    assert str(tmp_path / "file") in said.complaint


@pytest.mark.parametrize("content", [b"not a database" * 100, b"SQLite format 3\0" + b"\xff" * 5000])
@pytest.mark.parametrize("words", [RISCV, ("table",), ("versions",), ("check", ".")])
def test_a_damaged_store_is_exit_5_and_left_alone(run, db, kernel, content, words):
    """It is ours: the message says which file, and what to do."""
    db.write_bytes(content)
    words = [kernel.root if word == "." else word for word in words]
    said = run(*words)
    assert (said.code, said.out) == (5, "")
    assert str(db) in said.complaint
    assert "move it away and refresh" in said.complaint
    assert db.read_bytes() == content


def test_another_program_s_database_is_exit_5(run, db):
    """And is not taken over."""
    other = sqlite3.connect(db)
    other.execute("CREATE TABLE notes (words)")
    other.commit()
    other.close()
    before = db.read_bytes()
    said = run(*RISCV)
    assert said.code == 5
    assert "another program's database" in said.complaint
    assert db.read_bytes() == before


def test_a_newer_store_is_exit_5(run, kernel, db):
    """An older archmatrix must not write it."""
    run("refresh", "--tree", f"linux={kernel.root}")
    made = sqlite3.connect(db)
    made.execute("PRAGMA user_version = 99")
    made.commit()
    made.close()
    for words in (RISCV, ("refresh", "--tree", f"linux={kernel.root}")):
        said = run(*words)
        assert said.code == 5
        assert "a newer archmatrix wrote it" in said.complaint


@pytest.mark.parametrize(
    "words", [RISCV, ("table",), ("why", "arm"), ("options", "arm"), ("versions",), ("contradictions",)]
)
def test_a_named_store_that_is_missing_is_exit_2(run, tmp_path, words):
    """A slip of the pen, not a fresh start."""
    said = run(*words, "--db", tmp_path / "none.db")
    assert (said.code, said.out) == (2, "")
    assert f"--db {tmp_path / 'none.db'}: found no such file" in said.complaint
    assert not (tmp_path / "none.db").exists()


def test_refresh_makes_the_named_store(run, kernel, db, tmp_path):
    """And with it the folders above; the one of the environment stays unmade."""
    place = tmp_path / "a" / "b" / "facts.db"
    assert run("refresh", "--tree", f"linux={kernel.root}", "--db", place).code == 0
    assert place.exists()
    assert not db.exists()
    assert str(place) in run("versions", "--db", place).out
    assert run(*RISCV, "--db", place).code in {0, 1, 3}


def test_an_older_store_is_brought_to_today(run, old):
    """The first time that it is read, silently."""
    assert schema(old) == 1
    said = run(*RISCV)
    assert (said.code, said.err) == (0, "")
    assert schema(old) == len(MIGRATIONS)
    with Store.open(old) as store:
        assert store.faults() == []


def test_an_older_store_that_cannot_be_written_is_left_out_with_a_note(run, old, monkeypatch):
    """The shipped facts answer until then."""
    expected = run(*RISCV, "--db", _empty(old))
    monkeypatch.setattr(stores, "is_writable", lambda _: False)
    before = old.read_bytes()
    said = run(*RISCV)
    assert (said.code, said.out) == (0, expected.out)
    assert f"{old}: found a store of schema 1, expected {len(MIGRATIONS)}" in said.complaint
    assert "answers rest on the shipped facts alone" in said.complaint
    assert old.read_bytes() == before


def _empty(beside):
    place = beside.with_name("empty.db")
    Store.open(place).close()
    return place


def test_a_file_of_no_bytes_is_no_store(run, db):
    """A full disk leaves it of a first refresh: questions are answered, and it stays as it is."""
    without = run(*RISCV), run("versions"), run("status").code
    db.touch()
    assert (run(*RISCV), run("versions"), run("status").code) == without
    assert db.stat().st_size == 0


def test_an_empty_store_answers_as_none_does(run, db):
    """The shipped facts stand behind it."""
    without = run(*RISCV)
    Store.open(db).close()
    assert run(*RISCV) == without
