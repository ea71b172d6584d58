"""Which source decides what: the laws of data/sources.toml, held on the shipped facts by taking each source away."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matrix.model import Truth
from matrix.query.knowledge import Knowledge
from matrix.query.question import Question, set_scene
from matrix.registry import data_folder, load
from matrix.resolve.backends import BACKENDS
from matrix.resolve.cell import deciding_sources, resolve_all
from matrix.resolve.facts import Facts

REGISTRY = load(data_folder())
DECIDING = deciding_sources(BACKENDS)
OTHERS = tuple(source for source in REGISTRY.sources if source not in DECIDING)
# The newest releases, and older ones at which sources decide that at the newest ones do not: kernels that newer rustcs
# refuse, and a GCC without a front end for Rust.
ASKED = ({}, {"linux": "6.18.15"}, {"linux": "6.12.8"}, {"gcc": "12.5.0"})
ASKED_OF = ("x86_64", "arm64")


class Without(Knowledge):
    """What is known but for one source, at every revision. What rests on Kconfig alone is not built anew."""

    def __init__(self, stores, source):
        super().__init__(stores)
        self.source = source

    def facts(self, revision):
        whole = WHOLE.setdefault(revision, super().facts(revision))
        sources = {s.id for s in REGISTRY.sources.values() if s.project == revision.project} - {self.source}
        thinned = Facts(revision, [item for source in sources for item in whole.of(source)])
        if self.source != "linux-kconfig":
            thinned.ports = whole.ports
        return thinned


WHOLE: dict = {}


@pytest.fixture(scope="module")
def cells(shipped):
    """Every cell at the releases of ASKED, by place there, variant and backend, without one source."""
    made = {}

    def make(source=None, registry=REGISTRY):
        if registry is not REGISTRY or source not in made:
            knowledge = Without([shipped], source)
            backends = registry.backends.values()
            scenes = [set_scene(registry, knowledge, Question(versions=versions)) for versions in ASKED]
            found = {
                (place, variant.id, cell.backend): cell
                for place, scene in enumerate(scenes)
                for variant in registry.variants.values()
                if place == 0 or variant.id in ASKED_OF
                for cell in resolve_all(scene.context, variant, backends)
            }
            if registry is not REGISTRY:
                return found
            made[source] = found
        return made[source]

    return make


def said(cell):
    return cell.status, cell.rung, cell.unknown, cell.condition, [rung.truth for rung in cell.rungs]


@pytest.mark.parametrize("source", OTHERS)
def test_a_source_that_decides_nothing_changes_no_answer(cells, source):
    """Its file may be renamed, fail or vanish: every cell stays what it is, at the same release."""
    with_it, without = cells(), cells(source)
    assert {key: said(cell) for key, cell in without.items()} == {key: said(cell) for key, cell in with_it.items()}


@pytest.mark.parametrize("source", DECIDING)
def test_a_deciding_source_that_is_missing_is_cannot_tell_and_named(cells, source):
    """No rung turns into its opposite, and none is told from an older release."""
    with_it, without = cells(), cells(source)
    opened = 0
    for key, cell in without.items():
        for before, after in zip(with_it[key].rungs, cell.rungs, strict=True):
            if before.truth is after.truth:
                continue
            assert after.truth is Truth.UNKNOWN, (key, after)
            assert source in after.because or source in after.unread, (key, after)
            opened += 1
    assert opened, "a source that decides nowhere is not deciding"
    declared = {name for name, rules in BACKENDS.items() if any(source in s for s in rules.sources.values())}
    shared = source in deciding_sources(())
    for (place, _, backend), cell in without.items():
        if place == 0:  # an older release may be without the source's files by right
            assert (source in cell.unread) == (shared or backend in declared)


@pytest.mark.parametrize("source", DECIDING)
def test_a_missing_deciding_source_is_said_in_the_first_lines(shipped, source):
    """With the release that lacks it: an asker must not take the gap for a no."""
    notes = set_scene(REGISTRY, Without([shipped], source), Question()).said
    assert any(note.startswith(source) for note in notes)


def test_every_source_decides_or_says_what_shows_it():
    """A source that does neither is dead data."""
    for source in REGISTRY.sources.values():
        assert bool(source.shown) == (source.id not in DECIDING), source.id


@pytest.mark.parametrize("source", [s.id for s in REGISTRY.sources.values() if s.silence == "no"])
def test_where_silence_is_no_answer_a_no_for_want_of_an_entry_is_cannot_tell(cells, source):
    """What data/sources.toml says of a list decides: it is no decoration."""
    sources = {**REGISTRY.sources, source: replace(REGISTRY.sources[source], silence="unknown")}
    before, after = cells(), cells(registry=replace(REGISTRY, sources=sources))
    changed = [key for key in before if said(before[key]) != said(after[key])]
    assert changed
    for key in changed:
        for old, new in zip(before[key].rungs, after[key].rungs, strict=True):
            assert old.truth is new.truth or (old.truth, new.truth) == (Truth.NO, Truth.UNKNOWN)


def test_a_backend_without_rules_is_cannot_tell_in_every_cell(cells):
    """And says what is missing, with its place in data/."""
    stranger = replace(REGISTRY.backends["mrustc"], id="stranger")
    found = cells(registry=replace(REGISTRY, backends={"stranger": stranger}))
    for cell in found.values():
        assert cell.answer is Truth.UNKNOWN
        assert cell.decisive.because.startswith("backends.toml: backend.stranger: found no rules")
