"""Objects that are too many or too large: what is read of them stays within bounds."""

from __future__ import annotations

import pytest

from matrix.errors import TreeError
from matrix.trees import Git, Objects, Walked, objects
from tests.forge.repos import Repository


@pytest.fixture
def made(tmp_path):
    """A repository of four files of 2,000 bytes each."""
    return Repository.create(tmp_path / "made.git", {f"f{number}": f"{number}" * 2_000 for number in range(4)})


def test_a_folder_of_too_many_names_is_refused(made):
    """It would become hundreds of megabytes of names."""
    blob = bytes.fromhex(made.tree(made.head)["f0"])
    folder = b"".join(b"100644 %07d\0%b" % (number, blob) for number in range(40_000))
    tree = made.add_object("tree", folder)
    about = "author A <a@example.org> 0 +0000\ncommitter A <a@example.org> 0 +0000"
    commit = made.add_object("commit", f"tree {tree}\n{about}\n\nx\n".encode())
    with Objects(Git(made.path)) as found, pytest.raises(TreeError, match="bytes, expected at most 1048576"):
        Walked(Git(made.path), commit, objects=found).match(["*"])


def test_what_is_kept_at_hand_is_bounded(made, monkeypatch):
    """The rest is read again, and is the same."""
    monkeypatch.setattr(objects, "FRESH", 5_000)
    blobs = [made.tree(made.head)[f"f{number}"] for number in range(4)]
    with Objects(Git(made.path)) as found:
        assert {digest.size for digest in found.digests(blobs)} == {2_000}
        assert len(found._fresh) == 2  # noqa: SLF001
        assert [found.blob(blob)[:1] for blob in blobs] == [b"0", b"1", b"2", b"3"]


def test_an_object_that_is_not_there_leaves_the_next_question_its_answer(made):
    """All that was asked for is taken."""
    blobs = [made.tree(made.head)["f0"], "0" * 40, made.head, made.tree(made.head)["f1"]]
    with Objects(Git(made.path)) as found:
        with pytest.raises(TreeError, match="found no object 0000"):
            found.digests(blobs)
        assert found.digests(blobs[-1:])[0].size == 2_000
