"""Which revisions a poll wants."""

from __future__ import annotations

import pytest

from matrix.model import Upstream
from matrix.poll.wanted import Wanted, head, history, merged, newest, prefixes, releases

STABLE = Upstream(
    id="linux-stable", project="linux", urls=("https://x.example/l.git",), branch="",
    versions=r"v([0-9]+\.[0-9]+\.[0-9]+)", since="6.1", series=True,
)  # fmt: skip
GCC = Upstream(
    id="gcc", project="gcc", urls=("https://x.example/g.git",), branch="HEAD",
    versions=r"releases/gcc-([0-9]+\.[0-9]+\.[0-9]+)", since="13",
)  # fmt: skip
REFS = {
    "HEAD": "h" * 40,
    "refs/tags/releases/gcc-12.4.0": "1" * 40,
    "refs/tags/releases/gcc-16.2.0": "2" * 40,
    "refs/tags/releases/gcc-9.5.0": "3" * 40,
    "refs/tags/releases/gcc-16.1.0-rc1": "4" * 40,
    "refs/tags/misc/snapshot": "5" * 40,
}


def test_a_pattern_gives_the_prefix_that_hosts_filter_by():
    """As far as it is fixed text."""
    assert prefixes(STABLE) == ("refs/tags/v",)
    assert prefixes(GCC) == ("HEAD", "refs/tags/releases/gcc-")


def test_tags_that_are_no_versions_are_left_out_and_the_others_ordered_as_versions():
    """9.5 stands before 12.4, a candidate nowhere."""
    assert [w.version for w in releases(GCC, REFS)] == ["9.5.0", "12.4.0", "16.2.0"]


def test_a_plain_refresh_wants_the_newest_release_and_the_head():
    """In this order."""
    assert newest(GCC, REFS) == (
        Wanted("16.2.0", "refs/tags/releases/gcc-16.2.0", "2" * 40),
        Wanted("", "HEAD", "h" * 40),
    )
    assert head(STABLE, REFS) == ()


def test_the_history_begins_where_the_data_says():
    """GCC 12 is older than that."""
    assert [w.version for w in history(GCC, REFS)] == ["16.2.0"]


def test_of_a_stable_series_only_the_newest_is_kept():
    """And nothing from before `since`."""
    tags = {f"refs/tags/v{v}": v.rjust(40, "0") for v in ("6.0.19", "6.1.2", "6.1.176", "6.1.20", "6.12.1")}
    assert [w.version for w in history(STABLE, tags)] == ["6.1.176", "6.12.1"]


@pytest.mark.parametrize("order", [1, -1])
def test_a_commit_that_two_refs_name_is_brought_once(order):
    """As the first of them."""
    one, two = (Wanted("1.0", "refs/tags/1.0", "a" * 40), Wanted("", "HEAD", "a" * 40))[::order]
    assert merged((one, two)) == (one,)
