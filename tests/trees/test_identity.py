"""Which revision a tree is: by its files, by its tags, and where the two or the asker disagree."""

from __future__ import annotations

import os
from datetime import datetime, timezone

import pytest

from matrix.errors import TreeError
from matrix.model import Revision
from matrix.trees import identify, open_tree, read_version

TAGS = {
    "linux": "v{version}",
    "rust": "{version}",
    "gcc": "releases/gcc-{version}",
    "llvm": "llvmorg-{version}",
    "mrustc": "v{version}",
}


def makefile(version="7", patchlevel="1", sublevel="13", extra="") -> dict[str, str]:
    return {
        "Makefile": f"# SPDX\nVERSION = {version}\nPATCHLEVEL = {patchlevel}\nSUBLEVEL = {sublevel}\n"
        f"EXTRAVERSION ={extra and ' ' + extra}\nNAME = Some Animal\n\nKERNELVERSION = $(VERSION)\n"
    }


def cmake(major="22", minor="1", patch="8", suffix="") -> str:
    parts = {"MAJOR": major, "MINOR": minor, "PATCH": patch, "SUFFIX": suffix}
    return "".join(
        f"if(NOT DEFINED LLVM_VERSION_{n})\n  set(LLVM_VERSION_{n}{v and ' ' + v})\nendif()\n" for n, v in parts.items()
    )


@pytest.fixture
def folder(tmp_path):
    """Make a plain directory with these files."""

    def make(files):
        for name, content in files.items():
            place = tmp_path / "tree" / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(content)
            os.utime(place, (1_780_000_000, 1_780_000_000))
        return open_tree(tmp_path / "tree")

    return make


@pytest.mark.parametrize(
    ("project", "files", "version"),
    [
        ("linux", makefile(), "7.1.13"),
        ("linux", makefile(sublevel="0"), "7.1"),
        ("linux", makefile("7", "2", "0", "-rc2"), "7.2-rc2"),
        ("linux", makefile("7", "2", "0", "-rc2") | {"localversion-next": "-next-20260501\n"}, "7.2-rc2-next-20260501"),
        ("rust", {"src/version": "1.95.0\n"}, "1.95.0"),
        ("rust", {"src/version": "1.95.0\n", "src/ci/channel": "stable\n"}, "1.95.0"),
        ("rust", {"src/version": "1.97.0\n", "src/ci/channel": "nightly\n"}, "1.97.0-nightly"),
        ("gcc", {"gcc/BASE-VER": "16.2.0\n"}, "16.2.0"),
        ("gcc", {"gcc/BASE-VER": "16.2.0\n", "gcc/DEV-PHASE": "\n"}, "16.2.0"),
        ("gcc", {"gcc/BASE-VER": "17.0.0\n", "gcc/DEV-PHASE": "experimental\n"}, "17.0.0-experimental"),
        ("llvm", {"cmake/Modules/LLVMVersion.cmake": cmake(), "llvm/CMakeLists.txt": "include(x)\n"}, "22.1.8"),
        ("llvm", {"llvm/CMakeLists.txt": cmake("19", "1", "7")}, "19.1.7"),
        ("llvm", {"cmake/Modules/LLVMVersion.cmake": cmake("23", "0", "0", "git")}, "23.0.0git"),
        ("llvm", {"cmake/Modules/LLVMVersion.cmake": cmake("23", "1", "0", '"-rc3"')}, "23.1.0-rc3"),
        ("mrustc", {"rust-version": "1.29.0\n"}, None),
        ("linux", {"README": ""}, None),
        ("bsd", makefile(), None),
    ],
)
def test_each_project_says_its_version_in_its_own_file(folder, project, files, version):
    """Old and new places, releases and what lies between."""
    assert read_version(project, folder(files)) == version


@pytest.mark.parametrize(
    ("project", "files", "message"),
    [
        ("linux", {"Makefile": "all:\n\ttrue\n"}, "Makefile: found another text, expected VERSION, PATCHLEVEL"),
        ("linux", makefile(patchlevel="x"), "Makefile: found another text"),
        ("rust", {"src/version": "<html>\n"}, "src/version: found another text, expected a version such as"),
        (
            "rust",
            {"src/version": "1.95.0\n", "src/ci/channel": "purple\n"},
            "src/ci/channel: .* expected one of stable",
        ),
        ("gcc", {"gcc/BASE-VER": ""}, "gcc/BASE-VER: found another text"),
        ("gcc", {"gcc/BASE-VER": "17.0.0\n", "gcc/DEV-PHASE": "x\n"}, "gcc/DEV-PHASE: "),
        ("llvm", {"cmake/Modules/LLVMVersion.cmake": cmake(minor="")}, "LLVMVersion.cmake: found another text"),
    ],
)
def test_another_shape_is_an_error_and_no_missing_version(folder, project, files, message):
    """With the file and what was expected in it."""
    with pytest.raises(TreeError, match=message):
        read_version(project, folder(files))


def test_a_plain_directory_is_dated_by_the_file_that_says_its_version(folder):
    """Archives keep that time; there is no commit."""
    assert identify("linux", folder(makefile())) == Revision(
        project="linux", label="7.1.13", date=datetime(2026, 5, 28, 20, 26, 40, tzinfo=timezone.utc)
    )


def test_a_claim_that_the_files_confirm_is_taken(folder):
    """In any spelling."""
    tree = folder(makefile(sublevel="0"))
    assert {identify("linux", tree, claim).label for claim in ("7.1", "v7.1", "7.1.0", None)} == {"7.1"}


@pytest.mark.parametrize("claim", ["7.1", "7.1.12", "7.1.13-rc1", "8.0"])
def test_a_claim_that_the_files_contradict_is_an_error(folder, claim):
    """That says both and where."""
    with pytest.raises(TreeError, match=rf"tree: Makefile: found linux 7\.1\.13, expected {claim} as asked"):
        identify("linux", folder(makefile()), claim)


def test_a_candidate_does_not_pass_for_the_release(folder):
    """7.2-rc2 is not 7.2."""
    with pytest.raises(TreeError, match=r"found linux 7\.2-rc2, expected 7\.2 as asked"):
        identify("linux", folder(makefile("7", "2", "0", "-rc2")), "7.2")


def test_a_claim_is_believed_where_no_file_speaks(folder):
    """mrustc's archives do not say what they are."""
    assert identify("mrustc", folder({"rust-version": "1.29.0\n"}), "v0.12.0").label == "0.12.0"


@pytest.mark.parametrize(("project", "looked"), [("mrustc", "only its tags do"), ("linux", "looked for Makefile")])
def test_where_nothing_says_a_version_the_error_tells_what_to_write(folder, project, looked):
    """PROJECT@VERSION=PLACE."""
    with pytest.raises(
        TreeError, match=rf"which version of {project} it is \({looked}\); say it: {project}@VERSION=.*tree$"
    ):
        identify(project, folder({"rust-version": "1.29.0\n"}))


def test_a_vendors_own_suffix_is_no_version(folder):
    """The asker must say what it is."""
    with pytest.raises(TreeError, match=r"found '7\.1\.13-acme', expected a version of linux; say it: linux@VERSION="):
        identify("linux", folder(makefile(extra="-acme")))


def test_a_tag_gives_label_commit_and_date(repo):
    """For a project whose files say nothing, and from a bare repository."""
    commit = repo.commit({"rust-version": "1.29.0\n"}, tag="v0.12.0")
    repo.commit({"a": ""})
    tree = open_tree(repo.bare(), "0.12.0", tag=TAGS["mrustc"])
    assert identify("mrustc", tree, "0.12.0", tag=TAGS["mrustc"]) == Revision(
        project="mrustc", label="0.12.0", commit=commit, date=datetime(2026, 5, 24, 5, 16, 6, tzinfo=timezone.utc)
    )


def test_a_head_is_labelled_by_describe(repo):
    """So it never collides with itself or with the tag."""
    repo.commit({"a": "1"}, tag="v0.12.0")
    head = repo.commit({"a": "2"})
    revision = identify("mrustc", open_tree(repo.bare()), tag=TAGS["mrustc"])
    assert (revision.label, revision.kind, revision.commit) == (f"0.12.0-1-g{head[:8]}", "head", head)


def test_a_branch_that_stands_at_a_tag_is_that_release(repo):
    """By whatever name it was asked."""
    repo.commit(makefile(), tag="v7.1.13")
    for where, revision in ((repo.path, None), (repo.path, "main"), (repo.bare(), None)):
        tree = open_tree(where, revision, tag=TAGS["linux"])
        assert identify("linux", tree, tag=TAGS["linux"]).label == "7.1.13"


def test_a_kernel_between_two_releases_is_no_release(repo):
    """In the merge window every commit says 7.1; git knows better."""
    repo.commit(makefile(sublevel="0"), tag="v7.1")
    head = repo.commit({"new": ""})
    revision = identify("linux", open_tree(repo.path), tag=TAGS["linux"])
    assert (revision.label, revision.kind) == (f"7.1-1-g{head[:8]}", "head")


def test_a_modified_work_tree_is_no_release(repo):
    """Its label says so, and no commit is claimed for its lines."""
    repo.commit(makefile(), tag="v7.1.13")
    repo.write({"Makefile": makefile()["Makefile"] + "# mine\n"})
    revision = identify("linux", open_tree(repo.path), tag=TAGS["linux"])
    assert (revision.label, revision.kind, revision.commit) == ("7.1.13-dirty", "head", "")


@pytest.mark.parametrize(
    ("project", "files", "old", "label"),
    [
        (
            "gcc",
            {"gcc/BASE-VER": "17.0.0\n", "gcc/DEV-PHASE": "experimental\n"},
            "releases/gcc-4.9.0",
            "17.0.0-experimental-g{}",
        ),
        ("rust", {"src/version": "1.97.0\n", "src/ci/channel": "nightly\n"}, "1.0.0", "1.97.0-nightly-g{}"),
        ("llvm", {"llvm/CMakeLists.txt": cmake("23", "0", "0", "git")}, "llvmorg-23-init", "23.0.0git-g{}"),
        ("gcc", {"gcc/BASE-VER": "16.2.1\n"}, "releases/gcc-16.2.0", "16.2.0-1-g{}"),
    ],
)
def test_a_main_branch_without_tags_of_its_series_takes_its_files_word(repo, project, files, old, label):
    """Release tags stand on branches; what describe finds from trunk is years old."""
    repo.commit({"a": ""}, tag=old)
    head = repo.commit(files)
    revision = identify(project, open_tree(repo.bare()), tag=TAGS[project])
    assert (revision.label, revision.kind) == (label.format(head[:8]), "head")


def test_a_tag_that_its_files_contradict_is_an_error(repo):
    """Somebody's private tag, or the wrong repository."""
    repo.commit(makefile(), tag="v7.1.12")
    tree = open_tree(repo.bare(), "7.1.12", tag=TAGS["linux"])
    with pytest.raises(TreeError, match=r"at [0-9a-f]{8}: Makefile: found linux 7\.1\.13, expected 7\.1\.12 as asked"):
        identify("linux", tree, "7.1.12", tag=TAGS["linux"])


def test_llvms_candidates_may_say_the_bare_release(repo):
    """Its CMake file has no suffix on the release branch."""
    repo.commit({"cmake/Modules/LLVMVersion.cmake": cmake("22", "1", "0")}, tag="llvmorg-22.1.0-rc3")
    tree = open_tree(repo.bare(), "22.1.0-rc3", tag=TAGS["llvm"])
    revision = identify("llvm", tree, tag=TAGS["llvm"])
    assert (revision.label, revision.kind) == ("22.1.0-rc3", "prerelease")


def test_a_shallow_clone_without_tags_takes_its_files_word(repo):
    """With the commit, so that it passes for no release."""
    repo.commit({"a": ""}, tag="v7.1.12")
    head = repo.commit(makefile())
    tree = open_tree(repo.bare("--depth=1"))
    assert identify("linux", tree, tag=TAGS["linux"]).label == f"7.1.13-g{head[:8]}"


@pytest.mark.trees
def test_real_trees_say_the_version_in_their_name(trees):
    """linux-7.1.13 is linux 7.1.13, a release, and dated."""
    for name, place in trees.items():
        project, _, version = name.partition("-")
        if project not in TAGS:
            continue
        revision = identify(project, open_tree(place), version, tag=TAGS[project])
        assert (revision.label, revision.kind) == (version, "release")
        assert revision.date is not None


@pytest.mark.trees
def test_real_trees_match_the_ports(trees):
    """arch/*/Kconfig lists each port once, and not arch/Kconfig."""
    for name, place in trees.items():
        if name.startswith("linux-"):
            ports = open_tree(place).match(["arch/*/Kconfig"])
            assert {"arch/arm64/Kconfig", "arch/um/Kconfig", "arch/x86/Kconfig"} <= set(ports)
            assert 20 <= len(ports) <= 30
            assert "arch/Kconfig" not in ports
