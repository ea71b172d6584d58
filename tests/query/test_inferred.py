"""Between two releases that were read: what is inferred, on made kernels. What is known is never inferred."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import datetime, timezone
from functools import cache
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matrix.cell import Basis
from matrix.extract.kconfig import extract
from matrix.model import Document, Fact, Reading, Revision, Truth
from matrix.query.inferred import cells_of
from matrix.query.knowledge import Knowledge
from matrix.query.question import Question
from matrix.query.scene import set_scene
from matrix.store import Observation, Run, Snapshot, Store
from matrix.text import Text

SEEN = datetime(2026, 3, 1, tzinfo=timezone.utc)
KCONFIG = (
    'config 64BIT\n\tbool "64"\nconfig KASAN\n\tbool "K"\nconfig CC_IS_GCC\n\tdef_bool $(success,gcc)\n'
    'config RUST\n\tbool "Rust"\n\tdepends on HAVE_RUST\nconfig HAVE_RUST\n\tbool\n'
)
PORT = "config X86_64\n\tdef_bool y\nconfig X86\n\tdef_bool y\n"
# What a kernel may say of Rust on its port.
SELECTS = st.sampled_from(
    ["", "\tselect HAVE_RUST\n", "\tselect HAVE_RUST if !KASAN\n", "\tselect HAVE_RUST if X86_64\n"]
)
MINIMA = st.sampled_from(["1.85.0", "1.90.0", "1.99.0", ""])
KERNELS = st.dictionaries(
    st.sampled_from(["8.1", "8.1.5", "8.1.9", "8.2", "8.4.1", "9.0"]),
    st.tuples(SELECTS, MINIMA),
    min_size=2,
    max_size=5,
)


def kernel(label: str, selects: str, minimum: str) -> Snapshot:
    """A kernel with one port, which selects HAVE_RUST so, and the rustc that it needs."""
    files = {
        ("linux-ports", "arch/"): [Fact("x86", "port", "arch/x86/Kconfig")],
        ("linux-kconfig", "init/Kconfig"): extract(Text("init/Kconfig", KCONFIG)),
        ("linux-kconfig", "arch/x86/Kconfig"): extract(Text("arch/x86/Kconfig", PORT + selects)),
        ("linux-changes", "Documentation/process/changes.rst"): [Fact("rustc", "version-policy", "minimum")],
    }
    if minimum:
        files["linux-min-tools", "scripts/min-tool-version.sh"] = [Fact("rustc", "minimum", minimum)]
    return Snapshot(
        Revision(project="linux", label=label),
        tuple(observation(label, *place, tuple(facts)) for place, facts in files.items()),
    )


def observation(label: str, source: str, path: str, facts: tuple[Fact, ...]) -> Observation:
    digest = sha256(repr((path, facts)).encode()).hexdigest()
    return Observation(
        source=source,
        document=Document(project="linux", revision=label, path=path, sha256=digest, observed_at=SEEN, checked_at=SEEN),
        reading=Reading(sha256=digest, source=source, extractor="made", version=1, facts=facts),
    )


@pytest.fixture(scope="module")
def cells(registry):
    """Kernels by label, a version, whether to infer -> the cells of x86_64 where only these kernels were read."""
    opened = ExitStack()

    @cache
    def known(kernels):
        store = opened.enter_context(Store.memory())
        run = Run(kind="tree", started=SEEN, finished=SEEN, outcome="complete")
        store.facts.record(run, [kernel(name, *said) for name, said in kernels])
        return Knowledge([store])

    def ask(kernels, label, *, exact=False):
        question = Question(versions={"linux": f"v{label}"}, exact=exact)
        scene = set_scene(registry, known(tuple(sorted(kernels.items()))), question)
        return cells_of(scene, registry.variants["x86_64"], registry.backends.values())

    with opened:
        yield ask


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(KERNELS)
def test_what_is_known_is_not_inferred(cells, kernels):
    """Whatever else is known: each release says what it says alone, with and without --exact."""
    for label, said in kernels.items():
        among = cells(kernels, label)
        assert among == cells({label: said}, label) == cells(kernels, label, exact=True)
        assert {cell.basis for cell in among} == {Basis.READ}


@pytest.mark.slow
@settings(max_examples=20, deadline=None)
@given(KERNELS, st.sampled_from(["8.1.7", "8.3", "8.0", "9.1"]), st.tuples(SELECTS, MINIMA))
def test_a_new_revision_changes_only_what_was_inferred_or_unknown(cells, kernels, label, said):
    """Of any version asked for: an answer that was read stays, and that of the new revision is then read."""
    more = kernels | {label: said}
    for asked in ("8.1", "8.1.6", "8.1.7", "8.2", "8.3", "9.0"):
        before, after = cells(kernels, asked), cells(more, asked)
        for old, new in zip(before, after, strict=True):
            if old != new:
                assert asked not in kernels
                assert old.basis is Basis.INFERRED or old.answer is Truth.UNKNOWN
    assert {cell.basis for cell in cells(more, label)} == {Basis.READ}


@settings(max_examples=20, deadline=None)
@given(KERNELS)
def test_an_inferred_answer_is_that_of_both_sides(cells, kernels):
    """Never one that neither gives; past the newest and before the oldest nothing is inferred."""
    for label, (older, newer) in {"8.1.7": ("8.1.5", "8.1.9"), "8.1.2": ("8.1", "8.1.5")}.items():
        if {older, newer} <= kernels.keys():
            sides = zip(cells(kernels, older), cells(kernels, newer), cells(kernels, label), strict=True)
            for one, other, between in sides:
                if between.answer is not Truth.UNKNOWN:
                    assert one.answer is other.answer is between.answer
                if one.answer is not other.answer:
                    assert between.answer is Truth.UNKNOWN
    for outside in ("8.0", "9.5"):
        assert all(cell.basis is Basis.READ for cell in cells(kernels, outside))
    assert all(cell.basis is Basis.READ for cell in cells(kernels, "8.1.7", exact=True))
