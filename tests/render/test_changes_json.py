"""Changes, events and steps as JSON values."""

from __future__ import annotations

import json

from matrix.change import Kind, Said
from matrix.daemon.notify.batch import Batch
from matrix.render.changes.data import change_json, event_json, log_json
from matrix.render.changes.words import headline
from tests.contract import breaches
from tests.render.conftest import ADDED, NEW_TARGET, RAISED, RENAMED, change

KEYS = ["kind", "about", "subject", "attribute", "arch", "arch_ids", "variant", "backend", "before", "after"]


def nowhere(_):
    return ""


def test_the_keys_are_these(registry):
    """Whoever reads them elsewhere relies on it."""
    said = change_json(registry, ADDED, nowhere)
    assert list(said) == KEYS
    assert list(said["before"]) == ["subject", "attribute", "value", "note", "evidence"]
    assert list(said["before"]["evidence"][0]) == ["project", "version", "path", "line", "says", "url"]


def test_a_cell(registry, url_of):
    """With its variant, its arch, its backend, and both lines with their addresses."""
    said = change_json(registry, ADDED, url_of)
    assert (said["kind"], said["arch"], said["variant"], said["backend"]) == ("added", "arm", "arm-v7", "rustc-llvm")
    assert said["before"]["evidence"][0]["line"] is None
    assert said["after"]["value"] == "conditional: !KASAN && RUSTC_VERSION >= 108200"
    assert said["after"]["evidence"][0]["url"].endswith("/arch/arm/Kconfig?h=v7.1.13#n139")


def test_what_is_missing_is_null(registry):
    """And the evidence is where it would stand."""
    side = change_json(registry, NEW_TARGET, nowhere)["before"]
    assert side["value"] is None
    assert side["evidence"][0] == {
        "project": "linux",
        "version": "6.18.15",
        "path": "src/mod.rs",
        "line": None,
        "says": "not there",
        "url": None,
    }


def test_a_rename_names_both(registry):
    said = change_json(registry, RENAMED, nowhere)
    assert (said["before"]["subject"], said["after"]["subject"]) == ("i686-unknown-redox", "i586-unknown-redox")


def test_arches(registry):
    """A general change has none, one by a name of upstream's has its own, a target of several ports has them all."""
    assert change_json(registry, RAISED, nowhere)["arch_ids"] == []
    needed = change(Kind.ADDED, ("requirement", "gcc", "ARCH = parisc64"), None, Said(">=", "12"))
    assert change_json(registry, needed, nowhere)["arch"] == "parisc"
    shared = change(Kind.ADDED, ("rust-target", "x86_64-unknown-linux-gnu", ""), None, Said("tier", "1"))
    said = change_json(registry, shared, nowhere)
    assert (said["arch"], said["arch_ids"]) == (None, ["um", "x86"])


def test_an_event(registry, events):
    said = event_json(registry, events[0], nowhere)
    assert list(said) == ["id", "moment", "cause", *KEYS]
    assert (said["id"], said["moment"], said["cause"]) == (1, "2026-10-21T12:00:00+00:00", "upstream")


def test_what_hooks_are_told_is_as_its_schema_says(registry, events, url_of):
    """Every event of theirs, whatever it is about, and the same in the log."""
    told = [{**event_json(registry, event, url_of), "headline": headline(registry, event.change)} for event in events]
    assert breaches(json.loads(Batch(tuple(told)).body)) == []
    assert breaches(log_json(registry, events, url_of)) == []
