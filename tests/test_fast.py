"""The short way of a plain query: what it imports, that it says the same as the command line, and when it gives up."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from platformdirs import user_data_path

from matrix import fast, flat, places
from matrix.model import Revision
from matrix.registry import data_folder
from matrix.render import phrases, style
from matrix.shipped import data_stamp
from matrix.store import Run, Snapshot, Store, StoredPage, default_path
from matrix.store.schema import MIGRATIONS

PACKAGE = Path(fast.__file__).parent
# Each costs a tenth of Python's own start or more; together they make a query three times as long.
HEAVY = {"argparse", "asyncio", "dataclasses", "datetime", "email", "enum", "importlib.metadata", "inspect", "json"}
HEAVY |= {"logging", "pathlib", "platformdirs", "re", "sqlite3", "subprocess", "tempfile", "tomli", "typing", "urllib"}
HEAVY |= {"apscheduler", "httpx", "shtab", "tabulate", "yaml"}
PROBE = """
import sys
before = set(sys.modules)
from matrix.__main__ import main
sys.argv[1:] = {words!r}
code = main()
sys.stderr.write("\\n".join(sorted(set(sys.modules) - before)))
sys.exit(code)
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory, few_facts):
    """A folder for PYTHONPATH: this package beside a data/ of a release each, whose answers are compiled."""
    folder = tmp_path_factory.mktemp("installed")
    (folder / "matrix").symlink_to(PACKAGE, target_is_directory=True)
    (folder / "data").symlink_to(few_facts, target_is_directory=True)
    return folder


@pytest.fixture
def run(installed, tmp_path):
    """Run Python in its own process, with the compiled package and an empty home."""

    def start(*arguments):
        keep = {k: v for k, v in os.environ.items() if k not in ("ARCHMATRIX_DB", "XDG_DATA_HOME", "PYTHONPATH")}
        environ = {**keep, "HOME": str(tmp_path), "PYTHONPATH": str(installed)}
        # Not from the checkout: with -c its own modules would come first.
        return subprocess.run(
            [sys.executable, *arguments], cwd=tmp_path, env=environ, capture_output=True, text=True, check=False
        )

    return start


@pytest.fixture
def facts_db(tmp_path, monkeypatch):
    """A user's store with one page, made from today's data; the place where it is."""
    place = tmp_path / "facts.db"
    monkeypatch.setenv("ARCHMATRIX_DB", str(place))
    with Store.open(place) as store:
        compiled(store, "from the store\n")
    return place


def compiled(store, body, *, stamp=None, checked_at=None):
    """Put one page into a store."""
    page = StoredPage(command="is riscv64", exit=1, checked_at=checked_at, body=body)
    store.pages.compile(data_stamp(data_folder()) if stamp is None else stamp, [page])


@pytest.mark.parametrize("words", [["is", "riscv64"], ["is", "alpha"], ["table"]])
def test_a_plain_query_imports_nothing_heavy(run, words):
    """`is NAME` and `table` load five modules of ours and not one that is dear; -S keeps site-packages out of it."""
    done = run("-S", "-c", PROBE.format(words=words))
    assert done.stdout
    loaded = set(done.stderr.split("\n"))
    assert {m for m in loaded if m.partition(".")[0] == "matrix"} == {
        "matrix",
        "matrix.__main__",
        "matrix.fast",
        "matrix.flat",
        "matrix.places",
    }
    assert not {m for m in loaded if m in HEAVY or m.partition(".")[0] in HEAVY}


@pytest.mark.parametrize(
    "words", [["is", "riscv64"], ["is", "ALPHA"], ["is", "arm"], ["is", "linux/arm/v7"], ["is", "armv7l"], ["table"]]
)
def test_it_prints_what_the_command_line_prints(run, words):
    """The compiled page and the resolver's answer are the same text and the same exit code."""
    short = run("-S", "-c", PROBE.format(words=words))
    long = run("-c", f"import sys; from matrix.cli.main import main; sys.exit(main({words!r}))")
    assert short.stdout == long.stdout
    assert short.returncode == long.returncode
    assert "matrix.cli.main" not in short.stderr


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["is"],
        ["is", ""],
        ["is", "--json"],
        ["is", "a", "b"],
        ["is", "a", "--strict"],
        ["table", "--json"],
        ["--help"],
    ],
)
def test_any_option_is_left_to_the_command_line(facts_db, words, capsys):
    """Only the two plain forms are answered here."""
    assert fast.answer(words) is None
    assert capsys.readouterr().out == ""


def test_the_users_store_goes_before_the_shipped_facts(facts_db, capsys):
    """The page and its exit code are the store's own, whatever the case of the name."""
    assert fast.answer(["is", "RISCV64"]) == 1
    assert capsys.readouterr().out == "from the store\n"


def test_an_unknown_name_is_left_to_the_command_line(facts_db):
    """It knows which names are near."""
    assert fast.answer(["is", "riscv65"]) is None


def test_pages_older_than_the_facts_do_not_hold(facts_db):
    """A run since the pages were compiled may have changed any of them."""
    now = datetime.now(timezone.utc)
    with Store.open(facts_db) as store:
        run = Run(kind="tree", started=now, finished=now, outcome="complete")
        store.facts.record(run, [Snapshot(Revision(project="linux", label="7.1.13"), ())])
    assert fast.answer(["is", "riscv64"]) is None


def test_pages_of_other_data_do_not_hold(facts_db):
    """Another version of the package, or an edited data/, has another stamp."""
    with Store.open(facts_db) as store:
        compiled(store, "of old", stamp="0.0.1 00000000")
    assert fast.answer(["is", "riscv64"]) is None


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + b"\xff" * 4096])
def test_a_damaged_store_is_left_to_the_command_line(facts_db, content):
    """Which says what is wrong with it."""
    facts_db.write_bytes(content)
    assert fast.answer(["is", "riscv64"]) is None


@pytest.mark.parametrize(
    "change",
    [
        "PRAGMA user_version = 99",
        "PRAGMA application_id = 7",
        "UPDATE pages SET exit = 7",
        "UPDATE pages SET exit = 'no'",
        "UPDATE pages SET body = x'00ff'",
        "UPDATE pages SET checked_at = 'then'",
        "UPDATE pages SET checked_at = 4611686018427387904",
    ],
)
def test_a_store_that_is_not_as_it_was_written_is_left_to_the_command_line(facts_db, change):
    """One of a later release, another program's, or one in which a bit has flipped."""
    db = sqlite3.connect(facts_db)
    db.execute(change)
    db.commit()
    db.close()
    assert fast.answer(["is", "riscv64"]) is None


def test_today_s_schema_is_the_one_that_it_reads():
    """The number stands where nothing heavy is imported."""
    assert len(MIGRATIONS) == places.SCHEMA


def test_a_place_that_cannot_be_looked_at_is_left_to_the_command_line(monkeypatch, tmp_path):
    """It may hold a store. A folder that may not be entered is another; whoever is root enters all."""
    monkeypatch.setenv("ARCHMATRIX_DB", str(tmp_path / ("x" * 300)))
    assert fast.answer(["is", "riscv64"]) is None


def test_what_another_process_has_just_written_is_read(facts_db, capsys):
    """A store in use has its newest pages in the log beside it."""
    with Store.open(facts_db) as store:
        compiled(store, "from the log\n")
        assert facts_db.with_name("facts.db-wal").stat().st_size
        assert fast.answer(["is", "riscv64"]) == 1
    assert capsys.readouterr().out == "from the log\n"


@pytest.mark.parametrize("name", ["facts 100%.db", "facts?mode=rwc.db", "facts#1.db"])
def test_any_file_name_is_found(tmp_path, monkeypatch, capsys, name):
    """The place is a path, not a part of an address."""
    monkeypatch.setenv("ARCHMATRIX_DB", str(tmp_path / name))
    with Store.open(tmp_path / name) as store:
        compiled(store, "found\n")
    assert fast.answer(["is", "riscv64"]) == 1
    assert capsys.readouterr().out == "found\n"


@pytest.mark.parametrize("days", [0, 1, 2, 400])
def test_an_age_is_said_when_it_is_read(facts_db, capsys, days):
    """In the same words as everywhere else."""
    now = datetime.now(timezone.utc)
    checked_at = now - timedelta(days=days, seconds=60)
    with Store.open(facts_db) as store:
        compiled(store, f"checked {places.AGE}\n", checked_at=checked_at)
    fast.answer(["is", "riscv64"])
    assert capsys.readouterr().out == f"checked {phrases.checked_words(checked_at, now)}\n"


@pytest.mark.parametrize(
    ("terminal", "variables", "coloured"),
    [
        (True, {}, True),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": ""}, True),
        (True, {"TERM": "dumb"}, False),
        (False, {}, False),
    ],
)
def test_colour_is_for_terminals(facts_db, capsys, monkeypatch, terminal, variables, coloured):
    """And not where NO_COLOR is set or the terminal is dumb."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with Store.open(facts_db) as store:
        compiled(store, style.bold("yes") + "\n")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal)
    fast.answer(["is", "riscv64"])
    assert capsys.readouterr().out == (style.bold("yes") if coloured else "yes") + "\n"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere only $ARCHMATRIX_DB is told without platformdirs")
@pytest.mark.parametrize("variables", [{}, {"XDG_DATA_HOME": "/somewhere/else"}, {"XDG_DATA_HOME": " "}])
def test_the_store_is_where_platformdirs_would_have_it(monkeypatch, variables):
    """Which is too dear to ask."""
    for name in ("ARCHMATRIX_DB", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    place = user_data_path("archmatrix", appauthor=False) / "facts.db"
    assert places.store_path() == str(place)
    assert default_path() == place


@pytest.mark.parametrize("platform", ["darwin", "win32", "freebsd14"])
def test_elsewhere_platformdirs_says_where_the_store_is(monkeypatch, platform):
    """The short way leaves that to the command line, unless the store is named."""
    monkeypatch.delenv("ARCHMATRIX_DB", raising=False)
    place = user_data_path("archmatrix", appauthor=False) / "facts.db"
    monkeypatch.setattr(sys, "platform", platform)
    assert places.store_path() is None
    assert default_path() == place
    assert places.store_path({"ARCHMATRIX_DB": "mine.db"}) == "mine.db"


def test_data_that_cannot_be_read_has_no_stamp(tmp_path):
    """No page is of that data, so the command line says what is missing."""
    assert places.data_stamp(str(tmp_path)) == ""


def test_a_page_without_a_stamp_holds_for_no_data(facts_db, monkeypatch, tmp_path):
    """Not for data that cannot be read either."""
    with Store.open(facts_db) as store:
        compiled(store, "of nothing\n", stamp="")
    monkeypatch.setattr(places, "data_folder", lambda: str(tmp_path))
    assert fast.answer(["is", "riscv64"]) is None


# --- the flat file ------------------------------------------------------------------------------------------------


@pytest.fixture
def package(installed, tmp_path, monkeypatch):
    """A copy of the compiled data/ that a test may change, and nobody's own store."""
    folder = tmp_path / "data"
    shutil.copytree(installed / "data", folder)
    monkeypatch.setattr(places, "data_folder", lambda: str(folder))
    monkeypatch.setenv("ARCHMATRIX_DB", str(tmp_path / "none.db"))
    return folder


def untouched(folder):
    return flat.FlatPages(str(folder)).untouched()


def test_what_was_compiled_here_needs_no_checksum(installed):
    """Nothing was touched since."""
    assert untouched(installed / "data")


def test_a_copy_is_told_by_its_checksum(package, capsys, monkeypatch):
    """Its files were changed after the pages, for all that can be seen; the bytes say that they were not."""
    assert not untouched(package)
    assert fast.answer(["is", "riscv64"]) is not None
    assert capsys.readouterr().out
    monkeypatch.setattr(places, "data_stamp", lambda _: "")
    assert fast.answer(["is", "riscv64"]) is None


def test_what_was_unpacked_before_the_pages_needs_no_checksum(package):
    """An installer writes them one after the other, the pages last where it keeps the archive's order."""
    pages = package / flat.PAGES_FILE
    pages.write_bytes(pages.read_bytes())
    assert untouched(package)


@pytest.mark.parametrize("file", ["arches.toml", "facts/linux-7.1.13.tsv"])
def test_data_that_changed_since_shows_no_page(package, file):
    """Also where its size and its moment of change are what they were."""
    place = package / file
    pages = package / flat.PAGES_FILE
    pages.write_bytes(pages.read_bytes())
    before, content = place.stat(), place.read_bytes()
    begun = flat.begin(str(package))
    os.utime(pages, ns=(begun, begun))
    assert untouched(package)
    place.write_bytes(content[:-2] + bytes([content[-2] ^ 1]) + content[-1:])
    os.utime(place, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert place.stat().st_size == before.st_size
    assert not untouched(package)
    assert fast.answer(["is", "riscv64"]) is None


@pytest.mark.parametrize("change", ["more", "less", "renamed", "other size"])
def test_other_files_show_no_page(package, change):
    """However old they are: which files there are, and how long, stands in the head."""
    one = package / "facts/mrustc-0.12.0.tsv"
    if change == "more":
        (package / "facts/more.tsv").write_text("")
    elif change == "less":
        one.unlink()
    elif change == "renamed":
        one.rename(one.with_name("mrustc-0.12.1.tsv"))
    else:
        one.write_bytes(one.read_bytes() + b"#\n")
    pages = package / flat.PAGES_FILE
    later = flat.begin(str(package)) + 10**9
    os.utime(pages, ns=(later, later))
    assert not untouched(package)
    assert fast.answer(["is", "riscv64"]) is None


def test_pages_of_another_version_are_not_shown(package, monkeypatch):
    """Its rules may be others."""
    monkeypatch.setattr(flat, "__version__", "0.0.1")
    monkeypatch.setattr("matrix.__version__", "0.0.1")
    assert fast.answer(["is", "riscv64"]) is None


@pytest.mark.parametrize("cut", [0, 10, 28, 40, 5000, 100_000])
def test_a_file_that_was_cut_short_is_left_to_the_command_line(package, cut):
    """Or was never whole."""
    pages = package / flat.PAGES_FILE
    pages.write_bytes(pages.read_bytes()[:cut])
    assert fast.answer(["table"]) is None


def test_a_shipped_answer_needs_no_database(run):
    """SQLite is imported where the user has a store."""
    done = run("-S", "-c", PROBE.format(words=["is", "riscv64"]))
    assert not {"_sqlite3", "zlib"} & set(done.stderr.split("\n"))
