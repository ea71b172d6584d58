"""Which known revision an asker's words mean, or between which it lies."""

from __future__ import annotations

import pytest

from matrix.choose import choose
from matrix.errors import UsageError
from matrix.model import Revision
from matrix.versions import kind, parse


def known(project: str, *labels: str) -> list[Revision]:
    return [Revision(project=project, label=label, kind=kind(project, label)) for label in labels]


LINUX = known("linux", "6.1.176", "6.12.107", "6.18.15", "7.1", "7.1.13", "7.2-rc2", "7.1-40-gbe69c747")
GCC = known("gcc", "14.2.0", "15.3.0", "16.2.0", "17.0.0-experimental")


def test_nothing_asked_is_the_newest_release():
    """Prereleases and heads only when named."""
    assert choose(LINUX, None).revision.label == "7.1.13"
    assert choose(GCC, None).revision.label == "16.2.0"


def test_nothing_asked_and_no_release_known_is_said():
    """A store with heads alone has no default, and no store at all neither."""
    chosen = choose(known("linux", "7.2-rc2"), None)
    assert chosen.revision is None
    assert chosen.said == ("no release of linux is known",)
    assert choose([], None).revision is None


@pytest.mark.parametrize(
    ("among", "asked", "label"),
    [
        (LINUX, "7.1", "7.1.13"),
        (LINUX, "7", "7.1.13"),
        (LINUX, "6.12", "6.12.107"),
        (GCC, "16", "16.2.0"),
        (GCC, "15.3", "15.3.0"),
    ],
)
def test_a_series_means_its_newest_known_release_and_says_so(among, asked, label):
    """X.Y, and X for compilers that count so."""
    chosen = choose(among, asked)
    assert chosen.revision.label == label
    assert chosen.said == (f"{among[0].project} {asked} is read as {label}, the newest known of that series",)


@pytest.mark.parametrize("asked", ["v7.1", "7.1.0", "v7.1.0", "V7.1"])
def test_a_tag_is_itself(asked):
    """vX.Y and X.Y.0 name the mainline release and not its series."""
    chosen = choose(LINUX, asked)
    assert (chosen.revision.label, chosen.said) == ("7.1", ())


@pytest.mark.parametrize("asked", ["7.2-rc2", "v7.2-rc2", "7.1-40-gbe69c747"])
def test_prereleases_and_heads_are_found_when_named(asked):
    """By their whole label."""
    assert choose(LINUX, asked).revision.label == asked.removeprefix("v")


@pytest.mark.parametrize(
    ("asked", "neighbours"),
    [
        ("7.1.12", ["7.1", "7.1.13"]), ("6.17", ["6.12.107", "6.18.15"]), ("v6.17", ["6.12.107", "6.18.15"]),
        ("6.18", None), ("v6.18", ["6.12.107", "6.18.15"]), ("5.4", ["6.1.176"]), ("9.9", ["7.1.13"]),
        ("7.2", ["7.1.13"]), ("7.2-rc3", ["7.1.13"]),
    ],
)  # fmt: skip
def test_an_unknown_version_is_never_the_nearest_one(asked, neighbours):
    """Nothing is chosen; the known releases on both sides are named."""
    chosen = choose(LINUX, asked)
    if neighbours is None:
        assert chosen.revision is not None
        return
    assert chosen.revision is None
    assert [r.label for r in chosen.neighbours] == neighbours
    assert chosen.said[-1].startswith("linux ")
    assert all(label in chosen.said[-1] for label in neighbours)


@pytest.mark.parametrize(
    ("asked", "read", "rest"),
    [
        ("7.1.13-1-amd64", "7.1.13", "-1-amd64"), ("6.12.107+deb13-amd64", "6.12.107", "+deb13-amd64"),
        ("6.18.15-200.fc43.x86_64", "6.18.15", "-200.fc43.x86_64"), ("7.1.13+", "7.1.13", "+"),
        ("7.2.0-rc2-amd64", "7.2.0-rc2", "-amd64"),
        ("6.18.15.2-microsoft-standard-WSL2", "6.18.15", ".2-microsoft-standard-WSL2"),
    ],
)  # fmt: skip
def test_the_suffix_of_a_uname_is_cut_and_said(asked, read, rest):
    """What a distribution hangs on is no part of upstream's version."""
    chosen = choose(LINUX, asked)
    assert parse(chosen.revision.label) == parse(read)
    assert chosen.said[0] == f"linux {asked} is read as {read}: {rest!r} is no part of upstream's version"


def test_a_cut_version_that_is_unknown_says_both():
    """The cut does not make it the nearest either."""
    chosen = choose(LINUX, "7.1.12-1-amd64")
    assert (chosen.revision, chosen.read) == (None, "7.1.12")
    assert len(chosen.said) == 2


@pytest.mark.parametrize(
    ("asked", "label"),
    [
        ("6.12.y", "6.12.107"),
        ("linux-6.12", "6.12.107"),
        ("linux-6.12.y", "6.12.107"),
        ("v6.12.107", "6.12.107"),
        ("7.1.13-1~bpo13+1", "7.1.13"),
        ("mainline", "7.1.13"),
        ("stable", "7.1.13"),
        ("newest", "7.1.13"),
        ("longterm", "6.18.15"),
        ("LTS", "6.18.15"),
    ],
)
def test_what_people_write_for_a_kernel(asked, label):
    """Branches, tarballs, packages and the words of kernel.org; what moves is said to be read as a release."""
    chosen = choose(LINUX, asked, longterm=("6.1", "6.12", "6.18"))
    assert chosen.revision.label == label
    assert chosen.said or asked == "v6.12.107"


def test_a_project_without_longterm_series_has_none():
    """And says so, instead of giving another release."""
    with pytest.raises(UsageError, match="longterm"):
        choose(GCC, "longterm")


def test_a_version_between_two_that_were_read_knows_both():
    """The older and the newer, releases alone: a prerelease or a head stands for nothing but itself."""
    chosen = choose(LINUX, "6.14.3")
    assert (chosen.older.label, chosen.newer.label) == ("6.12.107", "6.18.15")
    beyond = choose(LINUX, "8.0")
    assert (beyond.older.label, beyond.newer) == ("7.1.13", None)
    assert "newer than all that was read" in beyond.said[0]
    assert "older than all that was read" in choose(LINUX, "5.18").said[0]
