"""Kconfig facts thinned: smaller, and for every answer the same."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matrix.expression import atoms, parse
from matrix.model import Document, Fact, Reading
from matrix.poll.excerpt import LIBRARY, excerpt, relevant_symbols, thinned
from matrix.poll.tree import read_tree
from matrix.query.answer import Answers
from matrix.query.knowledge import Knowledge
from matrix.query.question import Question, set_scene
from matrix.registry import data_folder, load
from matrix.resolve.kconfig import SOURCE
from matrix.resolve.options import options
from matrix.shipped import shipped_store
from matrix.store import Observation, Run, Snapshot, Store
from matrix.trees import identify, open_tree
from tests.poll.conftest import LINUX, START

if TYPE_CHECKING:
    from pathlib import Path

REGISTRY = load(data_folder())


def snapshot(*files: tuple[str, list[Fact]], source: str = SOURCE) -> Snapshot:
    """Files with these facts."""
    return Snapshot(
        LINUX,
        tuple(
            Observation(
                source=source,
                document=Document(
                    project="linux", revision="7.1.13", path=path, sha256="0" * 64, observed_at=START, checked_at=START
                ),
                reading=Reading(sha256="0" * 64, source=source, extractor="kconfig", version=1, facts=tuple(facts)),
            )
            for path, facts in files
        ),
    )


def facts_of(item: Snapshot) -> list[Fact]:
    return [f for o in item.observations if o.reading for f in o.reading.facts]


# --- what is kept ---------------------------------------------------------------------------------------------------

RUST = [
    Fact("RUST", "type", "bool"),
    Fact("RUST", "prompt", "yes"),
    Fact("RUST", "depends", "HAVE_RUST && !SAND"),
    Fact("HAVE_RUST", "type", "bool"),
]


def kept(*facts: Fact) -> list[Fact]:
    """Which of these stay beside config RUST."""
    (found,) = excerpt(REGISTRY, [snapshot(("init/Kconfig", RUST), ("arch/dune/Kconfig", list(facts)))])
    return [f for f in facts_of(found) if f not in RUST]


def test_what_rust_rests_on_stays():
    """Named in its expressions, selected by what selects it, and on to the end; the rest goes."""
    stays = [
        Fact("SAND", "depends", "SUN", "WIND"),
        Fact("SUN", "default", "MOON || $(cc-option,-msun)"),
        Fact("DUNE", "select", "SUN", "STORM"),
        Fact("STORM#2", "within", "GALE"),
        Fact("GALE", "prompt", "yes", "HEAT"),
        Fact("HEAT", "type", "bool"),
    ]
    goes = [Fact("DUST", "depends", "SAND"), Fact("CAMEL", "type", "bool"), Fact("SUN", "select", "DUST")]
    assert kept(*stays, *goes) == stays


def test_what_an_option_excludes_for_rust_stays():
    """It is what `archmatrix options` shows."""
    assert kept(Fact("OASIS", "depends", "!RUST || WATER"), Fact("WATER", "type", "bool")) == [
        Fact("OASIS", "depends", "!RUST || WATER"),
        Fact("WATER", "type", "bool"),
    ]


def test_that_a_file_was_read_stays():
    """Without it, silence would be no statement."""
    read = Fact("arch/dune/Kconfig", "file", "yes")
    inside, outside = (Fact("arch/dune/Kconfig", "source", p) for p in ("arch/dune/sand/Kconfig", "drivers/Kconfig"))
    assert kept(read, inside, outside) == [read, inside]


def test_an_imply_decides_nothing():
    """It can be undone by hand."""
    assert kept(Fact("SAND", "imply", "SUN")) == []


def test_other_sources_are_left_alone():
    """Only Kconfig is large."""
    other = snapshot(("MAINTAINERS", [Fact("CAMEL", "maintainers-status", "Supported")]), source="linux-maintainers")
    assert excerpt(REGISTRY, [other]) == (other,)


RUST_RELEASE = replace(LINUX, project="rust", label="1.95.0")


def library(*files: tuple[str, list[Fact]]) -> Snapshot:
    """Files of rustc's library with these facts."""
    return replace(snapshot(*files, source=LIBRARY), revision=RUST_RELEASE)


SAND, DUNES, OASIS = (
    Fact("sand", "library-stable", "1.6.0"),
    Fact("dunes", "library-unstable", "12"),
    Fact("oasis", "library-unstable", "none"),
)


def test_library_features_that_no_kernel_asks_for_go():
    """Of rustc's library stays what drivers, crates or a rule of the build ask for; a file without any of it goes."""
    kernel = snapshot(
        ("a", [Fact("drivers", "unstable-feature", "sand")]),
        ("b", [Fact("*", "unstable-feature:test", "dunes", "DUNE"), Fact("*", "rustc-flag", "oasis")]),
        source="linux-rustflags",
    )
    whole = library(("core/a.rs", [SAND, OASIS]), ("core/b.rs", [OASIS]), ("std/c.rs", [DUNES]))
    _, kept = excerpt(REGISTRY, [kernel, whole])
    assert {o.document.path: o.reading.facts for o in kept.observations} == {"core/a.rs": (SAND,), "std/c.rs": (DUNES,)}
    # A tree held against these alone is thinned alike.
    assert excerpt(REGISTRY, [kept]) == (kept,)
    assert thinned(whole, relevant_symbols(REGISTRY, [kept])) == kept


# --- laws -----------------------------------------------------------------------------------------------------------

NAMES = st.sampled_from(["RUST", "HAVE_RUST", "ARM", "X86_64", "A", "B", "C", "D", "E"])
EXPRESSIONS = st.recursive(
    NAMES,
    lambda inner: st.one_of(
        inner.map(lambda e: f"!({e})"),
        st.tuples(inner, st.sampled_from(["&&", "||"]), inner).map(lambda t: f"({' '.join(t)})"),
    ),
    max_leaves=4,
)
WHENS = st.just("") | EXPRESSIONS
FACTS = st.one_of(
    st.builds(Fact, NAMES, st.just("depends"), EXPRESSIONS),
    st.builds(Fact, NAMES.map(lambda n: f"{n}#2"), st.just("within"), EXPRESSIONS),
    st.builds(Fact, NAMES, st.sampled_from(["select", "imply"]), NAMES, WHENS),
    st.builds(Fact, NAMES, st.just("default"), EXPRESSIONS, WHENS),
    st.builds(Fact, NAMES, st.just("prompt"), st.just("yes"), WHENS),
    st.builds(Fact, NAMES, st.just("type"), st.just("bool")),
)
FILES = st.lists(st.lists(FACTS, max_size=8), min_size=1, max_size=3).map(
    lambda files: snapshot(*((f"arch/dune/Kconfig.{n}", facts) for n, facts in enumerate(files)))
)


@settings(max_examples=150, deadline=None)
@given(FILES)
def test_thinning_twice_is_thinning_once(whole):
    """The symbols that matter are found in what was kept, none more and none less."""
    symbols = relevant_symbols(REGISTRY, [whole])
    once = thinned(whole, symbols)
    assert relevant_symbols(REGISTRY, [once]) == symbols
    assert excerpt(REGISTRY, [once]) == (once,)


@settings(max_examples=150, deadline=None)
@given(FILES)
def test_what_is_kept_rests_on_nothing_that_went(whole):
    """Every symbol that a kept expression names has kept its own facts, and those that select it."""
    (once,) = excerpt(REGISTRY, [whole])
    held = set(facts_of(once))
    named = {f.subject.partition("#")[0] for f in held}
    named |= {
        n
        for f in held
        for e in (f.when, f.value if f.attribute in {"depends", "within", "default"} else "")
        for n in atoms(parse(e))
    }
    for fact in facts_of(whole):
        decides = fact.attribute != "imply" and (fact.attribute != "select" or fact.value in named)
        if decides and (
            fact.subject.partition("#")[0] in named or (fact.attribute == "select" and fact.value in named)
        ):
            assert fact in held


@settings(max_examples=100, deadline=None)
@given(FILES, FILES)
def test_more_kernels_keep_more(one, other):
    """One set of symbols serves all: no kernel loses by another's being there."""
    (alone,) = excerpt(REGISTRY, [one])
    together = excerpt(REGISTRY, [one, other])[0]
    assert set(facts_of(alone)) <= set(facts_of(together))


def test_the_shipped_facts_are_thinned_already():
    """Thinning them again takes nothing away."""
    with shipped_store(data_folder()) as store:
        shipped = [store.facts.snapshot(r) for r in store.facts.revisions("linux")]
    assert len(shipped) >= 4
    assert excerpt(REGISTRY, shipped) == tuple(shipped)


# --- on real kernels ------------------------------------------------------------------------------------------------


@cache
def read_kernel(place: Path) -> Snapshot:
    """A whole kernel tree."""
    tree = open_tree(place)
    read = read_tree(tree, identify("linux", tree), REGISTRY.sources.values(), START)
    assert read.failures == ()
    return read.snapshot


def answers(kernel: Snapshot, cc: str):
    """Every variant's verdicts and options, and all contradictions, on this kernel and the shipped compilers."""
    with Store.memory() as store, shipped_store(data_folder()) as shipped:
        store.facts.record(Run(kind="tree", started=START, finished=START, outcome="complete"), [kernel])
        scene = set_scene(REGISTRY, Knowledge([shipped], {"linux": store}), Question(cc=cc))
        found = Answers(REGISTRY, scene)
        said = {id_: (found.variant(id_), options(scene.context, v)) for id_, v in REGISTRY.variants.items()}
        return said, found.contradictions


@pytest.mark.trees
@pytest.mark.parametrize("cc", ["", "gcc", "clang"])
@pytest.mark.parametrize("version", ["6.1.176", "6.12.107", "6.18.15", "7.1.13"])
def test_thinned_and_whole_give_the_same_answers(trees, version, cc):
    """Every rung, condition, requirement, option and contradiction of every variant, with its evidence."""
    if f"linux-{version}" not in trees:
        pytest.skip(f"no linux-{version}")
    whole = read_kernel(trees[f"linux-{version}"])
    (small,) = excerpt(REGISTRY, [whole])
    assert len(facts_of(small)) < len(facts_of(whole)) / 2
    (one, cases), (other, other_cases) = answers(whole, cc), answers(small, cc)
    for id_ in REGISTRY.variants:
        assert one[id_] == other[id_], id_
    assert cases == other_cases
