"""One repository that hangs, and steps that a kill cut off: what the others brought is known, told and compiled."""

from __future__ import annotations

import asyncio
import signal
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import pytest

from matrix.cli import surroundings
from matrix.cli.main import main
from matrix.operations import compile as compiling
from matrix.operations import journal, stores
from matrix.poll import network
from matrix.registry import data_folder
from matrix.shipped import data_stamp
from matrix.store import Store
from matrix.store.pages import Pages
from tests.forge.faults import slow_head, status
from tests.poll.made import PORTS, RELEASED, SUPPORT, TARGETS, driven, support, targets

# Whole refreshes of which one part is late.
pytestmark = pytest.mark.slow

# Seconds after which something is given up: reached only where it is broken, on however busy a machine.
LAST_RESORT = 300


@pytest.fixture
def command(world, monkeypatch, capsys):
    """A refresh of the world's store, some time after the last one: its exit code and what it printed."""
    monkeypatch.setattr(surroundings, "registry", lambda: replace(world.registry, upstreams=world.upstreams))
    monkeypatch.setattr(surroundings, "network_policy", lambda: world.policy)
    monkeypatch.setattr(surroundings, "cache_folder", lambda: world.caches)
    for room in (compiling, journal, stores):
        monkeypatch.setattr(room, "shipped_store", lambda _: Store.memory())
    monkeypatch.setattr(network, "Poll", partial(network.Poll, patience=0.2))

    def run(*words):
        code = main(["refresh", *words, "--db", str(world.store)])
        return code, capsys.readouterr().out

    return run


def release_llvm(world):
    """LLVM 29.1.0."""
    text = targets("AArch64", "ARM", "AVR", "X86").replace("VERSION_MAJOR 22", "VERSION_MAJOR 29")
    world.llvm.commit({TARGETS: text}, tag="llvmorg-29.1.0")


def release_linux(world, minor, port):
    """A release whose table has a row more."""
    makefile = RELEASED.replace("PATCHLEVEL = 1", f"PATCHLEVEL = {minor}")
    world.linux.commit({"Makefile": makefile, SUPPORT: support(sorted([*PORTS, port]))}, tag=f"v7.{minor}")


@contextmanager
def hanging(world, path, then):
    """Within, requests below `path` get no answer until the event that is given is set, and then that one."""
    over = threading.Event()

    async def fault(exchange):
        while not over.is_set():  # noqa: ASYNC110 - another thread sets it
            await asyncio.sleep(0.01)
        await then(exchange)

    world.forge.faults.add(fault, path, times=None)
    try:
        yield over
    finally:
        over.set()
        world.forge.faults.clear()


def told(world, project):
    """The releases of a project that were told, as (before, after), in order."""
    with Store.open(world.store, readonly=True) as store:
        changes = [e.change for e in store.journal.events() if e.change.after.topic.about == "release"]
    return [
        tuple(side.said and side.said.at for side in (c.before, c.after))
        for c in changes
        if c.after.topic.subject == project
    ]


def is_told(world, project, release):
    """Whether a release was told. A first refresh may tell one too, where the two repositories came apart."""
    return release in [after for _, after in told(world, project)]


def compiled(world):
    """Whether the answers hold for what is known."""
    with Store.open(world.store, readonly=True) as store:
        return store.pages.stamp == data_stamp(data_folder())


def test_one_that_hangs_keeps_no_other_waiting(world, command):
    """While it hangs the other's release is recorded, told, and in the answers; when it failed all still holds."""
    assert command()[0] == 0
    release_llvm(world)
    seen = {}

    def look():
        end = time.monotonic() + LAST_RESORT
        while not (is_told(world, "llvm", "29.1.0") and compiled(world)) and time.monotonic() < end:
            time.sleep(0.02)
        seen.update(known=world.revisions("llvm"), told=told(world, "llvm"), compiled=compiled(world))
        over.set()

    with hanging(world, "/torvalds/*", status(500)) as over:
        watcher = threading.Thread(target=look)
        watcher.start()
        code, out = command()
        watcher.join()
    assert "29.1.0" in seen["known"]
    assert seen["told"][-1][1] == "29.1.0"
    assert seen["compiled"]
    assert code == 4
    assert "answered 500" in out
    assert told(world, "llvm") == seen["told"]
    assert compiled(world)


def test_what_the_late_one_brings_is_told_too(world, command):
    """Answers that were compiled meanwhile are compiled again for it."""
    assert command()[0] == 0
    release_llvm(world)
    release_linux(world, 9, "mips")
    with hanging(world, "/torvalds/*", slow_head(0)) as over:

        def look():
            end = time.monotonic() + LAST_RESORT
            while not (is_told(world, "llvm", "29.1.0") and compiled(world)) and time.monotonic() < end:
                time.sleep(0.02)
            over.set()

        watcher = threading.Thread(target=look)
        watcher.start()
        assert command()[0] == 0
        watcher.join()
    assert told(world, "llvm")[-1][1] == "29.1.0"
    assert told(world, "linux")[-1][1] == "7.9"
    assert compiled(world)


@pytest.mark.parametrize("cut", ["compile", "journal", "spans", "stamp"])
def test_a_kill_after_the_facts(world, command, monkeypatch, cut):
    """Nothing moved since: yet what the refresh that was killed recorded is journalled, told once and compiled."""
    assert command()[0] == 0
    release_llvm(world)
    with monkeypatch.context() as patch:

        def killed(*_args, **_more):
            raise KeyboardInterrupt

        name, owner = {
            "compile": ("keep_answers", compiling),
            "journal": ("journal_changes", journal),
            "spans": ("keep_spans", Pages),
            "stamp": ("compile", Pages),
        }[cut]
        patch.setattr(owner, name, killed)
        assert command()[0] == 130
    assert "29.1.0" in world.revisions("llvm")
    assert not compiled(world)
    code, out = command()
    assert (code, "llvm: nothing moved" in out) == (0, True)
    assert [after for _, after in told(world, "llvm")].count("29.1.0") == 1
    assert compiled(world)


def test_a_kill_before_the_late_one_is_done(world, command):
    """A refresh of one project leaves no other's facts out: what was cut off is made up for by whichever comes."""
    assert command()[0] == 0
    release_llvm(world)
    release_linux(world, 9, "mips")
    with hanging(world, "/torvalds/*", status(500)):
        process = driven(world, "refresh")
        end = time.monotonic() + LAST_RESORT
        while "29.1.0" not in world.revisions("llvm"):
            assert time.monotonic() < end
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert told(world, "llvm") == [] or told(world, "llvm")[-1][1] != "29.1.0"
    assert command("--project", "linux")[0] == 0
    assert told(world, "llvm")[-1][1] == "29.1.0"
    assert told(world, "linux")[-1][1] == "7.9"


def test_a_source_that_broke_is_told_where_nothing_else_moved(world, command):
    """Once, at the third failure in a row, also where all that was asked failed; and once when it is over."""
    assert command()[0] == 0

    def sources():
        with Store.open(world.store, readonly=True) as store:
            changes = [e.change for e in store.journal.events() if e.change.after.topic.about == "source"]
        return [(c.kind.value, c.after.topic.attribute or c.before.topic.attribute) for c in changes]

    assert sources() == []
    world.forge.faults.add(status(500), "/llvm/*", times=None)
    for count in range(4):
        assert command("--project", "llvm")[0] == 4
        assert sources() == ([("broke", "llvm-targets")] if count >= 2 else [])
    world.forge.faults.clear()
    for _ in range(2):
        assert command("--project", "llvm")[0] == 0
        assert sources() == [("broke", "llvm-targets"), ("recovered", "llvm-targets")]
