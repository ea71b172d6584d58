"""The daemon with the program's own answers and events: nothing waits for one that hangs, and no step is lost."""

from __future__ import annotations

import json

import pytest

from matrix.store import Store
from tests.daemon.conftest import wait
from tests.forge.faults import hang
from tests.poll.made import TARGETS, targets

# Whole refreshes by whole processes; what they share is tested in parts beside them.
pytestmark = pytest.mark.slow

REAL = {"ARCHMATRIX_REAL": "1", "ARCHMATRIX_PATIENCE": "0.3"}


def release_llvm(home):
    text = targets("AArch64", "ARM", "AVR", "X86").replace("VERSION_MAJOR 22", "VERSION_MAJOR 29")
    home.llvm.commit({TARGETS: text}, tag="llvmorg-29.1.0")


def released(events):
    """The versions of LLVM that events tell of, in order."""
    return [e["after"]["value"] for e in events if e["about"] == "release" and e["subject"] == "llvm"]


def begin(home):
    """A store that knows both repositories, and a hook that was told all until then."""
    home.configure(f'listen = "127.0.0.1:0"\nreports = "reports"\n[notify.exec]\ncommand = ["{home.hook}"]', llvm="1s")
    daemon = home.start(**REAL)
    daemon.wait("refreshed", project="llvm", outcome="complete")
    daemon.wait("reports")
    daemon.end()


def log(home):
    """What `archmatrix log` says, the oldest first."""
    said = home.run("log", "--json", ARCHMATRIX_REAL="1")
    return json.loads(said.stdout)["events"][::-1]


def test_nothing_waits_for_one_that_hangs(home):
    """The other's release is told, and in the reports, while the refresh still waits."""
    begin(home)
    home.forge.faults.add(hang(), path="/torvalds/*", times=None)
    release_llvm(home)
    daemon = home.start(**REAL)
    wait(lambda: "29.1.0" in released(home.told_events()))
    assert daemon.said("refreshing", project="linux")
    assert daemon.said("refreshed") == []
    assert "LLVM 29.1.0" in (home.place / "reports/README.md").read_text()
    daemon.end()
    home.forge.faults.clear()
    daemon = home.start(**REAL)
    daemon.wait("refreshed", project="linux", outcome="complete")
    daemon.end()
    assert released(home.told_events()).count("29.1.0") == 1
    assert released(log(home)).count("29.1.0") == 1


def test_a_refresh_killed_before_its_journal(home):
    """The facts are in the store, nothing moves any more: the event is told by the next one, once."""
    begin(home)
    release_llvm(home)
    daemon = home.start(**REAL, ARCHMATRIX_DIES="1")
    failed = daemon.wait("refreshed", project="llvm")[0]
    assert (failed["outcome"], failed["code"]) == ("failed", -9)
    daemon.end()
    with Store.open(home.store, readonly=True) as store:
        assert "29.1.0" in [r.label for r in store.facts.revisions("llvm")]
    assert "29.1.0" not in released(log(home))
    with Store.open(home.store) as store:
        for job in store.jobs.all():
            # As if it had waited.
            store.jobs.record(type(job)(project=job.project, known=job.known))
    daemon = home.start(**REAL)
    wait(lambda: "29.1.0" in released(home.told_events()))
    daemon.wait("refreshed", 3, project="llvm", outcome="complete")
    daemon.end()
    assert released(home.told_events()).count("29.1.0") == 1
    assert released(log(home)).count("29.1.0") == 1
    checked = home.run("report", "--store", "--check", "--output", str(home.place / "reports"), ARCHMATRIX_REAL="1")
    assert (checked.returncode, checked.stderr) == (0, ""), checked.stdout


def test_what_it_wrote_is_what_it_knows(home):
    """The folder is as `report --check` would have it, and `status` speaks while it runs."""
    begin(home)
    daemon = home.start(**REAL)
    daemon.wait("refreshed", project="linux", outcome="complete")
    with Store.open(home.store, readonly=True) as store:
        daemon.wait("reports", generation=store.facts.generation)
    said = home.run("status", "--json")
    assert json.loads(said.stdout)["daemon"] == f"process {daemon.process.pid}"
    daemon.end()
    checked = home.run("report", "--store", "--check", "--output", str(home.place / "reports"), ARCHMATRIX_REAL="1")
    assert checked.returncode == 0, checked.stdout
