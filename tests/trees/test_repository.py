"""git repositories at a revision: bare, shallow and partial ones, and what is refused."""

from __future__ import annotations

import os
import subprocess
from datetime import datetime, timezone

import pytest

from matrix.errors import TreeError
from matrix.text import LARGEST
from matrix.trees import Repository, open_tree
from matrix.trees.git import Git

TAG = "v{version}"


@pytest.mark.parametrize("revision", ["v7.1", "7.1", "7.1.0", "v7.1.0"])
def test_a_version_is_found_by_the_projects_tag(repo, revision):
    """In every spelling, and before a branch of that name."""
    commit = repo.commit({"Makefile": "old\n"}, tag="v7.1")
    repo.commit({"Makefile": "new\n"})
    repo.git("branch", "v7.1")
    tree = open_tree(repo.bare(), revision, tag=TAG)
    assert (tree.commit, tree.tagged) == (commit, tree.tagged)
    assert tree.tagged in ("7.1", "7.1.0")
    assert list(tree.read(["Makefile"])) == [("Makefile", b"old\n")]


def test_a_tag_in_folders_is_found(repo):
    """GCC's stand below releases/."""
    commit = repo.commit({"a": ""}, tag="releases/gcc-16.2.0")
    tree = open_tree(repo.path, "16.2.0", tag="releases/gcc-{version}")
    assert (tree.commit, tree.describe("releases/gcc-{version}")) == (commit, "16.2.0")


def test_branches_commits_and_annotated_tags_are_found(repo):
    """And give the commit, whatever kind of name was asked."""
    commit = repo.commit({"a": ""})
    repo.git("tag", "--annotate", "--message=x", "v7.1")
    repo.commit({"a": "b"})
    repo.git("branch", "topic", commit)
    for name in ("topic", commit, commit[:10], "v7.1", "HEAD~1"):
        assert open_tree(repo.path, name, tag=TAG).commit == commit


def test_a_bare_repository_without_revision_is_at_its_head(repo):
    """There is no work tree to read."""
    commit = repo.commit({"a": ""})
    tree = open_tree(repo.bare())
    assert isinstance(tree, Repository)
    assert (tree.commit, tree.tagged) == (commit, "")
    assert tree.date == datetime(2026, 5, 24, 5, 16, 6, tzinfo=timezone.utc)


@pytest.mark.parametrize("revision", ["--upload-pack=touch x", "-h", "", "a\nb", "v7.1\0"])
def test_a_revision_is_never_an_option(repo, revision):
    """Nor anything else that is no name."""
    repo.commit({"a": ""})
    with pytest.raises(TreeError, match="expected a tag, a branch or a commit"):
        open_tree(repo.path, revision)


def test_an_unknown_revision_says_what_was_looked_for(repo):
    """The tag, in both spellings; for a work tree also what else can be done."""
    repo.commit({"a": ""})
    with pytest.raises(
        TreeError, match=r"no revision '7\.1\.0', expected tag v7\.1\.0 or tag v7\.1, or .*as they lie there"
    ):
        open_tree(repo.path, "7.1.0", tag=TAG)
    with pytest.raises(
        TreeError, match=r"no revision 'topic', expected a tag, branch or commit that this clone holds$"
    ):
        open_tree(repo.bare(), "topic", tag=TAG)


def test_matching_lists_regular_files_of_the_commit(repo):
    """Executable ones too; links and submodules are none; what lies in the work tree is not asked."""
    repo.write({"arch/arm/Kconfig": "x", "scripts/run": "y"})
    (repo.path / "scripts/run").chmod(0o755)
    (repo.path / "scripts/link").symlink_to("run")
    (repo.path / "arch/arm64").symlink_to("arm")
    commit = repo.commit()
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{commit},scripts/module")
    repo.git("commit", "--quiet", "--message=module")
    repo.write({"scripts/untracked": ""})
    tree = open_tree(repo.path, "main")
    assert tree.match(["**/*"]) == ["arch/arm/Kconfig", "scripts/run"]
    assert tree.match(["nowhere/*"]) == []
    for path in ("scripts/link", "scripts/module", "missing", "arch/arm64/Kconfig"):
        with pytest.raises(TreeError, match=f"found no regular file {path}"):
            list(tree.read([path]))


def test_names_are_not_quoted(repo):
    """git writes non-ASCII names in octal unless told otherwise."""
    repo.commit({"arch/größe/Kconfig": "x"})
    assert list(open_tree(repo.bare()).read(["arch/größe/Kconfig"])) == [("arch/größe/Kconfig", b"x")]


def test_all_files_are_read_by_one_process(repo, monkeypatch):
    """Not one for each; also an empty file, and one without a last newline."""
    repo.commit({f"f{n}": b"" if n == 7 else b"\0\n" * n for n in range(300)})
    started = []
    start = Git.start
    monkeypatch.setattr(Git, "start", lambda self, *a: started.append(a) or start(self, *a))
    tree = open_tree(repo.bare())
    read = dict(tree.read(tree.match(["f*"])))
    assert len(read) == 300
    assert (read["f7"], read["f299"]) == (b"", b"\0\n" * 299)
    assert started == [("cat-file", "--batch")]


def test_stopping_early_ends_the_process(repo, monkeypatch):
    """A reader that raises in between leaves nothing running."""
    repo.commit({"a": "x", "b": "y"})
    processes = []
    start = Git.start
    monkeypatch.setattr(Git, "start", lambda self, *a: processes.append(start(self, *a)) or processes[-1])
    reading = open_tree(repo.bare()).read(["a", "b"])
    next(reading)
    reading.close()
    assert processes[0].poll() is not None


@pytest.mark.slow
def test_a_file_over_the_cap_is_refused_unread(repo):
    """By the size that git states before the content."""
    repo.commit({"big": bytes(LARGEST + 1), "fits": bytes(LARGEST)})
    tree = open_tree(repo.bare())
    assert len(next(iter(tree.read(["fits"])))[1]) == LARGEST
    with pytest.raises(TreeError, match=rf"big: found {LARGEST + 1} bytes, expected at most {LARGEST}"):
        list(tree.read(["big"]))


def test_a_shallow_clone_can_be_read(repo):
    """It has the files, and no tag to describe by."""
    repo.commit({"a": "1"}, tag="v7.1")
    commit = repo.commit({"a": "2"})
    tree = open_tree(repo.bare("--depth=1"))
    assert (tree.commit, dict(tree.read(["a"])), tree.describe(TAG)) == (commit, {"a": b"2"}, "")


def test_a_partial_clone_is_not_completed(repo):
    """The listing is there; a missing content is an error and no download."""
    repo.commit({"a": "x"})
    place = repo.bare("--filter=blob:none", "--no-tags")
    tree = open_tree(place)
    assert tree.match(["*"]) == ["a"]
    with pytest.raises(TreeError, match=r"a: .*partial clone"):
        list(tree.read(["a"]))
    held = subprocess.run(
        ["git", "-C", place, "count-objects", "-v"], check=True, capture_output=True, text=True
    ).stdout
    assert "in-pack: 2" in held


def test_a_repository_of_another_user_says_how_to_trust_it(repo, monkeypatch):
    """Work tree or bare."""
    repo.commit({"a": ""})
    places = (repo.path, repo.bare())
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    for place in places:
        with pytest.raises(TreeError, match=rf"belongs to another user.*--add safe\.directory {place}$"):
            open_tree(place, "main")


def test_the_askers_configuration_changes_nothing(repo, monkeypatch, tmp_path):
    """Nor do a hook's variables, replaced objects, or a ban on bare repositories."""
    commit = repo.commit({"ö": "x"}, tag="v7.1")
    repo.commit({"ö": "y"})
    repo.git("replace", commit, "HEAD")
    (tmp_path / "config").write_text(
        "[core]\nabbrev = 4\nquotePath = true\n[safe]\nbareRepository = explicit\n"
        "[color]\nui = always\n[log]\nshowSignature = true\n"
    )
    place = repo.bare()
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "config"))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere")
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    for where in (place, repo.path):
        assert dict(open_tree(where, "7.1", tag=TAG).read(["ö"])) == {"ö": b"x"}
        assert open_tree(where, "main", tag=TAG).describe(TAG).startswith("7.1-1-g")
        assert len(open_tree(where, "main", tag=TAG).describe(TAG)) == len("7.1-1-g12345678")


def test_a_damaged_repository_is_a_tree_error(repo):
    """git's own words, with the place."""
    repo.commit({"a": "x"})
    place = repo.bare()
    tree = open_tree(place)
    assert tree.match(["a"]) == ["a"]
    for file in sorted((place / "objects").rglob("*")):
        if file.is_file():
            file.chmod(0o600)
            file.write_bytes(b"rubbish")
    with pytest.raises(TreeError, match="a: "):
        list(tree.read(["a"]))
    with pytest.raises(TreeError, match=r"found no revision|git: "):
        open_tree(place, "main").match(["*"])


def test_a_broken_dot_git_is_a_tree_error(repo):
    """The repository around it is not taken instead."""
    repo.commit({"a": ""})
    (repo.path / "sub/.git").mkdir(parents=True)
    with pytest.raises(TreeError, match="not a git repository"):
        open_tree(repo.path / "sub", "main")


def test_without_git_a_repository_is_a_tree_error(repo, monkeypatch):
    """And a plain directory is read all the same."""
    repo.commit({"sub/a": ""})
    monkeypatch.setenv("PATH", os.devnull)
    with pytest.raises(TreeError, match="found no git to run"):
        open_tree(repo.path, "main")
    assert open_tree(repo.path / "sub").match(["*"]) == ["a"]


def test_describe_counts_from_the_projects_own_tags(repo):
    """Tags that are no versions are passed over; a template's other tags too."""
    repo.commit({"a": "1"}, tag="v0.12.0")
    repo.commit({"a": "2"}, tag="rust1.90_libstd")
    head = repo.commit({"a": "3"})
    tree = open_tree(repo.bare())
    assert tree.describe(TAG) == f"0.12.0-2-g{head[:8]}"
    assert tree.describe("llvmorg-{version}") == ""
    repo.git("tag", "llvmorg-23-init")
    assert open_tree(repo.path, "main").describe("llvmorg-{version}") == ""
