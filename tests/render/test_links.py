"""The addresses of evidence at any version."""

from __future__ import annotations

from dataclasses import replace

from matrix.model import Revision
from matrix.render.links import addresses
from tests.render.conftest import NEW, OLD, line

HEAD = Revision(project="rust", label="1.96.0-dev", kind="head", commit="c0ffee" * 6 + "c0ff")


def test_each_version_has_its_own(registry):
    """A release by its tag, a head by its commit, in one list."""
    find = addresses(registry, [OLD, NEW, HEAD])
    assert find(line(OLD, "a/b", 3, "")).endswith("/stable/linux.git/tree/a/b?h=v6.18.15#n3")
    assert find(line(NEW, "a/b", 3, "")).endswith("?h=v7.1.13#n3")
    assert find(line(HEAD, "a/b", 3, "")) == f"https://github.com/rust-lang/rust/blob/{HEAD.commit}/a/b#L3"


def test_what_has_none(registry):
    """A version that is not in the list, a tree as a whole, a head without a commit."""
    find = addresses(registry, [NEW, replace(HEAD, commit="")])
    assert find(line(OLD, "a/b", 3, "")) == ""
    assert find(line(NEW, "", 0, "")) == ""
    assert find(line(HEAD, "a/b", 3, "")) == ""


def test_no_word_of_upstream_leaves_the_path(registry):
    """What would end an address or begin a query is written as an escape."""
    found = addresses(registry, [NEW])(line(NEW, "a b?x#y<>\x1b", 1, ""))
    assert found.endswith("/tree/a%20b%3Fx%23y%3C%3E%1B?h=v7.1.13#n1")
