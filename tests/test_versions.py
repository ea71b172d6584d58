"""Versions: what parses, how it is ordered, which known revision an asker's words mean."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.errors import UsageError
from matrix.versions import (
    Version,
    canonical,
    decode_cc,
    decode_rustc,
    encode_cc,
    encode_rustc,
    kind,
    parse,
)

NUMBERS = st.lists(st.integers(0, 999), min_size=1, max_size=4).map(lambda ns: ".".join(map(str, ns)))
STAGES = st.one_of(
    st.just(""),
    st.sampled_from(["git", "-nightly", "-experimental", "-prerelease", "-beta", "-RC-20260423"]),
    st.integers(0, 99).map("-rc{}".format),
    st.integers(0, 99).map("-beta.{}".format),
)
TAILS = st.one_of(
    st.just(""),
    st.just("-next-20260501"),
    st.tuples(st.integers(1, 99999), st.text("0123456789abcdef", min_size=7, max_size=40)).map(
        "-{0[0]}-g{0[1]}".format
    ),
    st.text("0123456789abcdef", min_size=7, max_size=40).map("-g{}".format),
)
LABELS = st.tuples(NUMBERS, STAGES, TAILS, st.sampled_from(["", "-dirty"])).map("".join)


@given(LABELS)
def test_a_label_survives_parsing(label):
    """Round trip: what was parsed prints as it was written, and parses to an equal value."""
    assert str(parse(label)) == label
    assert parse(str(parse(label))) == parse(label)


@given(NUMBERS, st.integers(0, 99), st.integers(1, 99999))
def test_the_parts_of_a_label_are_told_apart(numbers, rc, steps):
    """A describe string of a candidate gives its numbers, its rc and its count."""
    version = parse(f"{numbers}-rc{rc}-{steps}-gbe69c747")
    assert ".".join(map(str, version.numbers)) == numbers
    assert (version.stage, version.count, version.steps, version.commit) == ("rc", rc, steps, "be69c747")


@given(LABELS, LABELS, LABELS)
def test_the_order_is_total(a, b, c):
    """Of two versions exactly one of <, =, > holds, and the order is transitive."""
    x, y, z = sorted(map(parse, (a, b, c)))
    assert (x < y) + (x == y) + (x > y) == 1
    assert x <= y <= z
    assert x <= z
    assert (x == y) == (hash(x) == hash(y))


@given(st.text(max_size=40))
def test_any_text_is_a_version_or_a_usage_error(text):
    """Nothing else is raised, by parse, canonical, kind or choose."""
    with suppress(UsageError):
        assert kind("linux", canonical("linux", text)) in ("release", "prerelease", "head")
    with suppress(UsageError):
        assert parse(text)


@pytest.mark.parametrize(
    "labels",
    [
        [
            "6.1.176",
            "6.12",
            "6.12.107",
            "7.1-rc1",
            "7.1-rc1-40-gbe69c747",
            "7.1-rc10",
            "7.1",
            "7.1-next-20260501",
            "7.1.1",
        ],
        ["0.9", "0.10", "0.10.1", "0.12.0", "0.12.0-40-gbe69c747", "0.12.0-41-gaaaaaaaa", "0.12.1"],
        ["1.94.1", "1.95.0-nightly", "1.95.0-beta", "1.95.0-beta.2", "1.95.0"],
        [
            "16.2.0",
            "17.0.0-experimental",
            "17.0.0-experimental-gbe69c747",
            "17.0.1-prerelease",
            "17.1.0-RC-20270423",
            "17.1.0",
        ],
        ["22.1.8", "23.0.0git", "23.0.0git-gbe69c747", "23.1.0-rc3", "23.1.0rc4", "23.1.0"],
    ],
)
def test_each_project_is_ordered_as_it_releases(labels):
    """Candidates stand before their release, commits after the tag they count from."""
    versions = list(map(parse, labels))
    assert versions == sorted(versions)
    assert len(set(versions)) == len(labels)


def test_a_missing_zero_is_no_difference():
    """A kernel's 7.1.0 and 7.1 are one state."""
    assert parse("7.1.0") == parse("7.1") == parse("v7.1")


@pytest.mark.parametrize(
    "text", ["", "v", "7.", ".7", "7..1", "7.1.x", "latest", "7.1 ", "\u0667.\u0661", "7.1\n", "1" * 99]
)
def test_what_is_no_version_is_a_usage_error(text):
    """The message shows what was found and what was expected."""
    with pytest.raises(UsageError, match=r"got '.*', expected numbers such as 7\.1\.13"):
        parse(text)


@pytest.mark.parametrize(
    ("project", "label", "expected"),
    [
        ("linux", "7.1.13", "release"), ("linux", "7.2-rc2", "prerelease"),
        ("linux", "7.2-rc2-next-20260501", "head"),
        ("linux", "7.1.13-dirty", "head"), ("mrustc", "0.12.0-40-gbe69c747", "head"),
        ("rust", "1.97.0-nightly", "head"),
        ("rust", "1.97.0-beta", "prerelease"), ("gcc", "16.2.0", "release"), ("gcc", "16.1.1", "head"),
        ("gcc", "17.0.0", "head"), ("gcc", "4.9.4", "release"), ("llvm", "23.0.0git", "head"),
        ("llvm", "22.1.0-rc3", "prerelease"), ("llvm", "15.0.7", "release"),
    ],
)  # fmt: skip
def test_kinds(project, label, expected):
    """Tags are releases or prereleases, everything between is a head; GCC's third number tells its branches."""
    assert kind(project, label) == expected


def test_a_kernel_label_is_written_as_its_tag():
    """X.Y.0 loses its zero, in longer forms too; other projects keep theirs."""
    assert canonical("linux", "v7.1.0") == "7.1"
    assert canonical("linux", "7.2.0-rc2-40-gbe69c747") == "7.2-rc2-40-gbe69c747"
    assert canonical("linux", "7.1.10") == "7.1.10"
    assert canonical("rust", "1.95.0") == "1.95.0"


@pytest.mark.parametrize(
    ("version", "rustc", "cc"),
    [("1.85.1", 108501, 10000 + 8500 + 1), ("16.2", 1600200, 160200), ("22.1.8", 2200108, 220108)],
)
def test_kconfig_numbers(version, rustc, cc):
    """RUSTC_VERSION has two zeros more than GCC_VERSION and CLANG_VERSION."""
    assert (encode_rustc(parse(version)), encode_cc(parse(version))) == (rustc, cc)


@given(st.integers(0, 20), st.integers(0, 99), st.integers(0, 99))
def test_kconfig_numbers_can_be_read_back(major, minor, patch):
    """Round trip, and in the order of the versions."""
    label = f"{major}.{minor}.{patch}"
    assert decode_rustc(encode_rustc(parse(label))) == label
    assert decode_cc(encode_cc(parse(label))) == label
    assert isinstance(parse(label), Version)
