"""The gate behind every extractor: what is said twice is kept once, what is too little is refused."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matrix.errors import ShapeError
from matrix.extract import gate
from matrix.extract.table import EXTRACTORS
from matrix.model import Fact, Source
from matrix.registry import data_folder, load

MAINTAINERS = Source(
    id="linux-maintainers", project="linux", paths=("MAINTAINERS",), extractor="linux_maintainers", floor=3
)
KCONFIG = Source(
    id="linux-kconfig",
    project="linux",
    paths=("init/Kconfig", "arch/*/Kconfig"),
    extractor="kconfig",
    floor=3,
    documents=2,
)


def refusal(source: Source, paths: list[str], facts: int) -> ShapeError:
    with pytest.raises(ShapeError) as caught:
        gate.check_believable(source, paths, facts)
    return caught.value


def test_a_reading_names_the_bytes_the_source_and_the_extractor():
    """So that the same bytes are never read twice by the same extractor, and again by a newer one."""
    body = b"config SAND\n\tbool\n"
    reading = gate.read(KCONFIG, "arch/dune/Kconfig", body)
    assert reading.sha256 == hashlib.sha256(body).hexdigest()
    assert (reading.source, reading.extractor) == ("linux-kconfig", "kconfig")
    assert reading.version == gate.version_of(KCONFIG) == EXTRACTORS["kconfig"].version


def test_a_fact_said_twice_is_kept_once_at_its_first_line():
    """A moved or repeated line is no news."""
    body = b"config SAND\n\tselect DUST\n\tselect DUST if HOT\n\tselect DUST\n"
    selects = [f for f in gate.read(KCONFIG, "arch/dune/Kconfig", body).facts if f.attribute == "select"]
    assert selects == [Fact("SAND", "select", "DUST", "", 2), Fact("SAND", "select", "DUST", "HOT", 3)]


def test_the_facts_keep_the_order_of_the_file():
    """Where upstream's order matters, the lines tell it; the gate does not sort."""
    facts = gate.read(KCONFIG, "arch/dune/Kconfig", b"config B\n\tbool\nconfig A\n\tbool\n").facts
    assert [f.subject for f in facts if f.attribute == "type"] == ["B", "A"]


@pytest.mark.parametrize("body", [b"\xff\xfe", b"<!DOCTYPE html>", b"\x00", b"config SAND\n\tnonsense\n", b""])
def test_what_cannot_be_read_is_a_shape_error_with_the_path(body):
    """From the decoder and from the extractor alike, also where it fails while its facts are being taken."""
    with pytest.raises(ShapeError) as caught:
        gate.read(KCONFIG, "arch/dune/Kconfig", body)
    assert caught.value.path == "arch/dune/Kconfig"


def test_fewer_facts_than_the_floor_are_refused():
    """Implausibly little is a changed format: what was found and the fewest expected stand in the message."""
    error = refusal(MAINTAINERS, ["MAINTAINERS"], 2)
    assert str(error) == "MAINTAINERS: found 2 facts, expected at least 3"


def test_the_floor_itself_is_enough():
    """The floor is the fewest that is believable."""
    gate.check_believable(MAINTAINERS, ["MAINTAINERS"], 3)
    gate.check_believable(KCONFIG, ["init/Kconfig", "arch/dune/Kconfig"], 3)


def test_no_file_at_all_is_refused_as_moved():
    """Nothing found is an error and never "upstream has none of these any more"."""
    error = refusal(MAINTAINERS, [], 0)
    assert error.found == "no such file (moved?)"
    assert error.path == "MAINTAINERS"


def test_fewer_files_than_expected_are_refused_however_many_facts():
    """Half of the files gone is no half answer; a source of several patterns is named with all of them."""
    error = refusal(KCONFIG, ["init/Kconfig"], 9000)
    assert (error.found, error.expected) == ("1 files", "at least 2")
    assert error.path == "linux-kconfig (init/Kconfig, arch/*/Kconfig)"
    with pytest.raises(ShapeError):
        gate.check_files(KCONFIG, ["init/Kconfig"])


def test_every_source_has_a_floor_that_refuses_nothing():
    """An empty parse is refused for each declared source."""
    for source in load(data_folder()).sources.values():
        with pytest.raises(ShapeError):
            gate.check_believable(source, ["a"] * source.documents, 0)


SOURCES = sorted(load(data_folder()).sources.values(), key=lambda s: s.id)


@pytest.mark.parametrize("source", SOURCES, ids=lambda s: s.id)
@settings(max_examples=25)
@given(st.one_of(st.binary(), st.text().map(str.encode)))
def test_any_bytes_give_a_reading_or_a_shape_error(source, body):
    """Whatever a server sends in place of the file: no other exception leaves the gate."""
    path = source.paths[0].replace("**", "a").replace("*", "a")
    try:
        reading = gate.read(source, path, body)
    except ShapeError as error:
        assert error.path.startswith(path)  # noqa: PT017  # both outcomes are allowed
        return
    said = [fact._replace(line=0) for fact in reading.facts]
    assert len(said) == len(set(said))
