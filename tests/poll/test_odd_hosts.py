"""Hosts whose answers are sound as far as HTTP and git can say, and that are odd, broken or hostile all the same."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from matrix.fetch import cache
from matrix.poll import network
from matrix.poll.network import Poll
from matrix.store import Store
from tests.forge import faults
from tests.forge.repos import Repository
from tests.poll.made import DAY, SUPPORT, Fared

BY = "author A <a@example.org> 0 +0000\ncommitter A <a@example.org> 999999999999 +0000"
LINUX = ("linux-arch-support", "linux-changes", "linux-llvm", "linux-min-tools")

# Each polls a forge at least twice; those of tests/poll/test_faults.py that run by default show the same paths.
pytestmark = pytest.mark.slow


# --- refs that say nothing ------------------------------------------------------------------------------------------

NOTHING = {
    "an empty repository": lambda world: world.forge.add("torvalds/linux", Repository.create(world.folder / "empty")),
    "a bare end mark": lambda world: world.forge.faults.add(
        faults.changed(lambda _: b"0000"), "/torvalds/*", command="ls-refs", times=None
    ),
    "one foreign tag": lambda world: world.forge.add(
        "torvalds/linux", Repository.create(world.folder / "foreign", {"a": "b"}, branch="other", tag="vanilla")
    ).repository.git("symbolic-ref", "HEAD", "refs/heads/gone"),
}


@pytest.mark.parametrize("kind", NOTHING)
def test_refs_without_what_is_looked_for_are_no_news(world, kind):
    """Nothing was ever read there: it is a failure, and not that nothing moved."""
    NOTHING[kind](world)
    done = world.poll()["linux"]
    assert done.error == f"{world.host}: found no HEAD and no release tag among the refs of /torvalds/linux.git"
    assert world.revisions("linux") == []
    assert {world.fared()[source] for source in LINUX} == {Fared(1, done.error, None)}


def test_a_branch_renamed_under_a_dangling_head_is_looked_for_at_the_next_address(polled):
    """The mirror has all of it; nothing has failed, and what was asked of the first in vain is no harm."""
    fork = polled.linux.copy(polled.folder / "fork.git")
    fork.git("symbolic-ref", "HEAD", "refs/heads/gone")
    polled.forge.add("torvalds/linux", fork)
    polled.linux.touch(1, "table/*")
    polled.asked["linux"] = (f"{polled.forge.url}/torvalds/linux.git", f"{polled.forge.url}/mirror/linux.git")
    done = polled.poll()["linux"]
    assert (done.failed, done.url) == (False, polled.asked["linux"][1])
    assert polled.revisions("linux")[-1] == polled.label(polled.linux)


# --- what a host can do ---------------------------------------------------------------------------------------------


def _without_filter(body):
    """git's capabilities without the word filter, each packet with its length."""
    head, _, rest = body.partition(b"fetch=shallow")
    words, end, after = rest.partition(b"\n")
    kept = b"fetch=shallow" + words.replace(b" filter", b"") + end
    return head[:-4] + b"%04x" % (len(kept) + 4) + kept + after


def test_what_a_host_can_not_do_is_asked_again(world):
    """One of several servers behind a name is an old one: it costs one refresh, and no more."""
    world.forge.faults.add(faults.changed(_without_filter), "/torvalds/linux.git/info/refs*")
    done = world.poll()["linux"]
    assert done.error == f"{world.host}: its git cannot leave out what files hold (no filter)"
    assert world.forge.faults.pending == 0
    assert not world.poll()["linux"].failed


def test_what_a_host_could_do_is_forgotten_where_it_fails_for_good(polled):
    """And kept where it only could not be reached."""
    url = polled.upstreams["linux"].urls[0]

    def kept():
        with Store.open(polled.store, readonly=True) as store:
            return bool(store.polls.capabilities(url))

    polled.forge.faults.add(faults.reset(), "/torvalds/*", times=None)
    assert (polled.poll()["linux"].failed, kept()) == (True, True)
    polled.forge.faults.clear()
    polled.forge.faults.add(faults.html(), "/torvalds/*", times=None)
    assert (polled.poll()["linux"].failed, kept()) == (True, False)
    polled.forge.faults.clear()
    assert not polled.poll()["linux"].failed


def test_an_old_note_of_what_a_host_cannot_do_is_not_believed(polled):
    """As stores have it that an earlier release wrote."""
    url = polled.upstreams["linux"].urls[0]
    with Store.open(polled.store) as store:
        store.polls.record_host(url, store.polls.capabilities(url).replace(" filter", ""))
    polled.linux.touch(1, "table/*")
    assert not polled.poll()["linux"].failed


# --- what nobody foresaw --------------------------------------------------------------------------------------------


def test_a_fault_of_ours_at_one_project_is_not_the_others(polled, monkeypatch):
    """It is told, its sources have failed, and the other repository is brought up to date."""
    record = Poll._record  # noqa: SLF001

    def fails(self, upstream, *more):
        if upstream.id == "linux":
            raise KeyError("\x1b[31m")
        return record(self, upstream, *more)

    monkeypatch.setattr(network.Poll, "_record", fails)
    polled.linux.touch(1, "table/*")
    polled.llvm.touch(1, "table/*")
    done = polled.poll()
    assert done["linux"].error == r"a fault of ours (KeyError: '\x1b[31m')"
    assert isinstance(done["linux"].fault, KeyError)
    assert not done["llvm"].failed
    assert polled.revisions("llvm")[-1] == polled.label(polled.llvm)
    assert polled.fared()["linux-llvm"] == Fared(1, done["linux"].error, DAY)
    monkeypatch.undo()
    assert not polled.poll()["linux"].failed


def test_a_commit_of_no_year_that_a_calendar_has(polled):
    """It is read as any other, and has no date."""
    tree = polled.linux.git("rev-parse", "HEAD^{tree}").strip()
    polled.linux.move_branch("main", polled.linux.add_object("commit", f"tree {tree}\n{BY}\n\nLate.\n".encode()))
    assert polled.poll()["linux"].error == ""
    with Store.open(polled.store, readonly=True) as store:
        last = store.facts.revisions("linux")[-1]
    assert (last.commit, last.date) == (polled.linux.head, None)


# --- what the host sends, and what is here --------------------------------------------------------------------------


def rather(old, new):
    """The answer to another question of the same length: sound, and not what was asked for."""

    async def fault(exchange):
        content = exchange.request.content.replace(old.encode(), new.encode())
        assert content != exchange.request.content
        await exchange.wire.send(await exchange.forge.answer(replace(exchange.request, body=content)))

    return fault


@pytest.mark.parametrize("what", ["commit", "trees", "file"])
def test_a_sound_pack_without_what_was_asked_for_is_a_failure_of_its_host(polled, what):
    """The next address is tried, now and at the next poll; nothing of the first one's is taken for the whole."""
    old = polled.linux.resolve("v7.0")
    head = polled.linux.commit({SUPPORT: polled.linux.read(SUPPORT) + b"\nMore words.\n"})
    question = {
        "commit": (f"want {head}", f"want {old}"),
        "trees": ("filter blob:none", "filter tree:0000"),
        "file": (f"want {polled.linux.tree(head)[SUPPORT]}", f"want {polled.linux.tree(head)['Makefile']}"),
    }[what]
    first, mirror = f"{polled.forge.url}/torvalds/linux.git", f"{polled.forge.url}/mirror/linux.git"
    polled.forge.faults.add(rather(*question), "/torvalds/*", command="fetch", skip=what == "file", times=1)
    told = polled.poll()["linux"].error
    assert polled.forge.faults.pending == 0
    assert told.startswith(f"{polled.host}: sent a ")
    # The trees that came are kept, so that the file is the first thing to be asked for.
    polled.forge.faults.add(rather(*question), "/torvalds/*", command="fetch")
    polled.asked["linux"] = (first, mirror)
    done = polled.poll()["linux"]
    assert (done.error, done.url) == ("", mirror)
    assert polled.revisions("linux")[-1] == polled.label(polled.linux)


def overwrite(cache):
    for pack in cache.glob("objects/pack/*.pack"):
        body = pack.read_bytes()
        pack.chmod(0o600)
        pack.write_bytes(body[:20] + bytes(byte ^ 1 for byte in body[20:-20]) + body[-20:])


DAMAGE = {
    "packs overwritten": overwrite,
    "packs gone": lambda cache: [pack.unlink() for pack in cache.glob("objects/pack/*")],
    "no repository": lambda cache: (cache / "HEAD").unlink(),
    "no boundary": lambda cache: (cache / "shallow").write_bytes(b"\xff\n"),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_damaged_cache_is_made_again(polled, kind):
    """Nothing in it is precious, and no host is blamed."""
    DAMAGE[kind](polled.caches / "linux.git")
    polled.linux.commit({SUPPORT: polled.linux.read(SUPPORT) + b"\nMore words.\n"})
    assert polled.poll()["linux"].error == ""
    assert polled.revisions("linux")[-1] == polled.label(polled.linux)


def test_a_cache_that_is_sound_is_kept_where_the_host_fails(polled):
    """What a host sends for a pack is no reason to fetch all of it again."""
    packs = sorted((polled.caches / "linux.git").glob("objects/pack/*.pack"))
    polled.linux.touch(1, "table/*")
    polled.forge.faults.add(faults.altered(), "/torvalds/*", command="fetch")
    assert "sent what is not a pack that git accepts" in polled.poll()["linux"].error
    assert sorted((polled.caches / "linux.git").glob("objects/pack/*.pack")) == packs


def test_what_is_no_cache_of_ours_is_left_alone(polled):
    """Whatever stands in its place."""
    place = polled.caches / "linux.git"
    shutil.rmtree(place)
    place.mkdir()
    (place / "mine").write_text("precious")
    polled.linux.touch(1, "table/*")
    error = f"{place}: found no sound git repository, expected the object cache (delete it)"
    assert polled.poll()["linux"].error == error
    assert (place / "mine").exists()


def test_the_cache_does_not_grow_without_end(polled, monkeypatch):
    """Where it would, it is begun anew, at the cost of one first poll."""
    monkeypatch.setattr(cache, "MOST_PACKS", 4)
    counts = []
    for _ in range(4):
        polled.linux.touch(1, "table/*")
        assert not polled.poll()["linux"].failed
        counts.append(len(list((polled.caches / "linux.git").glob("objects/pack/*.pack"))))
    assert counts == [3, 4, 5, 2]


# --- a clock that ran ahead -----------------------------------------------------------------------------------------


def test_a_clock_that_once_ran_ahead_makes_nothing_fresh(polled):
    """Refs were checked, and sources fare, by the clock that is right again; what was observed keeps its order."""
    right = polled.now
    polled.now += 3000 * DAY
    polled.linux.touch(1, "table/*")
    assert not polled.poll()["linux"].failed
    ahead = polled.now
    polled.now = right
    polled.linux.delete_ref("refs/tags/v7.0")
    polled.linux.touch(1, "table/*")
    assert not polled.poll()["linux"].failed
    with Store.open(polled.store, readonly=True) as store:
        assert {ref.checked_at for ref in store.polls.refs("linux").values()} == {polled.now}
        assert {state.succeeded for state in store.polls.states()} == {polled.now}
        assert store.facts.last_moment() == ahead
    assert polled.revisions("linux")[-1] == polled.label(polled.linux)


# --- connections ----------------------------------------------------------------------------------------------------


def test_a_host_that_ends_its_connections_early_is_asked_again(polled, monkeypatch):
    """As nginx does after keepalive_requests: nothing is lost, no retry is spent, and no pause is made."""
    authority = polled.forge.write_authority(polled.folder / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    polled.asked = {
        "linux": (f"{polled.forge.https.url}/torvalds/linux.git",),
        "llvm": (f"{polled.forge.https.url}/llvm/llvm-project.git",),
    }
    polled.policy = replace(polled.policy, retries=0)
    polled.linux.touch(1, "table/*")
    polled.llvm.touch(1, "table/*")
    polled.forge.faults.add(faults.leaving(), times=None)
    assert [done.error for done in polled.poll().values()] == ["", ""]
    assert {entry.protocol for entry in polled.forge.log} == {"HTTP/2", "HTTP/1.1"}
    assert polled.revisions("linux")[-1] == polled.label(polled.linux)
