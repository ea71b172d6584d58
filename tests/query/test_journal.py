"""The journal of what was held true: what it tells, what it never tells, and that the past stays as it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from matrix.change import Picture, Said, Topic, compare
from matrix.change.said import says_the_same
from matrix.model import Reading, Revision
from matrix.query.journal import keep_journal
from matrix.query.knowledge import Knowledge
from matrix.query.picture import picture
from matrix.query.question import Question
from matrix.query.scene import set_scene
from matrix.registry import data_folder, load
from matrix.store import Run, Snapshot, Store

START = datetime(2026, 3, 1, tzinfo=timezone.utc)
DAY = timedelta(days=1)
LATER = START + 400 * DAY


# Three ports that differ in every way: what is said of them changes with each release.
FEW = ("arm-v7", "riscv64", "x86_64")


@pytest.fixture(scope="session")
def all_released(shipped):
    """Snapshots of shipped releases by label, as they would be seen at a moment."""
    known = {r.label: shipped.facts.snapshot(r) for r in shipped.facts.revisions()}
    return lambda label, moment, checked=None: seen_at(known[label], moment, checked or moment)


@pytest.fixture(scope="session")
def registry(registry):
    """What is declared of a few ports: all is told of them that is told of any."""
    variants = {id_: registry.variants[id_] for id_ in FEW}
    return replace(registry, variants=variants, arches={v.arch: registry.arches[v.arch] for v in variants.values()})


@pytest.fixture(scope="session")
def released(shipped, registry):
    """The same snapshots, without the Kconfig of other ports."""
    folders = ("arch/Kconfig", *(f"arch/{v.srcarch}/" for v in registry.variants.values()))

    def is_of_these(item) -> bool:
        path = item.document.path
        return item.source != "linux-kconfig" or not path.startswith("arch/") or path.startswith(folders)

    known = {
        r.label: Snapshot(r, tuple(o for o in shipped.facts.snapshot(r).observations if is_of_these(o)))
        for r in shipped.facts.revisions()
    }
    return lambda label, moment, checked=None: seen_at(known[label], moment, checked or moment)


@pytest.fixture(scope="session", params=["few", pytest.param("all", marks=pytest.mark.slow)])
def world(request, registry, released, all_released):
    """The registry and the releases, of the few ports or of all."""
    return (registry, released) if request.param == "few" else (load(data_folder()), all_released)


def seen_at(snapshot: Snapshot, moment: datetime, checked: datetime) -> Snapshot:
    seen = [
        replace(o, document=replace(o.document, observed_at=moment, checked_at=checked)) for o in snapshot.observations
    ]
    return Snapshot(snapshot.revision, tuple(seen))


def record(store: Store, *snapshots: Snapshot, at: datetime = LATER) -> None:
    """One run."""
    store.facts.record(Run(kind="test", started=at, finished=at, outcome="complete"), snapshots)


def journal(registry, store: Store, stamp: str = "today", now: datetime = LATER) -> None:
    """Bring the journal up to the store."""
    keep_journal(registry, store, Knowledge([store]), stamp, now)


def told(store: Store) -> list[tuple[str, str, str]]:
    """Each event as kind, what it is about and of whom."""
    return [(e.change.kind.value, e.change.topic.about, e.change.topic.subject) for e in store.journal.events()]


def moved(snapshot: Snapshot) -> Snapshot:
    """The same facts in other bytes, every one of them ten lines further down."""
    seen = []
    for item in snapshot.observations:
        sha256 = f"{int(item.document.sha256, 16) ^ 1:064x}"
        facts = tuple(f._replace(line=f.line + 10) for f in item.reading.facts)
        reading = Reading(
            sha256=sha256,
            source=item.reading.source,
            extractor=item.reading.extractor,
            version=item.reading.version,
            facts=facts,
        )
        seen.append(replace(item, document=replace(item.document, sha256=sha256), reading=reading))
    return Snapshot(snapshot.revision, tuple(seen))


def changed(snapshot: Snapshot, source: str, change) -> Snapshot:
    """The same with each fact of one source replaced: `change` gives a fact, or None to leave it out."""
    whole = {o.source: o for o in moved(snapshot).observations}
    seen = []
    for item in snapshot.observations:
        if item.source == source:
            new = whole[source]
            facts = tuple(f for f in (change(f) for f in item.reading.facts) if f is not None)
            item = replace(new, reading=replace(new.reading, facts=facts))  # noqa: PLW2901
        seen.append(item)
    return Snapshot(snapshot.revision, tuple(seen))


def test_what_is_found_first_is_where_everything_starts_and_no_change(registry, released):
    """A first refresh tells nothing, however much it finds."""
    with Store.memory() as store:
        record(store, released("7.1.13", START), released("1.95.0", START))
        journal(registry, store)
        assert store.journal.events() == []
        assert store.journal.pictured(about="release").keys() == {Topic("release", "linux"), Topic("release", "rust")}


def test_a_new_release_tells_itself_and_what_it_changes(registry, released):
    """arm came with 6.18, and the event says when it was seen, with both lines."""
    with Store.memory() as store:
        record(store, *(released(v, START) for v in ("6.12.107", "1.95.0", "22.1.8")))
        record(store, released("6.18.15", START + DAY))
        journal(registry, store)
        assert ("released", "release", "linux") in told(store)
        assert ("added", "support", "arm-v7") in told(store)
        (event,) = [e for e in store.journal.events() if e.change.topic == Topic("kernel", "arm-v7")]
        assert event.moment == START + DAY
        assert event.cause == "upstream"
        assert {e.revision for e in event.change.before.evidence} == {"6.12.107"}
        assert ("arch/arm/Kconfig", 137) in {(e.path, e.line) for e in event.change.after.evidence}


def test_the_same_tree_twice_tells_nothing(registry, released):
    """Nor does looking again tomorrow."""
    with Store.memory() as store:
        for day in range(3):
            record(store, released("7.1.13", START, START + day * DAY), released("1.95.0", START))
            journal(registry, store)
        assert store.journal.events() == []


def test_moved_lines_and_other_bytes_with_the_same_facts_tell_nothing(registry, released):
    """Page churn that changes no fact is no change."""
    with Store.memory() as store:
        record(store, released("7.1.13", START), released("1.95.0", START))
        journal(registry, store)
        record(store, moved(released("7.1.13", START + DAY)), moved(released("1.95.0", START + DAY)))
        journal(registry, store)
        assert store.journal.events() == []


def test_an_older_release_that_comes_in_later_tells_nothing(registry, released):
    """What the newest releases say is as it was."""
    with Store.memory() as store:
        record(store, released("7.1.13", START))
        journal(registry, store)
        record(store, released("6.12.107", START + DAY))
        journal(registry, store)
        assert store.journal.events() == []


@pytest.mark.slow
def test_a_claim_that_upstream_withdraws_is_told_as_retracted(registry, released):
    """The row of riscv vanishes from arch-support.rst of the same release: its tag was made anew."""
    with Store.memory() as store:
        snapshot = released("7.1.13", START)
        record(store, snapshot)
        journal(registry, store)
        later = changed(
            released("7.1.13", START + DAY), "linux-arch-support", lambda f: None if f.subject == "riscv" else f
        )
        record(store, later)
        journal(registry, store)
        assert ("retracted", "level", "riscv") in told(store)
        (event,) = [e for e in store.journal.events() if e.change.topic == Topic("level", "riscv")]
        assert event.change.before.said == Said("Maintained")
        assert event.change.after.said is None
        assert [e.path for e in event.change.after.evidence] == ["Documentation/rust/arch-support.rst"]


def test_a_withdrawn_claim_is_told_too_when_two_moments_are_journalled_at_once(registry, released):
    """The release is the same, and what was seen of it is not."""
    with Store.memory() as store:
        later = changed(
            released("7.1.13", START + DAY), "linux-arch-support", lambda f: None if f.subject == "riscv" else f
        )
        record(store, released("7.1.13", START))
        record(store, later)
        journal(registry, store)
        assert ("retracted", "level", "riscv") in told(store)


def test_events_stay_when_the_journal_is_made_anew(registry, released):
    """With the ids that they had: a reader who was told once is not told again."""
    with Store.memory() as store:
        record(store, released("6.12.107", START), released("1.95.0", START))
        record(store, released("6.18.15", START + DAY))
        journal(registry, store)
        before = store.journal.events()
        journal(registry, store, stamp="tomorrow")
        assert store.journal.events() == before != []


def test_a_source_that_broke_is_told_also_when_the_journal_is_made_anew(registry, released):
    """An upgrade and a third failure between two refreshes."""
    with Store.memory() as store:
        record(store, released("7.1.13", START))
        journal(registry, store)
        run = Run(kind="poll", started=LATER, finished=LATER, outcome="partial")
        for _ in range(3):
            store.facts.record(run, (), outcomes=[("linux", "7.1.13", "linux-kconfig", "found none")])
        journal(registry, store, stamp="tomorrow")
        assert told(store) == [("broke", "source", "linux")]


def test_what_our_own_code_or_data_change_is_told_as_ours(registry, released, monkeypatch):
    """Another stamp: the journal is made anew, and the difference at the same moment is no change of upstream's."""
    with Store.memory() as store:
        record(store, released("7.1.13", START), released("1.95.0", START))
        journal(registry, store)

        def without_rust_targets(registry, scene):
            whole = picture(registry, scene)
            return Picture({t: s for t, s in whole.said.items() if t != Topic("support", "riscv64", "mrustc")})

        monkeypatch.setattr("matrix.query.journal.picture", without_rust_targets)
        journal(registry, store, stamp="tomorrow")
        (event,) = store.journal.events()
        assert event.cause == "ours"
        assert event.change.topic == Topic("support", "riscv64", "mrustc")
        assert Topic("support", "riscv64", "mrustc") not in store.journal.pictured()
        # Told once.
        journal(registry, store, stamp="tomorrow")
        assert len(store.journal.events()) == 1


@pytest.mark.slow
@pytest.mark.parametrize("stamp", ["today", "tomorrow"])
def test_what_is_only_recorded_more_closely_tells_nothing(registry, released, monkeypatch, stamp):
    """A journal of which rung blocks a cell, over one that did not record it: whether or not it is made anew."""

    def less(said):
        unrecorded = said.word == "unknown" or (said.word == "blocked" and said.at in {"port", "codegen"})
        return said._replace(at="" if unrecorded else said.at, also="")

    def recorded(registry, scene):
        whole = picture(registry, scene)
        cells = {t: replace(s, said=less(s.said)) for t, s in whole.said.items() if t.about == "support"}
        assert cells.items() - whole.said.items()
        return Picture({**whole.said, **cells}, whole.silent)

    with Store.memory() as store:
        record(store, released("6.18.15", START), released("1.95.0", START), released("16.2.0", START))
        with monkeypatch.context() as patch:
            patch.setattr("matrix.query.journal.picture", recorded)
            journal(registry, store)
        journal(registry, store, stamp)
        assert store.journal.events() == []
        record(store, released("7.1.13", START + DAY))
        journal(registry, store, stamp)
        assert {e.cause for e in store.journal.events()} == {"upstream"}


def test_ours_and_upstreams_are_told_apart_when_both_come_at_once(registry, released, monkeypatch):
    """An upgrade and a new release between two refreshes."""
    with Store.memory() as store:
        record(store, *(released(v, START) for v in ("6.12.107", "1.95.0", "22.1.8")))
        journal(registry, store)
        record(store, released("6.18.15", START + DAY))

        def renamed(registry, scene):
            whole = picture(registry, scene)
            return Picture({t: s for t, s in whole.said.items() if t.about != "passed"})

        monkeypatch.setattr("matrix.query.journal.picture", renamed)
        journal(registry, store, stamp="tomorrow")
        causes = {(e.cause, e.change.topic.about) for e in store.journal.events()}
        assert {about for cause, about in causes if cause == "ours"} == {"passed"}
        assert "support" in {about for cause, about in causes if cause == "upstream"}
        assert "passed" not in {about for cause, about in causes if cause == "upstream"}


@pytest.mark.slow
def test_events_have_the_lines_of_the_release_before_whenever_the_journal_is_kept(registry, released):
    """A statement may be years old: its line is where it stood last, and a place where nothing stood is named too."""
    labels = ("6.12.107", "6.18.15", "7.1.13")
    logs = []
    for often in (True, False):
        with Store.memory() as store:
            record(store, released("1.95.0", START), released("22.1.8", START))
            for day, label in enumerate(labels):
                record(store, released(label, START + day * DAY))
                if often:
                    journal(registry, store)
            journal(registry, store)
            logs.append([(e.moment, e.change) for e in store.journal.events()])
    assert logs[0] == logs[1]
    (raised,) = [c for _, c in logs[0] if c.topic == Topic("requirement", "rustc")]
    assert {e.revision for e in raised.before.evidence} == {"6.18.15"}
    (clause,) = [
        c for m, c in logs[0] if c.topic == Topic("clause", "RUST", "!KASAN || CC_IS_CLANG") and m > START + DAY
    ]
    assert [(e.revision, e.path) for e in clause.before.evidence] == [("6.18.15", "init/Kconfig")]


@pytest.mark.slow
def test_what_was_seen_before_the_last_moment_is_upstreams_all_the_same(registry, released):
    """A clock that was ahead is set right, then a release is seen: earlier than the last one, and upstream made it."""
    with Store.memory() as store:
        record(store, *(released(v, START) for v in ("6.12.107", "22.1.8")))
        record(store, released("1.95.0", START + 90 * DAY))
        journal(registry, store)
        ids = len(store.journal.events())
        record(store, released("6.18.15", START + DAY))
        journal(registry, store)
        later = store.journal.events(after=ids)
        assert ("released", "release", "linux") in told(store)
        assert {e.cause for e in later} == {"upstream"}
        assert {e.moment for e in later} == {LATER}
        journal(registry, store)
        assert store.journal.events(after=ids) == later


@pytest.mark.slow
def test_code_that_changed_under_the_same_stamp_is_ours_too(registry, released, monkeypatch):
    """A checkout without a new version: a new release does not carry the difference as upstream's."""
    with Store.memory() as store:
        record(store, released("6.18.15", START), released("1.95.0", START))
        journal(registry, store)
        record(store, released("7.1.13", START + DAY))

        def without_passed(registry, scene):
            whole = picture(registry, scene)
            return Picture({t: s for t, s in whole.said.items() if t.about != "passed"}, whole.silent)

        monkeypatch.setattr("matrix.query.journal.picture", without_passed)
        journal(registry, store)
        causes = {(e.cause, e.change.topic.about == "passed") for e in store.journal.events()}
        assert causes == {("ours", True), ("upstream", False)}


def test_a_source_is_broken_after_it_failed_three_times_and_recovers_once(registry, released):
    """One failure may be the network's; each of both is told once."""
    with Store.memory() as store:
        record(store, released("7.1.13", START))

        def outcome(error: str) -> None:
            run = Run(kind="poll", started=LATER, finished=LATER, outcome="partial")
            store.facts.record(run, (), outcomes=[("linux", "7.1.13", "linux-kconfig", error)])
            journal(registry, store)

        for _ in range(2):
            outcome("found no config RUST, expected one")
        assert store.journal.events() == []
        for _ in range(3):
            outcome("found no config RUST, expected one")
        outcome("")
        outcome("")
        assert told(store) == [("broke", "source", "linux"), ("recovered", "source", "linux")]
        assert store.journal.events()[0].change.after.note == "found no config RUST, expected one"


def test_events_after_an_id_are_those_that_came_later(registry, released):
    """What a reader has seen it does not see again."""
    with Store.memory() as store:
        record(store, released("6.12.107", START))
        record(store, released("6.18.15", START + DAY))
        journal(registry, store)
        ids = [e.id for e in store.journal.events()]
        assert ids == sorted(set(ids))
        assert [e.id for e in store.journal.events(after=ids[2])] == ids[3:]
        assert [e.id for e in store.journal.events(limit=2)] == ids[:2]
        assert store.journal.events(since=START + 2 * DAY) == []


def plain(changes):
    """Each change without what is said besides."""
    return [(c.kind, *((s.topic, s.said and s.said._replace(also="")) for s in (c.before, c.after))) for c in changes]


@pytest.mark.slow
def test_the_journal_says_of_each_moment_what_the_resolver_says_of_it(world):
    """compared() and the picture of what was known then say the same, whatever moments are asked for.

    What is unknown below a rung that blocks is kept as it was first said.
    """
    registry, released = world
    with Store.memory() as store:
        for day, version in enumerate(("6.1.176", "6.12.107", "1.85.1", "6.18.15", "1.95.0", "7.1.13")):
            record(store, released(version, START + day * DAY))
        journal(registry, store)
        moments = [START + day * DAY for day in range(7)]
        knowledge = Knowledge([store])
        found = [picture(registry, set_scene(registry, knowledge.at(m), Question())) for m in moments]
        for (a, before), (b, after) in zip(
            zip(moments, found, strict=True), zip(moments[2:], found[2:], strict=True), strict=False
        ):
            kept = store.journal.compared(a, b)
            assert kept[0].said.keys() == before.said.keys()
            assert all(says_the_same(s.said, before.said[t].said) for t, s in kept[0].said.items())
            assert plain(compare(*kept)) == plain(compare(before, after))


# Each example resolves dozens of matrices: a few examples, and none made smaller.
LAW = settings(max_examples=3, deadline=None, phases=[Phase.explicit, Phase.generate])
LABELS = ("6.12.107", "6.18.15", "1.90.0", "1.95.0", "22.1.8")


@pytest.mark.slow
@LAW
@given(order=st.permutations(range(len(LABELS))), days=st.lists(st.integers(0, 3), min_size=5, max_size=5))
def test_the_order_of_ingestion_does_not_matter(world, order, days):
    """The same sightings, recorded in any order with a journal kept in between, are the same history."""
    registry, released = world
    sightings = [released(label, START + day * DAY) for label, day in zip(LABELS, days, strict=True)]
    pictures = []
    for arranged in (sorted(range(len(LABELS)), key=lambda i: days[i]), order):
        with Store.memory() as store:
            for at in arranged:
                record(store, sightings[at])
                journal(registry, store)
            moments = [START + day * DAY for day in range(4)]
            pictures.append([{t: s.said for t, s in store.journal.pictured(m).items()} for m in moments])
    assert pictures[0] == pictures[1]


@pytest.mark.slow
@LAW
@given(st.lists(st.tuples(st.sampled_from(LABELS), st.integers(3, 9)), max_size=2, unique_by=lambda t: t[0]))
def test_answers_about_the_past_never_change(world, later):
    """Whatever is observed afterwards, as of a moment everything is as it was then."""
    registry, released = world
    moment = START + 2 * DAY
    with Store.memory() as store:
        record(store, released("6.12.107", START), released("1.90.0", START + DAY))
        journal(registry, store)
        knowledge = Knowledge([store])
        then = picture(registry, set_scene(registry, knowledge.at(moment), Question()))
        kept = store.journal.pictured(moment)
        for label, day in later:
            record(store, released(label, START + day * DAY))
            journal(registry, store)
        assert picture(registry, set_scene(registry, Knowledge([store]).at(moment), Question())) == then
        assert store.journal.pictured(moment) == kept


def test_a_head_decides_nothing(registry, released):
    """What is in development moves every day, and no answer rests on it."""
    with Store.memory() as store:
        record(store, released("7.1.13", START))
        journal(registry, store)
        snapshot = released("6.12.107", START + DAY)
        label = "7.2-rc1-40-gbe69c7471234"
        seen = [replace(o, document=replace(o.document, revision=label)) for o in snapshot.observations]
        record(store, Snapshot(Revision(project="linux", label=label, kind="head", commit="be69c747"), tuple(seen)))
        journal(registry, store)
        assert store.journal.events() == []
