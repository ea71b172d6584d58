"""Which source decides what: the laws of data/sources.toml, held on the shipped facts by taking each source away."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matrix.cell import RungName
from matrix.model import Truth
from matrix.query.knowledge import Knowledge
from matrix.query.question import Question
from matrix.query.scene import set_scene
from matrix.registry import data_folder, load
from matrix.resolve.backends import BACKENDS
from matrix.resolve.cell import deciding_sources, resolve_all
from matrix.resolve.facts import Facts
from matrix.resolve.requirement import AVAILABLE, POLICIES
from tests.sampling import one_in

REGISTRY = load(data_folder())
DECIDING = deciding_sources(BACKENDS)
OTHERS = tuple(source for source in REGISTRY.sources if source not in DECIDING)
# Some sources decide only what was named, or older releases: kernels that newer rustcs refuse, and a GCC without a
# front end for Rust. The laws hold of all these questions.
PLAIN = Question()
TOOLS = Question(tools={"bindgen": "0.72.1", "libclang": "20.1.8", "pahole": "1.30"})
OLDER = tuple(Question(versions=v) for v in ({"linux": "6.18.15"}, {"linux": "6.12.8"}, {"gcc": "12.5.0"}))
QUESTIONS = (PLAIN, TOOLS, *OLDER)
ASKED_OF = ("x86_64", "arm64")
# One variant of each kind: with Rust, as a host has it, with a target alone, with GCC alone, gone.
SOME = ("x86_64", "um-x86_64", "m68k-classic", "nios2", "ia64")
# Sources that say one thing stand in for each other: each decides where the others are missing too.
STAND_INS = {source: frozenset(POLICIES) - {source} for source in POLICIES}


class Without(Knowledge):
    """What is known but for some sources, at every revision. What rests on Kconfig alone is not built anew."""

    def __init__(self, stores, *missing):
        super().__init__(stores)
        self.missing = set(missing)

    def facts(self, revision):
        whole = WHOLE.setdefault(revision, super().facts(revision))
        sources = {s.id for s in REGISTRY.sources.values() if s.project == revision.project} - self.missing
        thinned = Facts(revision, [item for source in sources for item in whole.of(source)])
        if "linux-kconfig" not in self.missing:
            thinned.made = whole.made
        return thinned


WHOLE: dict = {}


@pytest.fixture(
    scope="module", params=[SOME, pytest.param(tuple(REGISTRY.variants), marks=pytest.mark.slow)], ids=["some", "all"]
)
def asked(request):
    """The variants that the laws are held on."""
    return request.param


@pytest.fixture(scope="module")
def cells(shipped, asked):
    """Every cell of a question, by variant and backend, without some sources; of older releases a few variants."""
    made = {}

    def make(*missing, registry=REGISTRY, question=PLAIN):
        key = frozenset(missing), QUESTIONS.index(question)
        if registry is not REGISTRY or key not in made:
            knowledge = Without([shipped], *missing)
            scene = set_scene(registry, knowledge, question)
            backends = registry.backends.values()
            found = {
                (variant.id, cell.backend): cell
                for variant in registry.variants.values()
                if variant.id in (ASKED_OF if question in OLDER else asked)
                for cell in resolve_all(scene.context, variant, backends)
            }
            if registry is not REGISTRY:
                return found
            made[key] = found
        return made[key]

    return make


def said(cell):
    return cell.status, cell.rung, cell.unknown, cell.condition, [rung.truth for rung in cell.rungs]


@pytest.mark.parametrize(
    ("source", "question"),
    # Of named tools the kernel's files speak alone.
    one_in(
        4,
        [(s, q) for s in OTHERS for q in (PLAIN, TOOLS) if q is PLAIN or REGISTRY.sources[s].project == "linux"],
        several=True,
    ),
)
def test_a_source_that_decides_nothing_changes_no_answer(cells, source, question):
    """Its file may be renamed, fail or vanish: every cell stays what it is, at the same release."""
    with_it, without = cells(question=question), cells(source, question=question)
    assert {key: said(cell) for key, cell in without.items()} == {key: said(cell) for key, cell in with_it.items()}


@pytest.mark.parametrize("source", one_in(3, DECIDING))
def test_a_deciding_source_that_is_missing_is_cannot_tell_and_named(cells, source):
    """No rung turns into its opposite, and none is told from an older release.

    What stands in for it is taken away too. Some decide only where a tool was named, or of older releases.
    """
    stand_ins = STAND_INS.get(source, frozenset())
    opened = sum(
        len(_opened(source, cells(*stand_ins, question=question), cells(source, *stand_ins, question=question)))
        for question in QUESTIONS
    )
    assert opened, "a source that decides nowhere is not deciding"
    without = cells(source)
    declared = {name for name, rules in BACKENDS.items() if any(source in s for s in rules.sources.values())}
    shared = source in deciding_sources(())
    for (_, backend), cell in without.items():
        assert (source in cell.unread) == (shared or backend in declared)


def _opened(source, with_it, without):
    """The rungs that became unknown for want of a source; every other is what it was."""
    opened = []
    for key, cell in without.items():
        for before, after in zip(with_it[key].rungs, cell.rungs, strict=True):
            if before.truth is after.truth:
                continue
            assert after.truth is Truth.UNKNOWN, (key, after)
            assert source in after.because or source in after.unread, (key, after)
            opened.append((key, after.name))
    return opened


@pytest.mark.parametrize("source", POLICIES)
def test_what_stands_in_for_a_missing_source_decides(cells, source):
    """What one of them says is provable from the others: without it no plain answer changes, nor a named one turns."""
    assert {k: said(c) for k, c in cells(source).items()} == {k: said(c) for k, c in cells().items()}
    _opened(source, cells(question=TOOLS), cells(source, question=TOOLS))


def test_the_check_decides_where_a_tool_was_named(cells):
    """It alone knows which versions of bindgen and libclang are bad, and nothing stands in for that."""
    opened = _opened(AVAILABLE, cells(question=TOOLS), cells(AVAILABLE, question=TOOLS))
    assert {name for _, name in opened} >= {RungName.KERNEL}


@pytest.mark.parametrize("source", DECIDING)
def test_a_missing_deciding_source_is_said_in_the_first_lines(shipped, source):
    """With the release that lacks it: an asker must not take the gap for a no."""
    notes = set_scene(REGISTRY, Without([shipped], source), Question()).said
    assert any(note.startswith(source) for note in notes)


def test_every_source_decides_or_says_what_shows_it():
    """A source that does neither is dead data."""
    for source in REGISTRY.sources.values():
        assert bool(source.shown) == (source.id not in DECIDING), source.id


# Every backend of a target that the newest rustc lists is built: tests/resolve/test_ladder.py holds this silence.
NOT_MET = {"rust-built-llvm"}


@pytest.mark.parametrize(
    "source", [s.id for s in REGISTRY.sources.values() if s.silence == "no" and s.id not in NOT_MET]
)
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
