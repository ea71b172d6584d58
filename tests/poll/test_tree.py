"""One tree at one revision: each source's files read or refused on their own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from matrix.errors import ShapeError, TreeError
from matrix.extract.table import EXTRACTORS, Extractor
from matrix.model import Fact, Revision
from matrix.poll.tree import read_tree
from matrix.text import LARGEST
from matrix.versions import in_version, parse
from tests.extract import test_linux_arch_support, test_linux_llvm
from tests.poll.conftest import FILES, LINUX, START

if TYPE_CHECKING:
    from matrix.poll.tree import TreeRead

ARCH_SUPPORT = test_linux_arch_support.PATH


def facts(read: TreeRead) -> dict[str, list[Fact]]:
    """The facts by source."""
    found: dict[str, list[Fact]] = {}
    for item in read.snapshot.observations:
        found.setdefault(item.source, []).extend(item.reading.facts if item.reading else ())
    return found


def errors(read: TreeRead) -> dict[str, str]:
    return {o.source.id: str(o.error) for o in read.failures}


@pytest.fixture
def good(kernel, sources):
    """What the unchanged kernel gives."""
    read = read_tree(kernel.tree, LINUX, sources.values(), START)
    assert errors(read) == {}
    return read


def test_every_source_is_read(good, sources):
    """An outcome for each, in the order of data/sources.toml, with its files, facts and bytes."""
    assert [o.source.id for o in good.outcomes] == list(sources)
    assert {o.source.id: o.documents for o in good.outcomes} == dict.fromkeys(sources, 1) | {"linux-kconfig": 4}
    assert all(o.facts and o.bytes and not o.absent for o in good.outcomes)
    assert good.snapshot.revision == LINUX
    assert {o.document.observed_at for o in good.snapshot.observations} == {START}
    assert {o.document.checked_at for o in good.snapshot.observations} == {START}


def test_reading_twice_gives_the_same(good, kernel, sources):
    """Nothing of it depends on the order of a directory or a set."""
    again = read_tree(kernel.tree, LINUX, sources.values(), START)
    assert again == good


def test_a_refused_source_does_not_keep_the_others_back(good, kernel, sources):
    """Its error names file, line, what was found and what was expected; none of its files is recorded."""
    kernel.write(ARCH_SUPPORT, FILES[ARCH_SUPPORT].replace("Constraints", "Remarks    "))
    read = read_tree(kernel.tree, LINUX, sources.values(), START)
    assert list(errors(read)) == ["linux-arch-support"]
    assert errors(read)["linux-arch-support"].startswith(f"{ARCH_SUPPORT}:")
    assert facts(read) == {id_: f for id_, f in facts(good).items() if id_ != "linux-arch-support"}


def test_one_refused_file_refuses_its_source(kernel, sources):
    """Half of Kconfig would read as "not selected"."""
    kernel.write("arch/arm/Kconfig", "config ARM\n\tbool\n\tselect\n")
    read = read_tree(kernel.tree, LINUX, sources.values(), START)
    assert list(errors(read)) == ["linux-kconfig"]
    assert "arch/arm/Kconfig:3" in errors(read)["linux-kconfig"]
    assert "linux-kconfig" not in facts(read)


@pytest.mark.parametrize(
    ("source", "path"),
    [("linux-arch-support", ARCH_SUPPORT), ("linux-maintainers", "MAINTAINERS"), ("linux-llvm", test_linux_llvm.PATH)],
)
def test_a_missing_file_has_moved(good, kernel, sources, source, path):
    """An error that asks so, and never a statement that something is unsupported."""
    (kernel.root / path).unlink()
    read = read_tree(kernel.tree, LINUX, sources.values(), START)
    assert errors(read) == {source: f"{path}: found no such file (moved?), expected at least 1"}
    assert source not in facts(read)


def test_a_listing_without_a_match_has_moved(kernel, sources):
    """The same where the document is a list of paths."""
    source = replace(sources["linux-ports"], paths=("ports/*/Kconfig",))
    read = read_tree(kernel.tree, LINUX, [source], START)
    assert errors(read) == {"linux-ports": "ports/*/Kconfig: found no such file (moved?), expected at least one"}
    assert read.snapshot.observations == ()


def test_too_few_facts_are_not_believed(good, kernel, sources):
    """A floor above what is there."""
    count = len(facts(good)["linux-arch-support"])
    held = replace(sources["linux-arch-support"], floor=count)
    assert errors(read_tree(kernel.tree, LINUX, [held], START)) == {}
    above = replace(held, floor=count + 1)
    assert errors(read_tree(kernel.tree, LINUX, [above], START)) == {
        "linux-arch-support": f"{ARCH_SUPPORT}: found {count} facts, expected at least {count + 1}"
    }


def test_too_few_files_are_not_believed(kernel, sources):
    """The message names the source, which has many patterns."""
    source = replace(sources["linux-kconfig"], documents=5)
    (error,) = errors(read_tree(kernel.tree, LINUX, [source], START)).values()
    assert error.startswith("linux-kconfig (init/Kconfig, ")
    assert error.endswith("found 4 files, expected at least 5")


def test_an_empty_tree_fails_in_every_source(tmp_path, kernel, sources):
    """No file of it, no fact, no exception."""
    (tmp_path / "empty").mkdir()
    read = read_tree(replace(kernel, root=tmp_path / "empty").tree, LINUX, sources.values(), START)
    assert list(errors(read)) == list(sources)
    assert all("moved?" in error for error in errors(read).values())
    assert read.snapshot.observations == ()


def test_a_listing_is_a_document_of_its_own(good, kernel, sources):
    """At the folder that its patterns share; a new port changes it, what stands in the files does not."""
    (item,) = (o for o in good.snapshot.observations if o.source == "linux-ports")
    assert item.document.path == "arch/"
    assert [f.subject for f in item.reading.facts] == ["arm", "x86"]
    assert {f.line for f in item.reading.facts} == {0}
    source = [sources["linux-ports"]]
    kernel.write("arch/x86/Kconfig", "config X86\n\tbool\n")
    assert read_tree(kernel.tree, LINUX, source, START).snapshot.observations == (item,)
    kernel.write("arch/sh/Kconfig", "config SUPERH\n\tbool\n")
    (changed,) = read_tree(kernel.tree, LINUX, source, START).snapshot.observations
    assert changed.document.sha256 != item.document.sha256
    assert [f.subject for f in changed.reading.facts] == ["arm", "sh", "x86"]


@pytest.mark.parametrize(
    ("since", "until", "version", "expected"),
    [
        ("", "", "6.1", True),
        ("6.12", "", "6.11.9", False),
        ("6.12", "", "6.12-rc1", False),
        ("6.12", "", "6.12", True),
        ("", "6.12", "6.12.107", True),
        ("", "6.12", "6.13-rc1", False),
        ("16", "", "15.3.0", False),
        ("16", "", "16.1.0", True),
        ("6.1", "6.12", "7.1", False),
        ("1.74", "", "1.100.0", True),
    ],
)
def test_a_source_belongs_to_the_versions_that_have_its_file(sources, since, until, version, expected):
    """Both bounds are inclusive, and until takes in what follows within its series."""
    assert in_version(replace(sources["linux-llvm"], since=since, until=until), parse(version)) is expected


def test_a_file_that_this_version_does_not_have_is_absent_and_no_fault(kernel, sources):
    """Whether or not something stands at its path."""
    late = replace(sources["linux-llvm"], since="7.2")
    read = read_tree(kernel.tree, LINUX, [late], START)
    assert (read.failures, read.snapshot.observations) == ((), ())
    (outcome,) = read.outcomes
    assert (outcome.absent, outcome.documents, outcome.facts) == (True, 0, 0)


def test_other_projects_sources_are_no_part_of_it(kernel, registry):
    """Not even as outcomes."""
    read = read_tree(kernel.tree, LINUX, registry.sources.values(), START)
    assert {o.source.project for o in read.outcomes} == {"linux"}
    read = read_tree(kernel.tree, Revision(project="mrustc", label="0.12.0"), registry.sources.values(), START)
    assert {o.source.project for o in read.outcomes} == {"mrustc"}
    assert len(read.failures) == len(read.outcomes)


@pytest.mark.parametrize("damage", ["huge", "link", "folder"])
def test_what_the_tree_refuses_is_one_source_s_failure(kernel, sources, damage):
    """A file of 50 MB, a link out of the tree, a folder in its place."""
    place = kernel.root / ARCH_SUPPORT
    if damage == "huge":
        with place.open("r+b") as file:
            file.truncate(50_000_000)
    elif damage == "link":
        place.rename(place.with_suffix(".old"))
        place.symlink_to(place.with_suffix(".old"))
    else:
        place.unlink()
        place.mkdir()
    read = read_tree(kernel.tree, LINUX, sources.values(), START)
    assert list(errors(read)) == ["linux-arch-support"]
    (failure,) = read.failures
    assert isinstance(failure.error, TreeError if damage == "huge" else ShapeError)
    assert damage != "huge" or f"at most {LARGEST}" in str(failure.error)


# --- what was read before -------------------------------------------------------------------------------------------


def test_what_was_read_before_is_hashed_and_not_parsed(good, kernel, sources, monkeypatch):
    """No extractor runs; the documents are observed all the same."""
    for source in sources.values():
        monkeypatch.setitem(EXTRACTORS, source.extractor, _forbidden(source.extractor))
    read = read_tree(kernel.tree, LINUX, sources.values(), START, known=lambda keys: dict.fromkeys(keys, 1))
    assert errors(read) == {}
    assert all(o.reading is None for o in read.snapshot.observations)
    assert [o.document for o in read.snapshot.observations] == [o.document for o in good.snapshot.observations]
    assert {o.facts for o in read.outcomes} == {0}


def test_only_the_changed_file_is_parsed(kernel, sources, monkeypatch):
    """The key holds path and bytes: three files of four are known."""
    parsed = []
    extractor = EXTRACTORS["kconfig"]
    watched = Extractor(lambda text: parsed.append(text.path) or list(extractor.extract(text)), extractor.version)
    monkeypatch.setitem(EXTRACTORS, "kconfig", watched)
    source = sources["linux-kconfig"]

    def known(keys):
        return {key: 1 for key in keys if key.path != "arch/arm/Kconfig"}

    read = read_tree(kernel.tree, LINUX, [source], START, known)
    assert parsed == ["arch/arm/Kconfig"]
    assert [o.document.path for o in read.snapshot.observations if o.reading] == parsed
    assert read.outcomes[0].documents == 4


def test_a_key_holds_all_that_makes_a_reading(kernel, sources):
    """Source, path, bytes, extractor and its version."""
    asked = []
    read_tree(kernel.tree, LINUX, [sources["linux-llvm"]], START, known=lambda keys: asked.extend(keys) or {})
    (key,) = asked
    assert key[:2] == ("linux-llvm", test_linux_llvm.PATH)
    assert key[3:] == ("linux_llvm", EXTRACTORS["linux_llvm"].version)


def test_the_floor_counts_what_was_read_before(good, kernel, sources):
    """Three files known and one emptied: the source as a whole is judged, whatever was known of its files."""
    whole = len(facts(good)["linux-kconfig"])
    source = replace(sources["linux-kconfig"], floor=whole)

    held = {o.document.path: len(o.reading.facts) for o in good.snapshot.observations if o.source == source.id}

    def known(keys):
        return {key: held[key.path] for key in keys if key.path != "arch/x86/Kconfig"}

    assert errors(read_tree(kernel.tree, LINUX, [source], START, known)) == {}
    kernel.write("arch/x86/Kconfig", "config X86\n\tbool\n")
    (error,) = errors(read_tree(kernel.tree, LINUX, [source], START, known)).values()
    assert error.endswith(f"expected at least {whole}")


def _forbidden(name: str) -> Extractor:
    def extract(text):
        raise AssertionError(f"{name} was asked to read {text.path}")

    return Extractor(extract, EXTRACTORS[name].version)
