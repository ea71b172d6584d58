"""Leaf by leaf: what archmatrix says of the real trees against values that were read from them independently."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from tests.truth.compare import compare, lines, say
from tests.truth.leaves import flatten, show
from tests.truth.not_tracked import read_not_tracked
from tests.truth.reading import read
from tests.truth.shape import shaped

pytestmark = pytest.mark.trees

# The least share of truth.json's leaves, in per cent, that must be held against a value.
LEAST = 90


@pytest.fixture(scope="module")
def comparison(trees):
    """Every leaf of the trees that are there; mrustc's where ARCHMATRIX_MRUSTC names a git repository of it."""
    place = os.environ.get("ARCHMATRIX_TRUTH")
    if not place:
        pytest.skip("no values to compare with: set ARCHMATRIX_TRUTH to a truth.json")
    truth = shaped(json.loads(Path(place).read_text("utf-8")))
    reads = read(trees, os.environ.get("ARCHMATRIX_MRUSTC"), truth)
    if not reads:
        pytest.skip("none of the trees that truth.json speaks of is there: see ARCHMATRIX_TREES")
    told = {}
    for section, version in reads:
        told |= flatten(truth[section][version], (section, version))
    entries = read_not_tracked(Path(__file__).with_name("not_tracked.toml").read_text("utf-8"))
    return compare(told, say(reads, truth), entries)


def test_no_leaf_differs(comparison):
    """Every leaf is equal, or listed with the reason why it is not compared."""
    assert not comparison.different, lines(comparison.different)


def test_every_entry_of_not_tracked_is_needed(comparison):
    """An entry that no leaf needs, because it is equal or gone, is taken out of not_tracked.toml."""
    assert not comparison.dead, "\n".join(show(entry.path) for entry in comparison.dead)


def test_most_leaves_are_compared(comparison, capsys):
    """The share of leaves compared is shown, and does not fall."""
    with capsys.disabled():
        sys.stdout.write(f"\n{comparison}\n")
    assert comparison.compared * 100 >= LEAST * len(comparison.truth), str(comparison)
