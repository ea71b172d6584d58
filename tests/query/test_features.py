"""What the chosen rustc says of the unstable features that a kernel asks for."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from matrix.model import Fact, Located, Revision
from matrix.query.features import features
from matrix.resolve.context import Asked, Context
from matrix.resolve.facts import Facts

SEEN = datetime(2026, 3, 1, tzinfo=timezone.utc)
LANGUAGE = [("rust-features", "f.rs", Fact("dunes", "unstable", "1.60.0", line=3))]
LIBRARY = [
    ("rust-library-features", "core/a.rs", Fact("oasis", "library-stable", "1.92.0", line=7)),
    ("rust-library-features", "core/b.rs", Fact("oasis", "library-stable", "1.92.0", line=8)),
    ("rust-library-features", "core/b.rs", Fact("oasis", "library-const-unstable", "none", line=9)),
    ("rust-library-features", "core/b.rs", Fact("well", "library-unstable", "12345", line=10)),
    ("rust-library-features", "core/b.rs", Fact("dunes", "library-stable", "1.1.0", line=11)),
]


@pytest.fixture
def ask(registry):
    """What is said of one feature that the kernel's drivers ask for, by these facts of rustc."""

    def made(project, items):
        return Facts(Revision(project=project, label="9.1"), [Located(s, p, SEEN, SEEN, f) for s, p, f in items])

    def say(name, said, path="scripts/Makefile.build"):
        asked = [("linux-crate-features", path, Fact(path, "unstable-feature", name, line=1))]
        facts = {"linux": made("linux", asked), "rust": made("rust", said) if said is not None else None}
        context = Context(facts=facts, asked=Asked(), symbols={}, sources=registry.sources, names={"rust": "rustc"})
        return features(context)

    return say


@pytest.mark.parametrize(
    ("name", "kind", "state", "places"),
    [
        ("dunes", "language", "unstable since 1.60.0", ["f.rs:3"]),
        (
            "oasis",
            "library",
            "stable since 1.92.0; unstable in constants (tracking issue none)",
            ["core/a.rs:7", "core/b.rs:9"],
        ),
        ("well", "library", "unstable (tracking issue #12345)", ["core/b.rs:10"]),
    ],
)
def test_a_feature_is_of_the_language_or_of_the_library_with_its_state_and_place(ask, name, kind, state, places):
    """Each statement once, however many files make it; what the language says counts first."""
    (feature,) = ask(name, LANGUAGE + LIBRARY)
    assert (feature.kind, feature.state) == (kind, state)
    assert [f"{e.path}:{e.line}" for e in feature.evidence[1:]] == places


def test_a_feature_that_neither_names_is_gone_only_where_both_were_read(ask):
    """Else what was not read is named."""
    (gone,) = ask("mirage", LANGUAGE + LIBRARY)
    assert "gone" in gone.state
    for said, source in ((LANGUAGE, "rust-library-features"), (LIBRARY, "rust-features")):
        (unknown,) = ask("mirage", said)
        assert unknown.state.startswith(f"not known: {source}")
    assert ask("mirage", None)[0].state == "not known"


@pytest.mark.parametrize("tree", ["zerocopy", "zerocopy-derive", "syn", "quote", "proc-macro2"])
def test_trees_that_the_kernel_carries_ask_for_nothing_of_its_own(ask, tree):
    """They are built in their own way."""
    assert ask("dunes", LANGUAGE, f"rust/{tree}/src/lib.rs") == ()
    assert ask("dunes", LANGUAGE, "rust/kernel/lib.rs")
