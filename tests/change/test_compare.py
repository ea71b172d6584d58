"""Pictures and the changes between them: the laws, and the kinds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.change import ABOUT, Kind, Picture, Said, Statement, Topic, apply, compare
from matrix.change.logic import always, implies, symbols
from matrix.change.said import says_the_same
from matrix.expression import Range
from matrix.model import Evidence

SUBJECTS = ("arm-v7", "riscv64", "rustc", "i686-unknown-redox", "i586-unknown-redox", "RUST", "linux")
ATTRIBUTES = ("", "rustc-llvm", "!KASAN || CC_IS_CLANG", "!KASAN", "!CFI || RUSTC_VERSION >= 108300", "( what")
VALUES = (
    Said("yes"),
    Said("no"),
    Said("unknown"),
    Said("supported"),
    Said("conditional", condition="!KASAN"),
    Said("conditional", condition="CC_IS_CLANG && !KASAN"),
    Said("yes", condition="CC_IS_CLANG"),
    Said("blocked", "kernel"),
    Said("blocked"),
    Said("tier", "2", also="host-tools"),
    Said("tier", "3"),
    Said("tier"),
    Said(">=", "1.85.0"),
    Said("=", "1.62.0"),
    Said("Maintained"),
    Said("only", also="``riscv64`` only."),
    Said("cases", "2"),
    Said("cases", "1"),
    Said("broken"),
    Said(""),
    Said("blocked", "codegen", also="port"),
    Said("unknown", "target"),
    Said("anything", "at", "all", "( what"),
)

topics = st.builds(Topic, st.sampled_from(ABOUT), st.sampled_from(SUBJECTS), st.sampled_from(ATTRIBUTES))
evidence = st.lists(
    st.builds(
        Evidence,
        project=st.just("linux"),
        revision=st.just("7.1"),
        path=st.just("Kconfig"),
        line=st.integers(0, 9),
        says=st.just(""),
    ),
    max_size=2,
).map(tuple)
statements = st.builds(Statement, st.sampled_from(VALUES), evidence, st.sampled_from(("", "x86 32 little")))
pictures = st.dictionaries(topics, statements, max_size=12).map(Picture)


def values(picture: Picture) -> dict[Topic, Said]:
    """What a picture says, without where."""
    return {t: s.said for t, s in picture.said.items()}


@given(pictures)
def test_a_picture_differs_in_nothing_from_itself(a):
    """diff(a, a) is empty."""
    assert compare(a, a) == ()


@given(pictures, pictures)
def test_applying_the_changes_leads_from_one_to_the_other(a, b):
    """apply(a, diff(a, b)) says what b says; of any two pictures, also of nonsense."""
    applied = values(apply(a, compare(a, b)))
    assert applied.keys() == values(b).keys()
    assert all(says_the_same(value, values(b)[topic]) for topic, value in applied.items())


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        (Said("conditional", condition="A && B"), Said("conditional", condition="B && A"), True),
        (Said("yes", condition="A || !B"), Said("yes", condition="!B || A"), True),
        (Said("yes", condition="A"), Said("yes", condition="A && B"), False),
        (Said("yes", condition="A"), Said("conditional", condition="A"), False),
        (Said("yes"), Said("yes", condition="A"), False),
        (Said("passes", "x,y", also="A;B"), Said("passes", "x,y", also="A;C"), False),
        (Said("passes", "x", "A && B"), Said("passes", "x", "B && A"), True),
        (Said("yes", condition="("), Said("yes", condition="(("), False),
        (Said("blocked"), Said("blocked", "port"), True),
        (Said("blocked", "codegen"), Said("blocked"), True),
        (Said("blocked"), Said("blocked", "target"), False),
        (Said("blocked", "port"), Said("blocked", "codegen"), False),
        (Said("blocked", "kernel"), Said("blocked", "kernel", also="codegen"), True),
        (Said("unknown"), Said("unknown", "attested"), True),
        (Said("unknown", "codegen"), Said("unknown", "attested"), False),
    ],
)
def test_parts_of_a_condition_in_another_order_are_no_change(before, after, same):
    """What it means counts. A condition that does not parse means only itself.

    Nor is it one that the rung is recorded now: a store that is older than its record tells nothing for that.
    """
    assert says_the_same(before, after) is same
    sides = [Picture({Topic("kernel", "arm-v7"): Statement(value)}) for value in (before, after)]
    assert bool(compare(*sides)) is not same


@given(pictures, pictures)
def test_each_topic_changes_once(a, b):
    """No topic is told twice, and only what differs is told."""
    told = [t for c in compare(a, b) for t in {c.before.topic, c.after.topic}]
    assert len(told) == len(set(told))
    both = values(a).keys() & values(b).keys()
    differ = {t for t in both if not says_the_same(values(a)[t], values(b)[t])}
    assert set(told) == (values(a).keys() ^ values(b).keys()) | differ


@given(pictures, evidence)
def test_a_line_that_moved_is_no_change(a, elsewhere):
    """Evidence is no part of what is said."""
    moved = Picture({t: Statement(s.said, elsewhere, s.note) for t, s in a.said.items()})
    assert compare(a, moved) == ()


def one(before, after, *, besides=()):
    """The kind of the only change between two pictures, given as (topic, value) or None."""
    sides = [Picture({t: Statement(v) for t, v in [*besides, *([side] if side else [])]}) for side in (before, after)]
    (change,) = compare(*sides)
    return change.kind


SUPPORT = Topic("support", "arm-v7", "rustc-llvm")
KERNEL = Topic("kernel", "arm-v7")


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (Said("blocked", "kernel"), Said("supported"), Kind.ADDED),
        (Said("unknown"), Said("conditional", condition="A"), Kind.ADDED),
        (Said("conditional", condition="A"), Said("blocked", "target"), Kind.DROPPED),
        (Said("supported"), Said("conditional", condition="!KASAN"), Kind.NARROWED),
        (Said("conditional", condition="!KASAN"), Said("supported"), Kind.WIDENED),
        (Said("conditional", condition="A && B"), Said("conditional", condition="A"), Kind.WIDENED),
        (Said("conditional", condition="A"), Said("conditional", condition="B"), Kind.CONDITION_CHANGED),
        (Said("blocked"), Said("blocked", "target"), Kind.PROMOTED),
        (Said("blocked", "kernel"), Said("blocked"), Kind.DEMOTED),
        (Said("supported"), Said("unknown"), Kind.BECAME_UNKNOWN),
        (Said("blocked"), Said("unknown"), Kind.BECAME_UNKNOWN),
        (Said("unknown"), Said("blocked"), Kind.SETTLED),
        (Said("blocked", "port"), Said("blocked", "codegen"), Kind.PROMOTED),
        (Said("blocked", "attested"), Said("blocked", "kernel"), Kind.DEMOTED),
        (Said("blocked", "kernel", also="codegen"), Said("blocked", "codegen"), Kind.SETTLED),
        (Said("blocked", "codegen"), Said("blocked", "kernel", also="codegen"), Kind.BECAME_UNKNOWN),
        (Said("unknown", "codegen"), Said("unknown", "attested"), Kind.PROMOTED),
        (Said("unknown", "attested"), Said("unknown", "codegen"), Kind.BECAME_UNKNOWN),
        (Said("unknown", "attested"), Said("unknown", "attested", "!KASAN"), Kind.NARROWED),
        (Said("unknown", "attested", "A && B"), Said("unknown", "attested", "B"), Kind.WIDENED),
    ],
)
def test_kinds_of_cells(before, after, kind):
    """Unknown is never no: what becomes unknown is not dropped, and what was unknown was not there to be dropped."""
    assert one((SUPPORT, before), (SUPPORT, after)) is kind


def test_a_condition_that_the_newer_minimum_meets_anyway_is_redundant():
    """6.18 to 7.1 on arm64: the clause went because no rustc that is still accepted fails it."""
    minimum = (Topic("requirement", "rustc"), Said(">=", "1.85.0"))
    before = Said("yes", condition="(!SHADOW_CALL_STACK || RUSTC_VERSION >= 108200) && CC_IS_CLANG")
    assert one((KERNEL, before), (KERNEL, Said("yes", condition="CC_IS_CLANG")), besides=[minimum]) is Kind.REDUNDANT
    older = (Topic("requirement", "rustc"), Said(">=", "1.78.0"))
    assert one((KERNEL, before), (KERNEL, Said("yes", condition="CC_IS_CLANG")), besides=[older]) is Kind.WIDENED


def test_conditions_are_compared_under_the_newer_minimum():
    """What no accepted rustc could fail before excludes something now: it is narrower, not just another."""
    minimum = (Topic("requirement", "rustc"), Said(">=", "1.85.0"))
    before, after = (
        Said("yes", condition="!KASAN || RUSTC_VERSION >= 108300"),
        Said("yes", condition="!KASAN || CC_IS_CLANG"),
    )
    assert one((KERNEL, before), (KERNEL, after), besides=[minimum]) is Kind.NARROWED
    assert one((KERNEL, after), (KERNEL, before), besides=[minimum]) is Kind.WIDENED


def test_a_cell_below_yes_whose_target_was_unknown_is_settled_and_not_demoted():
    """gccrs said in GCC 16 at which Rust it aims, and not in 15: nobody lost anything."""
    gccrs, target = Topic("support", "alpha", "gccrs"), Topic("target", "alpha", "gccrs")
    unknown, no = (
        Picture({gccrs: Statement(status), target: Statement(rung)})
        for status, rung in ((Said("blocked", "kernel"), Said("unknown")), (Said("blocked", "target"), Said("no")))
    )
    assert [c.kind for c in compare(unknown, no)] == [Kind.SETTLED, Kind.SETTLED]
    assert [c.kind for c in compare(no, unknown)] == [Kind.BECAME_UNKNOWN, Kind.BECAME_UNKNOWN]
    yes = Picture({gccrs: Statement(Said("blocked", "kernel")), target: Statement(Said("yes"))})
    assert [c.kind for c in compare(yes, no)] == [Kind.DEMOTED, Kind.DROPPED]


@pytest.mark.parametrize(
    ("topic", "before", "after", "kind"),
    [
        (Topic("release", "linux"), Said("release", "7.1.13"), Said("release", "7.2"), Kind.RELEASED),
        (Topic("requirement", "rustc"), Said("=", "1.62.0"), Said(">=", "1.78.0"), Kind.RAISED),
        (Topic("requirement", "bindgen"), Said(">=", "0.71.1"), Said(">=", "0.65.1"), Kind.LOWERED),
        (Topic("requirement", "rustc"), Said("=", "1.85.0"), Said(">=", "1.85.0"), Kind.WIDENED),
        (Topic("rust-target", "x"), Said("tier", "3"), Said("tier", "2"), Kind.PROMOTED),
        (Topic("rust-target", "x"), Said("tier", "2", also="host-tools"), Said("tier", "2"), Kind.DEMOTED),
        (
            Topic("rust-target", "x"),
            Said("tier", "1", also="host-tools"),
            Said("tier", "2", also="host-tools"),
            Kind.DEMOTED,
        ),
        (Topic("rust-target", "x"), Said("tier"), Said("tier", "3"), Kind.PROMOTED),
        (Topic("level", "riscv"), Said("Maintained"), Said("Supported"), Kind.PROMOTED),
        (
            Topic("constraint", "riscv"),
            Said("only", also="``riscv64`` only."),
            Said("only", also="``riscv64`` and LLVM/Clang only."),
            Kind.NARROWED,
        ),
        (
            Topic("constraint", "arm64"),
            Said("only", also="Little Endian only."),
            Said("only", also="Big Endian only."),
            Kind.CONDITION_CHANGED,
        ),
        (Topic("contradiction", "levels-differ", "arm"), Said("cases", "1"), Said("cases", "2"), Kind.APPEARED),
        (Topic("contradiction", "levels-differ", "arm"), Said("cases", "2"), Said("cases", "1"), Kind.RESOLVED),
        (Topic("passed", "arm64"), Said("passes", "a"), Said("passes", "b"), Kind.CHANGED),
    ],
)
def test_kinds_of_other_statements(topic, before, after, kind):
    """Numbers by their order, tiers the other way round, words by what they add."""
    assert one((topic, before), (topic, after)) is kind


@pytest.mark.parametrize(
    ("topic", "value", "came", "went"),
    [
        (Topic("rust-target", "x"), Said("tier", "3"), Kind.ADDED, Kind.DROPPED),
        (Topic("level", "riscv"), Said("Maintained"), Kind.ADDED, Kind.RETRACTED),
        (Topic("constraint", "riscv"), Said("only", also="``riscv64`` only."), Kind.ADDED, Kind.RETRACTED),
        (Topic("clause", "RUST", "!KASAN"), Said("depends"), Kind.ADDED, Kind.DROPPED),
        (Topic("contradiction", "levels-differ", "arm"), Said("cases", "1"), Kind.APPEARED, Kind.RESOLVED),
        (Topic("source", "linux", "linux-kconfig"), Said("broken"), Kind.BROKE, Kind.RECOVERED),
        (Topic("passed", "arm64"), Said("passes", "a"), Kind.ADDED, Kind.DROPPED),
    ],
)
def test_kinds_of_what_came_and_of_what_went(topic, value, came, went):
    """Each family has its own word for it."""
    assert one(None, (topic, value)) is came
    assert one((topic, value), None) is went


def test_a_constraint_that_comes_to_a_row_that_was_there_narrows_it():
    """And one that goes while the row stays widens it."""
    row = (Topic("level", "riscv"), Said("Maintained"))
    constraint = (Topic("constraint", "riscv"), Said("only", also="``riscv64`` only."))
    assert one(None, constraint, besides=[row]) is Kind.NARROWED
    assert one(constraint, None, besides=[row]) is Kind.WIDENED


def test_an_override_is_measured_against_the_general_minimum():
    """gcc for parisc64 came above it; llvm for s390 went when the general one had reached it."""
    general = (Topic("requirement", "gcc"), Said(">=", "5.1.0"))
    override = Topic("requirement", "gcc", "ARCH = parisc64")
    assert one(None, (override, Said(">=", "12.0.0")), besides=[general]) is Kind.RAISED
    assert one((override, Said(">=", "12.0.0")), None, besides=[general]) is Kind.LOWERED
    assert one((override, Said(">=", "5.1.0")), None, besides=[general]) is Kind.REDUNDANT


def test_an_override_that_comes_is_measured_against_what_held_until_then():
    """The general minimum may move at once: what counts is what was asked of the port before."""
    general, override = Topic("requirement", "gcc"), Topic("requirement", "gcc", "ARCH = parisc64")
    before, after = (
        {general: Statement(Said(">=", "5.1.0"))},
        {general: Statement(Said(">=", "8.1.0")), override: Statement(Said(">=", "8.1.0"))},
    )
    (came,) = [c for c in compare(Picture(before), Picture(after)) if c.topic == override]
    (went,) = [c for c in compare(Picture(after), Picture(before)) if c.topic == override]
    assert (came.kind, went.kind) == (Kind.RAISED, Kind.LOWERED)


def target(name, note="x86 32 little"):
    """A rustc target with what it is."""
    return Topic("rust-target", name), Statement(Said("tier", "3"), (), note)


def test_a_target_that_changes_its_isa_in_name_alone_is_renamed():
    """i686-unknown-redox became i586-unknown-redox; both sides are told in one change."""
    (change,) = compare(Picture(dict([target("i686-unknown-redox")])), Picture(dict([target("i586-unknown-redox")])))
    assert change.kind is Kind.RENAMED
    assert (change.before.topic.subject, change.after.topic.subject) == ("i686-unknown-redox", "i586-unknown-redox")


@pytest.mark.parametrize(
    "after",
    [
        [target("i586-unknown-redox"), target("i486-unknown-redox")],
        [target("i586-unknown-redox", "x86 64 little")],
        [target("i586-unknown-hurd")],
        [target("i586-unknown-redox", "")],
    ],
)
def test_what_may_be_another_target_is_no_rename(after):
    """Two candidates, another width, another system, or nothing known of it: dropped, and added."""
    before = Picture(dict([target("i686-unknown-redox"), target("i686-pc-windows-msvc")]))
    kinds = {c.kind for c in compare(before, Picture(dict([*after, target("i686-pc-windows-msvc")])))}
    assert kinds == {Kind.DROPPED, Kind.ADDED}


def test_of_targets_of_which_nothing_is_known_none_is_a_rename():
    """Not even where both sides know as little."""
    sides = [Picture(dict([target(f"{isa}-unknown-none-elf", "")])) for isa in ("avr", "riscv32i")]
    assert {c.kind for c in compare(*sides)} == {Kind.DROPPED, Kind.ADDED}


def test_a_clause_that_every_accepted_rustc_meets_is_redundant_and_never_rewritten():
    """What came beside it is another clause, though it names the same option."""
    minimum = (Topic("requirement", "rustc"), Statement(Said(">=", "1.85.0")))
    old = Topic("clause", "RUST", "!(MITIGATION_RETHUNK && KASAN) || RUSTC_VERSION >= 108300")
    new = Topic("clause", "RUST", "!KASAN || CC_IS_CLANG")
    sides = [Picture(dict([minimum, (t, Statement(Said("depends")))])) for t in (old, new)]
    assert {(c.kind, c.topic) for c in compare(*sides)} == {(Kind.REDUNDANT, old), (Kind.ADDED, new)}


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("A && B", "A", True),
        ("A", "A && B", False),
        ("", "A || !A", True),
        ("V >= 108500", "V >= 108200", True),
        ("V >= 108200", "V >= 108500", False),
        ("V >= 108200", "V = 108200", False),
        ("V <= 108200", "V = 108200", False),
        ('ARCH = "arm"', 'ARCH != "arm64"', True),
        ("A = y", "A", True),
        ("( broken", "A", None),
        ("( broken", "( broken", True),
        (" && ".join(f"A{i}" for i in range(20)), "A0", None),
        (" && ".join(f"A{i}" for i in range(3000)), "A0", None),
        ("V < W", "V >= W", None),
        ("V >= 5 && V >= " + "9" * 5000, "V >= 5", None),
        ('V >= 5 || V = "nightly"', "V >= 5", None),
    ],
)
def test_implication(left, right, expected):
    """By trying every case; None where there are too many, or where nothing says what a text means."""
    assert implies(left, right) is expected


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_text_is_answered(left, right):
    """What is no expression implies nothing that can be told, and is about nothing."""
    assert implies(left, right) in {True, False, None}
    assert always(left, {"V": Range(1)}) in {True, False}
    assert isinstance(symbols(left), frozenset)
