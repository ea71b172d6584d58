"""What one refresh of several projects printed, and what becomes of each."""

from __future__ import annotations

import json

import pytest

from matrix.daemon.child import Ran
from matrix.daemon.outcome import Outcome, outcomes

UPSTREAMS = {"mainline": "linux", "stable": "linux", "llvm": "llvm", "gcc": "gcc"}
COMPLETE = Outcome("complete", "")


def polled(id_, error=None, failed=None, held=None):
    return {"upstream": id_, "error": error, "failed_sources": reasons(failed), "held": reasons(held)}


def reasons(by_source):
    return [{"source": source, "reason": reason} for source, reason in (by_source or {}).items()]


def ran(*found, code=0, told=(), indexed=(), late=False, err=b""):
    out = json.dumps({"upstreams": found, "said": told, "distributions": indexed}).encode()
    return Ran(code=code, out=out, err=err, late=late, seconds=3.2)


def test_each_has_its_own():
    """What one of a project's repositories lacks, the project lacks; others are complete."""
    found = outcomes(
        ["linux", "llvm"],
        UPSTREAMS,
        ran(polled("mainline"), polled("stable", error="a host: answered 500"), polled("llvm"), code=4),
    )
    assert found == {"linux": Outcome("partial", "stable: a host: answered 500"), "llvm": COMPLETE}


def test_every_reason_is_named():
    """Sources that failed, sources that are held, and what was asked of the project's pages."""
    reports = [polled("mainline", failed={"a": "1"}, held={"b": "2"}), polled("stable"), polled("llvm")]
    told = [{"upstream": "llvm", "errors": ["checks: 3"]}, {"upstream": "stable", "errors": []}]
    found = outcomes(["linux", "llvm"], UPSTREAMS, ran(*reports, told=told, code=4))
    assert {p: o.note for p, o in found.items()} == {"linux": "a: 1; b held: 2", "llvm": "llvm: checks: 3"}


def test_an_archive_has_what_became_of_its_distributions():
    """They are refreshed by its name."""
    indexed = [{"distro": "sand-1", "error": None}, {"distro": "sand-2", "error": "a host: answered 500"}]
    suites = {**UPSTREAMS, "sand-1": "sand", "sand-2": "sand"}
    found = outcomes(["sand", "gcc"], suites, ran(polled("gcc"), indexed=indexed, code=4))
    assert found == {"sand": Outcome("partial", "sand-2: a host: answered 500"), "gcc": COMPLETE}
    assert outcomes(["sand"], suites, ran(indexed=indexed[:1]))["sand"].note == (
        "sand-2: the refresh does not say what became of it"
    )


def test_a_fault_of_ours_at_one_project_is_not_the_others():
    """The document is whole; without one, all of it failed."""
    fault = "a fault of ours (KeyError: 'x')"
    found = outcomes(
        ["linux", "llvm"], UPSTREAMS, ran(polled("mainline", error=fault), polled("stable"), polled("llvm"), code=70)
    )
    assert found == {"linux": Outcome("partial", f"mainline: {fault}"), "llvm": COMPLETE}
    early = Ran(code=70, out=b"", err=b"archmatrix: a fault of ours\n", late=False, seconds=1)
    assert outcomes(["llvm"], UPSTREAMS, early) == {"llvm": Outcome("failed", "archmatrix: a fault of ours")}


def test_a_repository_of_which_nothing_is_said_is_no_success():
    found = outcomes(["linux"], UPSTREAMS, ran(polled("mainline")))
    assert found == {"linux": Outcome("partial", "stable: the refresh does not say what became of it")}


@pytest.mark.parametrize(
    ("how", "note"),
    [
        (ran(late=True, code=-9), "it was stopped after 3 seconds"),
        (ran(code=-11), "it ended with -11"),
        (ran(code=5, err=b"archmatrix: facts.db: found no room\n"), "archmatrix: facts.db: found no room"),
        (Ran(code=None, out=b"", err=b"python: gone", late=False, seconds=0), "python: gone"),
        (Ran(code=0, out=b"{", err=b"", late=False, seconds=1), "it did not say what became of its repositories"),
        (Ran(code=0, out=b"[]", err=b"", late=False, seconds=1), "it did not say what became of its repositories"),
        (ran({"upstream": "hurd"}), "it did not say what became of its repositories"),
    ],
)
def test_what_ends_before_its_time_fails_for_all(how, note):
    assert outcomes(["linux", "gcc"], UPSTREAMS, how) == dict.fromkeys(["linux", "gcc"], Outcome("failed", note))
