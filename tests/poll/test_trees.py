"""Several trees in one run: all of it is recorded, or nothing; what fails leaves the last good facts alone."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from matrix.errors import StoreError, TreeError
from matrix.model import Revision
from matrix.poll.trees import refresh_trees
from matrix.store import Store
from matrix.store.recording import _Writer
from tests.extract import test_linux_arch_support, test_linux_changes, test_linux_llvm
from tests.poll.conftest import FILES, LINUX, START
from tests.sampling import one_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

ARCH_SUPPORT, LLVM, CHANGES = test_linux_arch_support.PATH, test_linux_llvm.PATH, test_linux_changes.PATH
NEXT = Revision(project="linux", label="7.1.14")
TABLES = ("texts", "runs", "revisions", "files", "contents", "observations", "readings", "facts", "compiled", "pages")


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "facts.db") as opened:
        yield opened
        assert opened.faults() == []


@pytest.fixture
def clock() -> Callable[[], datetime]:
    """A minute later each time."""
    ticks = iter(range(10_000))
    return lambda: START + timedelta(minutes=next(ticks))


@pytest.fixture
def refresh(small, store, clock, kernel):
    """Refresh from the small kernel, as one revision or several."""

    def run(*revisions: Revision):
        return refresh_trees(small, store, [(kernel.tree, r) for r in revisions or (LINUX,)], clock)

    return run


def stated(store, label="7.1.13"):
    """What the store holds of a revision, lines and sources included, moments left out."""
    return [(i.source, i.path, i.fact) for i in store.facts.of("linux", label)]


def dump(store):
    """Every row of every table."""
    rows = store._database.connection.execute  # noqa: SLF001
    return {table: sorted(map(repr, rows(f"SELECT * FROM {table}"))) for table in TABLES}  # noqa: S608


def test_a_run_is_logged_with_what_it_read(refresh, store):
    """Its kind, its outcome, how many files and bytes."""
    done = refresh()
    (run,) = store.facts.runs()
    assert (run.kind, run.outcome, run.documents, run.generation) == ("tree", "complete", 9, 1)
    assert run.bytes == sum(o.bytes for o in done.reads[0].outcomes) > 0
    assert run.started < run.finished
    assert done.recorded.observations == 9
    assert done.recorded.facts == len(stated(store))


def test_a_second_run_finds_nothing_new(refresh, store):
    """The run is logged, each file's sighting moves, nothing else."""
    refresh()
    before = stated(store)
    done = refresh()
    assert (done.recorded.observations, done.recorded.readings, done.recorded.facts) == (0, 0, 0)
    assert store.facts.generation == 1
    assert stated(store) == before
    located = list(store.facts.of("linux", "7.1.13"))
    assert {i.observed_at for i in located} == {START}
    assert {i.checked_at for i in located} == {START + timedelta(minutes=2)}


def test_two_revisions_share_what_is_equal(refresh, store, kernel):
    """The second is hashed alone; both answer."""
    refresh()
    done = refresh(NEXT)
    assert done.recorded.facts == 0
    assert stated(store, "7.1.14") == stated(store)


# --- one source fails -----------------------------------------------------------------------------------------------


def _without(text: str, first: str, last: str) -> str:
    """The text without the lines from the one that starts with `first` to the one before `last`."""
    start, end = text.index(f"\n{first}") + 1, text.index(f"\n{last}") + 1
    return text[:start] + text[end:]


SUPPORT = FILES[ARCH_SUPPORT]
DAMAGES = {
    "cut in the table": (ARCH_SUPPORT, SUPPORT[: SUPPORT.rindex("=====") - 30]),
    "cut in a word": (CHANGES, FILES[CHANGES][: FILES[CHANGES].index("GNU C") + 3]),
    "cut in Kconfig": ("arch/arm/Kconfig", FILES["arch/arm/Kconfig"].removesuffix("!KASAN\n")),
    "cut before the list": ("MAINTAINERS", FILES["MAINTAINERS"][:40]),
    "column renamed": (ARCH_SUPPORT, SUPPORT.replace("Level of support", "Grade of support")),
    "column more": (
        ARCH_SUPPORT,
        SUPPORT.replace("======================\n", "======================  =====\n").replace(
            "Constraints\n", "Constraints             Since\n"
        ),
    ),
    "column renamed in llvm.rst": (LLVM, FILES[LLVM].replace("Level of support", "Grade")),
    "column more in changes.rst": (CHANGES, FILES[CHANGES].replace("Minimal version", "Minimal  version")),
    "list emptied": (
        ARCH_SUPPORT,
        _without(
            SUPPORT,
            "``alpha``",
            "======",
        ),
    ),
    "emptied": (ARCH_SUPPORT, ""),
    "emptied Kconfig": ("arch/x86/Kconfig", ""),
    "invalid UTF-8": (ARCH_SUPPORT, SUPPORT.encode().replace(b"Supported", b"Supp\xf6rted")),
    "NUL bytes": (ARCH_SUPPORT, b"\0" * len(SUPPORT)),
    "an HTML page": ("MAINTAINERS", "<!DOCTYPE html><title>503</title>"),
    "50 MB": (ARCH_SUPPORT, b"x" * 50_000_000),
    "another word": (ARCH_SUPPORT, SUPPORT.replace("\\-\n", "-\n")),
}


@pytest.mark.parametrize(("path", "damaged"), one_in(4, DAMAGES.values(), several=True), ids=DAMAGES)
def test_a_damaged_file_changes_no_fact(refresh, store, kernel, path, damaged):
    """Its source fails and says where; all facts stay as they were, the others' sightings move on."""
    refresh()
    before = stated(store)
    assert damaged != FILES[path]
    kernel.write(path, damaged)
    done = refresh()
    (failure,) = done.reads[0].failures
    assert path in str(failure.error)
    assert stated(store) == before
    assert store.facts.generation == 1
    assert [r.outcome for r in store.facts.runs()] == ["partial", "complete"]
    moved = {i.source for i in store.facts.of("linux", "7.1.13") if i.checked_at > START}
    assert moved == {i.source for i in store.facts.of("linux", "7.1.13")} - {failure.source.id}
    # And once it is whole again, nothing is new.
    kernel.write(path, FILES[path])
    assert refresh().recorded.observations == 0
    assert stated(store) == before


def test_line_ends_of_windows_change_no_fact(refresh, store, kernel):
    """Other bytes, the same words at the same lines."""
    refresh()
    before = stated(store)
    for path, content in FILES.items():
        kernel.write(path, content.replace("\n", "\r\n"))
    done = refresh()
    assert done.reads[0].failures == ()
    assert done.recorded.observations == 8  # all but the listing
    assert stated(store) == before


def test_a_file_that_is_gone_changes_no_fact(refresh, store, kernel):
    """Moved is not dropped."""
    refresh()
    before = stated(store)
    (kernel.root / ARCH_SUPPORT).unlink()
    (failure,) = refresh().reads[0].failures
    assert "moved?" in str(failure.error)
    assert stated(store) == before


def test_a_real_change_is_recorded_at_its_moment(refresh, store, kernel):
    """What was said before is still known, as of then."""
    refresh()
    before = stated(store)
    kernel.write(ARCH_SUPPORT, SUPPORT.replace("Odd Fixes", "Supported"))
    done = refresh()
    assert (done.recorded.observations, store.facts.generation) == (1, 2)
    assert stated(store) != before
    then = [(i.source, i.path, i.fact) for i in store.facts.of("linux", "7.1.13", as_of=START)]
    assert then == before


# --- the whole run fails --------------------------------------------------------------------------------------------


def test_a_tree_without_any_readable_source_is_a_failed_run(refresh, store, kernel):
    """Every source fails; the revision holds nothing."""
    for path in FILES:
        (kernel.root / path).unlink()
    done = refresh()
    assert len(done.reads[0].failures) == len(done.reads[0].outcomes)
    assert [r.outcome for r in store.facts.runs()] == ["failed"]
    assert stated(store) == []
    assert store.facts.revisions() == []


def test_a_later_tree_that_cannot_be_opened_undoes_the_run(small, store, clock, kernel, refresh):
    """Trees are read before anything is written."""
    refresh()
    before = dump(store)
    kernel.write(ARCH_SUPPORT, SUPPORT.replace("Odd Fixes", "Supported"))

    def trees():
        yield kernel.tree, LINUX
        raise TreeError("no such place")

    with pytest.raises(TreeError, match="no such place"):
        refresh_trees(small, store, trees(), clock)
    assert dump(store) == before


@pytest.mark.parametrize("error", [StoreError("disk full"), KeyboardInterrupt()], ids=["fault", "stopped"])
def test_a_fault_while_recording_undoes_the_run(refresh, store, kernel, monkeypatch, error):
    """The first of two revisions is written already when the second fails: not a row of either stays."""
    refresh()
    before = dump(store)
    kernel.write(ARCH_SUPPORT, SUPPORT.replace("Odd Fixes", "Supported"))
    whole = _Writer.snapshot

    def snapshot(self, item):
        if item.revision == NEXT:
            raise error
        whole(self, item)

    monkeypatch.setattr(_Writer, "snapshot", snapshot)
    with pytest.raises(type(error)):
        refresh(LINUX, NEXT)
    assert dump(store) == before
    monkeypatch.undo()
    assert refresh(LINUX, NEXT).recorded.observations == 10


def test_another_process_sees_all_of_a_run_or_nothing(refresh, store, kernel, monkeypatch):
    """A reader of the same file, asked while the run is half written."""
    refresh()
    seen = []
    whole = _Writer.snapshot

    def snapshot(self, item):
        whole(self, item)
        with Store.open(store.place, readonly=True) as reader:
            seen.append([r.label for r in reader.facts.revisions()])

    monkeypatch.setattr(_Writer, "snapshot", snapshot)
    refresh(NEXT, Revision(project="linux", label="7.1.15"))
    assert seen == [["7.1.13"], ["7.1.13"]]
    assert [r.label for r in store.facts.revisions()] == ["7.1.13", "7.1.14", "7.1.15"]
