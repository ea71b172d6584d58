"""scripts/get-trees: what it asks the package index for, and what it unpacks; the index itself is not asked here."""

from __future__ import annotations

import io
import shutil
import sys
import tarfile
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest

from matrix.registry import data_folder, load
from matrix.trees.globs import Names, expand

SCRIPT = Path(__file__).parent.parent / "scripts" / "get-trees"
DEB822 = """# what the installer wrote
Types: deb
URIs: http://debian.example/debian
Suites: trixie trixie-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://security.example/debian-security
Suites: trixie-security
Components: main

Types: deb
Enabled: no
URIs: http://off.example/debian
Suites: trixie
Components: main
"""
ONE_LINE = """deb http://other.example/apt nodistro main
deb [arch=amd64 signed-by=/k.gpg] http://mirror.example/debian sid main contrib
# deb http://comment.example/debian sid main
"""

pytestmark = pytest.mark.skipif(not SCRIPT.is_file(), reason="only a checkout has scripts/")


@pytest.fixture
def script(monkeypatch):
    """The script as a module. It has no suffix, and leaves no bytecode beside it."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    loader = SourceFileLoader("get_trees", str(SCRIPT))
    module = module_from_spec(spec_from_loader("get_trees", loader))
    monkeypatch.setitem(sys.modules, "get_trees", module)
    loader.exec_module(module)
    return module


@pytest.fixture
def archive(tmp_path):
    """Make an archive such as upstream's: one folder above everything."""

    def make(files, *, name="linux_9.9.orig.tar.xz", top="linux-9.9"):
        place = tmp_path / name
        with tarfile.open(place, f"w:{name.rpartition('.')[2]}") as tar:
            for path, body in files.items():
                member = tarfile.TarInfo(f"{top}/{path}")
                member.size, member.mtime = len(body), 1_700_000_000
                tar.addfile(member, io.BytesIO(body))
        return place

    return make


@pytest.mark.parametrize(
    ("name", "package", "version"),
    [
        ("linux-7.1.13", "linux", "7.1.13"),
        ("linux-7.1", "linux", "7.1"),
        ("rust-1.95.0", "rustc", "1.95.0"),
        ("gcc-16.2.0", "gcc-16", "16.2.0"),
        ("llvm-22.1.8", "llvm-toolchain-22", "22.1.8"),
    ],
)
def test_a_name_says_the_package(script, name, package, version):
    """GCC and LLVM have a source package for each major version."""
    assert script.parse(name)[2:] == (version, package)


@pytest.mark.parametrize(
    "name", ["", "linux", "linux-", "linux-7", "bsd-7.1", "rust-nightly", "linux-7.1-rc1", "../x-1.2"]
)
def test_another_name_is_refused(script, name):
    """With what was expected."""
    with pytest.raises(ValueError, match="expected linux-, rust-, gcc-, llvm- and a version"):
        script.parse(name)


@pytest.mark.parametrize(
    ("version", "upstream"),
    [
        ("7.1.13-1~bpo13+1", "7.1.13"),
        ("1.95.0+dfsg1-2", "1.95.0"),
        ("1.85.1+dfsg1-1+deb13u1", "1.85.1"),
        ("1:22.1.8-3", "22.1.8"),
        ("7.2~rc3-1~exp1", "7.2~rc3"),
    ],
)
def test_debians_version_holds_upstreams(script, version, upstream):
    """Any revision of Debian's will do, but no candidate of another version."""
    assert script.upstream(version) == upstream


def test_every_source_of_the_registry_is_unpacked(script):
    """The paths are those of data/sources.toml: one that is added there is brought from then on."""
    for source in load(data_folder()).sources.values():
        if source.project in script.VERSION_FILES:
            assert set(source.paths) <= set(script.patterns(source.project))


@pytest.mark.parametrize("glob", ["a/*/K*", "a/**/K", "**/K", "a/**", "*.rs", "K?", "a/b/K.c"])
def test_a_glob_means_what_it_means_to_the_trees(script, glob):
    """`*` stays within a folder; `**` crosses them."""
    paths = ["K", "K1", "a/K", "a/b/K", "a/b/K.c", "a/bxK.c", "a/b/c/K", "m.rs", "a/m.rs", "KKK"]

    def names(folder):
        inside = [p[len(folder) + 1 if folder else 0 :] for p in paths if not folder or p.startswith(f"{folder}/")]
        return Names(
            frozenset(p.partition("/")[0] for p in inside if "/" in p), frozenset(p for p in inside if "/" not in p)
        )

    assert {p for p in paths if script.re.fullmatch(script.expression(glob), p)} == set(expand([glob], names))


def test_only_what_is_read_is_unpacked(script, archive, tmp_path):
    """With the time that the archive gives: the day of a version rests on it."""
    files = {"Makefile": b"VERSION = 9\n", "arch/arm/Kconfig": b"config ARM\n", "arch/arm/mm/big.c": b"int x;\n"}
    place = archive(files)
    count = script.unpack(place, tmp_path / "tree", script.patterns("linux"), script.parse("linux-9.9"))
    assert count == 2
    assert sorted(
        p.relative_to(tmp_path / "tree").as_posix() for p in (tmp_path / "tree").rglob("*") if p.is_file()
    ) == [
        "Makefile",
        "arch/arm/Kconfig",
    ]
    assert (tmp_path / "tree/Makefile").stat().st_mtime == 1_700_000_000


def test_gccs_archive_is_inside_another(script, archive, tmp_path):
    """Debian packs upstream's archive, and others, as files of its own."""
    inner = archive({"gcc/BASE-VER": b"16.2.0\n"}, name="inner.tar.xz", top="gcc-16.2.0").read_bytes()
    outer = archive({"gcc-16.2.0-dfsg.tar.xz": inner, "README": b""}, name="gcc-16_16.2.0.orig.tar.gz", top="gcc-16")
    tree = script.parse("gcc-16.2.0")
    assert script.unpack(outer, tmp_path / "tree", script.patterns("gcc"), tree) == 1
    assert (tmp_path / "tree/gcc/BASE-VER").read_text("utf-8") == "16.2.0\n"


@pytest.mark.parametrize("broken", ["cut short", "another tree", "outside"])
def test_a_broken_archive_is_no_tree(script, archive, tmp_path, broken):
    """Nothing is put in place, and nothing is written outside the folder."""
    files = {"another tree": {"README": b""}, "outside": {"arch/../../../Kconfig": b"", "arch/../Makefile": b""}}
    place = archive(files.get(broken, {"Makefile": bytes(range(256)) * 400}))
    if broken == "cut short":
        place.write_bytes(place.read_bytes()[:-40])
    with pytest.raises(script.MissingError, match=place.name):
        script.unpack(place, tmp_path / "tree", script.patterns("linux"), script.parse("linux-9.9"))
    assert not (tmp_path / "Kconfig").exists()


def test_debians_archive_is_found_in_apts_own_settings(script, tmp_path, monkeypatch):
    """In both formats; what is switched off, security updates and other people's packages are left alone."""
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / "sources.list.d/debian.sources").write_text(DEB822, "utf-8")
    (tmp_path / "sources.list").write_text(ONE_LINE, "utf-8")
    monkeypatch.setattr(script, "APT", tmp_path)
    first, second = script.debian_entries()
    assert first.startswith("Types: deb-src\nURIs: http://debian.example/debian\nSuites: bookworm ")
    assert first.endswith("Components: main\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\n")
    assert "URIs: http://mirror.example/debian\n" in second
    assert second.endswith("Signed-By: /k.gpg\n")


def test_without_an_index_it_says_so(script, tmp_path, monkeypatch, capsys):
    """Exit code 3, and nothing is left behind."""
    monkeypatch.setattr(script, "APT", tmp_path / "none")
    monkeypatch.setattr(shutil, "which", lambda _: "/usr/bin/apt-get")
    monkeypatch.setattr(sys, "argv", ["get-trees", "--dest", str(tmp_path / "trees")])
    assert script.main() == 3
    assert "no tree was brought: nothing under" in capsys.readouterr().out
    assert not list((tmp_path / "trees").iterdir())


def test_trees_that_are_there_are_kept(script, tmp_path, monkeypatch):
    """Then no index is needed."""
    (tmp_path / "linux-7.1.13").mkdir()
    monkeypatch.setattr(script, "APT", tmp_path / "none")
    monkeypatch.setattr(sys, "argv", ["get-trees", "--dest", str(tmp_path), "linux-7.1.13"])
    assert script.main() == 0


def test_shipped_means_every_tree_whose_facts_are_shipped(script, tmp_path, monkeypatch):
    """Each is a name like any other; mrustc's are tags of its repository."""
    names = script.shipped()
    assert {"linux-7.2.6", "llvm-14.0.6"} <= set(names)
    assert {script.parse(name).project for name in names} == set(script.VERSION_FILES)
    for name in names:
        (tmp_path / name).mkdir()
    monkeypatch.setattr(script, "APT", tmp_path / "none")
    monkeypatch.setattr(sys, "argv", ["get-trees", "--dest", str(tmp_path), "shipped"])
    assert script.main() == 0
