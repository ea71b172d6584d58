"""The daemon in real time, against the forge of the tests: three minutes with intervals of seconds, then an idle one.

    bench/daemon.py [--seconds N]

While it runs the forge moves, fails and recovers; a faulty configuration is loaded; a second daemon tries; 200 clients
come at once. Before that it is killed ten times, at any moment, and started again. In the end: no event was lost, none
told twice but what was being told at a kill, no zombie was ever seen, memory stayed flat, and an idle daemon used
almost no processor. Exits 1 where a target is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from prometheus_client.parser import text_string_to_metric_families

from matrix.store import Store
from tests.daemon.conftest import Daemon, Home
from tests.forge import faults
from tests.forge.server import Forge
from tests.poll.made import PORTS, SUPPORT, make_linux, make_llvm, support

KILLS = 10
TICKS = os.sysconf("SC_CLK_TCK")
IDLE = 60
# How a forge fails, each for a few seconds.
FAULTS = (
    ("500", lambda: faults.status(500)),
    ("reset", faults.reset),
    ("half", faults.half),
    ("html", faults.html),
    ("empty", faults.empty),
    ("hang", faults.hang),
)


class Watch(threading.Thread):
    """A process's memory over time, and zombies among its children, looked at twice a second."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.began = pid, time.monotonic()
        self.memory: list[tuple[float, float]] = []
        self.zombies: dict[str, int] = {}
        self.ended = threading.Event()

    def run(self) -> None:
        while not self.ended.wait(0.5):
            with suppress(OSError, ValueError):
                self.memory.append((time.monotonic() - self.began, rss(self.pid)))
                now = {child for child in children(self.pid) if state(child) == "Z"}
                # One that ended this instant is no zombie yet; one that is seen three times is.
                self.zombies = {child: self.zombies.get(child, 0) + 1 for child in now}
                if any(count >= 3 for count in self.zombies.values()):
                    print(f"zombies: {self.zombies}")

    def between(self, since: float, until: float) -> float:
        found = sorted(size for at, size in self.memory if since <= at <= until)
        return found[len(found) // 2] if found else 0.0


def rss(pid: int) -> float:
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


def cpu(pid: int) -> float:
    """Seconds of processor time that it used itself."""
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / TICKS


def children(pid: int) -> list[str]:
    return [c for path in Path(f"/proc/{pid}/task").glob("*/children") for c in path.read_text().split()]


def state(pid: str) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def get(url: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def events(home: Home) -> list[int]:
    """The ids that there are: the driver's events are the runs that learned something."""
    with Store.open(home.store, readonly=True) as store:
        runs = sorted(store.runs(1_000_000), key=lambda run: run.id)
    found, before = [], 0
    for run in runs:
        found += [run.id] if run.generation > before else []
        before = max(before, run.generation)
    return found


class Mover:
    """Says something new upstream, never the same twice."""

    def __init__(self, home: Home) -> None:
        self.home, self.count = home, 0

    def __call__(self) -> None:
        self.count += 1
        self.home.linux.commit({SUPPORT: support(sorted([*PORTS, f"port{self.count}"]))})


def kills(home: Home, move: Mover) -> None:
    """Killed ten times, at any moment."""
    chance = random.Random(7)
    for _ in range(KILLS):
        daemon = home.start()
        daemon.wait("started")
        move()
        time.sleep(chance.uniform(0.1, 3.0))
        daemon.end(signal.SIGKILL)


def crowd(url: str) -> None:
    """200 connections at once, half of them slow."""
    address = url.removeprefix("http://").split(":")
    slow = [socket.create_connection((address[0], int(address[1]))) for _ in range(100)]
    for one in slow:
        one.sendall(b"GET / HTTP/1.1\r\nhost: x\r\n")
    threads = [threading.Thread(target=get, args=(f"{url}/healthz",)) for _ in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in slow:
        one.close()


def busy(home: Home, move: Mover, daemon: Daemon, seconds: float) -> list[str]:
    """Three minutes of it; what went wrong."""
    wrong: list[str] = []
    began, step = time.monotonic(), 0
    good = home.config.read_text()
    while (now := time.monotonic() - began) < seconds:
        kind = step % 4
        if kind in (0, 2):
            move()
        elif kind == 1:
            name, fault = FAULTS[step // 4 % len(FAULTS)]
            home.forge.faults.clear()
            home.forge.faults.add(fault(), path="/torvalds/*", times=3 if name != "hang" else 1)
        else:
            families = list(text_string_to_metric_families(get(f"{daemon.url}/metrics")[1].decode()))
            wrong += [] if len(families) > 15 else [f"metrics: {len(families)} families"]
        if step % 12 == 5:
            refused = len(daemon.said("configuration-refused"))
            home.config.write_text("[daemon]\nlisten = 3\n")
            daemon.process.send_signal(signal.SIGHUP)
            daemon.wait("configuration-refused", refused + 1)
            home.config.write_text(good)
            crowd(daemon.url)
        if step % 20 == 7 and home.run("daemon").returncode != 5:
            wrong.append("a second daemon was not refused")
        step += 1
        time.sleep(1.0)
        if daemon.process.poll() is not None:
            return [*wrong, f"it ended after {now:.0f} s with {daemon.process.returncode}"]
    home.forge.faults.clear()
    return wrong


def settled(home: Home, daemon: Daemon) -> None:
    """Until the last change was read and told."""
    count = len(daemon.said("refreshed", project="linux", outcome="complete"))
    daemon.wait("refreshed", count + 2, project="linux", outcome="complete")
    end = time.monotonic() + 60
    while set(events(home)) - set(home.deliveries()) and time.monotonic() < end:
        time.sleep(0.2)


def main() -> int:  # noqa: PLR0915 - one story, and its targets
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=180)
    parser.add_argument("--idle", type=float, default=IDLE)
    args = parser.parse_args()
    missed = []

    def target(what: str, found: float, most: float, unit: str = "") -> None:
        print(f"{'missed' if found > most else 'ok':7} {what}: {found:.4g}{unit}, at most {most:.4g}{unit}")
        if found > most:
            missed.append(what)

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name, Forge() as forge:
        work = Path(name)
        home = Home(work / "home", forge, make_linux(work / "linux.git"), make_llvm(work / "llvm.git"))
        reports = home.place / "reports"
        reports.mkdir()
        subprocess.run(["git", "init", "-q"], cwd=reports, check=True)
        base = f'reports = "reports"\ncommit = true\nlisten = "127.0.0.1:0"\n[notify.exec]\ncommand = ["{home.hook}"]'
        home.configure(base, linux="1s", llvm="3s")
        move = Mover(home)
        kills(home, move)
        after_kills = home.deliveries()
        again = len(after_kills) - len(set(after_kills))
        daemon = home.start()
        daemon.wait("started")
        watch = Watch(daemon.process.pid)
        watch.start()
        wrong = busy(home, move, daemon, args.seconds)
        settled(home, daemon)
        watch.ended.set()
        told = home.deliveries()
        early = watch.between(55, 75) if args.seconds > 75 else watch.between(5, 15)
        late = watch.between(args.seconds - 15, args.seconds + 30)
        zombies = max(watch.zombies.values(), default=0)
        status = subprocess.run(
            ["git", "status", "--porcelain"], cwd=reports, capture_output=True, text=True, check=True
        )
        runs = daemon.said("refreshed")
        code, seconds = daemon.end()
        print(
            f"{len(runs)} refreshes, {len(set(told))} events, {move.count} moves, memory {early:.1f} then {late:.1f} MB"
        )
        outcomes = Counter(f"{run['project']} {run['outcome']}" for run in runs)
        print(", ".join(f"{count} {what}" for what, count in outcomes.items()))
        print("memory every 15 s:", *(f"{watch.between(at, at + 15):.1f}" for at in range(0, int(args.seconds), 15)))
        for one in wrong:
            print(f"missed  {one}")
        missed += wrong
        target("exit code after SIGTERM", code, 0)
        target("seconds until it ended", seconds, 5)
        target("events lost", len(set(events(home)) - set(told)), 0)
        target("events told that there are not", len(set(told) - set(events(home))), 0)
        target("events told again after a kill (the same ids)", again, KILLS)
        target("events told again without a kill", len(told) - len(set(told)) - again, 0)
        first = list(dict.fromkeys(told))
        target("events told out of order", sum(a > b for a, b in pairwise(first)), 0)
        target("memory at the end over that after a minute", late / early if early else 9, 1.1)
        target("a zombie's age in looks", zombies, 2)
        target("changes of reports that were not committed", len(status.stdout.splitlines()), 0)
        with Store.open(home.store, readonly=True) as store:
            target("faults of the store", len(store.faults()), 0)
        target("refreshes that did not fail of a fault, yet failed", unexplained(runs), 0)

        home.configure(base, linux="6h", llvm="6h")
        daemon = home.start()
        daemon.wait("started")
        time.sleep(5)
        before, at = cpu(daemon.process.pid), time.monotonic()
        time.sleep(args.idle)
        used = (cpu(daemon.process.pid) - before) / (time.monotonic() - at)
        print(f"idle: {rss(daemon.process.pid):.1f} MB")
        target("processor of an idle daemon", 100 * used, 0.1, " %")
        daemon.end()
    return 1 if missed else 0


def unexplained(runs: list[dict[str, object]]) -> int:
    """Failures whose note names no host: faults of ours."""
    return sum(run["outcome"] != "complete" and "127.0.0.1" not in json.dumps(run.get("note", "")) for run in runs)


if __name__ == "__main__":
    sys.exit(main())
