"""A kernel's facts -> all that it says of each tool."""

from __future__ import annotations

import pytest

from matrix.cell import Tool
from matrix.expression import parse
from matrix.resolve.needs import KnownBad, needed

S390 = 'SRCARCH = "s390"'


@pytest.fixture
def told(world):
    """What the kernel says of its tools, by tool; sources are given as for the world."""

    def make(**sources):
        return {one.tool: one for one in needed(world(**sources).facts["linux"])}

    return make


def test_each_tool_has_its_version_and_its_line(told):
    """Those that nothing is said of are left out."""
    tools = told()
    asked = {tool: one.general.version for tool, one in tools.items()}
    assert asked == {
        Tool.RUSTC: "1.85.0",
        Tool.BINDGEN: "0.71.1",
        Tool.LIBCLANG: "15.0.0",
        Tool.GCC: "8.1.0",
        Tool.LLVM: "15.0.0",
        Tool.PAHOLE: "1.20",
    }
    assert (tools[Tool.RUSTC].general.evidence.path, tools[Tool.RUSTC].general.evidence.line) == (
        "linux-min-tools.txt",
        1,
    )


def test_an_override_stands_beside_the_general_version(told):
    """With the condition under which it is the one."""
    tools = told(linux_min_tools=("rustc minimum 1.85.0", f"rustc minimum 1.96.0 if {S390}"))
    rustc = tools[Tool.RUSTC]
    assert (rustc.general.version, [(when, r.version) for when, r in rustc.overrides]) == (
        "1.85.0",
        [(S390, "1.96.0")],
    )


def test_exactly_or_at_least_is_the_policys(told):
    """Where nothing says which of the two it is, that is not known."""
    pinned = told(linux_quick_start=("rustc version-policy exactly",))[Tool.RUSTC].general
    assert (pinned.exactly, pinned.policy.path) == (True, "linux-quick-start.txt")
    unsaid = told(linux_quick_start=(), linux_rust_available=(), linux_changes=())[Tool.RUSTC].general
    assert (unsaid.exactly, unsaid.policy) == (False, None)


def test_what_is_refused_and_what_is_warned_of(told):
    """An older one is no bug of its own: it stands apart."""
    when = "LIBCLANG_VERSION >= 1900100 && BINDGEN_VERSION < 6905"
    checks = ("bindgen broken too-old if BINDGEN_VERSION < BINDGEN_MIN_VERSION", f"bindgen warns bug if {when}")
    bindgen = told(linux_rust_available=checks)[Tool.BINDGEN]
    assert bindgen.refused.line == 1
    (bad,) = bindgen.bad
    assert bad == KnownBad(refused=False, what="bug", when=parse(when), evidence=bad.evidence)
    assert bad.evidence.line == 2


def test_a_kernel_of_which_nothing_was_read_asks_for_nothing(told):
    """That is no requirement of none."""
    nothing = dict.fromkeys(("linux_min_tools", "linux_rust_available", "linux_changes", "linux_quick_start"), ())
    assert told(**nothing) == {}
