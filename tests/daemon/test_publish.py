"""Commits of the reports: one, of that folder alone; a repository whose owner is busy is left alone."""

from __future__ import annotations

import asyncio
import os
import subprocess

import pytest

from matrix.daemon.publish import PublishError, commit


@pytest.fixture
def repository(tmp_path):
    """A repository with reports in a folder of it, one commit."""
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "GIT_CONFIG_NOSYSTEM": "1"}
    place = tmp_path / "repository"

    def git(*words, check=True):
        named = ["git", "-c", "user.name=owner", "-c", "user.email=o@x", *words]
        return subprocess.run(named, cwd=place, env=environ, capture_output=True, text=True, check=check).stdout

    place.mkdir()
    git("init", "-q", "-b", "main")
    (place / "own.txt").write_text("1\n")
    (place / "reports").mkdir()
    (place / "reports/README.md").write_text("1\n")
    git("add", ".")
    git("commit", "-q", "-m", "first")

    def publish():
        return asyncio.run(commit(place / "reports", "news", environ))

    return place, git, publish


def test_one_commit_of_what_changed(repository):
    """New, changed and gone; the author is ours where nobody said who."""
    place, git, publish = repository
    (place / "reports/README.md").write_text("2\n")
    (place / "reports/new.md").write_text("2\n")
    name = publish()
    assert name == git("rev-parse", "HEAD").strip()
    assert git("show", "--format=%an %s", "--name-only", "HEAD").split() == [
        "archmatrix", "news", "reports/README.md", "reports/new.md",
    ]  # fmt: skip
    (place / "reports/new.md").unlink()
    assert publish()
    assert publish() == "", "nothing changed since"


def test_what_lies_outside_is_not_committed(repository):
    place, git, publish = repository
    (place / "own.txt").write_text("2\n")
    (place / "untracked.txt").write_text("2\n")
    (place / "reports/README.md").write_text("2\n")
    publish()
    assert git("status", "--porcelain").splitlines() == [" M own.txt", "?? untracked.txt"]


def test_the_owners_name_is_used_where_there_is_one(repository):
    place, git, publish = repository
    git("config", "user.name", "owner")
    git("config", "user.email", "o@x")
    (place / "reports/README.md").write_text("2\n")
    publish()
    assert git("log", "-1", "--format=%an").strip() == "owner"


def test_what_was_left_staged_by_a_kill_is_committed(repository):
    """Between our own add and commit."""
    place, git, publish = repository
    (place / "reports/README.md").write_text("2\n")
    git("add", "reports")
    assert publish()


def refused(publish, why):
    with pytest.raises(PublishError, match=why):
        publish()


def test_others_staged_files(repository):
    place, git, publish = repository
    (place / "reports/README.md").write_text("2\n")
    (place / "own.txt").write_text("2\n")
    git("add", "own.txt")
    refused(publish, r"found own\.txt staged by somebody else, left its repository alone")
    assert git("status", "--porcelain").splitlines() == ["M  own.txt", " M reports/README.md"]


def test_a_rebase_under_way(repository):
    place, git, publish = repository
    for branch, text in (("other", "a\n"), ("main", "b\n")):
        git("checkout", "-q", "-B", branch, "main")
        (place / "own.txt").write_text(text)
        git("commit", "-qam", branch)
    git("checkout", "-q", "-B", "other", "other")
    git("reset", "-q", "--hard", "main~1")
    (place / "own.txt").write_text("c\n")
    git("commit", "-qam", "c")
    git("rebase", "main", check=False)
    assert (place / ".git/rebase-merge").exists()
    (place / "reports/README.md").write_text("2\n")
    refused(publish, "found a rebase under way")


@pytest.mark.parametrize(
    ("name", "what"), [("MERGE_HEAD", "a merge"), ("CHERRY_PICK_HEAD", "a cherry-pick"), ("index.lock", "another git")]
)
def test_other_things_under_way(repository, name, what):
    place, _, publish = repository
    (place / ".git" / name).write_text("0" * 40 + "\n")
    (place / "reports/README.md").write_text("2\n")
    refused(publish, f"found {what} under way")


def test_no_branch(repository):
    place, git, publish = repository
    git("checkout", "-q", "--detach")
    (place / "reports/README.md").write_text("2\n")
    refused(publish, "found no branch checked out")


def test_a_hook_that_says_no(repository):
    """Its words are in the log."""
    place, _, publish = repository
    hook = place / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho not today >&2\nexit 1\n")
    hook.chmod(0o755)
    (place / "reports/README.md").write_text("2\n")
    refused(publish, "git commit ended with 1: not today")


def test_no_repository(tmp_path):
    with pytest.raises(PublishError, match="git rev-parse ended with 128: fatal: not a git repository"):
        asyncio.run(commit(tmp_path, "news", {"PATH": os.environ["PATH"], "GIT_CEILING_DIRECTORIES": str(tmp_path)}))


def test_a_repository_of_its_own(tmp_path):
    """Without a commit yet."""
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "GIT_CONFIG_NOSYSTEM": "1"}
    place = tmp_path / "reports"
    place.mkdir()
    subprocess.run(["git", "init", "-q"], cwd=place, env=environ, check=True)
    assert asyncio.run(commit(place, "news", environ)) == ""
    (place / "README.md").write_text("1\n")
    assert asyncio.run(commit(place, "news", environ))
