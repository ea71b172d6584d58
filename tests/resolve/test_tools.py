"""What the kernel asks of tools, and what follows for the bindgen, libclang and pahole that were named."""

from __future__ import annotations

import pytest

from matrix.cell import RungName, Tool
from matrix.errors import UsageError
from matrix.expression import show
from matrix.model import Truth
from matrix.query.question import Question
from matrix.query.toolchain import toolchain
from matrix.resolve.cell import resolve_all
from matrix.resolve.options import general_demands
from matrix.resolve.requirement import POLICIES
from matrix.versions import decode_pahole, pahole_number

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN
POLICY_SOURCES = tuple(source.replace("-", "_") for source in POLICIES)

# The script's own words on bad versions, in the shape that its extractor gives them.
AVAILABLE = (
    "bindgen broken too-old if BINDGEN_VERSION < BINDGEN_MIN_VERSION",
    "bindgen warns bug if (BINDGEN_VERSION = 8100 || BINDGEN_VERSION = 8101) && !$(shell,probe a.h)",
    "libclang broken too-old if LIBCLANG_VERSION < LLVM_MIN_VERSION",
    "bindgen warns bug if LIBCLANG_VERSION >= 2900100 && BINDGEN_VERSION < 8505 && !$(shell,probe b.h)",
    "bindgen broken bug if BINDGEN_VERSION = 9000",
    "libclang warns mismatch if CC_IS_CLANG && CLANG_VERSION_TEXT != LIBCLANG_VERSION_TEXT",
    "bindgen version-policy minimum",
    "libclang version-policy minimum",
)
PINNED = {"linux_quick_start": ("rustc version-policy minimum", "bindgen version-policy exactly")}


@pytest.fixture
def admits(world, variant, backends):
    """The kernel rung of the dune with these tools."""

    def find(*, available=AVAILABLE, **rest):
        tools = {name: rest.pop(name) for name in ("bindgen", "libclang", "pahole") if name in rest}
        asked = world(rustc="1.99.0", tools=tools, linux_rust_available=available, **rest)
        (cell,) = resolve_all(asked, variant(), [backends["rustc-llvm"]])
        return cell.at(RungName.KERNEL)

    return find


# --- what is asked ----------------------------------------------------------------------------------------------------


def needs(world, variant, **sources):
    return {tool: str(r) for tool in Tool if (r := world(**sources).minimum(tool, variant())) is not None}


def test_every_tool_has_its_minimum_where_the_kernel_states_it(world, variant):
    """libclang's is LLVM's, since the check compares the two; pahole's stands in process/changes.rst."""
    asked = needs(world, variant)
    assert asked[Tool.BINDGEN] == "bindgen >= 0.71.1"
    assert asked[Tool.LIBCLANG] == "libclang >= 15.0.0"
    assert asked[Tool.PAHOLE] == "pahole >= 1.20"
    silent = needs(world, variant, linux_rust_available=(), linux_changes=("pahole minimal-version any",))
    assert silent.keys() & {Tool.LIBCLANG, Tool.PAHOLE} == set()


def test_a_port_that_asks_more_of_llvm_asks_it_of_libclang_too(world, variant):
    """scripts/rust_is_available.sh asks min-tool-version.sh for llvm."""
    tools = ("rustc minimum 1.85.0", "llvm minimum 15.0.0", 'llvm minimum 18.0.0 if SRCARCH = "dune"')
    assert needs(world, variant, linux_min_tools=tools)[Tool.LIBCLANG] == "libclang >= 18.0.0"


@pytest.mark.parametrize("source", POLICY_SOURCES)
@pytest.mark.parametrize("tool", ["rustc", "bindgen"])
def test_each_source_of_a_policy_stands_in_for_the_others(world, variant, source, tool):
    """The one that was read decides."""
    others = dict.fromkeys(POLICY_SOURCES, ("pahole minimal-version 1.20",))
    asked = needs(world, variant, **others | {source: (f"{tool} version-policy exactly",)})
    assert " = " in asked[Tool(tool)]


def test_the_plainest_words_come_first(world, variant):
    """quick-start.rst, then the check, then changes.rst."""
    said = {s: (f"bindgen version-policy {p}",) for s, p in zip(POLICY_SOURCES, ("exactly", "minimum"), strict=False)}
    assert needs(world, variant, **said)[Tool.BINDGEN] == "bindgen = 0.71.1"


# --- bindgen and libclang ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("named", "truth"),
    [
        ({"bindgen": "0.71.0"}, NO),
        ({"bindgen": "0.71.1"}, YES),
        ({"bindgen": "0.70"}, NO),
        ({"bindgen": "0.71"}, UNKNOWN),  # 0.71.0 is too old, 0.71.1 is not
        ({"bindgen": "0.72"}, YES),
        ({"libclang": "14.0.6"}, NO),
        ({"libclang": "15.0.0"}, YES),
        ({"libclang": "15"}, YES),
        ({"bindgen": "0.90.0"}, NO),  # the check ends with an error
        ({"bindgen": "0.90"}, YES),  # some of 0.90 are fine
    ],
)
def test_a_named_version_below_the_minimum_or_refused_is_a_no(admits, named, truth):
    """A version of one or two numbers is any of its series."""
    assert admits(**named).truth is truth


def test_a_no_cites_the_minimum_and_the_check(admits):
    """Both lines."""
    found = admits(bindgen="0.60.0")
    assert [item.path for item in found.evidence] == ["linux-min-tools.txt", "linux-rust-available.txt"]
    assert "needs bindgen >= 0.71.1, and 0.60.0 was named" in found.because


def test_a_version_below_the_minimum_is_a_no_even_if_nothing_else_is_known(admits):
    """The minimum alone proves it."""
    assert admits(bindgen="0.60.0", available=(), linux_quick_start=(), linux_changes=()).truth is NO


@pytest.mark.parametrize(("named", "truth"), [("0.71.1", YES), ("0.72.0", UNKNOWN), ("0.71", UNKNOWN), ("0.70.1", NO)])
def test_beside_a_pinned_bindgen_another_cannot_be_told(admits, named, truth):
    """Linux 6.1: a particular version is required."""
    assert admits(bindgen=named, **PINNED).truth is truth


@pytest.mark.parametrize("named", [{"bindgen": "0.72.0"}, {"libclang": "19.1.0"}])
def test_without_the_check_a_named_tool_cannot_be_told(admits, named):
    """It knows bad versions; nothing is asked of it where no tool was named."""
    found = admits(available=(), **named)
    assert (found.truth, "linux-rust-available" in found.unread) == (UNKNOWN, True)
    assert admits(available=()).truth is YES


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ({"bindgen": "0.81.1"}, "the kernel warns of bindgen 0.81.1: a bug that the kernel knows of"),
        (
            {"bindgen": "0.85.4", "libclang": "29.1.0"},
            "the kernel warns of bindgen 0.85.4 with libclang 29.1.0: a bug that the kernel knows of",
        ),
        ({"bindgen": "0.85.4"}, "the kernel warns of bindgen 0.85.4 with libclang >= 29.1.0: "),
        ({"libclang": "29.1.0"}, "the kernel warns of libclang 29.1.0 with bindgen < 0.85.5: "),
        ({"bindgen": "0.90"}, "the kernel refuses bindgen 0.90 with bindgen = 0.90.0: "),
        (
            {"libclang": "19.1.0", "cc": "clang", "cc_version": "18.1.8"},
            "the kernel warns that libclang 19.1.0 does not match clang 18.1.8",
        ),
        (
            {"libclang": "19", "cc": "clang", "cc_version": "19.1.7"},
            "the kernel warns where they differ that libclang 19 does not match clang 19.1.7",
        ),
        (
            {"libclang": "19.1.0"},
            "the kernel warns where clang compiles the C and is not of libclang's version, 19.1.0",
        ),
    ],
)
def test_what_the_check_warns_of_is_a_remark_and_never_a_no(admits, named, words):
    """Its line is among the evidence."""
    found = admits(**named)
    assert found.truth is YES
    (remark,) = [r for r in found.remarks if r.startswith(words)]
    assert "linux-rust-available.txt:" in remark
    assert any(item.path == "linux-rust-available.txt" and item.line > 1 for item in found.evidence)


def test_a_probe_of_the_tool_at_hand_is_said(admits):
    """Distributions have mended some, so that the version alone proves nothing."""
    (remark,) = admits(bindgen="0.81.1", libclang="19.1.0", cc="gcc").remarks
    assert remark.endswith("; a probe of the bindgen at hand decides, since some are mended")


@pytest.mark.parametrize(
    "named",
    [
        {"bindgen": "0.85.5", "libclang": "29.1.0", "cc": "gcc"},
        {"bindgen": "0.82.0", "libclang": "29.0.9", "cc": "gcc"},
        {"libclang": "19.1.0", "bindgen": "0.86.0", "cc": "clang", "cc_version": "19.1.0"},
        {},
    ],
)
def test_what_the_check_lets_pass_is_no_remark(admits, named):
    """Nor anything where no tool was named."""
    assert admits(**named).remarks == ()


# --- pahole -----------------------------------------------------------------------------------------------------------

BTF = {
    "init/Kconfig": 'config RUST\n\tbool "Rust"\n\tdepends on HAVE_RUST\n\tdepends on !BTF || SKIPS_RUST\n'
    "config PAHOLE_VERSION\n\tint\n\tdefault $(pahole)\n",
    "arch/Kconfig": 'config HAVE_RUST\n\tbool\nconfig BTF\n\tbool "BTF"\n\tdepends on PAHOLE_VERSION >= 122\n'
    "config SKIPS_RUST\n\tdef_bool PAHOLE_VERSION >= 124\n",
}


@pytest.mark.parametrize(
    ("pahole", "remains", "holds"),
    [("", "!BTF || SKIPS_RUST", None), ("1.30", "", None), ("1.23", "!BTF", None), ("1.20", "", None)],
)
def test_a_named_pahole_enters_kconfig(world, variant, pahole, remains, holds):
    """1.24 makes the symbol true; with what is older than 1.22 there is no BTF at all."""
    demands = general_demands(world(kconfig=BTF, tools={"pahole": pahole}), variant())
    assert [show(d.remains) for d in demands] == [remains] * bool(remains)
    tied = [(t.symbol, show(t.test), t.holds) for d in demands for t in d.tied]
    assert tied == ([("SKIPS_RUST", "PAHOLE_VERSION >= 124", holds)] if "SKIPS_RUST" in remains else [])


def test_an_old_pahole_is_said_and_makes_nothing_a_no(admits):
    """It makes BTF, which Rust is built without."""
    found = admits(pahole="1.19")
    assert found.truth is YES
    (remark,) = found.remarks
    assert remark.startswith("pahole 1.19 is older than the 1.20 that Linux 9.1 asks for (linux-changes.txt:1)")
    assert admits(pahole="1.20").remarks == ()


@pytest.mark.parametrize(("written", "number"), [("1.24", 124), ("v1.30", 130), ("1.16", 116)])
def test_pahole_counts_as_kconfig_counts_it(written, number):
    """scripts/pahole-version.sh joins the two numbers."""
    assert pahole_number(written) == number
    assert decode_pahole(number) == written.lstrip("v")


# --- versions as people write them ------------------------------------------------------------------------------------


def named(**tools):
    return toolchain(linux=None, known=(), question=Question(tools=tools, versions={"rust": "1.95.0"}), choices=CHOICES)


CHOICES = {"rust": None}


def test_what_a_distribution_hangs_on_is_cut_and_said():
    """0.66.1-4 is Debian's."""
    chosen = named(bindgen="0.66.1-4", libclang="v19.1.7")
    assert chosen.named == {"bindgen": "0.66.1", "libclang": "19.1.7"}
    assert len(chosen.said) == 1


def test_a_version_that_does_not_parse_names_its_option():
    """Nobody can know what was meant."""
    with pytest.raises(UsageError, match="--bindgen: version: got 'newest-one'"):
        named(bindgen="newest-one")
