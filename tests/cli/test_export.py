"""`archmatrix export`: all of what is known, as questions have it, in three formats that say the same."""

from __future__ import annotations

import csv
import json
import re
import resource
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import datetime

import pytest

import matrix
from matrix.dictionary import SHEETS
from matrix.facade.options import FactsAsked, opened
from matrix.operations import export
from matrix.operations.dataset import dataset
from matrix.registry import data_folder
from matrix.shipped import shipped_store
from tests.cli.conftest import CHECKOUT

KERNEL = "7.1.13"
TABLES = [sheet.name for sheet in SHEETS]


@pytest.fixture(scope="module")
def work():
    """The shipped facts."""
    return opened({"store": None}, FactsAsked)[0]


@pytest.fixture(scope="module")
def data(work):
    """The rows of one kernel."""
    return dataset(work, kernel=KERNEL)


@pytest.fixture
def known(data, monkeypatch):
    """The same rows, however often they are exported."""
    monkeypatch.setattr(export, "dataset", lambda *_, **__: data)


@pytest.fixture(scope="module")
def db(work, tmp_path_factory):
    """The database, as anybody's program opens it."""
    place = tmp_path_factory.mktemp("export") / "matrix.sqlite"
    export.export(work, place, export.ExportForm.SQLITE, kernel=KERNEL)
    with closing(sqlite3.connect(place)) as connection:
        yield connection


def lines_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


# --- what is in it --------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_rows_are_those_of_the_questions(work, data):
    """As many cells, rungs, names and facts as the core has."""
    known = work.registry
    cells = len(known.variants) * len(known.backends)
    assert (len(data["cells"]), len(data["rungs"])) == (cells, 5 * cells)
    assert len(data["names"]) == sum(len(meaning.variants) for meaning in known.names.values())
    assert len(data["revisions"]) == len(list((data_folder() / "facts").glob("*.tsv")))
    rested = {(project, version) for project, version, *_ in data["documents"]}
    (row,) = data["kernels"]
    assert rested == set(zip(("linux", "rust", "gcc", "llvm", "mrustc"), row, strict=True))
    with shipped_store(data_folder()) as shipped:
        assert len(data["facts"]) == sum(1 for place in rested for _ in shipped.facts.of(*place))


@pytest.mark.slow
def test_every_kernel_has_every_cell(work):
    """And all facts stand in it once."""
    data = dataset(work)
    known = work.registry
    kernels = [row[0] for row in data["kernels"]]
    assert len(kernels) == len(list((data_folder() / "facts").glob("linux-*.tsv")))
    assert len(data["cells"]) == len(kernels) * len(known.variants) * len(known.backends)
    with shipped_store(data_folder()) as shipped:
        stated = [
            (r.project, r.label, one.source, one.path, one.fact.line, one.fact.subject, one.fact.attribute)
            for r in shipped.facts.revisions()
            for one in shipped.facts.of(r.project, r.label)
        ]
    assert sorted(row[1:8] for row in data["facts"]) == sorted(stated)
    words = {row[:3]: row[6] for row in data["cells"]}
    for kernel in kernels:
        for row in matrix.table(kernel=kernel, exact=True, store=None).rows:
            assert {b: cell.words for b, cell in row.cells.items()} == {
                b: words[kernel, row.id, b] for b in row.cells
            }, (kernel, row.id)


@pytest.mark.parametrize("name", ["riscv64", "m68k", "arm", "xtensa"])
def test_a_cell_is_what_is_answered(db, name):
    """With its condition, what decides, and the lines of each rung."""
    for variant in matrix.ask(name, kernel=KERNEL, store=None).variants:
        for cell in variant.cells:
            place = (KERNEL, variant.id, cell.backend)
            (row,) = db.execute(
                "SELECT answer, status, words, condition FROM cells WHERE (kernel, variant, backend) = (?, ?, ?)", place
            )
            assert row == (cell.truth.value, cell.status.value, cell.words, cell.condition or None)
            for rung in cell.rungs:
                lines = db.execute(
                    "SELECT e.project, e.version, coalesce(path, ''), line, says, coalesce(url, '') FROM rung_evidence "
                    "JOIN evidence e USING (evidence) WHERE (kernel, variant, backend, rung) = (?, ?, ?, ?) "
                    "ORDER BY position",
                    (*place, rung.name.value),
                ).fetchall()
                assert lines == [(e.project, e.version, e.file, e.line, e.says, e.url) for e in rung.evidence]


def test_what_was_not_known_then_is_not_in_it(work):
    """As of a moment before everything there are variants and names alone."""
    data = dataset(work, as_of=datetime.fromisoformat("2020-01-01T00:00:00+00:00"))
    assert {"facts", "cells", "revisions", "evidence"}.isdisjoint(data)
    assert data["variants"]


# --- the dictionary -------------------------------------------------------------------------------------------------


def test_the_dictionary_has_every_column(db):
    """In the order in which the tables have them, with the type and whether it may be none."""
    tables = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid")]
    assert tables == TABLES
    described = db.execute("SELECT table_name, column_name, required FROM dictionary").fetchall()
    columns = [
        (t, name, required) for t in tables for _, name, _, required, *_ in db.execute(f"PRAGMA table_info({t})")
    ]
    assert described == columns
    assert db.execute("SELECT count(*) FROM dictionary WHERE about = ''").fetchone() == (0,)


def test_keys_are_keys(db):
    """What refers to a row finds it."""
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_none_is_none(data):
    """No empty text stands for it, and nothing that is required lacks."""
    for sheet in SHEETS:
        for row in data.get(sheet.name, ()):
            assert len(row) == len(sheet.columns)
            for column, value in zip(sheet.columns, row, strict=True):
                assert value not in ("", ()), (sheet.name, column.name)
                assert value is not None or not column.required, (sheet.name, column.name)


def test_the_page_is_made_of_the_dictionary():
    """It is written by scripts/document-export, and by nobody else."""
    script = CHECKOUT / "scripts" / "document-export"
    assert subprocess.run([sys.executable, script, "--check"], check=False).returncode == 0


def test_the_questions_of_the_page_have_answers(db):
    """Each runs as it stands there."""
    page = (CHECKOUT / "docs" / "export.md").read_text("utf-8")
    questions = re.findall(r"^```sql\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert len(questions) == 4
    for question in questions:
        assert db.execute(question).fetchall(), question


# --- how it is written ----------------------------------------------------------------------------------------------


def test_csv_says_what_the_database_says(db, known, run, tmp_path):
    """Field by field; none is empty."""
    said = run("export", "--format", "csv", tmp_path / "out")
    assert (said.code, said.err) == (0, "")
    for sheet in SHEETS:
        head, *rows = lines_of(tmp_path / "out" / f"{sheet.name}.csv")
        assert head == [column.name for column in sheet.columns]
        boolean = {n for n, column in enumerate(sheet.columns) if column.type == "boolean"}
        held = [
            ["" if v is None else ("false", "true")[v] if n in boolean else str(v) for n, v in enumerate(row)]
            for row in db.execute(f"SELECT * FROM {sheet.name} ORDER BY rowid")  # noqa: S608 - names of our own
        ]
        assert rows == held, sheet.name
        assert re.search(rf"^{sheet.name} +{len(rows)}$", said.out, re.MULTILINE)


def test_the_package_describes_every_file(known, run, tmp_path):
    """Its fields are the files' heads, and its references lead somewhere."""
    run("export", "--format", "csv", tmp_path / "out")
    package = json.loads((tmp_path / "out" / "datapackage.json").read_text("utf-8"))
    assert {r["path"] for r in package["resources"]} | {"datapackage.json"} == {
        place.name for place in (tmp_path / "out").iterdir()
    }
    names = {r["name"]: {f["name"] for f in r["schema"]["fields"]} for r in package["resources"]}
    for one in package["resources"]:
        schema = one["schema"]
        assert [f["name"] for f in schema["fields"]] == lines_of(tmp_path / "out" / one["path"])[0]
        assert {*schema["primaryKey"]} <= names[one["name"]]
        for key in schema["foreignKeys"]:
            assert {*key["reference"]["fields"]} <= names[key["reference"]["resource"]]


@pytest.mark.parametrize("form", ["sqlite", "csv"])
def test_the_same_facts_give_the_same_bytes(known, run, tmp_path, form):
    """Wherever and whenever it is written."""
    made = []
    for name in ("first", "second"):
        place = tmp_path / name
        assert run("export", "--format", form, place).code == 0
        files = sorted(place.iterdir()) if form == "csv" else [place]
        made.append([file.read_bytes() for file in files])
    assert made[0] == made[1]


@pytest.mark.parametrize("form", ["sqlite", "csv"])
def test_what_is_there_is_not_written_over(known, run, tmp_path, form):
    """But with --force."""
    place = tmp_path / "out"
    assert run("export", "--format", form, place).code == 0
    said = run("export", "--format", form, place)
    assert (said.code, said.out) == (2, "")
    assert said.complaint.partition(" next: ")[0].endswith("expected nothing; --force writes over it")
    before = place.stat().st_ino
    assert run("export", "--format", form, "--force", place).code == 0
    assert place.stat().st_ino != before
    assert [entry.name for entry in tmp_path.iterdir() if entry.name != "home"] == ["out"]


def test_a_folder_with_other_things_is_never_taken_away(known, run, tmp_path):
    """Whatever is said: a home folder is soon mistyped."""
    place = tmp_path / "mine"
    place.mkdir()
    (place / "thesis.txt").write_text("x")
    for form, wrong in (("csv", "found what is no export"), ("sqlite", "found no file")):
        said = run("export", "--format", form, "--force", place)
        assert said.code == 2
        assert wrong in said.complaint
    assert [entry.name for entry in place.iterdir()] == ["thesis.txt"]
    assert run("export", tmp_path / "no" / "such").code == 2


@pytest.fixture
def full_disk():
    """No file grows beyond 50 kB: writing more fails as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("form", ["sqlite", "csv"])
def test_a_full_disk_is_5_and_leaves_what_was_there(known, run, tmp_path, full_disk, form):
    """And nothing half-written beside it."""
    place = tmp_path / "out"
    assert run("export", "--format", form, place).code == 0
    before = place.stat().st_ino
    full_disk()
    said = run("export", "--format", form, "--force", place)
    assert (said.code, said.out) == (5, "")
    assert f"{place}: found" in said.complaint
    assert place.stat().st_ino == before
    assert [entry.name for entry in tmp_path.iterdir() if entry.name != "home"] == ["out"]


def test_a_kernel_that_is_not_known_cannot_be_told(run, tmp_path):
    """There are no cells of it; nothing is inferred here."""
    said = run("export", "--kernel", "6.12.50", tmp_path / "out")
    assert said.code == 3
    assert "6.12.50 was not read" in said.complaint
    assert not (tmp_path / "out").exists()


# --- Parquet --------------------------------------------------------------------------------------------------------


def test_parquet_without_pyarrow_says_what_to_install(run, tmp_path, monkeypatch):
    """Before anything is resolved."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    said = run("export", "--format", "parquet", tmp_path / "out")
    assert (said.code, said.complaint.endswith("next: pip install 'archmatrix[parquet]'")) == (5, True)


def test_parquet_says_what_the_rows_say(data, known, run, tmp_path):
    """Types, and what each column means, with them."""
    parquet = pytest.importorskip("pyarrow.parquet", reason="the extra [parquet] is not installed")
    assert run("export", "--format", "parquet", tmp_path / "out").code == 0
    for sheet in SHEETS:
        table = parquet.read_table(tmp_path / "out" / f"{sheet.name}.parquet")
        assert [field.metadata[b"description"].decode() for field in table.schema] == [c.about for c in sheet.columns]
        rows = [tuple(row.values()) for row in table.to_pylist()]
        assert rows == [
            tuple(v.replace(microsecond=0) if isinstance(v, datetime) else v for v in row)
            for row in data.get(sheet.name, ())
        ]
