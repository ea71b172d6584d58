"""scripts/read-debian-index: a suite of an archive -> its stanza in a toolchains.toml; no archive is asked here."""

from __future__ import annotations

import gzip
import hashlib
import lzma
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest

from matrix.debian import FEWEST_PACKAGES
from matrix.model import Archive, Schedule
from matrix.registry import data_folder, distros, load
from matrix.registry.distros import read_distros
from tests.forge.fixtures import forge, forge_server
from tests.forge.repos import Repository
from tests.test_debian import PACKAGES

__all__ = ["forge", "forge_server"]

SCRIPT = Path(__file__).parent.parent / "scripts" / "read-debian-index"
OTHERS = "\n" + "".join(f"\nPackage: other{number}\nVersion: 1\n" for number in range(FEWEST_PACKAGES))
BEFORE = """# What the head says stays.

[archive.debian]
title = "Debian's archive"
url = "https://example.org"

[distro.sand-1]
title = "Sand 1 (dune)"
aliases = ["dune"]
repository = "x"
day = "2020-01-01"
basis = "read"
cc = "gcc"
archive = "debian"
suite = "dune"
note = "a note"
tool.rustc = { version = "1.0.0", source = "x" }
tool.gcc = { version = "1.0.0", source = "x" }
arch.amd64 = { variants = ["um-x86_64"] }

# What is said of the next one stays.
[distro.reef]
title = "Reef"
repository = "x"
day = "2020-01-01"
basis = "typed"
cc = "gcc"
tool.rustc = { version = "1.0.0", source = "x" }
tool.gcc = { version = "1.0.0", source = "x" }
arch.amd64 = { variants = ["x86_64"] }
"""
NEW = ("--suite", "dune", "--title", "Sand 2 (dune)")

pytestmark = pytest.mark.skipif(not SCRIPT.is_file(), reason="only a checkout has scripts/")


@pytest.fixture
def script(monkeypatch):
    """The script as a module. It has no suffix, and leaves no bytecode beside it."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    loader = SourceFileLoader("read_debian_index", str(SCRIPT))
    module = module_from_spec(spec_from_loader("read_debian_index", loader))
    loader.exec_module(module)
    return module


@pytest.fixture
def archive(tmp_path):
    """An archive of two architectures, the second with another bindgen and no kernel."""
    other = PACKAGES.replace("0.71.1-6+b1", "0.70.1-1")
    other = "\n\n".join(p for p in other.split("\n\n") if not p.startswith("Package: linux-image-"))
    lists = {"amd64": PACKAGES + OTHERS, "riscv64": other + OTHERS}
    folder = tmp_path / "archive" / "dists" / "dune"
    sums = ""
    for arch, text in lists.items():
        place = folder / f"main/binary-{arch}"
        place.mkdir(parents=True)
        body = text.encode()
        packed = lzma.compress(body, preset=0)
        (place / "Packages.xz").write_bytes(packed)
        sums += f" {hashlib.sha256(body).hexdigest()} {len(body)} main/binary-{arch}/Packages\n"
        sums += f" {hashlib.sha256(packed).hexdigest()} {len(packed)} main/binary-{arch}/Packages.xz\n"
    (folder / "InRelease").write_text(
        "Suite: stable\nVersion: 13.8\nCodename: dune\nDate: Sat, 21 Nov 2026 09:15:44 UTC\n"
        f"Architectures: all amd64 riscv64\nSHA256:\n{sums}",
        "utf-8",
    )
    return tmp_path / "archive"


@pytest.fixture
def run(script, tmp_path, monkeypatch, capsys):
    """Run it on a file of its own: run("--check", id_="sand-1"); its exit code, that file, and standard error."""
    file = tmp_path / "toolchains.toml"
    file.write_text(BEFORE, "utf-8")
    monkeypatch.setattr(script, "TOOLCHAINS", file)

    def call(*words: object, id_: str = "sand-1") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["read-debian-index", id_, *map(str, words)])
        code = script.main()
        return code, file.read_text("utf-8"), capsys.readouterr().err

    return call


def test_a_suite_becomes_a_stanza_that_the_registry_reads(run, archive):
    """What most architectures have is the distribution's; what differs on one stands there, with its list's sum."""
    code, text, said = run("--from", archive, *NEW, id_="sand-2")
    assert (code, said) == (0, "")
    found, faults = read_distros(text, load(data_folder()).variants)
    # The first has the alias already.
    assert faults == ["toolchains.toml: distro.sand-2.aliases: found 'dune', expected a name that sand-1 does not have"]
    sand = found["sand-2"]
    assert (sand.title, sand.day, sand.read) == ("Sand 2 (dune)", "2026-11-21", True)
    assert (sand.archive, sand.suite) == ("debian", "dune")
    assert sand.repository == "Debian's archive, dists/dune, point release 13.8"
    assert (sand.tools["kernel"].version, sand.tools["llvm"].version) == ("6.12.117", "18.1.8")
    assert sand.arches["amd64"].variants == ("x86_64",)
    assert (sand.arches["riscv64"].lacks, dict(sand.arches["riscv64"].other)) == (("kernel",), {"bindgen": "0.70.1"})
    assert sand.arches["amd64"].sha256 == hashlib.sha256((PACKAGES + OTHERS).encode()).hexdigest()


def test_what_is_new_needs_a_suite_and_a_title(run, archive):
    """And a name with a dot is quoted, as TOML wants it."""
    code, _, said = run("--from", archive, id_="sand-1.2")
    assert (code, "expected one, or --suite and --title" in said) == (3, True)
    assert '[distro."sand-1.2"]' in run("--from", archive, *NEW, id_="sand-1.2")[1]


def test_what_a_person_wrote_stays(run, archive):
    """Title, aliases, note, what a name means, and all of the file around it; --check says whether it is the same."""
    assert run("--from", archive, "--check")[0] == 1
    code, text, _ = run("--from", archive)
    assert code == 0
    assert text.startswith(BEFORE.partition('title = "Sand')[0])
    assert '\naliases = ["dune"]\n' in text
    assert '\nnote = "a note"\n' in text
    assert 'arch.amd64 = { variants = ["um-x86_64"], sha256 = "' in text
    assert "\n\n# What is said of the next one stays.\n[distro.reef]\n" in text
    assert run("--from", archive, "--check")[0] == 0


def test_a_list_that_is_not_what_in_release_names_is_refused(run, archive):
    """Nothing is written."""
    place = archive / "dists/dune/main/binary-amd64/Packages.xz"
    place.write_bytes(lzma.compress((PACKAGES + OTHERS + "\n").encode(), preset=0))
    code, text, said = run("--from", archive)
    assert (code, text) == (3, BEFORE)
    assert f"main/binary-amd64/Packages: found {len(PACKAGES + OTHERS) + 1} bytes, expected the" in said


def test_a_cut_list_is_refused(run, archive):
    """As a download that broke off."""
    place = archive / "dists/dune/main/binary-amd64/Packages.xz"
    place.write_bytes(place.read_bytes()[:-40])
    code, _, said = run("--from", archive)
    assert code == 3
    assert "main/binary-amd64/Packages: found" in said


def test_a_folder_without_the_suite_is_told(run, tmp_path):
    """With what was expected of it."""
    code, _, said = run("--from", tmp_path)
    assert code == 3
    assert "found no InRelease of dune, expected a copy of dists/, or apt's lists" in said


def test_lists_as_apt_keeps_them_will_do(run, archive, tmp_path):
    """Its file names, however packed."""
    lists = tmp_path / "lists"
    lists.mkdir()
    suite = archive / "dists/dune"
    (lists / "host.example_debian_dists_dune_InRelease").write_bytes((suite / "InRelease").read_bytes())
    for arch, packed in (("amd64", ""), ("riscv64", ".gz")):
        body = lzma.decompress((suite / f"main/binary-{arch}/Packages.xz").read_bytes())
        name = f"host.example_debian_dists_dune_main_binary-{arch}_Packages{packed}"
        (lists / name).write_bytes(gzip.compress(body) if packed else body)
    _, from_archive, _ = run("--from", archive)
    assert run("--from", lists, "--check")[0] == 0
    assert "6.12.117" in from_archive


def test_an_archive_is_asked_as_a_refresh_asks(run, archive, tmp_path, forge, monkeypatch):
    """What is not there is told."""
    files = {str(p.relative_to(archive)): p.read_bytes() for p in archive.rglob("*") if p.is_file()}
    repository = Repository.create(tmp_path / "sand.git", files)
    forge.add("sand", repository)
    there = Archive(id="debian", title="the archive", url=f"{forge.url}/sand/raw/main", schedule=Schedule())
    monkeypatch.setattr(distros, "load_archives", lambda _: {"debian": there})
    code, text, said = run()
    assert (code, said) == (0, "")
    assert "6.12.117" in text
    assert run("--check")[0] == 0
    repository.commit({"dists/dune/main/binary-riscv64/Packages.xz": None})
    code, _, said = run("--check")
    assert code == 3
    assert "answered 404" in said
