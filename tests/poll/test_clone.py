"""A local clone's releases, read in one walk: which, how often each file, what is recorded, and where it goes on."""

from __future__ import annotations

import os
import subprocess
from datetime import timedelta

import pytest

from matrix.errors import TreeError
from matrix.extract.table import EXTRACTORS, Extractor
from matrix.model import Revision
from matrix.poll.clone import refresh_clone, releases_of
from matrix.poll.tree import read_tree
from matrix.store import Store
from matrix.trees import Git, Objects, Repository, Walked, open_repository
from tests.extract import test_linux_arch_support
from tests.poll.conftest import FILES, START
from tests.trees.conftest import Repo, git_environment, repo  # noqa: F401 - fixtures

# tests/cli/test_git.py reads clones too, and runs by default.
pytestmark = pytest.mark.slow

SUPPORT = test_linux_arch_support.PATH
ARM = FILES["arch/arm/Kconfig"]
# Every release and every candidate of these, the newest of a stable series made before older ones.
MAINLINE = ("6.0", "6.1-rc1", "6.1", "6.2", "6.12", "7.0", "7.1")
STABLE = ("6.1.2", "6.1.176", "6.1.20", "6.12.1", "7.1.13")
READ = ["6.1", "6.1.176", "6.2", "6.12", "6.12.1", "7.0", "7.1", "7.1.13"]


def makefile(version: str) -> str:
    numbers, _, candidate = version.partition("-")
    major, minor, patch = (*numbers.split("."), "0", "0")[:3]
    extra = f"-{candidate}" if candidate else ""
    return f"VERSION = {major}\nPATCHLEVEL = {minor}\nSUBLEVEL = {patch}\nEXTRAVERSION = {extra}\n"


@pytest.fixture
def kernels(repo):  # noqa: F811
    """A repository whose releases differ in the Makefile, and in one more file each second time."""
    repo.write(FILES)
    for number, version in enumerate((*MAINLINE, *STABLE)):
        changed = {"Makefile": makefile(version)}
        if number % 2:
            changed["arch/arm/Kconfig"] = ARM + f"\nconfig ARM_{number}\n\tbool\n"
        repo.commit(changed)
        # The kernel's tags are annotated.
        repo.git("tag", "--annotate", f"--message={version}", f"v{version}")
    repo.git("tag", "v6.11-tree", "HEAD^{tree}")
    repo.git("tag", "nightly")
    return repo


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "facts.db") as opened:
        yield opened
        assert opened.faults() == []


@pytest.fixture
def clock():
    ticks = iter(range(10_000))
    return lambda: START + timedelta(minutes=next(ticks))


@pytest.fixture
def walk(small, store, clock):
    """Walk a repository into the store."""
    return lambda made, **more: refresh_clone(small, store, "linux", open_repository(made.path), clock, **more)


def stated(store, label):
    return [(i.source, i.path, i.fact) for i in store.facts.of("linux", label)]


def test_every_release_that_the_data_asks_for_is_recorded_oldest_first(kernels, walk, store):
    """From `since` on, of a stable series the newest; no candidate, no tag that is no version."""
    done = walk(kernels)
    assert [label for label, _ in done.read] == READ
    assert (done.held, done.refused, done.failed) == ((), (), False)
    assert [r.label for r in store.facts.revisions("linux")] == READ
    assert [r.kind for r in store.facts.runs()] == ["clone"] * len(READ)
    assert done.documents == sum(len(store.facts.snapshot(r).observations) for r in store.facts.revisions("linux"))


def test_a_release_is_the_commit_behind_its_tag(kernels, walk, store):
    """Annotated tags are peeled; the date is the commit's."""
    walk(kernels)
    found = {r.label: r for r in store.facts.revisions("linux")}
    assert found["7.1"].commit == kernels.git("rev-parse", "v7.1^{commit}") != kernels.git("rev-parse", "v7.1")
    assert found["7.1"].kind == "release"
    assert f"{found['7.1'].date:%Y-%m-%dT%H:%M}" == "2026-05-24T05:16"


def test_a_walk_says_what_reading_each_tag_says(kernels, walk, store, small):
    """The same facts, lines and digests as a tree of its own."""
    walk(kernels)
    git = Git(kernels.path)
    for label in READ:
        tree = Repository.at(git, f"v{label}", tag="v{version}")
        read = read_tree(tree, Revision(project="linux", label=label), small.sources.values(), START)
        expected = {(o.source, o.document.path, o.document.sha256) for o in read.snapshot.observations}
        kept = store.facts.snapshot(Revision(project="linux", label=label)).observations
        assert {(o.source, o.document.path, o.document.sha256) for o in kept} == expected
        assert sorted(stated(store, label)) == sorted(
            (o.source, o.document.path, f) for o in read.snapshot.observations for f in o.reading.facts
        )


def test_each_content_is_extracted_once(kernels, walk, monkeypatch):
    """However many releases share it."""
    parsed = []
    for name, extractor in list(EXTRACTORS.items()):

        def extract(text, name=name, extractor=extractor):
            parsed.append((name, text.path, text.content))
            return extractor.extract(text)

        monkeypatch.setitem(EXTRACTORS, name, Extractor(extract, extractor.version))
    walk(kernels)
    assert len(parsed) == len(set(parsed)) > 0
    arms = {content for _, path, content in parsed if path == "arch/arm/Kconfig"}
    assert len(arms) == len({kernels.git("rev-parse", f"v{v}:arch/arm/Kconfig") for v in READ})


def test_one_process_reads_the_whole_walk(kernels, walk, monkeypatch):
    """Beside the two that check the repository and list its tags."""
    started = []
    begin = subprocess.Popen.__init__

    def watched(self, command, *rest, **more):
        started.append(next(word for word in command[3:] if word in {"cat-file", "rev-parse", "for-each-ref"}))
        begin(self, command, *rest, **more)

    monkeypatch.setattr(subprocess.Popen, "__init__", watched)
    walk(kernels)
    assert sorted(started) == ["cat-file", "for-each-ref", "rev-parse"]


def test_a_second_walk_reads_nothing(kernels, walk, store):
    """No run is recorded for what is known whole."""
    walk(kernels)
    before = len(store.facts.runs(1000)), store.facts.generation
    done = walk(kernels)
    assert (list(done.held), done.read) == (READ, ())
    assert (len(store.facts.runs(1000)), store.facts.generation) == before


def test_a_walk_that_was_stopped_goes_on(kernels, walk, store):
    """What was recorded stays; the rest is read the next time, and a new tag with it."""

    def stop(done, total, label):
        assert total == len(READ)
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        walk(kernels, tell=stop)
    assert [r.label for r in store.facts.revisions("linux")] == READ[:3]
    kernels.commit({"Makefile": makefile("7.1.14")}, tag="v7.1.14")
    done = walk(kernels)
    assert list(done.held) == READ[:3]
    assert [label for label, _ in done.read] == [*READ[3:-1], "7.1.14"]


def test_a_source_that_fails_at_one_release_holds_nothing_up(kernels, walk, store):
    """The release's other sources are recorded, and it is tried again the next time."""
    kernels.commit({"Makefile": makefile("7.1.14"), SUPPORT: "moved\n"}, tag="v7.1.14")
    done = walk(kernels)
    assert done.failed
    failed = {label: failures for label, failures in done.read if failures}
    assert list(failed) == ["7.1.14"]
    assert SUPPORT in failed["7.1.14"]["linux-arch-support"]
    assert store.facts.sources("linux", "7.1.14") >= {"linux-kconfig", "linux-ports"}
    again = walk(kernels)
    assert [label for label, _ in again.read] == ["7.1.14"]
    assert again.facts == 0


def test_a_tag_that_moved_is_refused(kernels, walk, store):
    """What was recorded of the release stays."""
    walk(kernels)
    before = stated(store, "7.0")
    kernels.git("tag", "--force", "v7.0", "v7.1^{commit}")
    done = walk(kernels)
    ((label, reason),) = done.refused
    assert label == "7.0"
    assert "tag v7.0: found commit" in reason
    assert "as recorded before" in reason
    assert stated(store, "7.0") == before


def test_a_tag_whose_files_say_another_version_is_refused(kernels, walk):
    """Place, found, expected."""
    kernels.git("tag", "v7.2", "v7.1^{commit}")
    ((label, reason),) = walk(kernels).refused
    assert (label, "Makefile: found linux 7.1, expected 7.2 as asked" in reason) == ("7.2", True)


def test_a_tag_that_is_no_commit_is_refused(kernels, walk):
    """It has no files at a moment."""
    kernels.git("tag", "v7.3", "HEAD^{tree}")
    ((label, reason),) = walk(kernels).refused
    assert label == "7.3"
    assert "found a tree, expected a commit" in reason


def test_a_clone_without_releases_is_an_error(repo, small):  # noqa: F811
    """It names the tags that were looked for."""
    repo.commit({"a": ""}, tag="v5.0")
    with pytest.raises(TreeError, match=r"found no release tag of linux, expected v6\.1"):
        releases_of(small, "linux", Git(repo.path))


@pytest.mark.parametrize("kind", ["nothing", "file", "folder"])
def test_what_is_no_repository_is_an_error(tmp_path, kind):
    """Named as it was written."""
    place = tmp_path / "place"
    if kind == "file":
        place.write_text("", "utf-8")
    elif kind == "folder":
        place.mkdir()
    with pytest.raises(TreeError, match="expected a git repository"):
        open_repository(place)


def test_a_partial_clone_fails_by_source(kernels, small, store, clock):
    """Without contents nothing can be read, and it says so; git never asks the network."""
    git = open_repository(kernels.bare("--filter=blob:none"))
    done = refresh_clone(small, store, "linux", git, clock)
    assert done.failed
    assert len(done.refused) == len(READ)
    for _, reason in done.refused:
        assert "partial" in reason
        assert "expected it" in reason


# --- objects --------------------------------------------------------------------------------------------------------


def test_many_objects_are_asked_for_at_once(repo):  # noqa: F811
    """More than fit into a pipe, in both directions; what is too large leaves the rest in step."""
    names = [f"f{n:04}" for n in range(1500)]
    commit = repo.commit({name: name * 40 for name in names} | {"big": b"x" * 17_000_000})
    with Objects(Git(repo.path)) as objects:
        tree = Walked(Git(repo.path), commit, objects=objects)
        assert [d.size for d in tree.digests(names)] == [200] * 1500
        with pytest.raises(TreeError, match="found 17000000 bytes, expected at most"):
            tree.digests(["big"])
        assert tree.body("f0007") == b"f0007" * 40
        assert tree.match(["f000*"]) == [f"f000{n}" for n in range(10)]
        with pytest.raises(TreeError, match="found no regular file none"):
            tree.body("none")


def test_links_and_submodules_are_no_files(repo):  # noqa: F811
    """As in every other tree."""
    repo.write({"a/real": "x"})
    (repo.path / "a/link").symlink_to("real")
    commit = repo.commit()
    with Objects(Git(repo.path)) as objects:
        assert Walked(Git(repo.path), commit, objects=objects).match(["a/*"]) == ["a/real"]


def test_a_process_that_dies_is_an_error_and_is_replaced(repo):  # noqa: F811
    """No hang, and the next question is answered."""
    commit = repo.commit({"a": "x"})
    with Objects(Git(repo.path)) as objects:
        objects._process.kill()  # noqa: SLF001
        objects._process.wait()  # noqa: SLF001
        with pytest.raises(TreeError):
            objects.commit(commit)
        assert objects.commit(commit).oid == commit


# --- a real clone ---------------------------------------------------------------------------------------------------


@pytest.mark.trees
def test_a_real_clone_of_mrustc(mrustc, registry, store, clock):
    """Every release from 0.9 on, whole; a second walk reads nothing."""
    done = refresh_clone(registry, store, "mrustc", mrustc, clock)
    labels = [label for label, _ in done.read]
    assert labels[:7] == ["0.9", "0.10", "0.10.1", "0.11.0", "0.11.1", "0.11.2", "0.12.0"]
    assert not done.failed
    assert refresh_clone(registry, store, "mrustc", mrustc, clock).read == ()


@pytest.fixture
def mrustc():
    place = os.environ.get("ARCHMATRIX_MRUSTC")
    if not place:
        pytest.skip("no clone of mrustc: set ARCHMATRIX_MRUSTC")
    return open_repository(place)
