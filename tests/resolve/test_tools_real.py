"""What real kernels ask of bindgen, libclang and pahole, read by hand from their scripts and documents."""

from __future__ import annotations

import pytest

from matrix.cell import Tool
from matrix.model import Revision, Truth
from matrix.poll.tree import read_tree
from matrix.resolve.context import Asked, Context
from matrix.resolve.facts import Facts
from matrix.resolve.kernel.bindings import bindgen_suits, libclang_suits, no_known_bug
from matrix.resolve.options import general_demands
from matrix.resolve.requirement import AVAILABLE, MINIMUMS, POLICIES
from matrix.trees import open_tree
from tests.resolve.conftest import SEEN, located

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN
SOURCES = (MINIMUMS, *POLICIES, "linux-kconfig")
BUG, MISMATCH = "a bug that the kernel knows of", "does not match clang"


@pytest.fixture(scope="session")
def kernels(trees, registry):
    """The facts of a real kernel that say what it asks of tools."""
    made = {}

    def read(label):
        if f"linux-{label}" not in trees:
            pytest.skip(f"no linux-{label} among the upstream trees")
        if label not in made:
            revision = Revision(project="linux", label=label)
            sources = [registry.sources[source] for source in SOURCES]
            known = read_tree(open_tree(trees[f"linux-{label}"]), revision, sources, SEEN)
            assert not known.failures
            items = [
                located(o.source, o.document.path, fact)
                for o in known.snapshot.observations
                for fact in o.reading.facts
            ]
            made[label] = Facts(revision, items)
        return made[label]

    return read


@pytest.fixture
def asking(kernels, registry):
    """The context of a question about a real kernel."""
    return lambda label, **asked: Context(
        facts={"linux": kernels(label)},
        asked=Asked(**asked),
        symbols={arch.symbol: arch.id for arch in registry.arches.values()},
        sources=registry.sources,
        names={"linux": "Linux"},
    )


@pytest.mark.parametrize(
    ("label", "variant", "needs"),
    [
        ("6.1.176", "x86_64", ["rustc = 1.62.0", "bindgen = 0.56.0", "libclang >= 11.0.0", "pahole >= 1.16"]),
        ("6.12.107", "x86_64", ["rustc >= 1.78.0", "bindgen >= 0.65.1", "libclang >= 13.0.1", "pahole >= 1.16"]),
        ("6.12.107", "s390x", ["rustc >= 1.78.0", "bindgen >= 0.65.1", "libclang >= 15.0.0", "pahole >= 1.16"]),
        ("6.18.15", "x86_64", ["rustc >= 1.78.0", "bindgen >= 0.65.1", "libclang >= 15.0.0", "pahole >= 1.16"]),
        ("7.1.13", "x86_64", ["rustc >= 1.85.0", "bindgen >= 0.71.1", "libclang >= 15.0.0", "pahole >= 1.26"]),
        ("7.1.13", "loongarch64", ["rustc >= 1.85.0", "bindgen >= 0.71.1", "libclang >= 18.0.0", "pahole >= 1.26"]),
        ("7.2.6", "x86_64", ["rustc >= 1.85.0", "bindgen >= 0.71.1", "libclang >= 17.0.1", "pahole >= 1.26"]),
    ],
)
def test_what_a_kernel_asks_of_its_tools(asking, registry, label, variant, needs):
    """By the policy that its documents state: 6.1 alone asks for one version."""
    context = asking(label)
    tools = (Tool.RUSTC, Tool.BINDGEN, Tool.LIBCLANG, Tool.PAHOLE)
    assert [str(context.minimum(tool, registry.variants[variant])) for tool in tools] == needs


@pytest.mark.parametrize(
    ("label", "named", "truth", "warned"),
    [
        ("6.1.176", {"bindgen": "0.56.0"}, YES, []),
        ("6.1.176", {"bindgen": "0.63.0"}, UNKNOWN, []),
        ("6.1.176", {"bindgen": "0.55.1"}, NO, []),
        ("6.1.176", {"libclang": "10.0.1"}, NO, [(169, "libclang's version")]),
        ("6.12.107", {"bindgen": "0.65.0"}, NO, [(228, BUG)]),
        ("6.12.107", {"bindgen": "0.65.1", "libclang": "18.1.8", "cc": "gcc"}, YES, []),
        ("6.12.107", {"bindgen": "0.66.1", "libclang": "18.1.8", "cc": "gcc"}, YES, [(164, BUG)]),
        ("6.12.107", {"bindgen": "0.69.4", "libclang": "19.1.0", "cc": "gcc"}, YES, [(228, BUG)]),
        ("6.12.107", {"bindgen": "0.69.5", "libclang": "19.1.0", "cc": "gcc"}, YES, []),
        (
            "6.12.107",
            {"bindgen": "0.70.1", "libclang": "19.1.0", "cc": "clang", "cc_version": "18.1.8"},
            YES,
            [(254, MISMATCH)],
        ),
        ("6.18.15", {"bindgen": "0.66.0", "libclang": "19.1.7", "cc": "gcc"}, YES, [(166, BUG), (230, BUG)]),
        ("7.1.13", {"bindgen": "0.69.4", "libclang": "19.1.0", "cc": "gcc"}, NO, []),
        ("7.1.13", {"bindgen": "0.71.1", "libclang": "22.1.0", "cc": "gcc"}, YES, []),
        ("7.2.6", {"bindgen": "0.72.0", "libclang": "22.1.0", "cc": "gcc"}, YES, [(211, BUG)]),
        ("7.2.6", {"bindgen": "0.72.1", "libclang": "22.1.0", "cc": "gcc"}, YES, []),
        ("7.2.6", {"libclang": "16.0.6", "cc": "gcc"}, NO, []),
    ],
)
def test_what_a_kernel_says_of_named_tools(asking, registry, label, named, truth, warned):
    """A version below the minimum is a no; what scripts/rust_is_available.sh warns of is said with its line."""
    context, variant = asking(label, **named), registry.variants["x86_64"]
    steps = [conjunct(context, variant) for conjunct in (bindgen_suits, libclang_suits, no_known_bug)]
    truths = {step.truth for step in steps}
    assert (NO if NO in truths else UNKNOWN if UNKNOWN in truths else YES) is truth
    remarks = [remark for step in steps for remark in step.remarks]
    assert len(remarks) == len(warned)
    for remark, (line, words) in zip(remarks, warned, strict=True):
        assert words in remark
        assert f"({registry.sources[AVAILABLE].paths[0]}:{line})" in remark


@pytest.mark.parametrize("label", ["6.1.176", "6.12.107", "6.18.15", "7.1.13", "7.2.6"])
@pytest.mark.parametrize(
    ("pahole", "holds"), [("", None), ("1.24", True), ("1.30", True), ("1.23", "gone"), ("1.15", "gone")]
)
def test_which_pahole_leaves_rust_out_of_btf(asking, registry, label, pahole, holds):
    """PAHOLE_HAS_LANG_EXCLUDE is pahole >= 1.24; what is older leaves only !DEBUG_INFO_BTF, or no BTF at all."""
    demands = general_demands(asking(label, pahole=pahole), registry.variants["x86_64"])
    tied = [(t.symbol, t.holds) for demand in demands for t in demand.tied if "PAHOLE" in t.symbol]
    assert tied == ([] if holds == "gone" else [("PAHOLE_HAS_LANG_EXCLUDE", holds)])
