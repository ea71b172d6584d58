"""What is in development is shown by `versions`, and decides nothing."""

from __future__ import annotations

import json
from datetime import datetime, timezone

import pytest

from matrix.model import Document, Fact, Reading, Revision
from matrix.store import Observation, Run, Snapshot, Store

WHEN = datetime(2026, 11, 21, tzinfo=timezone.utc)
HEAD = Revision(project="cg_gcc", label="0-g0123456789", kind="head", commit="0123456789" * 4, date=WHEN)


@pytest.fixture
def recorded(db):
    """A head of rustc_codegen_gcc in the user's store."""
    document = Document(
        project="cg_gcc", revision=HEAD.label, path="rust-toolchain", sha256="a" * 64, observed_at=WHEN, checked_at=WHEN
    )
    reading = Reading(
        sha256="a" * 64,
        source="cg-gcc-repo-toolchain",
        extractor="rust_toolchain",
        version=1,
        facts=(Fact("toolchain", "channel", "nightly-2026-11-01", line=2),),
    )
    item = Observation(source="cg-gcc-repo-toolchain", document=document, reading=reading)
    with Store.open(db) as store:
        store.facts.record(Run(kind="poll", started=WHEN, finished=WHEN, outcome="complete"), [Snapshot(HEAD, (item,))])


def test_versions_shows_the_head_last(run, recorded):
    """As a head, from the user's store, chosen by nothing."""
    assert run("versions").out.splitlines()[-1].startswith("    rustc_codegen_gcc in development")
    row = json.loads(run("versions", "--json").out)["revisions"][-1]
    assert (row["project"], row["version"], row["kind"], row["chosen"]) == ("cg_gcc", HEAD.label, "head", False)


def test_it_changes_no_answer(run, recorded, db):
    """The copy in rustc's tree decides."""
    with_it = json.loads(run("is", "m68k", "--json").out)
    db.unlink()
    assert json.loads(run("is", "m68k", "--json").out) == with_it


def test_a_clone_of_it_has_no_releases_to_walk(run, tmp_path):
    """--git is for projects with releases."""
    said = run("refresh", "--git", f"cg_gcc={tmp_path}")
    assert said.code == 2
    assert "expected one of gcc, linux, llvm, mrustc, rust" in said.complaint
