"""The window of rustc: what the kernel rung comes to along rustc's versions."""

from __future__ import annotations

import pytest

from matrix.expression import show
from matrix.model import Truth
from matrix.resolve.window import window

ACCEPTS = {
    "rust-json-targets": ("json-target needs none",),
    "rust-core-edition": ("core edition 2021",),
    "rust-features": ("let_chains accepted 1.88.0",),
}
REFUSES = {**ACCEPTS, "rust-json-targets": ("json-target needs -Zunstable-options",)}
OLDER = {"1.99.0": ACCEPTS, "1.90.0": ACCEPTS, "1.85.0": ACCEPTS, "1.60.0": ACCEPTS}
CUSTOM = {
    "linux_rustflags": ("dune rustc-target $(objtree)/scripts/target.json",),
    "linux_target_spec": ("SANDY llvm-target sandy-linux-gnu",),
}


@pytest.fixture
def ranges(world, variant):
    """The window as (first, last, answer, condition) each; the kernel asks for rustc 1.85.0."""

    def along(*, older=OLDER, **differences):
        told = window(world(older=older, **differences), variant())
        return [(r.first, r.last, r.answer.value if r.read else "not read", show(r.condition)) for r in told]

    return along


def kernel(select, more=""):
    """A Kconfig of dune whose top symbol selects so."""
    text = f'config DUNE\n\tdef_bool y\n\t{select}\nconfig SANDY\n\tbool "S"\nconfig ROCKY\n\tbool "R"\n{more}'
    return {"arch/dune/Kconfig": text}


def test_where_every_rustc_will_do_there_is_one_range_up_to_the_newest_known_one(ranges):
    """What lies beyond was not read, and begins after that release."""
    assert ranges() == [(108500, 109900, "yes", ""), (109901, None, "not read", "")]


@pytest.mark.parametrize(
    ("comparison", "borders"),
    [
        ("RUSTC_VERSION >= 109000", [(108500, 108999, "KASAN"), (109000, 109900, "")]),
        ("RUSTC_VERSION > 109000", [(108500, 109000, "KASAN"), (109001, 109900, "")]),
        ("RUSTC_VERSION < 109000", [(108500, 108999, ""), (109000, 109900, "KASAN")]),
        ("RUSTC_VERSION <= 109000", [(108500, 109000, ""), (109001, 109900, "KASAN")]),
        ("RUSTC_VERSION = 109000", [(108500, 108999, "KASAN"), (109000, 109000, ""), (109001, 109900, "KASAN")]),
    ],
)
def test_kconfigs_own_thresholds_are_borders(ranges, comparison, borders):
    """Each with what then remains as condition."""
    files = kernel(f"select HAVE_RUST if KASAN || {comparison}")
    assert ranges(kconfig=files)[:-1] == [(first, last, "yes", left) for first, last, left in borders]


def test_a_threshold_in_a_helper_symbol_is_a_border(ranges):
    """RUSTC_SUPPORTS_ARM64."""
    more = "config RUSTC_SUPPORTS_DUNE\n\tdef_bool y\n\tdepends on !KASAN || RUSTC_VERSION >= 109200\n"
    told = ranges(kconfig=kernel("select HAVE_RUST if RUSTC_SUPPORTS_DUNE", more))
    assert told[:-1] == [(108500, 109199, "yes", "!KASAN"), (109200, 109900, "yes", "")]


@pytest.mark.parametrize("border", [108000, 110000])
def test_a_threshold_below_the_minimum_or_beyond_the_newest_known_rustc_is_none(ranges, border):
    """Nothing is said of what was not read."""
    assert len(ranges(kconfig=kernel(f"select HAVE_RUST if SANDY && RUSTC_VERSION != {border}"))) == 2


def test_a_target_that_changes_with_rustc_is_a_border(ranges):
    """One that does not fit is a no where it is passed."""
    flags = (
        "dune rustc-target dune64-unknown-none if RUSTC_VERSION >= 109000",
        "dune rustc-target dune32-unknown-none if !(RUSTC_VERSION >= 109000)",
    )
    assert ranges(linux_rustflags=flags)[:-1] == [(108500, 108999, "no", ""), (109000, 109900, "yes", "")]


def test_a_release_that_refuses_ends_the_window(ranges):
    """Between the newest known one that accepts and the oldest that refuses nothing was read."""
    refusing = {**OLDER, "1.99.0": REFUSES}
    assert ranges(older=refusing, rust_json_targets=REFUSES["rust-json-targets"], **CUSTOM) == [
        (108500, 109000, "yes", ""),
        (109001, 109899, "not read", ""),
        (109900, 109900, "no", ""),
        (109901, None, "not read", ""),
    ]


def test_where_every_known_rustc_refuses_none_is_said_to_accept(ranges):
    """What lies before the oldest that refuses was not read."""
    refusing = {"1.99.0": REFUSES, "1.90.0": REFUSES}
    told = ranges(older=refusing, **CUSTOM)
    assert told[:2] == [(108500, 108999, "not read", ""), (109000, 109900, "no", "")]


def test_what_the_newest_known_rustc_refuses_is_not_read_where_its_file_was_not(ranges):
    """That an older one accepts says nothing of it."""
    unread = {"rust-core-edition": ("core edition 2021",)}
    told = ranges(older={"1.99.0": unread, "1.90.0": ACCEPTS}, **CUSTOM)
    assert told == [(108500, 109000, "yes", ""), (109001, None, "not read", "")]


def test_only_where_the_newest_refuses_are_older_ones_read(world, variant):
    """What is not asked for costs nothing."""
    context = world(older=OLDER)
    context.rustcs = {**context.rustcs, "1.90.0": lambda: pytest.fail("read for nothing")}
    assert len(window(context, variant())) == 2


@pytest.mark.parametrize(
    "differences",
    [
        {"linux_min_tools": ()},
        {"linux_min_tools": ("rustc minimum 1.120.0",)},
        {"linux_quick_start": ("rustc version-policy exactly",)},
        {"older": {}},
    ],
    ids=["no minimum", "none reaches it", "pinned", "none known"],
)
def test_without_a_window_there_is_none(ranges, differences):
    """A pinned rustc is a condition of its own."""
    assert ranges(**differences) == []


def test_the_window_is_the_same_whatever_rustc_was_named(world, variant):
    """It is the kernel's."""
    files = kernel("select HAVE_RUST if KASAN || RUSTC_VERSION >= 109000")
    plain = window(world(older=OLDER, kconfig=files), variant())
    for rustc in ("1.50.0", "1.86.0", "1.99.0"):
        assert window(world(older=OLDER, kconfig=files, rustc=rustc), variant()) == plain
    assert [one.answer for one in plain] == [Truth.YES, Truth.YES, Truth.UNKNOWN]
