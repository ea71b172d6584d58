"""The facts that come with the package: canonical text, and a compiled store that is believed only where it fits."""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from pathlib import Path

import pytest

from matrix import __version__, flat
from matrix.errors import RegistryError
from matrix.expression import parse
from matrix.extract.table import EXTRACTORS
from matrix.operations.compile import compile_shipped
from matrix.operations.facts import REWRITES_FACTS
from matrix.places import DATABASE
from matrix.registry import data_folder, load
from matrix.registry.compiled import COMPILED_FILE
from matrix.shipped import data_stamp, shipped_store, united
from matrix.store import Store, file_name, read_facts, write_facts
from matrix.versions import canonical, in_version, kind
from matrix.versions import parse as parse_version
from tests.sampling import one_in

DATA = data_folder()
FILES = sorted(DATA.glob("facts/*.tsv"))
FEW = ("gcc-16.2.0.tsv", "llvm-22.1.8.tsv")
each_file = pytest.mark.parametrize("path", one_in(4, FILES), ids=[path.stem for path in FILES])


def copied(source: Path, place: Path) -> Path:
    """data/ without what is compiled from it."""
    place.mkdir()
    for path in [*source.glob("*.toml"), *source.glob("facts/*.tsv")]:
        target = place / path.relative_to(source)
        target.parent.mkdir(exist_ok=True)
        shutil.copyfile(path, target)
    return place


@pytest.fixture
def folder(tmp_path):
    """A copy of data/, to be changed."""
    return copied(DATA, tmp_path / "data")


@pytest.fixture(scope="module")
def few(tmp_path_factory):
    """A copy of data/ with the facts of two releases alone, and its store compiled; not to be changed."""
    place = copied(DATA, tmp_path_factory.mktemp("few") / "data")
    for path in place.glob("facts/*.tsv"):
        if path.name not in FEW:
            path.unlink()
    assert compile_shipped(place) == place / DATABASE
    return place


def test_the_same_facts_are_the_same_bytes(few, tmp_path):
    """Wherever and whenever they are compiled: the store holds no clock of its own."""
    place = tmp_path / "elsewhere"
    shutil.copytree(few, place, ignore=shutil.ignore_patterns("shipped.*", "ready"))
    compile_shipped(place)
    for name in (DATABASE, COMPILED_FILE, flat.PAGES_FILE):
        assert (place / name).read_bytes() == (few / name).read_bytes(), name


@pytest.fixture
def built(few, tmp_path):
    """The same, to be changed."""
    place = copied(few, tmp_path / "built")
    shutil.copyfile(few / DATABASE, place / DATABASE)
    return place


@pytest.fixture(scope="module")
def said(few):
    """All that the compiled store of two releases says."""
    with shipped_store(few) as store:
        assert store.place == few / DATABASE
        return facts(store)


def facts(store):
    """All that a store says, moments left out."""
    return {
        (r.project, r.label, i.source, i.path, i.fact)
        for r in store.facts.revisions()
        for i in store.facts.of(r.project, r.label)
    }


# --- the text -------------------------------------------------------------------------------------------------------


def test_there_are_facts_of_every_project():
    """That has releases, and of more than one version where upstream keeps several alive."""
    snapshots = [read_facts(path.read_text("utf-8"), path.name) for path in FILES]
    projects = {u.project for u in load(DATA).upstreams.values() if u.versions}
    count = {p: sum(s.revision.project == p for s in snapshots) for p in projects}
    assert count["linux"] >= 8
    assert all(count.values())


@each_file
def test_a_file_of_facts_is_what_writing_it_gives(path):
    """Sorted, escaped and ended as `archmatrix facts` does it, under the name that it gives."""
    text = path.read_bytes().decode("utf-8")
    snapshot = read_facts(text, path.name)
    assert write_facts(snapshot, REWRITES_FACTS) == text
    assert file_name(snapshot.revision) == path.name


@each_file
def test_facts_fit_what_data_declares(path):
    """Sources, paths, extractors of today, versions that have the file, and conditions that parse."""
    known = load(DATA)
    snapshot = read_facts(path.read_text("utf-8"), path.name)
    about = snapshot.revision
    assert (canonical(about.project, about.label), kind(about.project, about.label)) == (about.label, about.kind)
    for item in snapshot.observations:
        source = known.sources[item.source]
        assert source.project == about.project
        assert in_version(source, parse_version(about.label)), source.id
        assert (item.reading.extractor, item.reading.version) == (
            source.extractor,
            EXTRACTORS[source.extractor].version,
        )
        stated = [(f.subject, f.attribute, f.value, f.when) for f in item.reading.facts]
        assert len(stated) == len(set(stated)), item.document.path
        for fact in item.reading.facts:
            parse(fact.when)
            assert fact.subject
            assert fact.attribute
    assert about.date is not None


@each_file
def test_every_source_of_the_project_was_read(path):
    """A revision is shipped whole: silence of a source that nobody read would be no statement."""
    snapshot = read_facts(path.read_text("utf-8"), path.name)
    about = snapshot.revision
    expected = {
        s.id
        for s in load(DATA).sources.values()
        if s.project == about.project and in_version(s, parse_version(about.label))
    }
    assert {o.source for o in snapshot.observations} == expected


@each_file
def test_no_prose_is_shipped(path):
    """Values are names, versions and expressions: nothing is longer than a condition can be."""
    snapshot = read_facts(path.read_text("utf-8"), path.name)
    longest = max((f.value for o in snapshot.observations for f in o.reading.facts), key=len)
    assert len(longest) <= 400, longest


def test_a_damaged_file_of_facts_is_told_with_its_place(folder):
    """Ours to mend: the file, the line, what was found."""
    path = folder / "facts" / FEW[1]
    path.write_text(path.read_text("utf-8").replace("\tbackend\t", "\t", 1), "utf-8")
    with pytest.raises(RegistryError, match=rf"facts/{path.name}:[0-9]+: found 4 fields, expected 5"):
        shipped_store(folder)


# --- the stamp ------------------------------------------------------------------------------------------------------


def test_the_stamp_holds_the_version_and_is_the_same_for_the_same_data(folder):
    """Wherever the folder lies, and whatever else is in it."""
    stamp = data_stamp(DATA)
    assert stamp.startswith(f"{__version__} ")
    assert data_stamp(folder) == stamp
    (folder / DATABASE).write_bytes(b"x")
    (folder / "notes.txt").write_text("x")
    (folder / "facts" / ".linux-7.1.13.tsv.swp").write_text("x")
    assert data_stamp(folder) == stamp


@pytest.mark.parametrize(
    "name", one_in(4, [p.relative_to(DATA).as_posix() for p in [*sorted(DATA.glob("*.toml")), *FILES]])
)
@pytest.mark.parametrize("where", [0.0, 0.5, 1.0])
def test_the_stamp_changes_with_any_byte(folder, name, where):
    """At the start, in the middle and at the end of every file."""
    before = data_stamp(folder)
    body = bytearray((folder / name).read_bytes())
    body[int(where * (len(body) - 1))] ^= 1
    (folder / name).write_bytes(body)
    assert data_stamp(folder) != before


@pytest.mark.parametrize("change", ["gone", "new", "renamed", "cut", "longer", "swapped"])
def test_the_stamp_changes_with_the_files(folder, change):
    """A file more, less, renamed, shorter, longer; and two that changed places."""
    before = data_stamp(folder)
    one, other = (folder / "facts" / path.name for path in FILES[:2])
    if change == "gone":
        one.unlink()
    elif change == "new":
        (folder / "facts" / "zz-1.0.tsv").write_text("")
    elif change == "renamed":
        one.rename(one.with_name("zz-1.0.tsv"))
    elif change == "cut":
        one.write_bytes(one.read_bytes()[:-1])
    elif change == "longer":
        one.write_bytes(one.read_bytes() + b"\n")
    else:
        first, second = one.read_bytes(), other.read_bytes()
        one.write_bytes(second)
        other.write_bytes(first)
    assert data_stamp(folder) != before


# --- the compiled store ---------------------------------------------------------------------------------------------


def test_a_fitting_compiled_store_is_used(few):
    """Read-only, with the stamp of the folder, and the same facts as the text."""
    with shipped_store(few) as store:
        assert store.readonly
        assert store.place == few / DATABASE
        assert store.pages.stamp == data_stamp(few)
        assert store.faults() == []
        found = facts(store)
    with Store.memory() as empty:
        assert facts(empty) == set()
    text = united([read_facts(path.read_text("utf-8"), path.name) for path in FILES if path.name in FEW])
    assert found == {
        (s.revision.project, s.revision.label, o.source, o.document.path, f)
        for s in text
        for o in s.observations
        for f in o.reading.facts
    }


def test_compiling_leaves_three_files_alone(few):
    """The database, the pages and the registry: no log, no index, no half-written one beside them."""
    left = {p.name for p in few.iterdir() if p.is_file() and p.suffix != ".toml"}
    assert left == {DATABASE, "shipped.registry"}
    assert [p.name for p in (few / flat.PAGES_FOLDER).iterdir()] == ["pages"]


def test_compiling_twice_gives_the_same_answers(few, built):
    """The file's bytes hold moments; what it answers is the same."""
    compile_shipped(built)
    with shipped_store(few) as one, shipped_store(built) as other:
        assert one.pages.stamp == other.pages.stamp
        assert one.pages.page("is riscv64") == other.pages.page("is riscv64")
        assert one.pages.page("table") == other.pages.page("table")


def test_a_stale_compiled_store_falls_back_to_the_text(built):
    """One fact was changed after it was compiled: the change counts."""
    path = built / "facts" / "llvm-22.1.8.tsv"
    path.write_text(path.read_text("utf-8").replace("RISCV\tbackend\tdefault", "RISCV\tbackend\texperimental"), "utf-8")
    with shipped_store(built) as store:
        assert store.place == "memory"
        assert {i.fact.value for i in store.facts.of("llvm", "22.1.8") if i.fact.subject == "RISCV"} == {"experimental"}


def _cut(place: Path) -> None:
    place.write_bytes(place.read_bytes()[:2000])


def _schema_number(number: int):
    def change(place: Path) -> None:
        db = sqlite3.connect(place)
        db.execute(f"PRAGMA user_version = {number}")
        db.close()

    return change


def _other_program(place: Path) -> None:
    place.unlink()
    db = sqlite3.connect(place)
    db.execute("CREATE TABLE x (y)")
    db.close()


def _nothing_compiled(place: Path) -> None:
    db = sqlite3.connect(place)
    db.execute("DELETE FROM compiled")
    db.commit()
    db.close()


DAMAGES = {
    "gone": Path.unlink,
    "empty": lambda place: place.write_bytes(b""),
    "no database": lambda place: place.write_bytes(b"x" * 5000),
    "cut": _cut,
    "zeros": lambda place: place.write_bytes(b"\0" * place.stat().st_size),
    "of an older schema": _schema_number(1),
    "of a newer schema": _schema_number(99),
    "another program's": _other_program,
    "without answers": _nothing_compiled,
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_compiled_store_falls_back_to_the_text(built, said, damage):
    """The text says the same, more slowly; nothing is written."""
    damage(built / DATABASE)
    before = {p: p.read_bytes() for p in built.iterdir() if p.is_file()}
    with shipped_store(built) as store:
        assert store.place == "memory"
        assert facts(store) == said
    assert {p: p.read_bytes() for p in built.iterdir() if p.is_file()} == before


def test_a_source_of_one_fact_may_change_it():
    """Of so few any change is one of most: it would be held back, though a release may well make it."""
    registry = load(DATA)
    with shipped_store(DATA) as store:
        newest = {r.project: r for r in sorted(store.facts.revisions(), key=lambda r: parse_version(r.label))}.values()
        facts = Counter(located.source for r in newest for located in store.facts.of(r.project, r.label))
    assert [id_ for id_, count in facts.items() if count * registry.sources[id_].shrink < 100] == []
