"""refresh, status and accept as commands: exit codes, what they print, the lock, Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from contextlib import contextmanager
from dataclasses import replace

import pytest

from matrix.cli import surroundings
from matrix.cli.main import main
from matrix.operations import compile as compiling
from matrix.operations import journal, stores
from matrix.poll import lock
from matrix.poll.lock import locked
from matrix.poll.network import Poll
from matrix.store import Store
from tests.contract import breaches
from tests.forge import faults
from tests.forge.faults import status
from tests.forge.message import plain
from tests.poll.made import DAY, SUPPORT, driven, support

# Seconds after which something is given up: reached only where it is broken, on however busy a machine.
LAST_RESORT = 300


@pytest.fixture
def command(polled, monkeypatch, capsys):
    """A command on the world's store, a day after the last one: its exit code, and what it printed."""
    monkeypatch.setattr(surroundings, "registry", lambda: replace(polled.registry, upstreams=polled.upstreams))
    monkeypatch.setattr(surroundings, "network_policy", lambda: polled.policy)
    monkeypatch.setattr(surroundings, "cache_folder", lambda: polled.caches)
    monkeypatch.setattr(surroundings, "now", lambda: polled.now)
    # What ships says nothing of the two repositories, and takes seconds to resolve.
    for room in (compiling, journal, stores):
        monkeypatch.setattr(room, "shipped_store", lambda _: Store.memory())
    monkeypatch.setenv("COLUMNS", "200")

    def run(*words, days=1):
        polled.now += days * DAY
        code = main([*words, "--db", str(polled.store)])
        out, err = capsys.readouterr()
        return code, out, err

    return run


def fares(done):
    """The exit code of `status` and its first paragraph; what projects say of themselves stands below."""
    return done[0], done[1].partition("\n\n")[0].rstrip()


@contextmanager
def arriving(world, path="/torvalds/*", **which):
    """Within, the matching requests get no answer; what is given is set when the first has come."""
    arrived = threading.Event()

    async def never(exchange):
        arrived.set()
        await exchange.wire.gone()

    world.forge.faults.add(never, path, times=None, **which)
    try:
        yield arrived
    finally:
        world.forge.faults.clear()


def until(holds, seconds=LAST_RESORT):
    """Wait for something that another process does."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


# --- what they say -------------------------------------------------------------------------------------------------


def test_nothing_moved(polled, command):
    """One line a repository, one a host, 0."""
    code, out, err = command("refresh")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[:2] == ["linux: nothing moved", "llvm: nothing moved"]
    assert [line.split(", ")[0] for line in lines[2:]] == [f"{h}: 1 requests" for h in (polled.host, polled.other)]
    assert fares(command("status", days=0)) == (0, "5 of 5 sources are up to date")


def test_a_failure_exits_4_and_says_which(polled, command):
    """status says since when; the next refresh mends it."""
    polled.forge.faults.add(status(404), "/torvalds/*")
    code, out, _ = command("refresh")
    error = f"{polled.host}: answered 404 at /torvalds/linux.git/git-upload-pack"
    assert (code, out.splitlines()[:2]) == (4, [f"linux: failed: {error}", "llvm: nothing moved"])
    code, out, _ = command("status")
    assert (code, out.splitlines()[0]) == (4, "1 of 5 sources are up to date")
    sources = "linux-arch-support, linux-changes, linux-llvm, linux-min-tools"
    assert f"{sources}: failed once, last good 2 days ago: {error}" in " ".join(out.split())
    assert out.count("answered 404") == 1
    assert command("refresh")[0] == 0
    assert command("status")[0] == 0


def test_a_failure_as_json(polled, command):
    """The same for programs."""
    polled.forge.faults.add(status(404), "/torvalds/*")
    code, out, _ = command("refresh", "--json")
    assert breaches(json.loads(out)) == []
    found = {u["upstream"]: u["error"] for u in json.loads(out)["upstreams"]}
    error = f"{polled.host}: answered 404 at /torvalds/linux.git/git-upload-pack"
    assert (code, found) == (4, {"linux": error, "llvm": None})
    code, out, _ = command("status", "--json", "--runs")
    assert breaches(json.loads(out)) == []
    states = {s["source"]: (s["failures"], s["error"]) for s in json.loads(out)["sources"]}
    assert (code, states["linux-llvm"], states["llvm-targets"]) == (4, (1, error), (0, None))
    assert [r["outcome"] for r in json.loads(out)["runs"]][:2] in (["complete", "failed"], ["failed", "complete"])


def test_a_fault_of_ours_exits_70_after_all_else_is_told(polled, command, monkeypatch):
    """What became of the others stands there, and where to report the fault; status has it too."""

    def fails(self, upstream, *_):
        raise KeyError(upstream.id)

    monkeypatch.setattr(Poll, "_wanted", fails)
    code, out, err = command("refresh")
    assert (code, out.splitlines()[0]) == (70, "linux: failed: a fault of ours (KeyError: 'linux')")
    assert err.startswith("archmatrix: a fault of ours: KeyError: 'linux'; please report it")
    assert fares(command("status", days=0))[0] == 4


def test_a_tag_that_moved_stays_told(polled, command):
    """refresh says it once; status for as long as the store lives, for a release's tag never should."""
    before = polled.linux.resolve("v7.1")
    after = polled.linux.commit({SUPPORT: support()[:-1]}, branch="fix", onto=before)
    polled.linux.move_tag("v7.1", after)
    said = f"v7.1 from {before[:12]} to {after[:12]}"
    assert f"tag refs/tags/{said.replace('from', 'moved from')}" in command("refresh")[1]
    assert "moved from" not in command("refresh")[1]
    assert f"  moved tags  {said}\n" in command("status")[1]
    found = json.loads(command("status", "--json")[1])
    assert breaches(found) == []
    assert [p["moved_tags"] for p in found["projects"]] == [
        [{"ref": "refs/tags/v7.1", "before": before, "after": after}],
        [],
    ]


def test_no_sign_of_a_strangers_reaches_the_terminal(polled, command):
    """Of a tag that moved, which git lets have all but ASCII's control characters; --json escapes them."""
    name = "v\u202egnp.exe\x9b31m" + "x" * 200
    polled.linux.move_tag(name, polled.linux.head)
    polled.poll()
    polled.linux.move_tag(name, polled.linux.touch(1, "table/*"))
    code, out, _ = command("refresh")
    assert code == 0
    shown = "linux: tag refs/tags/v\ufffdgnp.exe\ufffd31mxxx"
    assert out.startswith(shown)
    assert out.replace("\n", "").isprintable()
    polled.linux.move_tag(name, polled.linux.touch(1, "table/*"))
    assert command("refresh", "--json")[1].replace("\n", "").isprintable()


@pytest.mark.slow
def test_a_source_dead_for_long_is_called_so(polled, command):
    """After thirty polls in a row."""
    polled.forge.faults.add(status(404), "/torvalds/*", times=None)
    for _ in range(30):
        polled.poll()
    words = " ".join(command("status", days=0)[1].split())
    assert "linux-min-tools: failed 30 times, dead, last good 30 days ago" in words


@pytest.mark.slow
def test_a_host_is_left_alone_by_the_next_command(polled, command):
    """Until the moment that it named; --dry-run asks nobody anyhow."""
    polled.forge.faults.add(faults.says(plain(429).with_headers(retry_after="7200")), "/torvalds/*")
    assert command("refresh")[0] == 4
    polled.forge.forget()
    code, out, _ = command("refresh", days=0)
    assert (code, polled.requests()) == (4, [("llvm", "ls-refs")])
    assert out.startswith(
        f"linux: failed: {polled.host}: was not asked: it wants to be left alone until 2026-12-22 14:00:00 UTC"
    )
    polled.forge.forget()
    assert command("refresh", "--dry-run", days=0)[0] == 0
    assert polled.requests() == []
    assert command("refresh")[0] == 0


@pytest.mark.slow
def test_what_is_held_is_shown_and_accepted(polled, command):
    """By refresh, by status, by accept; then it is known, and nothing is held."""
    polled.linux.commit({SUPPORT: support(["x86"])})
    label = polled.label(polled.linux)
    code, out, _ = command("refresh")
    reason = "8 of 9 facts (88 %) would be gone or changed, more than 30 %"
    assert code == 4
    assert "linux-arch-support held: against 7.2-rc1-g" in out
    assert f"{reason}; archmatrix accept linux-arch-support" in out
    code, out, _ = command("status")
    assert code == 4
    assert f"linux-arch-support of {label}: held 1 day ago: against 7.2-rc1-g" in " ".join(out.split())
    assert "linux-arch-support: failed" not in out
    assert command("accept", "linux-llvm")[0] == 2
    assert command("accept", "linux-arch-support") == (0, f"linux-arch-support of {label}: accepted\n", "")
    assert {f[3] for f in polled.facts("linux") if f[1:3] == (label, "linux-arch-support")} == {"x86"}
    assert fares(command("status")) == (0, "5 of 5 sources are up to date")
    code, out, _ = command("refresh")
    assert (code, out.splitlines()[0]) == (0, "linux: nothing moved")
    assert command("accept", "linux-arch-support")[0] == 2


def test_probe_makes_one_request_an_address(polled, command):
    """And says what answered."""
    polled.forge.faults.add(status(502), "/llvm/*", times=None)
    code, out, _ = command("refresh", "--probe")
    assert code == 4
    llvm = f"{polled.forge.other.url}/llvm/llvm-project.git"
    assert out.splitlines() == [
        f"{polled.forge.url}/torvalds/linux.git: answers, can do all that is needed",
        f"{llvm}: {polled.other}: answered 502 at /llvm/llvm-project.git/info/refs",
    ]


# --- one at a time -------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_second_refresh_names_the_holder(polled, command):
    """Who it is, at once where it may not wait; nothing is asked."""
    with arriving(polled) as arrived:
        polled.forge.forget()
        first = driven(polled, "refresh")
        try:
            assert arrived.wait(20)
            # The first asks both at once, and which of them arrives first is chance.
            until(lambda: len(polled.requests()) == 2)
            polled.forge.forget()
            code, _, err = command("refresh", "--wait", "0")
            assert (code, polled.requests()) == (5, [])
            assert " ".join(err.split()) == (
                f"archmatrix: {polled.store}.lock: found a refresh under way (process {first.pid}), "
                "expected none; try later next: archmatrix status"
            )
        finally:
            first.kill()
            first.communicate()
    # The lock ends with its holder, however that ended.
    assert command("refresh", "--wait", "0")[0] == 0


def test_a_second_refresh_waits(polled, command, monkeypatch):
    """And goes on when the first is done."""
    holding, waiting, done = threading.Event(), threading.Event(), threading.Event()
    pause = lock.time.sleep

    def hold():
        with locked(polled.store, wait=0, tell=print):
            holding.set()
            assert waiting.wait(LAST_RESORT)
            done.set()

    def sleep(seconds):
        waiting.set()
        pause(seconds)

    monkeypatch.setattr(lock.time, "sleep", sleep)
    thread = threading.Thread(target=hold)
    thread.start()
    assert holding.wait(LAST_RESORT)
    code, _, err = command("refresh", "--wait", str(LAST_RESORT))
    assert (code, done.is_set()) == (0, True)
    assert " ".join(err.split()) == f"archmatrix: waiting for the refresh under way (process {os.getpid()})"
    thread.join()


# --- Ctrl-C --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("git", ["ls-refs", "fetch"])
def test_ctrl_c_stops_at_once(polled, git):
    """While a host is waited for: within a second, 130, and nothing that was recorded is lost."""
    polled.linux.touch(1, "table/*")
    polled.llvm.touch(1, "table/*")
    with arriving(polled, command=git) as arrived:
        process = driven(polled, "refresh")
        assert arrived.wait(20)
        until = time.monotonic() + 20
        while polled.revisions("llvm")[-1] != polled.label(polled.llvm):
            assert time.monotonic() < until
            time.sleep(0.02)
        start = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=10)
        took = time.monotonic() - start
    assert (process.returncode, err) == (130, "archmatrix: stopped\n")
    assert took < 1
    assert polled.facts()
    assert not polled.poll()["linux"].failed
    assert polled.revisions("linux")[-1] == polled.label(polled.linux)


def test_ctrl_c_stops_a_long_reading(polled, command, monkeypatch):
    """A revision is read without a pause in which asyncio could look up."""
    real = Poll._record  # noqa: SLF001
    stopped = []
    # A shell that runs the tests in the background has SIGINT ignored.
    before = signal.getsignal(signal.SIGINT)

    def reading(self, upstream, *rest):
        if upstream.id == "llvm":
            return real(self, upstream, *rest)
        os.kill(os.getpid(), signal.SIGINT)
        until = time.monotonic() + 5
        while time.monotonic() < until:
            stopped.append(None)
        return real(self, upstream, *rest)

    monkeypatch.setattr(Poll, "_record", reading)
    polled.linux.touch(1, "table/*")
    start = time.monotonic()
    code, _, err = command("refresh")
    assert (code, err) == (130, "archmatrix: stopped\n")
    assert time.monotonic() - start < 4
    assert signal.getsignal(signal.SIGINT) is before
    monkeypatch.undo()
    with Store.open(polled.store) as store:
        assert store.faults() == []
    assert not polled.poll()["linux"].failed
