"""A refresh that is killed, or has no room, at any moment: the store is sound, old or new by source, and goes on.

Five times by default; with -m slow as often as ARCHMATRIX_KILLS says (20, where nothing is said).
"""

from __future__ import annotations

import os
import random
import re
import resource
import signal
import time
from datetime import datetime, timezone

import pytest

from tests.poll.made import DAY, PORTS, SUPPORT, TARGETS, driven, support, targets

# Many processes, each killed at another moment.
pytestmark = pytest.mark.slow

FEW, KILLS = 5, int(os.environ.get("ARCHMATRIX_KILLS", "20"))
# Seconds after which something is given up: reached only where it is broken, on however busy a machine.
LAST_RESORT = 300
BACKENDS = ("AArch64", "ARM", "AVR", "Mips", "PowerPC", "RISCV", "Sparc", "X86")


def by_source(world):
    """What each source says of each revision."""
    found = {}
    for project, label, source, *statement in world.facts():
        found.setdefault((project, label, source), set()).add(tuple(statement))
    return found


def move(world, count):
    """Both heads move, and say something that they never said: another port, another backend."""
    world.linux.commit({SUPPORT: support(sorted([*PORTS, f"port{count}"]))})
    named = sorted([*BACKENDS, f"Target{count}"])
    world.llvm.commit({TARGETS: targets(*named, major=23, suffix="git")})


def catch_up(world):
    """The next refresh, in this process; its clock is the system's, as the driver's is."""
    world.now = datetime.now(timezone.utc) - DAY
    polled = world.poll()
    assert {p.upstream.id: (p.error, p.failed) for p in polled.values()} == {"linux": ("", False), "llvm": ("", False)}
    assert world.revisions("linux")[-1] == world.label(world.linux)
    assert world.revisions("llvm")[-1] == world.label(world.llvm)


def begun(world, process):
    """Wait until the process asks for something."""
    until = time.monotonic() + LAST_RESORT
    while not world.forge.log:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        time.sleep(0.001)


@pytest.fixture
def usual(polled):
    """How long a refresh of both takes from its first request on, in seconds."""
    move(polled, 1000)
    polled.forge.forget()
    process = driven(polled, "refresh")
    begun(polled, process)
    start = time.monotonic()
    out, err = process.communicate(timeout=LAST_RESORT)
    assert (process.returncode, err) == (0, ""), out
    return time.monotonic() - start


@pytest.mark.parametrize("kills", [FEW, pytest.param(KILLS, marks=pytest.mark.slow)])
def test_killed_at_any_moment(polled, usual, kills):
    """No fact that was known is gone; a source has all of a revision's facts, or none; the next refresh completes."""
    chance = random.Random(3)  # noqa: S311 - the same moments every time, as far as a machine has them
    seen = {"early": 0, "in between": 0, "late": 0}
    for count in range(kills):
        known = polled.facts()
        move(polled, count)
        polled.forge.forget()
        process = driven(polled, "refresh")
        begun(polled, process)
        time.sleep(chance.uniform(0, usual))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        # World.facts has PRAGMA integrity_check and foreign_key_check run as well.
        between = by_source(polled)
        assert polled.facts() >= known
        catch_up(polled)
        after = by_source(polled)
        assert all(after[place] == said for place, said in between.items())
        heads = [("linux", polled.label(polled.linux)), ("llvm", polled.label(polled.llvm))]
        for project, label in heads:
            sources = {source for *place, source in after if tuple(place) == (project, label)}
            assert len(sources) == (4 if project == "linux" else 1)
            # One transaction a revision: all of its sources, or none.
            assert {source for *place, source in between if tuple(place) == (project, label)} in (set(), sources)
        new = sum(head in {place[:2] for place in between} for head in heads)
        seen[("early", "in between", "late")[new]] += 1
    # Where there are many, they were spread over the whole: always too early, or too late, would test nothing.
    assert seen["early"] >= kills // 50, seen
    assert seen["late"] >= kills // 50, seen


def test_killed_at_the_first_refresh(world):
    """While the store and the caches are made."""
    chance = random.Random(4)  # noqa: S311
    for _ in range(4):
        process = driven(world, "refresh")
        time.sleep(chance.uniform(0.2, 1.2))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        if world.store.exists() and world.store.stat().st_size:
            with_store = world.facts()
            assert len(with_store) in (0, 4, 8, 32, 36, 40, 64, 68, 72)
    catch_up(world)
    assert len(world.facts()) == 72


def limited(most):
    """What a process does before it is one: none of its files may grow beyond so many bytes."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))


def test_no_room_for_the_store(polled):
    """Whatever meets the end, the lock, the log, or the log when answers are compiled: said, and nothing is lost."""
    size = polled.store.stat().st_size
    for count, most in enumerate((0, 2048, size // 2, size, 4 * size)):
        known = polled.facts()
        move(polled, 100 + count)
        process = driven(polled, "refresh", preexec_fn=limited(most))
        out, err = process.communicate(timeout=LAST_RESORT)
        said, _, then = " ".join(err.split()).partition(" next: ")
        assert (process.returncode, out, then) == (5, "", "archmatrix refresh --db OTHER.db"), said
        if most:
            assert said == (
                f"archmatrix: {polled.store}: found no room or a failing disk (disk I/O error), expected to write; "
                "what was stored before is untouched"
            )
        else:
            assert said == f"archmatrix: {polled.store}.lock: found File too large, expected to write who holds it"
        assert polled.facts() >= known
        catch_up(polled)


def test_no_room_for_a_pack(polled):
    """It costs its repository; the other one is brought up to date, and the refresh after it completes."""
    move(polled, 0)
    words = random.Random(5).randbytes(7 << 20).hex("\n", 32)  # noqa: S311 - what cannot be compressed by half
    # In a file of which a few lines are read: no extractor takes as much.
    polled.linux.commit({"Makefile": polled.linux.read("Makefile") + b"# " + words.replace("\n", "\n# ").encode()})
    known = polled.facts("linux")
    process = driven(polled, "refresh", preexec_fn=limited(6 << 20))
    out, err = process.communicate(timeout=LAST_RESORT)
    place = rf"{polled.caches}/linux\.git/incoming/\w+\.pack"
    told = rf"linux: failed: {place}: found File too large, expected to write a pack there"
    assert (process.returncode, err) == (4, "")
    assert re.fullmatch(told, out.splitlines()[0]), out
    assert out.splitlines()[1] == f"llvm: LLVM {polled.label(polled.llvm)} read"
    assert list((polled.caches / "linux.git" / "incoming").iterdir()) == []
    assert polled.facts("linux") == known
    catch_up(polled)
