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
from matrix.operations.facts import REWRITES_FACTS
from matrix.poll.excerpt import _LIBRARY, excerpt, relevant_symbols, thinned
from matrix.poll.tree import read_tree
from matrix.query.answer import Answers
from matrix.query.knowledge import Knowledge
from matrix.query.question import Question
from matrix.query.scene import set_scene
from matrix.registry import data_folder, load
from matrix.resolve.kconfig import SOURCE
from matrix.resolve.options import options
from matrix.shipped import shipped_store, united
from matrix.store import Observation, Run, Snapshot, Store, read_facts, write_facts
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
    found = excerpt(REGISTRY, snapshot(("init/Kconfig", RUST), ("arch/dune/Kconfig", list(facts))))
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


def test_what_implies_a_kept_symbol_stays():
    """For one without a prompt it decides; of any other symbol it goes."""
    stays = [Fact("DUNE", "imply", "SAND", "WIND"), Fact("WIND", "type", "bool")]
    assert kept(*stays, Fact("DUNE", "imply", "CAMEL")) == stays


def test_the_gate_is_no_name():
    """What config RUST depends on is followed, however it is called; HAVE_RUST that it does not name is nothing."""
    rust = [Fact("RUST", "depends", "CAN_HAVE_RUST"), Fact("HAVE_RUST", "type", "bool")]
    port = [Fact("DUNE", "select", "CAN_HAVE_RUST", "SAND"), Fact("SAND", "prompt", "yes")]
    found = excerpt(
        REGISTRY, snapshot(("init/Kconfig", rust), ("arch/dune/Kconfig", [*port, Fact("DUST", "type", "x")]))
    )
    assert facts_of(found) == [*port, rust[0]]


def test_other_sources_are_left_alone():
    """Only Kconfig and rustc's library are large."""
    other = snapshot(("MAINTAINERS", [Fact("CAMEL", "maintainers-status", "Supported")]), source="linux-maintainers")
    assert excerpt(REGISTRY, other) == other


RUST_RELEASE = replace(LINUX, project="rust", label="1.95.0")


def library(*files: tuple[str, list[Fact]]) -> Snapshot:
    """Files of rustc's library with these facts."""
    return replace(snapshot(*files, source=_LIBRARY), revision=RUST_RELEASE)


SAND, DUNES, OASIS = (
    Fact("sand", "library-stable", "1.62.0"),
    Fact("dunes", "library-unstable", "12"),
    Fact("oasis", "library-stable", "CURRENT_RUSTC_VERSION"),
)
OLD = Fact("rust1", "library-stable", "1.0.0")
CONST = Fact("sand", "library-const-stable", "1.61")


def test_a_library_feature_stays_where_it_is_stated_first():
    """Whatever any kernel asks for; but not what was stable before any had Rust. A file of which nothing stays goes."""
    whole = library(
        ("core/b.rs", [SAND, DUNES._replace(line=9)]),
        ("core/a.rs", [SAND, OLD, CONST]),
        ("std/c.rs", [DUNES, OLD]),
        ("std/d.rs", [OASIS, DUNES._replace(value="13")]),
    )
    kept = excerpt(REGISTRY, whole)
    assert {o.document.path: o.reading.facts for o in kept.observations} == {
        "core/a.rs": (SAND,),
        "core/b.rs": (DUNES._replace(line=9),),
        "std/d.rs": (OASIS, DUNES._replace(value="13")),
    }
    # A tree held against these alone is thinned alike.
    assert excerpt(REGISTRY, kept) == kept


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


def fact(*parts):
    """A fact of these parts and no others."""
    return st.tuples(*parts).map(lambda made: Fact(*made))


FACTS = st.one_of(
    fact(NAMES, st.just("depends"), EXPRESSIONS),
    fact(NAMES.map(lambda n: f"{n}#2"), st.just("within"), EXPRESSIONS),
    fact(NAMES, st.sampled_from(["select", "imply"]), NAMES, WHENS),
    fact(NAMES, st.just("default"), EXPRESSIONS, WHENS),
    fact(NAMES, st.just("prompt"), st.just("yes"), WHENS),
    fact(NAMES, st.just("type"), st.just("bool")),
)
FILES = st.lists(st.lists(FACTS, max_size=8), min_size=1, max_size=3).map(
    lambda files: snapshot(*((f"arch/dune/Kconfig.{n}", facts) for n, facts in enumerate(files)))
)


@settings(max_examples=150, deadline=None)
@given(FILES)
def test_thinning_twice_is_thinning_once(whole):
    """The symbols that matter are found in what was kept, none more and none less."""
    symbols = relevant_symbols(REGISTRY, whole)
    once = thinned(whole, symbols)
    assert relevant_symbols(REGISTRY, once) == symbols
    assert excerpt(REGISTRY, once) == once


@settings(max_examples=150, deadline=None)
@given(FILES)
def test_what_is_kept_rests_on_nothing_that_went(whole):
    """Every symbol that a kept expression names has kept its own facts, and those that select or imply it."""
    once = excerpt(REGISTRY, whole)
    held = set(facts_of(once))
    named = {f.subject.partition("#")[0] for f in held}
    named |= {
        n
        for f in held
        for e in (f.when, f.value if f.attribute in {"depends", "within", "default"} else "")
        for n in atoms(parse(e))
    }
    for fact in facts_of(whole):
        by_others = fact.attribute in {"select", "imply"}
        if fact.value in named if by_others else fact.subject.partition("#")[0] in named:
            assert fact in held


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(FILES, FILES)
def test_what_joins_from_another_kernel_is_thinned_away_again(one, other):
    """A content that two kernels share has one reading: with the facts of both, it says of each what it said."""
    # The files that both have are the same ones.
    shared = {o.document.path: o.reading for o in one.observations}
    observations = tuple(replace(o, reading=shared.get(o.document.path, o.reading)) for o in other.observations)
    later = Snapshot(replace(LINUX, label="7.2"), observations)
    apart = [excerpt(REGISTRY, one), excerpt(REGISTRY, later)]
    for alone, both in zip(apart, united(apart), strict=True):
        assert set(facts_of(alone)) <= set(facts_of(both))
        assert [set(o.reading.facts) for o in excerpt(REGISTRY, both).observations] == [
            set(o.reading.facts) for o in alone.observations
        ]


@pytest.mark.slow
def test_the_shipped_facts_are_thinned_already():
    """Thinning them again takes nothing away, of each revision by itself: a new one rewrites no other."""
    places = sorted(data_folder().glob("facts/*.tsv"))
    assert places
    for place in places:
        text = place.read_text("utf-8")
        assert write_facts(excerpt(REGISTRY, read_facts(text, place.name)), REWRITES_FACTS) == text, place.name


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
@pytest.mark.parametrize("version", ["6.1.4", "6.1.176", "6.12.8", "6.12.107", "6.17.8", "6.18.15", "7.1.13", "7.2.6"])
def test_thinned_and_whole_give_the_same_answers(trees, version, cc):
    """Every rung, condition, requirement, option and contradiction of every variant, with its evidence."""
    if f"linux-{version}" not in trees:
        pytest.skip(f"no linux-{version}")
    whole = read_kernel(trees[f"linux-{version}"])
    small = excerpt(REGISTRY, whole)
    assert len(facts_of(small)) < len(facts_of(whole)) / 2
    (one, cases), (other, other_cases) = answers(whole, cc), answers(small, cc)
    for id_ in REGISTRY.variants:
        assert one[id_] == other[id_], id_
    assert cases == other_cases
