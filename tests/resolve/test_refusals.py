"""What a rustc refuses of how a kernel calls it: the upper end of the versions that build this kernel."""

from __future__ import annotations

import pytest

from matrix.cell import RungName
from matrix.expression import show
from matrix.model import Truth
from matrix.resolve.cell import resolve_all

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN

# A kernel that generates its own specification, by a rule for core that was read.
CUSTOM = {
    "linux_rustflags": ("dune rustc-target $(objtree)/scripts/target.json",),
    "linux_target_spec": ("SANDY llvm-target sandy-linux-gnu",),
}
RULE = ("* rustc-rule library", "* rustc-edition 2021")
REFUSES = {"rust_json_targets": ("json-target needs -Zunstable-options",)}
TAKES = {"rust-json-targets": ("json-target needs none",), "rust-core-edition": ("core edition 2021",)}
STILL_REFUSES = {**TAKES, "rust-json-targets": ("json-target needs -Zunstable-options",)}


@pytest.fixture
def rung(world, variant, backends):
    """The kernel rung of the 64-bit dune in a world with these differences; rustc 1.99.0 is evaluated."""

    def find(*, evaluated="1.99.0", **differences):
        cells = resolve_all(world(evaluated=evaluated, **differences), variant(), [backends["rustc-llvm"]])
        return cells[0].at(RungName.KERNEL)

    return find


# --- a custom target specification ------------------------------------------------------------------------------------


def test_a_named_rustc_that_refuses_the_kernels_own_specification_is_a_no_with_both_lines(rung):
    """x86_64 on 6.18 with rustc 1.95: the rule that compiles core does not pass what rustc asks for."""
    found = rung(rustc="1.99.0", **CUSTOM, **REFUSES)
    assert found.truth is NO
    assert "-Zunstable-options" in found.because
    places = {(e.path, e.line) for e in found.evidence}
    assert {("linux-rustflags.txt", 1), ("rust-json-targets.txt", 1)} <= places


def test_a_rustc_that_asks_for_nothing_reads_the_specification(rung):
    """Up to 1.94."""
    assert rung(rustc="1.99.0", **CUSTOM).truth is YES


@pytest.mark.parametrize("attribute", ["rustc-flag", "rustc-flag:library", "rustc-flag:built-in"])
def test_a_kernel_that_passes_the_flag_to_core_is_a_yes_and_asks_nothing_of_rustc(rung, attribute):
    """7.1, where also nothing is read of rustc."""
    core = (*RULE, f"* {attribute} -Zunstable-options if RUST")
    for said in (REFUSES, {"rust_json_targets": ()}):
        assert rung(rustc="1.99.0", core=core, **CUSTOM, **said).truth is YES


@pytest.mark.parametrize("attribute", ["rustc-flag:driver", "rustc-flag:rustdoc", "rustc-flag:host"])
def test_a_flag_of_another_rule_does_not_reach_core(rung, attribute):
    """6.18 passes it to drivers, and to rustdoc."""
    core = (*RULE, f"* {attribute} -Zunstable-options")
    assert rung(rustc="1.99.0", core=core, **CUSTOM, **REFUSES).truth is NO


def test_a_flag_under_a_condition_that_cannot_hold_does_not_reach_core(rung):
    """As one for a newer rustc."""
    core = (*RULE, "* rustc-flag:library -Zunstable-options if RUSTC_VERSION >= 110000")
    assert rung(rustc="1.99.0", core=core, **CUSTOM, **REFUSES).truth is NO


def test_a_target_by_name_asks_for_no_flag(rung):
    """arm64 on 6.18 with rustc 1.95 is a yes."""
    assert rung(rustc="1.99.0", **REFUSES).truth is YES


def test_without_a_named_rustc_the_newest_known_one_that_takes_it_is_the_condition(rung):
    """In the asker's words, among the known releases that this kernel accepts."""
    older = {"1.98.0": STILL_REFUSES, "1.90.0": TAKES, "1.85.1": TAKES}
    found = rung(older=older, **CUSTOM, **REFUSES)
    assert (found.truth, show(found.condition)) == (YES, "rustc <= 1.90.0")
    assert any(e.path == "rust-json-targets.txt" for e in found.evidence)


@pytest.mark.parametrize("older", [{}, {"1.84.0": TAKES}, {"1.98.0": STILL_REFUSES}])
def test_where_no_older_rustc_is_known_to_do_it_cannot_be_told(rung, older):
    """One below the kernel's minimum is none: an unknown one in between may do."""
    assert rung(older=older, **CUSTOM, **REFUSES).truth is UNKNOWN


def test_an_older_rustc_of_which_that_was_not_read_is_unknown_and_named(rung):
    """The condition would pass over a release that may do."""
    unread = {"rust-core-edition": ("core edition 2021",)}
    found = rung(older={"1.95.0": unread, "1.90.0": TAKES}, **CUSTOM, **REFUSES)
    assert (found.truth, found.unread) == (UNKNOWN, ("rust-json-targets",))
    assert "rust-json-targets" in found.because


def test_older_rustcs_are_read_only_where_the_newest_refuses(world, variant, backends):
    """What is not asked for costs nothing."""
    for differences in ({}, CUSTOM, REFUSES):
        context = world(evaluated="1.99.0", older={"1.90.0": TAKES}, **differences)
        context.rustcs = {"1.90.0": lambda: pytest.fail("read for nothing")}
        resolve_all(context, variant(), [backends["rustc-llvm"]])


@pytest.mark.parametrize(
    ("differences", "source"),
    [({"rust_json_targets": ()}, "rust-json-targets"), ({"core": ("* rustc-edition 2021",)}, "linux-rustflags")],
)
def test_what_was_not_read_on_either_side_is_unknown_and_named(rung, differences, source):
    """Neither silence is a yes."""
    found = rung(**CUSTOM, **differences)
    assert found.truth is UNKNOWN
    assert source in found.unread
    assert source in found.because


def test_where_no_rustc_is_evaluated_nothing_is_asked_of_one(rung):
    """No known rustc reaches what the kernel asks, or the kernel's history is told."""
    found = rung(evaluated="", **CUSTOM, **REFUSES)
    assert (found.truth, show(found.condition)) == (YES, "")


def test_a_pinned_rustc_stays_the_condition_and_a_named_one_that_refuses_is_a_no(rung):
    """6.1 pins 1.62.0; of 1.95 it is known that it cannot work."""
    pinned = {"linux_quick_start": ("rustc version-policy exactly",)}
    assert show(rung(evaluated="", **pinned, **CUSTOM, **REFUSES).condition) == "rustc = 1.85.0"
    assert rung(rustc="1.99.0", **pinned, **CUSTOM, **REFUSES).truth is NO


# --- the edition of core ----------------------------------------------------------------------------------------------

NEW_CORE = {"rust_core_edition": ("core edition 2024",)}
CHAINS_UNSTABLE = {"rust_features": ("let_chains unstable 1.37.0",)}
TOLD = (
    *RULE,
    "* rustc-edition:core 2024 if RUSTC_VERSION >= 108700",
    "* rustc-edition:core 2021 if !(RUSTC_VERSION >= 108700)",
)


def test_core_in_another_edition_than_its_own_is_a_no_where_its_let_chains_are_an_error(rung):
    """6.12.8 with rustc 1.90: four lines say so."""
    found = rung(rustc="1.99.0", **NEW_CORE)
    assert found.truth is NO
    assert {"rust-core-edition.txt", "rust-features.txt", "linux-rustflags.txt"} == {e.path for e in found.evidence}


def test_while_let_chains_are_unstable_another_edition_is_a_remark_alone(rung):
    """rustc 1.87 to 1.89: core is written in 2024 and compiles in 2021 too."""
    found = rung(rustc="1.99.0", **NEW_CORE, **CHAINS_UNSTABLE)
    assert found.truth is YES
    assert any("edition 2024" in remark and "rust-core-edition.txt:1" in remark for remark in found.remarks)


def test_a_kernel_that_tells_core_its_own_edition_is_a_yes(rung):
    """6.12.107, by rustc's version. A release that stands in for one next to it goes by its own."""
    assert rung(rustc="1.99.0", core=TOLD, **NEW_CORE).truth is YES
    assert rung(core=TOLD, **NEW_CORE).truth is YES
    assert rung(rustc="1.98.0", core=TOLD, **NEW_CORE).truth is YES
    assert rung(rustc="1.86.0", core=TOLD, **NEW_CORE).truth is YES


def test_without_a_named_rustc_core_of_an_older_one_is_the_condition(rung):
    """One bound for all that is refused."""
    newer = {**TAKES, "rust-core-edition": ("core edition 2024",), "rust-features": ("let_chains accepted 1.88.0",)}
    older = {"1.98.0": newer, "1.86.0": TAKES}
    assert show(rung(older=older, **NEW_CORE).condition) == "rustc <= 1.86.0"
    assert show(rung(older=older, **NEW_CORE, **CUSTOM, **REFUSES).condition) == "rustc <= 1.86.0"


@pytest.mark.parametrize(
    ("differences", "source"),
    [
        ({"rust_core_edition": ()}, "rust-core-edition"),
        ({**NEW_CORE, "rust_features": ()}, "rust-features"),
        ({"core": ("* rustc-edition 2021",)}, "linux-rustflags"),
    ],
)
def test_an_edition_that_was_not_read_is_unknown_and_named(rung, differences, source):
    """Where the editions are alike, nothing needs to be known of let chains."""
    found = rung(**differences)
    assert found.truth is UNKNOWN
    assert source in found.unread
    assert rung(rust_features=()).truth is YES


def test_a_kernel_that_names_no_edition_is_unknown(rung):
    """What rustc then takes is none of the kernel's words."""
    assert rung(core=("* rustc-rule library",)).truth is UNKNOWN
