"""Glob patterns: which files they take, and which folders are entered for them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.errors import TreeError
from matrix.trees.globs import Names, expand

PARTS = st.sampled_from(["a", "b", "ab", ".c", "Kconfig", "Kconfig.debug"])
PATHS = st.sets(st.lists(PARTS, min_size=1, max_size=4).map("/".join), max_size=12)
PATTERNS = st.lists(st.sampled_from(["a", "*", "**", "a*", "?", ".c", "Kconfig*"]), min_size=1, max_size=4).map(
    "/".join
)


class Files:
    """A tree of files in memory that remembers which folders were listed."""

    def __init__(self, *paths):
        self.paths, self.listed = paths, []

    def __call__(self, folder):
        self.listed.append(folder)
        start = f"{folder}/" if folder else ""
        below = [p[len(start) :] for p in self.paths if p.startswith(start)]
        return Names(frozenset(p.split("/")[0] for p in below if "/" in p), frozenset(p for p in below if "/" not in p))


def test_a_star_stays_within_one_folder():
    """arch/*/Kconfig* takes the ports' own files only, sorted."""
    tree = Files("arch/Kconfig", "arch/x86/Kconfig", "arch/arm/Kconfig.debug", "arch/arm/mm/Kconfig", "lib/Kconfig")
    assert expand(["arch/*/Kconfig*"], tree) == ["arch/arm/Kconfig.debug", "arch/x86/Kconfig"]


def test_two_stars_cross_folders():
    """Any number of them, none too."""
    tree = Files("a.rs", "x/a.rs", "x/y/z/a.rs", "x/b.c")
    assert expand(["**/*.rs"], tree) == ["a.rs", "x/a.rs", "x/y/z/a.rs"]
    assert expand(["x/**"], tree) == ["x/a.rs", "x/b.c", "x/y/z/a.rs"]


def test_a_leading_dot_must_be_spelled():
    """`**` never enters .git, while .github can be asked for."""
    tree = Files(".git/config", ".github/ci.yml", "x/.hidden", "x/seen")
    assert expand(["**/*"], tree) == ["x/seen"]
    assert expand([".github/*.yml", "x/.h*"], tree) == [".github/ci.yml", "x/.hidden"]


def test_a_file_matched_twice_is_listed_once():
    """Patterns may overlap."""
    assert expand(["*", "a*"], Files("a")) == ["a"]


def test_only_folders_that_can_match_are_listed():
    """A kernel's drivers/ is not walked for arch/*/Kconfig, and no folder is listed twice."""
    tree = Files("arch/x86/Kconfig", "arch/x86/mm/fault.c", "drivers/net/a.c")
    expand(["arch/*/Kconfig", "arch/*/Makefile"], tree)
    assert sorted(tree.listed) == ["", "arch", "arch/x86"]


def test_brackets_and_dots_stand_for_themselves():
    """Only `*` and `?` are special."""
    assert expand(["a.[c]"], Files("a.c", "a.[c]", "axc")) == ["a.[c]"]


@pytest.mark.parametrize("pattern", ["/etc/passwd", "../x", "a/../../x", "a//b", "", "a/./b", "a\0b"])
def test_a_pattern_cannot_leave_the_tree(pattern):
    """Absolute, upward and empty parts are refused."""
    with pytest.raises(TreeError, match="expected one inside the tree"):
        expand([pattern], Files("a"))


@pytest.mark.parametrize("name", ["a\nb", "a\x1bb", "a\udcffb"])
def test_a_name_that_fits_no_line_is_refused(name):
    """A listing has one path a line, and a message goes to a terminal."""
    with pytest.raises(TreeError, match="expected printable UTF-8"):
        expand(["*"], Files(name))


@given(PATHS, PATTERNS)
def test_expanding_agrees_with_matching_every_path(paths, pattern):
    """Going down folder by folder finds what a regular expression over all paths finds."""
    files = {p for p in paths if not any(other.startswith(p + "/") for other in paths)}
    part = {"*": "(?!\\.)[^/]*", "a*": "a[^/]*", "?": "(?!\\.)[^/]", "Kconfig*": "Kconfig[^/]*"}
    parts = pattern.split("/")
    whole = "".join("(?:(?!\\.)[^/]+/)*" if p == "**" else part.get(p, re.escape(p)) + "/" for p in parts[:-1])
    whole += "(?:(?!\\.)[^/]+/)*(?!\\.)[^/]+" if parts[-1] == "**" else part.get(parts[-1], re.escape(parts[-1]))
    assert expand([pattern], Files(*files)) == sorted(p for p in files if re.fullmatch(whole, p))
