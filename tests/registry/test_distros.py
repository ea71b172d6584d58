"""The text of data/toolchains.toml -> the compilers of distributions."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.errors import RegistryError, UsageError
from matrix.model import DistroArch, Packaged
from matrix.registry import data_folder, load
from matrix.registry.distros import PACKAGES, load_archives, load_distros, read_distros, resolve_distro

VARIANTS = {"dune64", "reef"}
GOOD = """
[distro.sand-1]
title = "Sand 1"
aliases = ["sandy"]
repository = "its archive"
day = "2026-11-21"
basis = "read"
cc = "gcc"
tool.rustc = { version = "1.85.1", source = "a/b" }
tool.gcc = { version = "14.2.0", source = "a/b" }
arch.dune = { variants = ["dune64"] }
arch.reef_le = { variants = ["reef"], lacks = ["rustc"], other = { gcc = "13.1" } }
"""


@pytest.fixture(scope="module")
def shipped():
    return load_distros(data_folder(), load(data_folder()).variants)


def test_a_distribution_has_its_tools_and_what_its_names_mean():
    """What differs on one architecture stands there."""
    distros, faults = read_distros(GOOD, VARIANTS)
    assert faults == []
    sand = distros["sand-1"]
    assert (sand.title, sand.cc, sand.read, sand.note) == ("Sand 1", "gcc", True, "")
    assert sand.tools["rustc"] == Packaged(version="1.85.1", source="a/b")
    assert sand.arches["reef_le"] == DistroArch(
        name="reef_le", variants=("reef",), lacks=("rustc",), other={"gcc": "13.1"}
    )


def test_all_faults_come_at_once_with_file_and_key():
    """One run shows everything that is wrong."""
    text = GOOD.replace("2026-11-21", "2026-13-01").replace('cc = "gcc"', 'cc = "tcc"').replace("1.85.1", "new")
    faults = read_distros(text, VARIANTS)[1]
    assert faults == [
        "toolchains.toml: distro.sand-1.day: found '2026-13-01', expected a day such as '2026-11-21'",
        "toolchains.toml: distro.sand-1.cc: found 'tcc', expected 'gcc' or 'clang'",
        "toolchains.toml: distro.sand-1.tool.rustc.version: found 'new', expected upstream's version such as '1.85.1'",
    ]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('["dune64"]', '["dune65"]', "arch.dune.variants: found 'dune65', expected the id of a variant"),
        ('lacks = ["rustc"]', 'lacks = ["pahole"]', "arch.reef_le: found 'pahole', expected a tool that sand-1 has"),
        ('{ gcc = "13.1" }', '{ clang = "13.1" }', "arch.reef_le: found 'clang', expected a tool that sand-1 has"),
        ('cc = "gcc"', 'cc = "clang"', "cc: found 'clang', expected a compiler of which tool.clang says the version"),
        ("tool.rustc", "tool.bindgen", "tool: found no rustc, expected one"),
        ("tool.rustc", "tool.rust", "tool.rust: found the key 'rust', expected 'kernel' or 'rustc'"),
        ('["sandy"]', '["sand-1"]', "aliases: found 'sand-1', expected a name that sand-1 does not have"),
        (
            'cc = "gcc"',
            'cc = "gcc"\narchive = "sand"\nsuite = "dune"',
            "archive: found 'sand', expected the id of an [archive",
        ),
        ('cc = "gcc"', 'cc = "gcc"\nsuite = "dune"', " found archive or suite alone, expected both of them"),
        ('cc = "gcc"', 'cc = "gcc"\narchive = "sand"\nsuite = "../x"', "suite: found '../x', expected the folder of"),
        ('["dune64"]', '["dune64"], sha256 = "aa"', "arch.dune.sha256: found 'aa', expected the sha256 of a list"),
        ('basis = "read"', "", "basis: found nothing, expected 'read' or 'typed'"),
    ],
)
def test_a_fault_names_its_key(old, new, fault):
    """Place, what was found, what was expected."""
    assert old in GOOD
    faults = read_distros(GOOD.replace(old, new), VARIANTS)[1]
    assert any(f"distro.sand-1.{fault}" in one.replace("sand-1:", "sand-1.") for one in faults), faults


ARCHIVE = """
[archive.sand]
title = "Sand's archive"
url = "https://example.org/sand"
every = "3d"
"""


def test_an_archive_has_an_address_and_a_schedule(tmp_path):
    """And a distribution is a suite of it."""
    text = ARCHIVE + GOOD.replace('cc = "gcc"', 'cc = "gcc"\narchive = "sand"\nsuite = "dune"')
    (tmp_path / "toolchains.toml").write_text(text, "utf-8")
    (archive,) = load_archives(tmp_path).values()
    assert (archive.id, archive.url, archive.schedule.every) == ("sand", "https://example.org/sand", timedelta(days=3))
    found = load_distros(tmp_path, VARIANTS)["sand-1"]
    assert (found.archive, found.suite, found.checked_at, found.fault) == ("sand", "dune", None, "")


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("https:", "http:", "url: found 'http://example.org/sand', expected an https address"),
        ("/sand", "/sand/", "url: found 'https://example.org/sand/', expected an https address that ends in no slash"),
        ('"3d"', '"3d"\njitter = "4d"', "jitter: found '4d', expected less than every"),
    ],
)
def test_a_fault_of_an_archive_names_its_key(tmp_path, old, new, fault):
    """With those of the whole file."""
    (tmp_path / "toolchains.toml").write_text(ARCHIVE.replace(old, new) + GOOD, "utf-8")
    with pytest.raises(RegistryError) as caught:
        load_distros(tmp_path, VARIANTS)
    assert fault in str(caught.value)


def test_a_name_is_found_in_any_case_by_id_or_alias(shipped):
    """And what is none is told with the nearest."""
    assert resolve_distro(shipped, "Trixie") is resolve_distro(shipped, "debian-13")
    with pytest.raises(UsageError, match="--distro: found 'debain-13', expected a name such as debian-13"):
        resolve_distro(shipped, "debain-13")


def test_a_distribution_that_is_not_known_has_another_way(shipped):
    """By its versions, or by what is installed on it."""
    with pytest.raises(UsageError, match=r"--distro: found 'arch', .*opensuse.* --rustc V .* archmatrix doctor"):
        resolve_distro(shipped, "arch")
    assert resolve_distro(shipped, "tumbleweed") is shipped["opensuse"]


def test_the_shipped_data_names_its_sources(shipped):
    """Loading is the lint. Each version has a source, each distribution rustc, a day and what its names mean."""
    assert {"debian-12", "debian-13", "debian-sid"} <= {id_ for id_, d in shipped.items() if d.read and d.suite}
    # What a refresh would bring again for nothing, where a sum were missing.
    assert all(arch.sha256 for d in shipped.values() if d.archive for arch in d.arches.values())
    for distro in shipped.values():
        assert distro.arches
        assert "rustc" in distro.tools
        assert all(said.source and said.version for said in distro.tools.values())


def test_debian_names_are_those_of_the_data(shipped):
    """What Debian calls an architecture means what data/arches.toml says, or a part of it."""
    names = load(data_folder()).names
    for id_ in ("debian-12", "debian-13", "debian-sid"):
        for arch in shipped[id_].arches.values():
            assert set(arch.variants) <= set(names[arch.name].variants), arch.name


def test_a_missing_file_is_a_fault(tmp_path):
    """And so is one that is no text."""
    with pytest.raises(RegistryError, match="no readable file"):
        load_distros(tmp_path, VARIANTS)
    (tmp_path / "toolchains.toml").write_bytes(b"\xff")
    with pytest.raises(RegistryError, match="byte 0xff"):
        load_distros(tmp_path, VARIANTS)


PARTS = st.lists(st.sampled_from([*GOOD.split("\n"), "[distro]", "x = 1", "[distro.b]", 'day = "0000"']), max_size=20)


@given(st.one_of(st.text(max_size=100), PARTS.map("\n".join)))
def test_any_text_is_read_or_has_faults(text):
    """Nothing is raised, and what is faulty is told in a line of this file."""
    distros, faults = read_distros(text, VARIANTS)
    assert all(fault.startswith("toolchains.toml") for fault in faults)
    assert all(distro.tools.keys() <= set(PACKAGES) for distro in distros.values())
