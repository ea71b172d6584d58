"""The rule metadata-differs: when a target's own metadata and platform-support.md disagree."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from matrix.model import Fact, Located, Revision
from matrix.registry import data_folder, load
from matrix.resolve.context import Asked, Context
from matrix.resolve.contradictions.compilers import metadata_differs
from matrix.resolve.contradictions.scope import Scope
from matrix.resolve.facts import Facts

SEEN = datetime(2026, 3, 1, tzinfo=timezone.utc)


def found(std, metadata_std, tier="3"):
    """What the rule says of one target whose table row and metadata are these."""
    stated = {
        "rust-platform-support": [("x-none", "tier", "3"), ("x-none", "host-tools", "no"), ("x-none", "std", std)],
        "rust-target-list": [("x-none", "module", "x_none")],
        "rust-target-specs": [
            ("x_none", "metadata-tier", tier),
            ("x_none", "metadata-host-tools", "false"),
            ("x_none", "metadata-std", metadata_std),
        ],
    }
    located = [
        Located(source, f"{source}.txt", SEEN, SEEN, Fact(*words, line=line))
        for source, rows in stated.items()
        for line, words in enumerate(rows, start=1)
    ]
    rust = Facts(Revision(project="rust", label="1.95.0"), located)
    context = Context(facts={"rust": rust}, asked=Asked(), symbols={}, sources=load(data_folder()).sources, names={})
    return [contradiction.says for contradiction in metadata_differs(context, Scope(()))]


@pytest.mark.parametrize(("std", "metadata"), [("yes", "true"), ("no", "false"), ("unknown", "None")])
def test_what_agrees_is_no_contradiction(std, metadata):
    """Yes and true, no and false agree; `?` and None both leave it open, so neither denies the other."""
    assert not found(std, metadata)


@pytest.mark.parametrize(
    ("std", "metadata", "says"),
    [("no", "true", "yes"), ("unknown", "true", "yes"), ("unknown", "false", "no"), ("yes", "None", "not stated")],
)
def test_what_one_side_says_and_the_other_does_not(std, metadata, says):
    """Where only one leaves it open, or both say something else, that is told."""
    assert found(std, metadata) == [f"std {std} in platform-support.md, {says} in its metadata"]


def test_a_tier_without_metadata():
    """A tier is never unknown in the table: metadata without one differs."""
    assert found("yes", "true", tier="None") == ["tier 3 in platform-support.md, not stated in its metadata"]
