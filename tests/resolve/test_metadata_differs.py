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


@pytest.mark.parametrize(
    ("std", "metadata"),
    [("yes", "true"), ("no", "false"), ("unknown", "None"), ("unknown", "true"), ("unknown", "false"), ("yes", "None")],
)
def test_what_agrees_or_is_silent_is_no_contradiction(std, metadata):
    """Yes and true, no and false agree; a `?` or a None leaves it open, and denies nothing."""
    assert not found(std, metadata)
    assert not found("yes", "true", tier="None")


@pytest.mark.parametrize(("std", "metadata", "says"), [("no", "true", "yes"), ("yes", "false", "no")])
def test_what_both_say_differently_is_told(std, metadata, says):
    """With both words."""
    assert found(std, metadata) == [f"std {std} in platform-support.md, {says} in its metadata"]
