"""The written list of changes between releases against values that were read from the same releases independently."""

from __future__ import annotations

import copy
import json
import os
from pathlib import Path

import pytest
import tomli

from tests.truth.expected_events import disagreements, holds, tiers_off, walked

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def steps():
    """The list."""
    return tomli.loads((HERE.parent / "changes" / "expected.toml").read_text("utf-8"))["step"]


@pytest.fixture(scope="module")
def variants():
    """The variants of data/arches.toml."""
    return tomli.loads((HERE.parents[1] / "data" / "arches.toml").read_text("utf-8"))["variant"]


@pytest.fixture(scope="module")
def truth():
    """truth.json, where ARCHMATRIX_TRUTH names it."""
    place = os.environ.get("ARCHMATRIX_TRUTH")
    if not place:
        pytest.skip("no values to compare with: set ARCHMATRIX_TRUTH to a truth.json")
    return json.loads(Path(place).read_text("utf-8"))


def test_the_list_agrees_with_the_values_read(truth, steps, variants):
    """None missing, none more, no value different, in what truth.json can tell."""
    assert not [*disagreements(truth, steps, variants)]


def test_the_number_of_targets_in_each_section_comes_out(truth, steps):
    """Counted on through every step, the targets of each tier, with and without host tools, are as many as listed."""
    assert not [*tiers_off(truth, steps)]


def test_every_event_that_is_taken_away_is_missed(truth, steps, variants):
    """Where truth.json can speak of a topic at all, a list without the event disagrees with it."""
    reached = 0
    for number, step in enumerate(steps):
        for place in range(len(step["event"])):
            fewer = copy.deepcopy(steps)
            del fewer[number]["event"][place]
            reached += bool([*disagreements(truth, fewer, variants), *tiers_off(truth, fewer)])
    assert reached >= 100


def test_a_step_that_is_undone_later_leaves_nothing():
    """A clause that goes and comes back is no change from end to end."""
    gone = {"about": "clause", "subject": "RUST", "attribute": "!A", "before": "depends", "after": ""}
    back = {**gone, "before": "", "after": "depends"}
    there = [{"before": "1", "after": "2", "event": [gone]}, {"before": "2", "after": "3", "event": [back]}]
    assert walked(there, "1", "3") == {}


def test_what_goes_on_under_another_topic_is_two_topics():
    """A renamed target, and a rewritten clause, go under the old topic and come under the new one."""
    renamed = {"about": "rust-target", "subject": "a", "attribute": "", "before": "tier 3", "after": "tier 3"}
    rewritten = {"about": "clause", "subject": "RUST", "attribute": "!A", "before": "depends", "after": "depends"}
    events = [{**renamed, "becomes": "b"}, {**rewritten, "becomes": "!A || B"}]
    assert walked([{"before": "1", "after": "2", "event": events}], "1", "2") == {
        ("rust-target", "a", ""): ("tier 3", ""),
        ("rust-target", "b", ""): ("", "tier 3"),
        ("clause", "RUST", "!A"): ("depends", ""),
        ("clause", "RUST", "!A || B"): ("", "depends"),
    }


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("A || B && C", True),
        ("(A || B) && C", False),
        ("!A", False),
        ("!(A && B)", True),
        ("V >= 5 && !C", True),
        ("V = 6", False),
    ],
)
def test_expressions_bind_as_in_kconfig(expression, expected):
    """`&&` binds tighter than `||`, `!` tightest."""
    assert holds(expression, {"A": True, "B": False, "C": False, "V": 5}) is expected
