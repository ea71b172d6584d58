"""Answers resolved ahead: the same as the resolver's, and never shown once anything behind them has changed."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

import matrix
from matrix import fast, places
from matrix.cli.main import main
from matrix.operations.compile import compile_answers, keep_answers
from matrix.operations.workplace import Workplace
from matrix.query.answer import Answers
from matrix.query.knowledge import Knowledge
from matrix.query.line import Kept, Line
from matrix.query.matrix import matrix_table
from matrix.registry import data_folder
from matrix.render.answer.screen import answer_screen
from matrix.render.phrases import newer_lines
from matrix.render.table.text import table_text
from matrix.shipped import data_stamp, shipped_store
from matrix.store import Run, Snapshot, Store
from matrix.versions import parse
from tests.sampling import one_in


@pytest.fixture
def own(few_facts, tmp_path):
    """A copy of data/ with the facts of few releases and their answers compiled, which a test may change."""
    return Path(shutil.copytree(few_facts, tmp_path / "data"))


@pytest.fixture
def user_store(tmp_path, monkeypatch):
    """A user's empty store, which the command line and the short way both find."""
    place = tmp_path / "facts.db"
    monkeypatch.setenv("ARCHMATRIX_DB", str(place))
    with Store.open(place) as store:
        yield store


def workplace(registry, store):
    return Workplace(registry=registry, data=data_folder(), store=store.place, clock=lambda: datetime.now(timezone.utc))


def newer_kernel(shipped, label):
    """What was shipped of Linux 7.2.6, as if it had been read a day later from another release."""
    (old,) = [r for r in shipped.facts.revisions("linux") if r.label == "7.2.6"]
    revision = replace(old, label=label, commit="")
    seen = []
    for item in shipped.facts.snapshot(old).observations:
        moment = item.document.observed_at + timedelta(days=1)
        document = replace(item.document, revision=label, observed_at=moment, checked_at=moment)
        seen.append(replace(item, document=document))
    return Snapshot(revision, tuple(seen)), moment


# --- the same -----------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_every_compiled_page_is_what_the_command_line_prints(compiled_data, registry, scene, shipped):
    """One for each name and the table, with the exit code, and the moment instead of an age."""
    now = scene().scene
    answers = Answers(registry, now, Line(registry, Knowledge([shipped]), now))
    with shipped_store(compiled_data) as store:
        for name, meaning in registry.names.items():
            found = answers.name(meaning)
            page = store.pages.page(f"is {name}")
            assert page is not None, name
            assert (page.body, page.exit) == (answer_screen(registry, found), found.exit_code), name
            assert page.checked_at == found.checked_at, name
        table = store.pages.page("table")
        assert (table.body, table.exit) == (
            table_text(matrix_table(registry, now, by="variant"), newer_lines(registry, now)),
            0,
        )


@pytest.mark.parametrize(
    "words", [["names"], ["names", "ppc64el"], ["names", "PPC64"], ["names", "IA64"], ["names", "mips"]]
)
def test_the_compiled_names_are_what_the_command_line_prints(compiled_data, words, capsys, monkeypatch):
    """One variant, one without a port, several, all."""
    monkeypatch.setenv("ARCHMATRIX_DB", str(compiled_data / "none.db"))
    monkeypatch.setattr(places, "data_folder", lambda: str(compiled_data))
    assert fast.answer(words) == 0
    plain = capsys.readouterr().out
    assert main(words) == 0
    assert capsys.readouterr().out == plain


@pytest.mark.slow
def test_compiling_twice_gives_the_same(registry, shipped):
    """No clock and no order of a set stands in a page; cells that were kept are those that are resolved again."""
    nothing = Kept("today", lambda _: None)
    first = compile_answers(registry, Knowledge([shipped]), nothing)
    again = compile_answers(registry, Knowledge([shipped]), Kept("today", first.spans.get))
    assert first == again
    # Of each series its newest release stands on the line.
    assert len(first.spans) == len({parse(r.label).numbers[:2] for r in shipped.facts.revisions("linux")})


# --- never stale --------------------------------------------------------------------------------------------------


def test_a_fresh_folder_is_answered_from_its_compiled_store(compiled_data):
    """The stamp is that of the data beside it."""
    with shipped_store(compiled_data) as store:
        assert store.place == compiled_data / "shipped.db"
        assert store.pages.stamp == data_stamp(compiled_data)


@pytest.mark.parametrize("file", one_in(2, ["arches.toml", "backends.toml", "sources.toml", "facts/llvm-23.1.1.tsv"]))
def test_a_changed_data_file_outdates_the_compiled_store(own, file):
    """The text is read instead: it says what holds."""
    with (own / file).open("a", encoding="utf-8") as changed:
        changed.write("# a comment\n")
    with shipped_store(own) as store:
        assert store.place == "memory"
        assert store.pages.page("table") is None


def test_a_removed_facts_file_outdates_the_compiled_store(own):
    """What was shipped before is not known any more."""
    (own / "facts" / "linux-7.1.13.tsv").unlink()
    with shipped_store(own) as store:
        assert store.place == "memory"
        assert "7.1.13" not in {r.label for r in store.facts.revisions("linux")}


@pytest.mark.slow
def test_another_version_of_the_package_outdates_the_compiled_store(own, monkeypatch):
    """A package upgraded over an old store: its resolver may say something else."""
    monkeypatch.setattr(matrix, "__version__", "0.0.0")
    with shipped_store(own) as store:
        assert store.place == "memory"


def test_a_damaged_compiled_store_is_passed_over(own):
    """The text says the same, more slowly."""
    (own / "shipped.db").write_bytes(b"no database")
    with shipped_store(own) as store:
        assert store.place == "memory"
        assert store.facts.revisions("linux")


def test_facts_recorded_since_outdate_every_page(own, shipped):
    """The generation that the pages were made of is not today's."""
    snapshot, moment = newer_kernel(shipped, "7.2.7")
    with Store.open(own / "shipped.db") as store:
        assert store.pages.stamp
        store.facts.record(Run(kind="tree", started=moment, finished=moment, outcome="complete"), [snapshot])
        assert store.pages.stamp == ""
    with shipped_store(own) as store:
        assert store.place == "memory"


def test_a_run_that_changed_nothing_outdates_nothing(own, shipped):
    """The same files seen again, a day later: the answers still hold."""
    snapshot = shipped.facts.snapshot(next(r for r in shipped.facts.revisions("linux") if r.label == "7.1.13"))
    moment = snapshot.observations[0].document.observed_at
    with Store.open(own / "shipped.db") as store:
        before = store.pages.stamp
        store.facts.record(Run(kind="tree", started=moment, finished=moment, outcome="complete"), [snapshot])
        assert store.pages.stamp == before != ""


# --- compiled again -----------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_new_release_in_the_users_store_is_in_the_pages_after_the_refresh(registry, shipped, user_store, capsys):
    """Pages from before it are not served in between, and afterwards they rest on the new one and its moment."""
    keep_answers(workplace(registry, user_store), user_store)
    assert fast.answer(["is", "riscv64"]) == 0
    assert "Linux 7.2.6" in capsys.readouterr().out
    snapshot, moment = newer_kernel(shipped, "7.2.7")
    user_store.facts.record(Run(kind="tree", started=moment, finished=moment, outcome="complete"), [snapshot])
    assert fast.answer(["is", "riscv64"]) is None
    keep_answers(workplace(registry, user_store), user_store)
    assert fast.answer(["is", "riscv64"]) == 0
    shown = capsys.readouterr().out
    assert "Linux 7.2.7" in shown
    assert "Linux 7.2.6" not in shown


@pytest.mark.slow
def test_the_pages_of_a_user_rest_on_the_shipped_facts_too(registry, shipped, user_store):
    """A store that knows a kernel alone answers with the compilers that were shipped."""
    snapshot, moment = newer_kernel(shipped, "7.2.7")
    user_store.facts.record(Run(kind="tree", started=moment, finished=moment, outcome="complete"), [snapshot])
    keep_answers(workplace(registry, user_store), user_store)
    page = user_store.pages.page("is riscv64")
    assert page.exit == 0
    assert "Linux 7.2.7" in page.body
    assert "rustc 1.95.0" in page.body
    assert user_store.pages.stamp == data_stamp(data_folder())
