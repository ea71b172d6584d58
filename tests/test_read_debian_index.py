"""scripts/read-debian-index: a suite of an archive -> its stanza in a toolchains.toml; no archive is asked here."""

from __future__ import annotations

import gzip
import hashlib
import lzma
import sys
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest

from matrix.debian import FEWEST_PACKAGES
from matrix.registry import data_folder, load
from matrix.registry.distros import read_distros
from tests.test_debian import PACKAGES

SCRIPT = Path(__file__).parent.parent / "scripts" / "read-debian-index"
OTHERS = "\n" + "".join(f"\nPackage: other{number}\nVersion: 1\n" for number in range(FEWEST_PACKAGES))
BEFORE = """# What the head says stays.

[distro.sand-1]
title = "Sand 1 (dune)"
aliases = ["dune"]
repository = "x"
day = "2020-01-01"
basis = "read"
cc = "gcc"
note = "a note"
tool.rustc = { version = "1.0.0", source = "x" }
tool.gcc = { version = "1.0.0", source = "x" }
arch.amd64 = { variants = ["um-x86_64"] }

# What is said of the next one stays.
[distro.reef]
"""

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
        (place / "Packages.xz").write_bytes(lzma.compress(body, preset=0))
        sums += f" {hashlib.sha256(body).hexdigest()} {len(body)} main/binary-{arch}/Packages\n"
    (folder / "InRelease").write_text(
        "Suite: stable\nVersion: 13.8\nCodename: dune\nDate: Sat, 21 Nov 2026 09:15:44 UTC\n"
        f"Architectures: all amd64 riscv64\nSHA256:\n{sums}",
        "utf-8",
    )
    return tmp_path / "archive"


@pytest.fixture
def run(script, tmp_path, monkeypatch, capsys):
    """Run it on a file of its own: run(archive, "--check")."""
    file = tmp_path / "toolchains.toml"
    monkeypatch.setattr(script, "TOOLCHAINS", file)

    def call(archive: object, *more: str, id_: str = "sand-1") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["read-debian-index", id_, "dune", str(archive), "--file", str(file), *more])
        code = script.main()
        return code, file.read_text("utf-8") if file.exists() else "", capsys.readouterr().err

    return call


def test_a_suite_becomes_a_stanza_that_the_registry_reads(run, archive):
    """What most architectures have is the distribution's; what differs on one stands there."""
    code, text, said = run(archive, "--title", "Sand 1 (dune)")
    assert (code, said) == (0, "")
    distros, faults = read_distros(text, load(data_folder()).variants)
    assert faults == []
    sand = distros["sand-1"]
    assert (sand.title, sand.day, sand.read) == ("Sand 1 (dune)", "2026-11-21", True)
    assert (sand.tools["kernel"].version, sand.tools["llvm"].version) == ("6.12.117", "18.1.8")
    assert sand.arches["amd64"].variants == ("x86_64",)
    assert (sand.arches["riscv64"].lacks, dict(sand.arches["riscv64"].other)) == (("kernel",), {"bindgen": "0.70.1"})


def test_a_name_with_a_dot_is_quoted(run, archive):
    """As TOML wants it; and what is written once is found again."""
    _, text, _ = run(archive, "--title", "Sand", id_="sand-1.2")
    assert '[distro."sand-1.2"]' in text
    assert run(archive, "--check", id_="sand-1.2")[0] == 0


@pytest.fixture
def before(tmp_path):
    """A file that has the distribution, and more behind it."""
    reef = "\n".join(BEFORE.partition("[distro.sand-1]")[2].split("\n")[1:12]).replace("dune", "coral")
    (tmp_path / "toolchains.toml").write_text(f"{BEFORE}{reef}\n", "utf-8")


def test_what_a_person_wrote_stays(run, archive, before):
    """Title, aliases, note, what a name means, and all of the file around it; --check says whether it is the same."""
    assert run(archive, "--check")[0] == 1
    code, text, _ = run(archive)
    assert code == 0
    assert text.startswith("# What the head says stays.\n\n[distro.sand-1]\n")
    assert '\naliases = ["dune"]\n' in text
    assert '\nnote = "a note"\n' in text
    assert 'arch.amd64 = { variants = ["um-x86_64"] }' in text
    assert "\n\n# What is said of the next one stays.\n[distro.reef]\n" in text
    assert run(archive, "--check")[0] == 0


def test_a_list_that_is_not_what_in_release_names_is_refused(run, archive):
    """Nothing is written."""
    place = archive / "dists/dune/main/binary-amd64/Packages.xz"
    place.write_bytes(lzma.compress((PACKAGES + OTHERS + "\n").encode(), preset=0))
    code, text, said = run(archive)
    assert (code, text) == (3, "")
    assert "main/binary-amd64/Packages: found another sum than InRelease has" in said


def test_a_cut_list_is_refused(run, archive):
    """As a download that broke off."""
    place = archive / "dists/dune/main/binary-amd64/Packages.xz"
    place.write_bytes(place.read_bytes()[:-40])
    code, _, said = run(archive)
    assert code == 3
    assert "main/binary-amd64/Packages: found" in said


def test_a_folder_without_the_suite_is_told(run, tmp_path):
    """With what was expected of it."""
    code, _, said = run(tmp_path)
    assert code == 3
    assert "found no dists/dune and no list of dune, expected an archive, or apt's lists" in said


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
    _, from_archive, _ = run(archive, "--title", "Sand")
    assert run(lists, "--check", "--title", "Sand")[0] == 0
    assert "6.12.117" in from_archive


def test_an_archive_is_asked_over_the_network(run, archive):
    """Within the bounds of the fetch room; what is not there is told."""

    class Quiet(SimpleHTTPRequestHandler):
        def __init__(self, *args: object) -> None:
            super().__init__(*args, directory=str(archive))

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            address = f"http://127.0.0.1:{server.server_port}"
            code, text, said = run(address, "--title", "Sand")
            assert (code, said) == (0, "")
            assert "6.12.117" in text
            (archive / "dists/dune/main/binary-riscv64/Packages.xz").unlink()
            code, _, said = run(address)
            assert code == 3
            assert "answered 404" in said
        finally:
            server.shutdown()
            thread.join()
