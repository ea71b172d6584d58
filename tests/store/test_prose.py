"""A store of schema 5, whose statements were texts -> today's: nothing lost, and nothing told for it."""

from __future__ import annotations

import json
import sqlite3
from datetime import timedelta

import pytest

import matrix.store.connection as opening
from matrix.change import Said, Topic, compare
from matrix.model import Evidence
from matrix.store import Sightings, Store, Turn, schema
from matrix.store.connection import to_number
from matrix.store.prose import said_of
from tests.store.conftest import START

RISCV, ARM = Topic("support", "riscv64", "rustc-llvm"), Topic("kernel", "arm-v7")
GONE, RELEASE = Topic("level", "riscv"), Topic("release", "linux")
# Topic, value, the evidence's line, note; as schema 5 had them.
WRITTEN = {
    1: (RISCV, "conditional: CC_IS_CLANG", 7, "Linux \x1a0; selects it"),
    2: (ARM, "yes if !KASAN", 7, ""),
    3: (GONE, "Maintained", 3, ""),
    4: (RELEASE, "7.1.13", 0, ""),
    5: (RISCV, "none", 9, "nothing selects it"),
}
TEXTS = ("", "linux 7.1.13", "arch/Kconfig", "config \x1a0;", *(note for _, _, _, note in WRITTEN.values() if note))


@pytest.fixture
def old(tmp_path, monkeypatch):
    """The store with a journal, two events of which one side says nothing, kept cells and compiled ones."""
    place = tmp_path / "facts.db"
    with monkeypatch.context() as patch:
        patch.setattr(opening, "MIGRATIONS", schema.MIGRATIONS[:5])
        Store.open(place).close()
    db = sqlite3.connect(place)
    db.executemany("INSERT INTO texts VALUES (?, ?)", enumerate(TEXTS, start=10))
    numbers = {text: id_ for id_, text in db.execute("SELECT value, id FROM texts")} | dict(
        db.execute("SELECT value, id FROM texts")
    )
    topics = dict.fromkeys(topic for topic, *_ in WRITTEN.values())
    db.executemany("INSERT INTO topics VALUES (?, ?, ?, ?)", [(n, *t) for n, t in enumerate(topics, start=1)])
    topic = {t: n for n, t in enumerate(topics, start=1)}
    for number, (_, value, line, note) in WRITTEN.items():
        places = f"11 12 {line} 13;11 12 {line + 1} 13" if line else "11 10 0 10"
        db.execute("INSERT INTO statements VALUES (?, 0, ?, ?, ?)", (number, value, numbers[note], places))
    moments = [to_number(START + timedelta(days=n)) for n in range(3)]
    rows = [(RISCV, 0, 5), (RISCV, 1, 1), (ARM, 0, 2), (GONE, 0, 3), (GONE, 1, None), (RELEASE, 0, 4)]
    db.executemany("INSERT INTO journal VALUES (?, ?, ?)", [(topic[t], moments[n], s) for t, n, s in rows])
    seven = (7, moments[1], "upstream", "added", topic[RISCV], 5, "", topic[RISCV], 1, "")
    nine = (9, moments[1], "ours", "retracted", topic[GONE], 3, "", topic[GONE], None, "11 12 0 10")
    db.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", [seven, nine])
    # The tenth was told once, of whatever is not kept any more.
    db.execute("UPDATE sqlite_sequence SET seq = 10 WHERE name = 'events'")
    db.execute("INSERT INTO journal_state VALUES ('then', ?, '5 123 0; 40 999 2')", (moments[1],))
    cells = {"riscv64/rustc-llvm": "conditional: A && B", "arm/gccrs": "codegen-only", "arm/mrustc": "supported"}
    db.execute("INSERT INTO spans VALUES ('then: linux 6.12', ?)", (json.dumps(cells),))
    db.execute("INSERT INTO cells VALUES ('arm', 'gccrs', 'target-only', 'no', '', 'arm-linux')")
    db.execute("INSERT INTO said VALUES ('llvm', 'checks', '1', 'u', 5)")
    db.commit()
    db.close()
    return place


def line(number: int) -> Evidence:
    return Evidence(project="linux", revision="7.1.13", path="arch/Kconfig", line=number, says="config 7.1.13")


def test_every_statement_is_read_as_what_it_said(old, day):
    """As of each moment, with its note and its lines."""
    with Store.open(old) as store:
        first, last = store.journal.pictured(day(0)), store.journal.pictured()
        assert store.faults() == []
    assert {t: s.said for t, s in first.items()} == {
        RISCV: Said("blocked"),
        ARM: Said("yes", condition="!KASAN"),
        GONE: Said("Maintained"),
        RELEASE: Said("release", "7.1.13"),
    }
    assert last[RISCV].said == Said("conditional", condition="CC_IS_CLANG")
    assert last[RISCV].note == "Linux 7.1.13 selects it"
    assert last[RISCV].evidence == (line(7), line(8))
    assert [(e.path, e.line) for e in last[RELEASE].evidence] == [("", 0)]
    assert GONE not in last


def test_events_keep_their_ids_and_both_sides(old, day):
    """Also where one says nothing, and would stand somewhere; and an id that was given is given to no other."""
    with Store.open(old) as store:
        told = store.journal.events()
        assert [(e.id, e.cause, e.change.kind.value, e.moment) for e in told] == [
            (7, "upstream", "added", day(1)),
            (9, "ours", "retracted", day(1)),
        ]
        assert told[0].change.before.said == Said("blocked")
        assert told[1].change.after.said is None
        assert [e.path for e in told[1].change.after.evidence] == ["arch/Kconfig"]
        state = store.journal.state
        assert (state.stamp, state.sightings) == ("then", (Sightings(5, 123, 0), Sightings(40, 999, 2)))
        store.journal.keep([Turn(day(2), "upstream", (told[0].change,))], state)
        assert [e.id for e in store.journal.events()] == [7, 9, 11]


def test_the_same_statement_is_found_and_not_written_twice(old, day):
    """Its digest is of today's row."""
    with Store.open(old) as store:
        db = store._database.connection  # noqa: SLF001
        before = db.execute("SELECT count(*) FROM statements").fetchone()
        store.journal.keep([Turn(day(2), "upstream", (store.journal.events()[1].change,))], store.journal.state)
        assert db.execute("SELECT count(*) FROM statements").fetchone() == before


def test_kept_cells_come_along(old):
    """And what projects say of themselves, under its new name."""
    with Store.open(old) as store:
        assert store.pages.spans("then: linux 6.12") == {
            ("riscv64", "rustc-llvm"): Said("conditional", condition="A && B"),
            ("arm", "gccrs"): Said("blocked", "target"),
            ("arm", "mrustc"): Said("supported"),
        }
        assert [(n.upstream, n.topic) for n in store.polls.notices()] == [("llvm", "checks")]


def test_a_rung_that_is_recorded_now_tells_nothing(old, day):
    """A cell that was "none" may have been blocked by its port or by code generation: either is the same."""
    with Store.open(old) as store:
        held = store.journal.compared(day(0), day(0))[0]
    for rung in ("port", "codegen"):
        said = {**held.said, RISCV: held.said[RISCV].__class__(Said("blocked", rung))}
        assert compare(held, type(held)(said)) == ()


@pytest.mark.parametrize(
    ("about", "value", "said"),
    [
        ("support", "supported", Said("supported")),
        ("support", "unknown", Said("unknown")),
        ("support", "target-only", Said("blocked", "kernel")),
        ("support", 'conditional: ARCH = "a: b"', Said("conditional", condition='ARCH = "a: b"')),
        ("port", "no", Said("no")),
        ("target", "unknown", Said("unknown")),
        ("codegen", "yes", Said("yes")),
        ("requirement", "= 1.62.0", Said("=", "1.62.0")),
        ("level", "Odd Fixes", Said("Odd Fixes")),
        ("constraint", "``riscv64`` only.", Said("only", also="``riscv64`` only.")),
        ("clause", "depends", Said("depends")),
        ("rust-target", "tier 2, host tools", Said("tier", "2", also="host-tools")),
        ("rust-target", "tier 3", Said("tier", "3")),
        ("rust-target", "no tier", Said("tier")),
        ("contradiction", "1 case", Said("cases", "1")),
        ("contradiction", "12 cases", Said("cases", "12")),
        ("passed", "a-b", Said("passes", "a-b")),
        ("passed", "a-b if X", Said("passes", "a-b", condition="X")),
        ("passed", "a if X; b if !X", Said("passes", "a,b", also="X;!X")),
        ("passed", "a; b", Said("passes", "a,b", also=";")),
        ("source", "broken", Said("broken")),
        ("what is not known", "any words", Said("any words")),
    ],
)
def test_each_family_was_written_in_its_own_way(about, value, said):
    """And each word of it has its field now."""
    assert said_of(about, value) == said
