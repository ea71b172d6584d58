"""The store: what is recorded comes back, once, and as of any past moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from itertools import permutations
from pathlib import Path

import pytest

from matrix.errors import StoreError
from matrix.model import Fact, Located, Revision
from matrix.store import Cached, Notice, ReadingKey, Store, StoredPage, Unread, default_path

ARM = Fact("ARM", "maintainers-status", "Maintained", "", 12)
RUST = Fact("RUST", "maintainers-status", "Supported", "", 3)


@pytest.fixture
def store():
    with Store.memory() as opened:
        yield opened
        assert opened.faults() == []


def facts(store, label="7.1.13", **more):
    return [located.fact for located in store.facts.of("linux", label, **more)]


def rows(store, table):
    return store._database.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608, SLF001


def test_what_is_recorded_comes_back(store, run, seen, snapshot, day):
    """With its place and its moments, to the microsecond; in the order of the lines."""
    date = datetime(2026, 5, 24, 5, 16, 6, tzinfo=timezone.utc)
    observation = seen("x", [ARM, RUST], until=1)
    store.facts.record(run, [snapshot(observation, kind="head", commit="c" * 40, date=date)])
    assert store.facts.revisions() == [
        Revision(project="linux", label="7.1.13", kind="head", commit="c" * 40, date=date)
    ]
    place = ("linux-maintainers", "MAINTAINERS", day(0), day(1))
    assert list(store.facts.of("linux", "7.1.13")) == [Located(*place, RUST), Located(*place, ARM)]


def test_an_unknown_revision_has_no_facts(store):
    """And raises nothing."""
    assert list(store.facts.of("linux", "9.9")) == []
    assert store.facts.revisions("linux") == []
    assert (store.facts.generation, store.facts.last_moment()) == (0, None)


def test_the_same_tree_twice_adds_only_the_run(store, run, seen, snapshot):
    """No row and no generation, whether or not the facts are offered again."""
    tables = ("texts", "files", "contents", "observations", "readings", "facts", "revisions")
    store.facts.record(run, [snapshot(seen("x", [ARM]))])
    before = [rows(store, table) for table in tables]
    for again in (seen("x", [ARM]), seen("x", None), seen("x", [ARM])):
        recorded = store.facts.record(run, [snapshot(again)])
        assert (recorded.observations, recorded.readings, recorded.facts, recorded.generation) == (0, 0, 0, 1)
    assert [rows(store, table) for table in tables] == before
    assert [entry.id for entry in store.facts.runs()] == [4, 3, 2, 1]


def test_an_unchanged_file_only_moves_checked_at(store, run, seen, snapshot, day):
    """Forward, never back."""
    for on in (0, 5, 3):
        store.facts.record(run, [snapshot(seen("x", [ARM], on=on))])
    located = next(store.facts.of("linux", "7.1.13"))
    assert (located.observed_at, located.checked_at) == (day(0), day(5))
    assert (store.facts.generation, store.facts.last_moment()) == (1, day(5))


def test_a_changed_file_keeps_what_it_was(store, run, seen, snapshot, day):
    """As of then, the old facts; the generation grows."""
    store.facts.record(run, [snapshot(seen("x", [ARM], on=0))])
    recorded = store.facts.record(run, [snapshot(seen("y", [RUST], on=2))])
    assert (recorded.observations, recorded.generation, store.facts.generation) == (1, 2, 2)
    assert facts(store) == [RUST]
    assert facts(store, as_of=day(1.9)) == [ARM]
    assert facts(store, as_of=day(2)) == [RUST]
    assert facts(store, as_of=day(-1)) == []


def test_a_past_answer_does_not_change_with_later_looks(store, run, seen, snapshot, day):
    """Neither its facts nor its moments."""
    store.facts.record(run, [snapshot(seen("x", [ARM], on=0))])
    then = list(store.facts.of("linux", "7.1.13", as_of=day(1)))
    for later in (seen("x", [ARM], on=3), seen("y", [RUST], on=4), seen("x", [ARM], on=5)):
        store.facts.record(run, [snapshot(later)])
        assert list(store.facts.of("linux", "7.1.13", as_of=day(1))) == then
    assert facts(store) == [ARM]
    assert facts(store, as_of=day(4)) == [RUST]


def test_a_revision_is_known_from_its_first_sighting(store, run, seen, snapshot, day):
    """The newest release as of then must not be one that was seen later."""
    store.facts.record(run, [snapshot(seen("x", [ARM], on=0, label="7.1.13"))])
    store.facts.record(run, [snapshot(seen("y", [ARM], on=2, label="7.1.14"), label="7.1.14")])
    assert [r.label for r in store.facts.revisions("linux")] == ["7.1.13", "7.1.14"]
    assert [r.label for r in store.facts.revisions("linux", as_of=day(1))] == ["7.1.13"]
    assert store.facts.revisions("rust") == []


def test_a_file_that_was_not_seen_again_stays(store, run, seen, snapshot):
    """A shrunken visit closes nothing."""
    store.facts.record(run, [snapshot(seen("x", [ARM]), seen("y", [RUST], path="other"))])
    store.facts.record(run, [snapshot(seen("z", [ARM], on=1))])
    assert facts(store) == [ARM, RUST]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_of_recording_does_not_matter(store, run, seen, snapshot, day, order):
    """Contents that come and go for good may be recorded in any order."""
    made = [seen("x", [ARM], on=0, until=1), seen("y", [RUST], on=2, until=3), seen("z", [], on=4, until=6)]
    for n in order:
        store.facts.record(run, [snapshot(made[n])])
    assert [facts(store, as_of=day(n)) for n in (-1, 0, 1, 2, 3.5, 4, 9)] == [[], [ARM], [ARM], [RUST], [RUST], [], []]
    assert rows(store, "observations") == 3
    assert store.facts.last_moment() == day(6)


def test_an_earlier_sighting_of_the_same_content_moves_its_start(store, run, seen, snapshot, day):
    """Shipped facts may have seen it before this machine did."""
    store.facts.record(run, [snapshot(seen("x", [ARM], on=3))])
    store.facts.record(run, [snapshot(seen("x", [ARM], on=1))])
    located = next(store.facts.of("linux", "7.1.13"))
    assert (located.observed_at, located.checked_at, rows(store, "observations")) == (day(1), day(3), 1)


def test_a_sighting_inside_another_contents_time_splits_it(store, run, seen, snapshot, day):
    """It was there before and after."""
    store.facts.record(run, [snapshot(seen("x", [ARM], on=0, until=4))])
    store.facts.record(run, [snapshot(seen("y", [RUST], on=2))])
    assert [facts(store, as_of=day(n)) for n in (0, 1, 2, 3, 4)] == [[ARM], [ARM], [RUST], [RUST], [ARM]]
    assert facts(store) == [ARM]


@pytest.mark.parametrize("on", [0, 4])
def test_two_contents_at_one_moment_are_refused(store, run, seen, snapshot, on):
    """A clock that stands still must not make them overlap; nothing of the run is kept."""
    store.facts.record(run, [snapshot(seen("x", [ARM], on=0, until=4))])
    with pytest.raises(StoreError, match=r"linux 7\.1\.13: MAINTAINERS: found two contents at one moment"):
        store.facts.record(run, [snapshot(seen("y", [RUST], on=on))])
    assert (facts(store), len(store.facts.runs()), rows(store, "contents")) == ([ARM], 1, 1)


def test_a_newer_extractor_reads_the_same_file_anew(store, run, seen, snapshot, day):
    """The newest reading wins, for the past too; the old one stays; it is no new observation."""
    store.facts.record(run, [snapshot(seen("x", [ARM], version=1))])
    recorded = store.facts.record(run, [snapshot(seen("x", [ARM, RUST], version=2, on=1))])
    assert (recorded.readings, recorded.observations, recorded.generation) == (1, 0, 2)
    store.facts.record(run, [snapshot(seen("x", [], version=1, on=2))])
    assert facts(store) == facts(store, as_of=day(0)) == [RUST, ARM]
    assert rows(store, "readings") == 2


def test_readings_that_are_known_need_no_reading_again(store, run, seen, snapshot):
    """Asked for many at once, by all that makes a reading what it is."""
    store.facts.record(run, [snapshot(*(seen(str(n), [ARM], path=f"p{n}") for n in range(2000)))])
    sha256 = seen("7", [ARM]).document.sha256
    known = ReadingKey("linux-maintainers", "p7", sha256, "linux_maintainers", 1)
    others = [
        known._replace(**{field: value})
        for field, value in (("source", "s"), ("path", "p8"), ("version", 2), ("extractor", "e"))
    ]
    assert store.facts.known_readings([known, *others, known._replace(sha256="0" * 64)]) == {known: 1}
    every = [known._replace(path=f"p{n}", sha256=seen(str(n), []).document.sha256) for n in range(2000)]
    assert store.facts.known_readings(every) == dict.fromkeys(every, 1)
    assert store.facts.known_readings([]) == {}


def test_equal_bytes_at_two_paths_have_their_own_facts(store, run, seen, snapshot):
    """An empty Kconfig.debug of two ports is one content and two readings."""
    one, two = (seen("", [Fact(path, "source", "y")], path=path) for path in ("arch/arm/Kconfig", "arch/csky/Kconfig"))
    store.facts.record(run, [snapshot(one, two)])
    assert [fact.subject for fact in facts(store)] == ["arch/arm/Kconfig", "arch/csky/Kconfig"]
    assert rows(store, "contents") == 1


def test_two_sources_may_read_one_file(store, run, seen, snapshot):
    """Each with its own extractor."""
    one = seen("x", [ARM], source="a", extractor="e1")
    two = seen("x", [RUST], source="b", extractor="e2")
    store.facts.record(run, [snapshot(one, two)])
    assert [(located.source, located.fact) for located in store.facts.of("linux", "7.1.13")] == [
        ("a", ARM),
        ("b", RUST),
    ]


def test_a_file_without_facts_is_held(store, run, seen, snapshot):
    """It was read, and says nothing."""
    store.facts.record(run, [snapshot(seen("x", []))])
    assert facts(store) == []
    assert store.facts.record(run, [snapshot(seen("x", None))]).generation == 1


def test_a_file_that_nobody_has_read_is_refused(store, run, seen, snapshot):
    """No facts would read as 'upstream says nothing'."""
    with pytest.raises(StoreError, match=r"MAINTAINERS: found no reading of [0-9a-f]{12} by source linux-maintainers"):
        store.facts.record(run, [snapshot(seen("x", None))])
    assert (store.facts.revisions(), store.facts.runs()) == ([], [])


def test_what_a_later_visit_does_not_know_stays(store, run, seen, snapshot):
    """A plain directory must not blank the commit that git told."""
    date = datetime(2026, 1, 1, tzinfo=timezone.utc)
    store.facts.record(run, [snapshot(seen("x", [ARM]), commit="c" * 40, date=date)])
    store.facts.record(run, [snapshot(seen("x", [ARM]))])
    assert (store.facts.revisions()[0].commit, store.facts.revisions()[0].date, store.facts.generation) == (
        "c" * 40,
        date,
        1,
    )
    store.facts.record(run, [snapshot(seen("x", [ARM]), commit="d" * 40)])
    assert (store.facts.revisions()[0].commit, store.facts.generation) == ("d" * 40, 2)


def test_a_run_is_logged_as_given(store, run, seen, snapshot):
    """The newest first, with the generation that held after it."""
    store.facts.record(run, [])
    store.facts.record(run, [snapshot(seen("x", [ARM]))])
    last, first = store.facts.runs()
    assert (first.id, first.generation, last.id, last.generation) == (1, 0, 2, 1)
    assert (last.kind, last.started, last.finished, last.outcome) == (run.kind, run.started, run.finished, run.outcome)
    assert (last.bytes, last.documents, last.requests) == (7, 1, 0)
    assert store.facts.runs(limit=1) == [last]


def test_a_run_is_one_transaction(store, run, seen, snapshot):
    """What comes before a fault is not kept."""
    bad = seen("x", [ARM], label="7.1.14")
    with pytest.raises(StoreError, match=r"found a file of linux 7\.1\.14, expected one of this revision"):
        store.facts.record(run, [snapshot(seen("x", [ARM])), snapshot(bad)])
    assert (store.facts.revisions(), store.facts.runs(), store.facts.generation) == ([], [], 0)


def test_facts_that_cannot_be_stored_are_refused(store, run, seen, snapshot):
    """Half a character, a line beyond 64 bits; with nothing kept."""
    for fact in (Fact("\ud800", "a", "v"), Fact("s", "a", "v", "", 2**63)):
        with pytest.raises(StoreError, match="found what cannot be stored"):
            store.facts.record(run, [snapshot(seen("x", [fact]))])
    assert store.facts.runs() == []


def test_any_characters_come_back(store, run, seen, snapshot):
    """Also a zero byte, quotes, and what is not in the first plane."""
    fact = Fact("a\0b", "'\"", "\U0001f980\n\t", "\\", 1)
    store.facts.record(run, [snapshot(seen("x", [fact]))])
    assert facts(store) == [fact]


def test_a_snapshot_comes_out_as_it_went_in(store, run, seen, snapshot):
    """And can be recorded elsewhere."""
    given = snapshot(seen("x", [RUST, ARM], until=2), seen("y", [], path="other"), commit="c" * 40)
    store.facts.record(run, [given])
    taken = store.facts.snapshot(store.facts.revisions()[0])
    assert taken == given
    with Store.memory() as other:
        other.facts.record(run, [taken])
        assert other.facts.snapshot(given.revision) == given


def test_many_files_are_read_by_few_statements(store, run, seen, snapshot):
    """Not by one for each file or fact."""
    store.facts.record(run, [snapshot(*(seen(str(n), [ARM, RUST], path=f"p{n:03}") for n in range(300)))])
    statements = []
    store._database.connection.set_trace_callback(statements.append)  # noqa: SLF001
    assert len(facts(store)) == 600
    store._database.connection.set_trace_callback(None)  # noqa: SLF001
    assert len(statements) <= 8


def test_the_place_of_the_store(tmp_path, monkeypatch):
    """The environment's, else the platform's folder for a user's data."""
    assert default_path({"ARCHMATRIX_DB": "~/x.db"}) == Path("~/x.db").expanduser()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert default_path({}).name == "facts.db"
    assert "archmatrix" in default_path({"ARCHMATRIX_DB": ""}).parts


def test_what_projects_say_is_replaced_by_topic(store, day):
    """The last word of each topic, by upstream; a body belongs to who asked for it last."""
    first = [Notice("llvm", "checks", "1", "u", day(0)), Notice("gcc", "release", "null", "", day(0))]
    store.polls.record_notices(first, [Cached("a", "", '"1"', b"x"), Cached("b", "me", '"1"', b"y")])
    assert store.polls.notices() == first[::-1]
    newer = Notice("llvm", "checks", "2", "v", day(1))
    store.polls.record_notices([newer], [Cached("b", "you", '"2"', b"z")])
    assert store.polls.notices() == [first[1], newer]
    assert store.polls.cached("a", "") == Cached("a", "", '"1"', b"x")
    assert (store.polls.cached("b", "me"), store.polls.cached("b", "you")) == (None, Cached("b", "you", '"2"', b"z"))
    store.polls.forget_notice("gcc", "release")
    store.polls.forget_notice("gcc", "release")
    assert store.polls.notices() == [newer]


def test_compiled_answers_are_carried_over_what_changes_none_of_them(run, seen, snapshot):
    """They hold for the new generation and were checked again; an earlier moment than theirs changes nothing."""
    early, late = datetime(2026, 5, 1, tzinfo=timezone.utc), datetime(2026, 6, 1, tzinfo=timezone.utc)
    with Store.memory() as store:
        store.facts.record(run, [snapshot(seen("x", [ARM]))])
        page = StoredPage(command="is x", exit=0, checked_at=early, body="x\n")
        store.pages.compile("stamp", [page, StoredPage(command="table", exit=0, checked_at=None, body="t\n")])
        store.facts.record(run, [snapshot(seen("y", [ARM], label="7.2-rc1"), label="7.2-rc1")])
        assert store.pages.stamp == ""
        store.pages.carry(late, late)
        assert store.pages.stamp == "stamp"
        assert (store.pages.page("is x").checked_at, store.pages.page("table").checked_at) == (late, None)
        for moment in (early, None):
            store.pages.carry(moment, late)
            assert store.pages.page("is x").checked_at == late
        # A clock that ran ahead had them checked when nobody can have.
        store.pages.carry(early, early)
        assert store.pages.page("is x").checked_at == early


def test_a_source_that_could_not_be_believed_is_noted_until_it_is_read(store, run, seen, snapshot, day):
    """With its reason, at its revision."""
    first = snapshot(seen("x", [ARM]))
    broken = ("linux-ports", "arch/: found 1, expected at least 15")
    store.facts.record(run, [replace(first, unread=(broken,))])
    assert store.facts.unread() == [Unread("linux", "7.1.13", *broken, run.finished)]
    store.facts.record(run, [snapshot(seen("x", [ARM], on=1))])  # which says nothing of ports
    assert len(store.facts.unread()) == 1
    store.facts.record(run, [snapshot(seen("p", [ARM], path="arch/", source="linux-ports"))])
    assert store.facts.unread() == []
