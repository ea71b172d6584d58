"""The daemon as a process: it refreshes, publishes and tells; signals, reloads, a second one, kills."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from datetime import datetime, timezone
from pathlib import Path

import pytest

from matrix.daemon import child, supervisor
from matrix.store import Job, Store
from tests.daemon.conftest import LAST_RESORT, is_gone, wait
from tests.forge.faults import hang, status
from tests.poll.made import PORTS, SUPPORT, support
from tests.sampling import one_in

LONG_AGO = datetime(2026, 1, 1, tzinfo=timezone.utc)


def move(home, name="zzz"):
    """The kernel's head says something new."""
    home.linux.commit({SUPPORT: support(sorted([*PORTS, name]))})


def git(folder, *words):
    return subprocess.run(
        ["git", "-c", "user.name=x", "-c", "user.email=x@x", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def get(url):
    try:
        with urllib.request.urlopen(url) as answer:  # noqa: S310 - its own
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


@pytest.mark.slow
def test_from_one_end_to_the_other(home):
    """Refreshed, written, committed, told, served; then again what changed, and that alone."""
    home.configure(
        f'reports = "reports"\ncommit = true\nlisten = "127.0.0.1:0"\n[notify.exec]\ncommand = ["{home.hook}"]'
    )
    reports = home.place / "reports"
    reports.mkdir()
    git(reports, "init", "-q")
    daemon = home.start()
    daemon.wait("refreshed", project="linux", outcome="complete")
    daemon.wait("hook-told")
    assert (reports / "README.md").read_text() == "# Generation 4\n"
    assert get(f"{daemon.url}/")[1] == b"# Generation 4\n"
    assert get(f"{daemon.url}/healthz")[0] == 200
    move(home)
    daemon.wait("hook-told", 2)
    assert (reports / "README.md").read_text() == "# Generation 5\n"
    assert git(reports, "log", "--format=%s %an").splitlines() == [
        "archmatrix: generation 5 archmatrix", "archmatrix: generation 4 archmatrix",
    ]  # fmt: skip
    assert git(reports, "status", "--porcelain") == ""
    said = home.run("status", "--json")
    found = json.loads(said.stdout)
    assert found["daemon"] == f"process {daemon.process.pid}"
    jobs = {job["project"]: job for job in found["jobs"]}
    assert jobs["llvm"]["next_run_at"] > jobs["llvm"]["attempted_at"]
    assert f"jobs (the daemon runs: process {daemon.process.pid})" in home.run("status").stdout
    assert daemon.end() == 0
    assert "jobs (no daemon runs)" in home.run("status").stdout
    assert home.deliveries() == sorted(set(home.deliveries()))


@pytest.mark.slow
@pytest.mark.parametrize("number", one_in(2, [signal.SIGTERM, signal.SIGINT]))
def test_a_signal_abandons_a_refresh_that_hangs(home, number):
    """Without waiting for an answer that never comes; exit 0, no child left; the next daemon runs it again at once."""
    home.forge.faults.add(hang(), times=None)
    daemon = home.start()
    wait(lambda: home.forge.log)
    (child,) = children(daemon.process.pid)
    assert daemon.end(number) == 0
    assert daemon.said("abandoned")
    assert is_gone(child)
    assert row(home, "linux").outcome == "running"
    home.forge.faults.clear()
    again = home.start()
    again.wait("refreshed", project="linux", outcome="complete")
    assert row(home, "linux").failures == 0


def test_what_holds_up_an_end_is_bounded():
    """Each wait of an end has its limit, and together they stay below the five seconds that are promised."""
    assert child.GRACE + child._LAST_WORDS < supervisor._LAST_MOMENT < 5  # noqa: SLF001


def children(process):
    return [c for path in Path(f"/proc/{process}/task").glob("*/children") for c in path.read_text().split()]


def row(home, project):
    with Store.open(home.store, readonly=True) as store:
        return next(job for job in store.jobs.all() if job.project == project)


@pytest.mark.slow
def test_what_is_due_together_is_one_refresh(home):
    """One child; each has an outcome of its own."""
    home.forge.faults.add(status(500), path="/llvm/*", times=None)
    daemon = home.start()
    (first,) = daemon.wait("refreshed", project="llvm")
    assert first["outcome"] == "partial"
    (linux, *_) = daemon.wait("refreshed", project="linux")
    assert (linux["outcome"], linux["seconds"]) == ("complete", first["seconds"])
    assert [e["project"] for e in daemon.events if e["event"].startswith("refresh")][:4] == [
        "linux", "llvm", "linux", "llvm",
    ]  # fmt: skip


@pytest.mark.slow
def test_one_whose_refresh_died_goes_alone(home):
    """It may have been the cause: the others are not drawn into it again."""
    with Store.open(home.store) as store:
        store.jobs.record(
            Job(project="llvm", known=LONG_AGO, attempted=LONG_AGO, failures=1, outcome="failed", note="it died")
        )
    daemon = home.start()
    daemon.wait("refreshed", project="llvm")
    found = [(e["event"], e["project"]) for e in daemon.events if e["event"].startswith("refresh")]
    assert found[:4] == [("refreshing", "linux"), ("refreshed", "linux"), ("refreshing", "llvm"), ("refreshed", "llvm")]


@pytest.mark.slow
def test_failures_back_off_and_recover(home):
    """The other project goes on; the log has the reason; health says so when the budget is gone, and flips back."""
    home.configure('listen = "127.0.0.1:0"', llvm="1s")
    with Store.open(home.store) as store:
        # Known since long, and refreshed never: its budget is gone.
        store.jobs.record(Job(project="llvm", known=LONG_AGO))
    home.forge.faults.add(status(500), path="/llvm/*", times=None)
    daemon = home.start()
    (failed, *_) = daemon.wait("refreshed", project="llvm")
    assert (failed["outcome"], failed["failures"]) == ("partial", 1)
    assert "answered 500" in failed["note"]
    daemon.wait("refreshed", project="linux", outcome="complete")
    code, said = get(f"{daemon.url}/healthz")
    assert (code, json.loads(said)["stale"]) == (503, ["llvm"])
    home.forge.faults.clear()
    daemon.wait("refreshed", project="llvm", outcome="complete")
    assert get(f"{daemon.url}/healthz")[0] == 200
    assert row(home, "llvm").failures == 0


def test_a_second_daemon_is_refused(home):
    """With the process that has the store; the first goes on."""
    daemon = home.start()
    daemon.wait("started")
    second = home.run("daemon")
    assert second.returncode == 5
    said = " ".join(second.stderr.split())
    assert (
        f"facts.db.daemon.lock: found a daemon that has this store (process {daemon.process.pid}), expected none"
        in said
    )
    daemon.wait("refreshed", project="llvm")


def test_reload(home):
    """A faulty file is refused with every fault, and the old one kept; a good one holds as a whole."""
    home.configure('listen = "127.0.0.1:0"')
    daemon = home.start()
    before = daemon.url
    home.config.write_text('[daemon]\nlisten = 3\n[schedule.hurd]\nevery = "6h"\n')
    daemon.process.send_signal(signal.SIGHUP)
    refused = daemon.wait("configuration-refused", 2)
    assert ["daemon.listen" in refused[0]["fault"], "schedule.hurd" in refused[1]["fault"]] == [True, True]
    assert get(f"{before}/healthz")[0] == 200
    with socket.create_server(("127.0.0.1", 0)) as taken:
        home.configure(f'listen = "127.0.0.1:{taken.getsockname()[1]}"')
        daemon.process.send_signal(signal.SIGHUP)
        assert "listen: " in daemon.wait("configuration-refused", 3)[-1]["fault"]
    assert get(f"{before}/healthz")[0] == 200
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    home.configure(f'listen = "127.0.0.1:{port}"', linux="1h")
    daemon.process.send_signal(signal.SIGHUP)
    daemon.wait("configuration-read")
    assert get(f"http://127.0.0.1:{port}/healthz")[0] == 200
    with pytest.raises(urllib.error.URLError):
        get(f"{before}/healthz")


@pytest.mark.slow
def test_a_kill_loses_no_event(home):
    """Killed after each change, before and after the hook was told; every event is told in the end, in order."""
    home.configure(f'[notify.exec]\ncommand = ["{home.hook}"]')
    for count, event in enumerate(("refreshing", "refreshed", "hook-told")):
        daemon = home.start()
        daemon.wait("started")
        # The hook is new once: from then on it is told everything.
        wait(lambda: has_hook(home))
        move(home, f"port{count}")
        daemon.wait(event)
        daemon.end(signal.SIGKILL)
    daemon = home.start()
    move(home)
    wait(lambda: knows_all(home) and home.deliveries() and home.deliveries()[-1] == grown(home)[-1])
    daemon.end()
    with Store.open(home.store, readonly=True) as store:
        assert store.faults() == []
    told = home.deliveries()
    assert sorted(set(told)) == grown(home)
    assert list(dict.fromkeys(told)) == grown(home)


def has_hook(home):
    """Whether it stands in the store how far the hook was told."""
    with Store.open(home.store, readonly=True) as store:
        return store.jobs.delivered("exec") is not None


def knows_all(home):
    """Whether the newest head of the one is known, and the other altogether."""
    with Store.open(home.store, readonly=True) as store:
        labels = [r.label for r in store.facts.revisions("linux")]
    return labels[-1:] == [f"7.2-rc1-g{home.linux.head[:8]}"] and row(home, "llvm").outcome == "complete"


def grown(home):
    """The runs that learned something, each an event."""
    with Store.open(home.store, readonly=True) as store:
        runs = sorted(store.facts.runs(1000), key=lambda run: run.id)
    return [
        new.id for old, new in zip([None, *runs], runs, strict=False) if new.generation > (old.generation if old else 0)
    ]


@pytest.mark.slow
def test_the_manager_is_told(home, tmp_path):
    """READY, STATUS, WATCHDOG, RELOADING and STOPPING, to the socket that it names; children do not see it."""
    place = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(place))
        manager.settimeout(LAST_RESORT)
        daemon = home.start(NOTIFY_SOCKET=str(place), WATCHDOG_USEC="1000000")

        def hear(word):
            while True:
                said = manager.recv(4096).decode()
                if word in said.split("\n"):
                    return said

        assert hear("READY=1").split("\n")[1].startswith("STATUS=")
        hear("WATCHDOG=1")
        daemon.process.send_signal(signal.SIGHUP)
        assert "MONOTONIC_USEC=" in hear("RELOADING=1")
        hear("READY=1")
        daemon.process.send_signal(signal.SIGTERM)
        hear("STOPPING=1")
        assert daemon.end() == 0


@pytest.mark.parametrize(
    ("words", "complaint"),
    one_in(
        4,
        [
            (["--listen", "here"], "--listen: got 'here', expected an address and a port"),
            (["--commit"], "--commit: found no reports, expected --reports DIR"),
            (["--config", "none.toml"], "none.toml: found no such file, expected the daemon's configuration"),
            (["--listen", "192.0.2.1:1"], "--listen: found "),
        ],
        several=True,
    ),
)
def test_what_it_cannot_begin_with(home, words, complaint):
    said = home.run("daemon", *words)
    assert said.returncode in (2, 5)
    assert complaint in " ".join(said.stderr.split())
