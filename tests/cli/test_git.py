"""`refresh --git`: the releases of a clone on this machine."""

from __future__ import annotations

import json

import pytest

from tests.extract import test_linux_arch_support
from tests.poll.conftest import FILES
from tests.trees.conftest import git_environment, repo  # noqa: F401 - fixtures

# Each reads a clone and resolves what is known anew; tests/cli/test_history.py records by default.
pytestmark = pytest.mark.slow

SUPPORT = test_linux_arch_support.PATH


@pytest.fixture
def clone(repo, kernel):  # noqa: F811 - kernel lets few sources be believed
    """Linux 7.1.13 and 7.1.99 of a few files, and 7.0.1, each tagged."""
    repo.write(FILES)
    for minor, patch in ((0, 1), (1, 13), (1, 99)):
        makefile = f"VERSION = 7\nPATCHLEVEL = {minor}\nSUBLEVEL = {patch}\nEXTRAVERSION =\n"
        repo.commit({"Makefile": makefile}, tag=f"v7.{minor}.{patch}")
    return repo


def test_the_releases_of_a_clone_answer(run, clone, db):
    """The newest of each series; a second walk finds them known."""
    said = run("refresh", "--git", f"linux={clone.path}")
    assert (said.code, said.err) == (0, "")
    assert said.out == f"Linux: 2 releases, 0 known before, 2 read now\nrecorded in {db}\n"
    assert "Linux 7.1.99" in run("is", "arm64", "--kernel", "7.1.99").out
    again = run("refresh", "--git", f"linux={clone.path}")
    assert again.out.startswith("Linux: 2 releases, 2 known before, 0 read now\n")


@pytest.mark.slow
def test_it_is_told_as_json(run, clone):
    """What was known, read and refused."""
    (walk,) = json.loads(run("refresh", "--git", f"linux={clone.path}", "--json").out)["clones"]
    assert (walk["project"], walk["known_before"], walk["refused"]) == ("linux", [], [])
    assert walk["read_now"] == [{"version": v, "failed_sources": []} for v in ("7.0.1", "7.1.99")]
    assert walk["files"] == 18


@pytest.mark.slow
def test_what_fails_is_exit_4(run, clone):
    """Each source at its release, and each release that was refused."""
    clone.commit({SUPPORT: "moved\n"}, tag="v7.1.100")
    clone.git("tag", "v7.2.1", "v7.1.99")
    clone.git("tag", "--force", "v7.1.100", "HEAD")
    said = run("refresh", "--git", f"linux={clone.path}")
    assert said.code == 4
    assert "  7.2.1: " in said.out
    assert "found linux 7.1.99, expected 7.2.1 as asked" in said.out
    assert "  7.1.100: " in said.out


def test_a_bar_shows_on_a_terminal_alone(run, clone, monkeypatch):
    """It is taken away at the end."""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    said = run("refresh", "--git", f"linux={clone.path}")
    assert "Linux [" in said.err
    assert "2/2 7.1.99" in said.err
    assert said.err.endswith("\r\x1b[K")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--git", "linux@7.1={clone}"), "got version '7.1', expected PROJECT=DIR"),
        (("--git", "{clone}"), "expected PROJECT=PLACE"),
        (("--git", "linux={clone}/none"), "found nothing, expected a git repository"),
        (("--git", "gcc={clone}"), "found no release tag of gcc, expected releases/gcc-13 and later ones"),
        (("--git", "linux={clone}", "--tree", "linux={clone}"), "--tree and --git: found both"),
    ],
)
def test_what_cannot_be_walked_is_usage(run, clone, db, words, expected):
    """Exit 2, and nothing is recorded."""
    said = run("refresh", *(word.format(clone=clone.path) for word in words))
    assert (said.code, said.out) == (2, "")
    assert expected in said.complaint
    assert json.loads(run("status", "--runs", "--json").out or "{}").get("runs", []) == []
