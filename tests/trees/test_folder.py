"""Plain directories and work trees: which files are matched, and which are not read."""

from __future__ import annotations

import os
from datetime import datetime, timezone

import pytest

from matrix.errors import TreeError
from matrix.text import LARGEST
from matrix.trees import Folder, open_tree


@pytest.fixture
def place(tmp_path):
    (tmp_path / "tree/arch/arm").mkdir(parents=True)
    (tmp_path / "tree/arch/arm/Kconfig").write_bytes(b"config ARM\r\n")
    (tmp_path / "tree/Makefile").write_text("VERSION = 7\n")
    return tmp_path / "tree"


def test_files_are_read_as_they_are(place):
    """Bytes, in the order asked; the same path may be asked twice."""
    tree = open_tree(place)
    assert list(tree.read(["arch/arm/Kconfig", "Makefile", "Makefile"])) == [
        ("arch/arm/Kconfig", b"config ARM\r\n"), ("Makefile", b"VERSION = 7\n"), ("Makefile", b"VERSION = 7\n"),
    ]  # fmt: skip


def test_a_plain_directory_has_neither_commit_nor_date(place):
    """It knows only when a file was written."""
    tree = open_tree(place)
    os.utime(place / "Makefile", (1_780_000_000, 1_780_000_000))
    assert (tree.commit, tree.date, tree.describe("v{version}")) == ("", None, "")
    assert tree.written("Makefile") == datetime(2026, 5, 28, 20, 26, 40, tzinfo=timezone.utc)


def test_links_are_neither_matched_nor_read(place):
    """Neither a link to a file nor one to a folder, inside the tree or out of it; the root itself may be one."""
    (place / "Kconfig").symlink_to("arch/arm/Kconfig")
    (place / "arch/out").symlink_to("/etc")
    (place.parent / "linked").symlink_to(place)
    tree = open_tree(place.parent / "linked")
    assert tree.match(["*", "arch/*/Kconfig", "arch/*/passwd"]) == ["Makefile", "arch/arm/Kconfig"]
    for path in ("Kconfig", "arch/out/passwd"):
        with pytest.raises(TreeError, match="found a symbolic link"):
            list(tree.read([path]))


def test_leftovers_of_editors_and_patches_are_passed_over(place):
    """arch/*/Kconfig* would take Kconfig.orig for upstream's."""
    for name in ("Kconfig.orig", "Kconfig.rej", "Kconfig~", "Kconfig.debug"):
        (place / "arch/arm" / name).touch()
    assert open_tree(place).match(["arch/*/Kconfig*"]) == ["arch/arm/Kconfig", "arch/arm/Kconfig.debug"]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("missing", "No such file"),
        ("arch", "no regular file"),
        ("pipe", "no regular file"),
        ("../x", "inside the tree"),
        ("/x", "inside"),
    ],
)
def test_what_is_no_file_of_the_tree_is_an_error(place, path, message):
    """With the whole path; a named pipe does not block."""
    os.mkfifo(place / "pipe")
    with pytest.raises(TreeError, match=message):
        list(open_tree(place).read([path]))


def test_a_file_over_the_cap_is_refused_unread(place, monkeypatch):
    """By its size alone."""
    with (place / "big").open("wb") as file:
        file.truncate(LARGEST + 1)
    monkeypatch.setattr(os, "fdopen", None)
    with pytest.raises(TreeError, match=rf"big: found {LARGEST + 1} bytes or more, expected at most {LARGEST}"):
        list(open_tree(place).read(["big"]))


def test_a_file_at_the_cap_is_read(place):
    """The cap itself is allowed."""
    (place / "big").write_bytes(bytes(LARGEST))
    assert len(next(iter(open_tree(place).read(["big"])))[1]) == LARGEST


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_folder_is_an_error(place):
    """Not an empty one."""
    (place / "arch/arm").chmod(0)
    try:
        with pytest.raises(TreeError, match="expected a readable folder"):
            open_tree(place).match(["arch/*/Kconfig"])
    finally:
        (place / "arch/arm").chmod(0o755)


def test_a_place_that_is_no_directory_is_an_error(place):
    """Missing, or a file such as an archive."""
    with pytest.raises(TreeError, match="found nothing, expected a directory"):
        open_tree(place / "missing")
    with pytest.raises(TreeError, match="found a file, expected a directory"):
        open_tree(place / "Makefile")


def test_a_plain_directory_takes_a_version_but_no_branch(place):
    """Its one state may be claimed to be a version; there is nothing to find a branch in."""
    assert isinstance(open_tree(place, "7.1.13"), Folder)
    with pytest.raises(TreeError, match="no git repository"):
        open_tree(place, "master")


def test_a_work_tree_without_revision_is_read_from_disk(repo):
    """Changes that are not committed count; the commit is then not claimed."""
    commit = repo.commit({"Makefile": "VERSION = 7\n"}, tag="v7.1")
    clean = open_tree(repo.path)
    assert (clean.commit, clean.modified, clean.describe("v{version}")) == (commit, False, "7.1")
    assert clean.date == datetime(2026, 5, 24, 5, 16, 6, tzinfo=timezone.utc)
    repo.write({"Makefile": "VERSION = 8\n"})
    tree = open_tree(repo.path)
    assert list(tree.read(["Makefile"])) == [("Makefile", b"VERSION = 8\n")]
    assert (tree.commit, tree.head, tree.modified, tree.date) == ("", commit, True, None)


def test_a_work_tree_before_its_first_commit_is_a_directory(repo):
    """HEAD names nothing yet."""
    repo.write({"Makefile": ""})
    tree = open_tree(repo.path)
    assert (tree.commit, tree.date, tree.match(["*"])) == ("", None, ["Makefile"])


def test_a_folder_inside_a_repository_is_a_plain_directory(repo):
    """A repository around the tree is not the tree's."""
    repo.commit({"sub/Makefile": ""}, tag="v7.1")
    assert open_tree(repo.path / "sub").commit == ""
    with pytest.raises(TreeError, match="no git repository"):
        open_tree(repo.path / "sub", "main")


def test_reading_a_work_tree_runs_no_program_that_its_configuration_names(repo):
    """core.fsmonitor is a command line; the index is not rewritten either."""
    repo.commit({"Makefile": ""}, tag="v7.1")
    repo.git("config", "core.fsmonitor", f"touch {repo.path}/ran; false")
    before = (repo.path / ".git/index").read_bytes()
    os.utime(repo.path / "Makefile", (1, 1))
    assert open_tree(repo.path).modified is False
    assert not (repo.path / "ran").exists()
    assert (repo.path / ".git/index").read_bytes() == before
