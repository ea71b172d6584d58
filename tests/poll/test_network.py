"""Refreshes over the network, on a forge of this machine: what is asked, what is recorded, what is held back."""

from __future__ import annotations

import asyncio
import re
import shutil
import threading
from datetime import timedelta

import pytest

from matrix.errors import StoreError
from matrix.store import Store
from matrix.store.facts import StoredFacts
from tests.forge.faults import drip, half, html, status
from tests.poll.made import CHANGED, DAY, GOOD, LLVM, PORTS, SUPPORT, TARGETS, TOOL, Fared, support, targets

LINUX = ("linux-arch-support", "linux-changes", "linux-llvm", "linux-min-tools")
ALL = (*LINUX, "llvm-targets")
# What a repository costs: what its host can do, once; where its refs stand; commits with trees; files.
FIRST = ["able", "fetch", "fetch", "ls-refs"]


@pytest.fixture
def wanted(forge):
    """The objects that each fetch asked for, request by request; the forge answers as ever."""
    found = []

    async def note(exchange):
        found.append(re.findall(r"want ([0-9a-f]{40})", exchange.request.content.decode()))
        await exchange.wire.send(await exchange.forge.answer(exchange.request))

    forge.faults.add(note, "/torvalds/*", times=None, command="fetch")
    return found


def asked(world, owner):
    return [what for who, what in world.requests() if who == owner]


def arch_support(world, label):
    """The ports that arch-support.rst lists at a revision."""
    return {f[3] for f in world.facts("linux") if f[1:3] == (label, "linux-arch-support")}


def held(world):
    with Store.open(world.store, readonly=True) as store:
        return [(h.source, h.revision, h.reason, world.now - h.since) for h in store.polls.held()]


# --- what is asked -------------------------------------------------------------------------------------------------


def test_a_first_poll_brings_the_newest_release_and_the_head(world):
    """Four requests a repository, of which three are the same at every later change."""
    polled = world.poll()
    assert [p.failed for p in polled.values()] == [False, False]
    assert asked(world, "torvalds") == asked(world, "llvm") == FIRST
    assert world.revisions("linux") == ["7.1", world.label(world.linux)]
    assert world.revisions("llvm") == ["22.1.0", world.label(world.llvm)]
    assert arch_support(world, "7.1") == arch_support(world, world.label(world.linux)) == set(PORTS)
    assert world.fared() == dict.fromkeys(ALL, GOOD)
    # 32 statements of the kernel's four files, 4 of LLVM's one, at two revisions each; read once where equal.
    assert len(world.facts()) == 2 * 32 + 2 * 4
    assert (polled["linux"].facts, polled["llvm"].facts) == (32, 8)


def test_files_that_nobody_reads_are_not_brought(world, wanted):
    """Of 35 files at two commits: four that did not change, and two Makefiles."""
    world.poll()
    commits, blobs = wanted
    assert set(commits) == {world.linux.resolve("v7.1"), world.linux.head}
    tree, old = world.linux.tree(world.linux.head), world.linux.tree(commits[0])
    assert set(blobs) == {(old | tree)[p] for p in (SUPPORT, TOOL, CHANGED, LLVM)} | {
        world.linux.tree(commit)["Makefile"] for commit in commits
    }


def test_where_nothing_moved_one_request_is_all(world, wanted):
    """No pack; the facts are the same ones, checked now."""
    world.poll()
    known, label = world.facts(), world.label(world.linux)
    world.forge.forget()
    wanted.clear()
    polled = world.poll()
    assert world.requests() == [("llvm", "ls-refs"), ("torvalds", "ls-refs")]
    assert wanted == []
    assert [(p.reads, p.failed, p.error) for p in polled.values()] == [((), False, "")] * 2
    assert world.facts() == known
    assert [world.checked("linux", v) for v in ("7.1", label)] == [world.now] * 2
    assert world.fared() == dict.fromkeys(ALL, GOOD)


def test_an_unchanged_poll_is_no_new_generation(polled):
    """What was resolved from the facts still holds; the run is logged all the same."""
    with Store.open(polled.store, readonly=True) as store:
        before, runs = store.facts.generation, len(store.facts.runs())
    polled.poll()
    with Store.open(polled.store, readonly=True) as store:
        assert store.facts.generation == before
        assert [(r.kind, r.outcome) for r in store.facts.runs()] == [("poll", "complete")] * (runs + 2)
        # The first poll's four a repository are its first revision's; which repository's comes first, nobody says.
        assert [r.requests for r in store.facts.runs()][:2] == [1, 1]
        assert sorted(r.requests for r in store.facts.runs()[2:]) == [0, 0, 4, 4]


def test_of_a_moved_head_only_changed_files_are_asked_for(world, wanted):
    """Three files that are read have changed, and one that is not."""
    world.poll()
    world.forge.forget()
    wanted.clear()
    edited = {p: world.linux.read(p) + b"\nMore words.\n" for p in (SUPPORT, CHANGED, LLVM)}
    head = world.linux.commit({**edited, "table/a00/f0000.txt": "other"})
    polled = world.poll()["linux"]
    assert asked(world, "torvalds") == ["fetch", "fetch", "ls-refs"]
    assert wanted[0] == [head]
    assert sorted(wanted[1]) == sorted(world.linux.tree(head)[p] for p in edited)
    assert [read.snapshot.revision.label for read in polled.reads] == [world.label(world.linux)]
    assert world.revisions("linux")[-1] == world.label(world.linux)
    assert world.checked("linux", "7.1") == world.now


def test_a_head_moved_without_changing_what_is_read_costs_no_file(world, wanted):
    """The commit and the trees that changed, and that is all."""
    world.poll()
    world.forge.forget()
    wanted.clear()
    head = world.linux.touch(20, "table/*")
    assert not world.poll()["linux"].failed
    assert asked(world, "torvalds") == ["fetch", "ls-refs"]
    assert wanted == [[head]]


def test_a_new_release_is_read_beside_the_old(polled):
    """What was known of the older one stays."""
    polled.linux.commit({"Makefile": "VERSION = 7\nPATCHLEVEL = 2\nSUBLEVEL = 0\nEXTRAVERSION =\n"}, tag="v7.2")
    assert not polled.poll()["linux"].failed
    assert polled.revisions("linux")[::2] == ["7.1", "7.2"]


def test_a_moved_tag_is_told_and_read_again(polled):
    """Once; the facts of the release are then those of the commit that it names now."""
    before = polled.linux.resolve("v7.1")
    after = polled.linux.commit({SUPPORT: support([*PORTS, "um"])}, branch="fix", onto=before)
    polled.linux.move_tag("v7.1", after)
    done = polled.poll()["linux"]
    assert [(r.name, r.before, r.oid) for r in done.moved_tags] == [("refs/tags/v7.1", before, after)]
    assert not done.failed
    assert arch_support(polled, "7.1") == {*PORTS, "um"}
    assert polled.poll()["linux"].moved_tags == ()


def test_a_moved_tag_is_told_by_the_poll_that_could_bring_it(polled):
    """Not by the one that failed on the way."""
    after = polled.linux.commit({SUPPORT: support([*PORTS, "um"])}, branch="fix", onto=polled.linux.resolve("v7.1"))
    polled.linux.move_tag("v7.1", after)
    polled.forge.faults.add(status(404), command="fetch", times=1)
    assert polled.poll()["linux"].error == f"{polled.host}: answered 404 at /torvalds/linux.git/git-upload-pack"
    assert arch_support(polled, "7.1") == set(PORTS)
    assert [r.oid for r in polled.poll()["linux"].moved_tags] == [after]
    assert arch_support(polled, "7.1") == {*PORTS, "um"}


def test_a_moved_tag_that_cannot_be_read_whole_is_tried_again(polled):
    """Its other files are the new ones; the source that failed keeps what it said, and is known to have failed."""
    start = polled.linux.resolve("v7.1")
    polled.linux.move_tag(
        "v7.1", polled.linux.commit({SUPPORT: "none", CHANGED: "", TOOL: None}, branch="fix", onto=start)
    )
    for days in (1, 2):
        done = polled.poll()["linux"]
        assert [o.source.id for o in done.reads[0].failures] == [
            "linux-min-tools",
            "linux-arch-support",
            "linux-changes",
        ]
        assert arch_support(polled, "7.1") == set(PORTS)
        assert polled.fared()["linux-arch-support"] == Fared(
            days,
            f"{SUPPORT}: found 0 tables, expected one table headed Architecture, Level of support, Constraints",
            days * DAY,
        )
        assert polled.fared()["linux-llvm"] == GOOD
    polled.linux.move_tag("v7.1", start)
    assert not polled.poll()["linux"].failed
    assert polled.fared() == dict.fromkeys(ALL, GOOD)


def test_history_is_every_release(world):
    """From the version on that data/sources.toml names, by the same few requests; then nothing."""
    polled = world.poll(history=True)["linux"]
    assert [read.snapshot.revision.label for read in polled.reads] == ["7.0", "7.1", world.label(world.linux)]
    assert asked(world, "torvalds") == FIRST
    world.forge.forget()
    assert world.poll(history=True)["linux"].reads == ()
    assert asked(world, "torvalds") == ["ls-refs"]


def test_history_after_a_plain_poll_brings_the_rest(world, wanted):
    """What is there is not asked for again."""
    world.poll()
    wanted.clear()
    assert [r.snapshot.revision.label for r in world.poll(history=True)["linux"].reads] == ["7.0"]
    assert wanted == [[world.linux.resolve("v7.0")], [world.linux.tree(world.linux.resolve("v7.0"))["Makefile"]]]


def test_a_cache_that_is_gone_is_made_again(polled):
    """Nothing in it is precious: what is known needs it no more, what is new brings it back."""
    shutil.rmtree(polled.caches)
    polled.forge.forget()
    assert not polled.poll()["linux"].failed
    assert asked(polled, "torvalds") == ["ls-refs"]
    polled.linux.touch(1, "table/*")
    assert not polled.poll()["linux"].failed
    assert polled.revisions("linux")[-1] == polled.label(polled.linux)


# --- several addresses ---------------------------------------------------------------------------------------------


def test_the_second_address_is_used_where_the_first_refuses(world):
    """All of it comes from there, and nothing has failed."""
    world.asked["linux"] = (f"{world.forge.other.url}/mirror/linux.git", f"{world.forge.url}/torvalds/linux.git")
    world.forge.http  # noqa: B018 - opened
    with world.forge.refused("other"):
        polled = world.poll()
    assert (polled["linux"].url, polled["linux"].failed) == (world.asked["linux"][1], False)
    assert world.fared()["linux-llvm"] == GOOD
    assert polled["llvm"].error == f"{world.forge.other.url[7:]}: the connection was refused"


def test_the_second_address_is_used_where_the_first_fails_halfway(polled):
    """Refs from the first, a pack that was cut: all is asked anew of the second, and a moved tag is told."""
    polled.asked["linux"] = (f"{polled.forge.url}/torvalds/linux.git", f"{polled.forge.other.url}/mirror/linux.git")
    before = polled.linux.resolve("v7.1")
    polled.linux.move_tag("v7.1", polled.linux.commit({SUPPORT: support()[:-1]}, branch="fix", onto=before))
    polled.forge.faults.add(half(), "/torvalds/*", command="fetch", times=None)
    polled.forge.forget()
    done = polled.poll()["linux"]
    assert (done.url, done.failed, len(done.moved_tags)) == (polled.asked["linux"][1], False, 1)
    # The one retry that is allowed; the mirror says first what it can do.
    assert asked(polled, "torvalds") == ["fetch", "fetch", "ls-refs"]
    assert asked(polled, "mirror") == FIRST


def test_where_no_address_answers_each_says_why(world):
    """In the order in which they were tried."""
    world.asked["linux"] = (f"{world.forge.url}/torvalds/linux.git", f"{world.forge.other.url}/mirror/linux.git")
    world.forge.faults.add(html(), "/torvalds/*")
    world.forge.faults.add(status(410), "/mirror/*")
    polled = world.poll()
    assert polled["linux"].error == (
        f"{world.host}: found text/html, expected application/x-git-upload-pack-advertisement; "
        f"{world.forge.other.url[7:]}: answered 410 at /mirror/linux.git/info/refs"
    )
    assert world.fared() == {**dict.fromkeys(LINUX, Fared(1, polled["linux"].error, None)), "llvm-targets": GOOD}
    assert not polled["llvm"].failed


def test_two_repositories_of_one_project_do_not_hide_each_other(polled):
    """A source that failed at a head has failed, whatever the release said before or after it."""
    polled.linux.commit({SUPPORT: "none"})
    made = {"Makefile": "VERSION = 7\nPATCHLEVEL = 1\nSUBLEVEL = 1\n"}
    polled.linux.commit(made, branch="stable", onto=polled.linux.resolve("v7.1"), tag="v7.1.1")
    polled.stable = True
    done = polled.poll()
    assert [o.source.id for o in done["linux"].reads[-1].failures] == ["linux-arch-support"]
    assert not done["stable"].failed
    assert polled.fared()["linux-arch-support"].failures == 1
    assert polled.fared()["linux-llvm"] == GOOD


# --- quarantine ----------------------------------------------------------------------------------------------------

REASON = "8 of 9 facts (88 %) would be gone or changed, more than 30 %"


@pytest.fixture
def shrunk(polled):
    """A second head whose table has one row of nine; done."""
    polled.first = polled.label(polled.linux)
    polled.linux.commit({SUPPORT: support(["x86"])})
    polled.done = polled.poll()
    return polled


def test_a_source_that_loses_most_of_its_facts_is_held(shrunk):
    """Its facts stay as they were; the commit's other sources are recorded; the repository counts as failed."""
    label = shrunk.label(shrunk.linux)
    assert held(shrunk) == [("linux-arch-support", label, f"against {shrunk.first}, {REASON}", timedelta(0))]
    assert arch_support(shrunk, shrunk.first) == set(PORTS)
    assert arch_support(shrunk, label) == set()
    assert {f[2] for f in shrunk.facts("linux") if f[1] == label} == {*LINUX} - {"linux-arch-support"}
    assert (shrunk.done["linux"].failed, shrunk.done["llvm"].failed) == (True, False)
    assert shrunk.fared()["linux-arch-support"] == Fared(1, f"held: against {shrunk.first}, {REASON}", DAY)


def test_the_same_commit_again_is_no_confirmation(shrunk):
    """Asked every day, it stays held since the first."""
    for days in (1, 2):
        assert shrunk.poll()["linux"].failed
        assert [h[3] for h in held(shrunk)] == [days * DAY]
    assert shrunk.fared()["linux-arch-support"].failures == 3


def test_what_a_later_commit_says_too_is_believed(shrunk):
    """And held no longer."""
    shrunk.linux.touch(1, "table/*")
    assert not shrunk.poll()["linux"].failed
    assert held(shrunk) == []
    assert arch_support(shrunk, shrunk.label(shrunk.linux)) == {"x86"}
    assert shrunk.fared()["linux-arch-support"] == GOOD


def test_what_a_later_commit_says_otherwise_is_held_anew(shrunk):
    """Against what was believed last, not against what was held."""
    shrunk.linux.commit({SUPPORT: support(["x86", "arm"])})
    assert shrunk.poll()["linux"].failed
    assert held(shrunk) == [
        (
            "linux-arch-support",
            shrunk.label(shrunk.linux),
            f"against {shrunk.first}, {REASON.replace('8 of 9', '7 of 9').replace('88', '77')}",
            timedelta(0),
        )
    ]


def test_what_comes_back_ends_the_holding(shrunk):
    """Nothing is left to accept."""
    shrunk.linux.commit({SUPPORT: support()})
    assert not shrunk.poll()["linux"].failed
    assert held(shrunk) == []
    assert arch_support(shrunk, shrunk.label(shrunk.linux)) == set(PORTS)


def test_a_failure_in_between_is_no_way_around(polled):
    """What a source said last counts, however long ago."""
    first = polled.label(polled.linux)
    polled.linux.commit({SUPPORT: "none"})
    polled.poll()
    polled.linux.commit({SUPPORT: support(["x86"])})
    assert polled.poll()["linux"].failed
    assert [h[2] for h in held(polled)] == [f"against {first}, {REASON}"]


@pytest.mark.slow
def test_heads_are_held_against_the_one_before_whatever_their_names(polled):
    """Their labels end in a hash, which has no order."""
    for _ in range(6):
        polled.linux.touch(1, "table/*")
        polled.poll()
        last = polled.label(polled.linux)
        polled.linux.commit({SUPPORT: support(["x86"])})
        assert polled.poll()["linux"].failed
        assert [h[2] for h in held(polled)] == [f"against {last}, {REASON}"]
        polled.linux.commit({SUPPORT: support()})
        assert not polled.poll()["linux"].failed


def test_a_release_and_its_head_do_not_confirm_each_other(polled):
    """Both are of one poll: only a later one can."""
    made = "VERSION = 7\nPATCHLEVEL = {}\nSUBLEVEL = 0\nEXTRAVERSION = {}\n"
    polled.linux.commit({SUPPORT: support(["x86"]), "Makefile": made.format(2, "")}, tag="v7.2")
    polled.linux.commit({"Makefile": made.format(3, "-rc1")})
    done = polled.poll()["linux"]
    assert [h.revision for h in done.held] == ["7.2", f"7.3-rc1-g{polled.linux.head[:8]}"]
    assert arch_support(polled, "7.2") == arch_support(polled, f"7.3-rc1-g{polled.linux.head[:8]}") == set()


def test_a_moved_tag_is_held_against_itself(polled):
    """A release that is rewritten to say less."""
    start = polled.linux.resolve("v7.1")
    polled.linux.move_tag("v7.1", polled.linux.commit({SUPPORT: support(["x86"])}, branch="fix", onto=start))
    for days in (0, 1):
        assert polled.poll()["linux"].failed
        assert held(polled) == [("linux-arch-support", "7.1", f"against 7.1, {REASON}", days * DAY)]
        assert arch_support(polled, "7.1") == set(PORTS)


def test_growth_is_believed(polled):
    """A file may say more, and say up to the threshold otherwise."""
    polled.llvm.commit({TARGETS: targets("AArch64", "ARC", "ARM", "AVR", "RISCV", "X86", major=23, suffix="git")})
    assert not polled.poll()["llvm"].failed
    assert held(polled) == []


# --- stopped -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["ls-refs", "fetch"])
def test_a_refresh_can_be_cancelled_at_once(polled, command):
    """What the other repository had recorded stays, the states too; the next poll completes."""
    polled.linux.touch(1, "table/*")
    polled.llvm.touch(1, "table/*")
    arrived = threading.Event()

    async def never(exchange):
        arrived.set()
        await exchange.wire.gone()

    polled.forge.faults.add(never, "/torvalds/*", command=command)

    async def cancelled():
        with Store.open(polled.store) as store:
            task = asyncio.ensure_future(polled._poll(store, history=False))  # noqa: SLF001
            # The forge runs in a thread of its own.
            while not (arrived.is_set() and len(store.facts.revisions("llvm")) == 3):  # noqa: ASYNC110
                await asyncio.sleep(0.005)
            start = asyncio.get_running_loop().time()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert len(asyncio.all_tasks()) == 1
            return asyncio.get_running_loop().time() - start

    polled.now += DAY
    # A second for a machine that has other things to do; it takes milliseconds.
    assert asyncio.run(cancelled()) < 1
    assert polled.revisions("llvm")[-1] == polled.label(polled.llvm)
    assert polled.fared()["linux-llvm"] == Fared(0, "", DAY)
    assert not polled.poll()["linux"].failed
    assert polled.revisions("linux")[-1] == polled.label(polled.linux)


def test_one_that_ends_it_all_leaves_nobody_running(polled, monkeypatch):
    """A store that cannot be written any more stops the other repository's requests, too."""

    def full(*_, **__):
        raise StoreError("no room")

    polled.llvm.touch(1, "table/*")
    monkeypatch.setattr(StoredFacts, "record", full)
    polled.forge.faults.add(drip(), "/torvalds/*", times=None)

    async def ended():
        with Store.open(polled.store) as store:
            with pytest.raises(StoreError, match="no room"):
                await polled._poll(store, history=False)  # noqa: SLF001
            return len(asyncio.all_tasks())

    assert asyncio.run(ended()) == 1
