"""The daemon in real time, against the forge of the tests: three minutes with intervals of seconds, then an idle one.

    bench/daemon.py [--seconds N]

Its commands are the real ones: they resolve, journal and render what is read. While it runs the forge releases, fails
and recovers; a faulty configuration is loaded; a second daemon tries; 200 clients come at once. Before that it is
killed ten times, at any moment, and started again. In the end: each change that was made is in the log once, and was
told to a program and a webhook; the reports are what is known; no zombie was ever seen, memory stayed flat, and an idle
daemon used almost no processor. Exits 1 where a target is missed.
"""

from __future__ import annotations

import argparse
import hmac
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
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from prometheus_client.parser import text_string_to_metric_families

from matrix.store import Store
from matrix.versions import parse
from tests.daemon.conftest import Daemon, Home
from tests.forge import faults
from tests.forge.server import Forge
from tests.poll.made import PORTS, RELEASED, SUPPORT, TARGETS, make_linux, make_llvm, support, targets

if TYPE_CHECKING:
    from collections.abc import Sequence

KILLS = 10
TICKS = os.sysconf("SC_CLK_TCK")
IDLE = 60
SECRET = b"of-the-bench"
# Few enough that losing them all is believed.
TURNED = ("csky", "m68k")
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


class RealHome(Home):
    """A home whose daemons resolve, journal and render as users' do."""

    def environ(self, **more: str) -> dict[str, str]:
        return super().environ(ARCHMATRIX_REAL="1", **more)

    def log(self) -> list[dict[str, Any]]:
        """What `archmatrix log` says, the oldest first."""
        return json.loads(self.run("log", "--json").stdout)["events"][::-1]


class Hooked(ThreadingHTTPServer):
    """A webhook's other end: what it was told, and what of it was not signed. Every seventh time it fails."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Heard)
        self.told: list[dict[str, Any]] = []
        self.asked = self.forged = 0
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/hook"


class _Heard(BaseHTTPRequestHandler):
    server: Hooked

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        moment, _, given = self.headers["x-archmatrix-signature"].partition(",v1=")
        signed = f"{moment.removeprefix('t=')}.".encode() + body
        self.server.forged += not hmac.compare_digest(hmac.new(SECRET, signed, sha256).hexdigest(), given)
        self.server.asked += 1
        fails = self.server.asked % 7 == 0
        if not fails:
            self.server.told += json.loads(body)["events"]
        self.send_response(503 if fails else 204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing."""


class Mover:
    """Releases, one after the other: of Linux with a row of arch-support.rst gone or back, of LLVM with a target more.

    The first are there before anybody looks, so that each later one differs from the one before by what is made here.
    """

    def __init__(self, home: Home) -> None:
        self.home, self.count, self.linux, self.llvm = home, 0, 1, 1
        self.rows: dict[str, frozenset[str]] = {}
        self._gone: set[str] = set()
        for _ in range(3):
            self()

    def __call__(self) -> None:
        self.count += 1
        if self.count % 3:
            self.linux += 1
            self._gone ^= {TURNED[self.linux % len(TURNED)]}
            rows = sorted(set(PORTS) - self._gone)
            self.rows[f"7.{self.linux}"] = frozenset(self._gone)
            files = {"Makefile": RELEASED.replace("PATCHLEVEL = 1", f"PATCHLEVEL = {self.linux}")}
            self.home.linux.commit({**files, SUPPORT: support(rows)}, tag=f"v7.{self.linux}")
        else:
            self.llvm += 1
            listed = ("AArch64", "ARM", "X86", *(["AVR"] if self.llvm % 2 else []))
            text = targets(*listed).replace("VERSION_MINOR 1", f"VERSION_MINOR {self.llvm}")
            self.home.llvm.commit({TARGETS: text}, tag=f"llvmorg-22.{self.llvm}.0")

    @property
    def newest(self) -> dict[str, str]:
        return {"linux": f"7.{self.linux}", "llvm": f"22.{self.llvm}.0"}

    def expected(self, home: Home) -> Counter[tuple[str, str, str | None, str | None]]:
        """What must have been told: of each release that was seen, and of the rows that went or came with it.

        Releases that came and were followed while nobody could look are not seen, and not told.
        """
        found: Counter[tuple[str, str, str | None, str | None]] = Counter()
        with Store.open(home.store, readonly=True) as store:
            for project, since in (("linux", "7.3"), ("llvm", "22.2.0")):
                seen = sorted((r.label for r in store.facts.revisions(project) if r.kind == "release"), key=parse)
                counted = [label for label in seen if parse(label) >= parse(since)]
                found.update(("release", project, old, new) for old, new in pairwise(counted))
                for old, new in pairwise(counted) if project == "linux" else ():
                    for port in self.rows[old] ^ self.rows[new]:
                        went = port in self.rows[new]
                        found["level", port, "Maintained" if went else None, None if went else "Maintained"] += 1
        return found


def said(events: Sequence[dict[str, Any]]) -> Counter[tuple[Any, ...]]:
    """What was told of the same things."""
    first = {"linux": "7.3", "llvm": "22.2.0"}
    released = [e for e in events if e["about"] == "release"]
    # The first one that was seen differs from the shipped facts by more than what is made here.
    began = next((e["moment"] for e in released if e["subject"] == "linux"), "")
    found: Counter[tuple[Any, ...]] = Counter()
    for e in events:
        old, new = e["before"]["value"], e["after"]["value"]
        later = e["about"] == "release" and e["subject"] in first and parse(old) >= parse(first[e["subject"]])
        if later or (e["about"] == "level" and e["subject"] in TURNED and e["moment"] > began):
            found[e["about"], e["subject"], old, new] += 1
    return found


def kills(home: Home, move: Mover) -> Counter[str]:
    """Killed ten times, at any moment: while it asks, records, resolves, renders, or tells. What it had said last.

    Every other time its children are killed with it, as a service manager does; else they go on without it.
    """
    chance = random.Random(7)
    last: Counter[str] = Counter()
    for count in range(KILLS):
        daemon = home.start()
        daemon.wait("started")
        move()
        time.sleep(chance.uniform(0.3, 6.0))
        below = children(daemon.process.pid) if count % 2 else []
        daemon.process.send_signal(signal.SIGKILL)
        for child in below:
            with suppress(ProcessLookupError):
                os.killpg(int(child), signal.SIGKILL)
        daemon.end(signal.SIGKILL)
        last[daemon.events[-1]["event"]] += 1
    return last


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
    began, step, seen = time.monotonic(), 0, 0
    good = home.config.read_text()
    while (now := time.monotonic() - began) < seconds:
        kind = step % 4
        if kind in (0, 2) and len(daemon.said("refreshed")) >= seen + 2:
            # Each is looked at, mostly: two in one look are one change.
            seen = len(daemon.said("refreshed"))
            move()
        elif kind == 1:
            name, fault = FAULTS[step // 4 % len(FAULTS)]
            home.forge.faults.clear()
            home.forge.faults.add(fault(), path="/torvalds/*", times=3 if name != "hang" else 1)
        elif kind == 3:
            families = list(text_string_to_metric_families(get(f"{daemon.url}/metrics")[1].decode()))
            wrong += [] if len(families) > 15 else [f"metrics: {len(families)} families"]
        if step % 12 == 5:
            refused = len(daemon.said("configuration-refused"))
            home.config.write_text("[daemon]\nlisten = 3\n")
            daemon.process.send_signal(signal.SIGHUP)
            daemon.wait("configuration-refused", refused + 1)
            home.config.write_text(good)
            crowd(daemon.url)
        if step % 10 == 3:
            wrong += looked_at(home, daemon)
        if step % 20 == 7 and home.run("daemon").returncode != 5:
            wrong.append("a second daemon was not refused")
        step += 1
        time.sleep(1.0)
        if daemon.process.poll() is not None:
            return [*wrong, f"it ended after {now:.0f} s with {daemon.process.returncode}"]
    home.forge.faults.clear()
    return wrong


def looked_at(home: Home, daemon: Daemon) -> list[str]:
    """What `status --json` says while it runs; what is wrong with it."""
    done = home.run("status", "--json")
    try:
        found = json.loads(done.stdout)
        jobs = {job["project"]: job for job in found["jobs"]}
        well = found["daemon"] == f"process {daemon.process.pid}" and {"linux", "llvm"} <= set(jobs)
        well &= all(job["outcome"] in {"running", "complete", "partial", "failed"} for job in jobs.values())
    except (ValueError, KeyError):
        well = False
    return [] if well and done.returncode in (0, 4) else [f"status: {done.returncode} {done.stdout[:300]}"]


def settled(home: RealHome, move: Mover, daemon: Daemon) -> None:
    """Until the last release was read, published and told, and what had failed has recovered."""
    end = time.monotonic() + 90
    while time.monotonic() < end:
        time.sleep(1)
        with Store.open(home.store, readonly=True) as store:
            known = {r.label for project in ("linux", "llvm") for r in store.facts.revisions(project)}
            last, failing = store.journal.last_event(), [s for s in store.polls.states() if s.failures]
            told = min(store.jobs.delivered(hook) or 0 for hook in ("exec", "webhook"))
        if set(move.newest.values()) <= known and told == last and not failing:
            break
    shown = len(daemon.said("reports"))
    end = time.monotonic() + 10
    while len(daemon.said("reports")) == shown and time.monotonic() < end:
        time.sleep(0.2)


def main() -> int:  # noqa: PLR0915 - one story, and its targets
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=180)
    parser.add_argument("--idle", type=float, default=IDLE)
    args = parser.parse_args()
    missed = []

    def target(what: str, found: float, most: float, unit: str = "") -> None:
        print(f"{'missed' if found > most else 'ok':7} {what}: {found:.4g}{unit}, at most {most:.4g}{unit}", flush=True)
        if found > most:
            missed.append(what)

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name, Forge() as forge, Hooked() as hooked:
        work = Path(name)
        home = RealHome(work / "home", forge, make_linux(work / "linux.git"), make_llvm(work / "llvm.git"))
        reports = home.place / "reports"
        reports.mkdir()
        subprocess.run(["git", "init", "-q"], cwd=reports, check=True)
        (home.place / "secret").write_bytes(SECRET)
        base = (
            f'reports = "reports"\ncommit = true\nlisten = "127.0.0.1:0"\n[notify.exec]\ncommand = ["{home.hook}"]\n'
            f'[notify.webhook]\nurl = "{hooked.url}"\nsecret_file = "secret"\n'
        )
        home.configure(base, linux="1s", llvm="3s")
        move = Mover(home)
        print("killed after", ", ".join(f"{what} ({count})" for what, count in kills(home, move).items()), flush=True)
        again = len(home.told_events()) - len(set(home.deliveries()))
        daemon = home.start()
        daemon.wait("started")
        watch = Watch(daemon.process.pid)
        watch.start()
        wrong = busy(home, move, daemon, args.seconds)
        settled(home, move, daemon)
        wrong += looked_at(home, daemon)
        watch.ended.set()
        early = watch.between(55, 75) if args.seconds > 75 else watch.between(5, 15)
        late = watch.between(args.seconds - 15, args.seconds + 30)
        zombies = max(watch.zombies.values(), default=0)
        runs = daemon.said("refreshed")
        code, seconds = daemon.end()
        status = subprocess.run(
            ["git", "status", "--porcelain"], cwd=reports, capture_output=True, text=True, check=True
        )
        log, expected = home.log(), move.expected(home)
        found, by_id = said(log), {e["id"]: e for e in log}
        outcomes = Counter(f"{run['project']} {run['outcome']}" for run in runs)
        print(
            f"{len(runs)} refreshes ({', '.join(f'{count} {what}' for what, count in outcomes.items())}); {move.count} "
            f"releases, {len(daemon.said('reports'))} times reports, {len(log)} events, {expected.total()} of them "
            "expected by name"
        )
        print("memory every 15 s:", *(f"{watch.between(at, at + 15):.1f}" for at in range(0, int(args.seconds), 15)))
        for what, changes in (("lacks", expected - found), ("has too often", found - expected)):
            for change in changes:
                print(f"        the log {what} {change}")
        for one in wrong:
            print(f"missed  {one}")
        missed += wrong
        target("exit code after SIGTERM", code, 0)
        target("seconds until it ended", seconds, 5)
        target("expected changes that the log lacks", (expected - found).total(), 0)
        target("changes that the log has twice, or that nobody made", (found - expected).total(), 0)
        for hook, told in (("the program", home.told_events()), ("the webhook", hooked.told)):
            ids = [e["id"] for e in told]
            first = list(dict.fromkeys(ids))
            target(f"events of the log that {hook} was not told", len(set(by_id) - set(ids)), 0)
            target(f"told to {hook}, and not as the log has it", sum(differs(e, by_id.get(e["id"])) for e in told), 0)
            target(f"told to {hook} out of order", sum(a > b for a, b in pairwise(first)), 0)
            print(f"        told to {hook} again, with the same ids: {len(ids) - len(first)}")
        target(
            "told to the program again without a kill", len(home.deliveries()) - len(set(home.deliveries())) - again, 0
        )
        target("posts whose signature is wrong", hooked.forged, 0)
        check = home.run("report", "--store", "--check", "--output", str(reports))
        target("exit code of report --store --check", check.returncode, 0)
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


def differs(told: dict[str, Any], known: dict[str, Any] | None) -> bool:
    """Whether an event was told otherwise than the log has it; addresses may have come since."""
    keys = ("id", "moment", "cause", "kind", "about", "subject", "attribute")
    return (
        known is None
        or any(told[key] != known[key] for key in keys)
        or any(told[side]["value"] != known[side]["value"] for side in ("before", "after"))
    )


def unexplained(runs: list[dict[str, object]]) -> int:
    """Failures whose note names no host: faults of ours."""
    return sum(run["outcome"] != "complete" and "127.0.0.1" not in json.dumps(run.get("note", "")) for run in runs)


if __name__ == "__main__":
    sys.exit(main())
