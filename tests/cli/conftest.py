"""The command line run in this process, with a home and a store of its own."""

from __future__ import annotations

import re
import shutil
from collections import OrderedDict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import pytest

from matrix.cli import surroundings
from matrix.cli.main import main
from matrix.operations import ask, report, window
from matrix.operations.compile import compile_shipped
from matrix.places import DATABASE
from matrix.query import between, line, scene, spine
from matrix.query.knowledge import Knowledge
from matrix.registry import data_folder, load
from matrix.registry.distros import load_distros
from matrix.shipped import shipped_store
from tests.poll.conftest import FILES, SOURCES

CHECKOUT = Path(__file__).parent.parent.parent
# Each holds the facts of five projects.
MOST_SCENES = 24
FEW = ("gcc-16.2.0", "linux-6.12.107", "linux-7.1.13", "llvm-23.1.1", "mrustc-0.12.0", "rust-1.95.0")
SEEN = "\t2026-11-20T21:00:00Z"
PORTS = ("alpha", "arm", "arm64", "riscv", "um", "x86")


class Said(NamedTuple):
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def complaint(self) -> str:
        """Standard error on one line."""
        return " ".join(self.err.split())


@pytest.fixture(scope="session", autouse=True)
def scenes():
    """A scene of the shipped facts alone is set once for the same registry and question, and resolved once with it.

    What it rests on is compared by value; wherever another store, a tree or a moment has a part, it is set anew.
    Facts are read when they are asked for: the scenes stand on a store that stays open.
    """
    known, shipped = load(data_folder()), data_folder() / DATABASE
    kept: OrderedDict[str, scene.Scene] = OrderedDict()
    set_anew = scene.set_scene

    def set_scene(registry, knowledge, asked, said=(), *, deciding=True):
        places = [store.place for store in knowledge._stores]  # noqa: SLF001
        if places != [shipped] or knowledge.own or knowledge.as_of or registry != known:
            return set_anew(registry, knowledge, asked, said, deciding=deciding)
        key = repr((asked, said, deciding))
        if key not in kept:
            kept[key] = set_anew(registry, Knowledge([stays]), asked, said, deciding=deciding)
        kept.move_to_end(key)
        if len(kept) > MOST_SCENES:
            kept.popitem(last=False)
        return kept[key]

    with shipped_store(data_folder()) as stays, pytest.MonkeyPatch.context() as patch:
        for module in (ask, between, line, report, spine, window):
            patch.setattr(module, "set_scene", set_scene)
        yield


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """Nobody's home, nobody's store, a terminal of 80 columns."""
    place = tmp_path / "home"
    place.mkdir()
    for name in ("ARCHMATRIX_CACHE", "NO_COLOR", "TERM", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(place))
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("ARCHMATRIX_DB", str(place / "facts.db"))
    return place


@pytest.fixture
def db(home):
    """Where the store is, or would be."""
    return home / "facts.db"


@pytest.fixture
def run(capsys):
    """Run a command line: run("is", "riscv64")."""

    def call(*argv: object) -> Said:
        capsys.readouterr()
        try:
            code = main([str(word) for word in argv])
        except SystemExit as leaving:  # argparse's own way out
            code = leaving.code
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return call


@pytest.fixture(scope="session")
def few_facts(tmp_path_factory):
    """The data folder with one release of each project, two of Linux, seen at one moment, and its answers compiled.

    What is recorded resolves every release that is known and every moment anew: a test of recording pays for each.
    """
    folder = tmp_path_factory.mktemp("few") / "data"
    whole = data_folder()
    (folder / "facts").mkdir(parents=True)
    for path in whole.glob("*.toml"):
        shutil.copy(path, folder)
    for name in FEW:
        text = (whole / "facts" / f"{name}.tsv").read_text("utf-8")
        at_once = re.sub(r"\t\d{4}-\d\d-\d\dT[0-9:]+Z$", SEEN, text, flags=re.MULTILINE)
        (folder / "facts" / f"{name}.tsv").write_text(at_once, "utf-8")
    compile_shipped(folder)
    return folder


@dataclass(frozen=True)
class Kernel:
    """A kernel of a few files, to be changed."""

    root: Path

    def write(self, path: str, content: str) -> None:
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(content, "utf-8")

    def change(self, path: str, old: str, new: str) -> None:
        text = (self.root / path).read_text("utf-8")
        assert old in text
        self.write(path, text.replace(old, new))


@pytest.fixture
def kernel(tmp_path, monkeypatch, few_facts):
    """Linux 7.1.13 in nine files, and a registry that believes so few, and knows the ports that these are about.

    It lies over the shipped facts of few releases.
    """
    known = load(data_folder())
    # The others ended before it: the shipped kernels that have them are still read with them.
    few = {
        id_: replace(s, floor=1, documents=1) if s.project != "linux" or id_ in SOURCES else replace(s, until="6.19")
        for id_, s in known.sources.items()
    }
    variants = {id_: v for id_, v in known.variants.items() if v.arch in PORTS}
    names = {name: meaning for name, meaning in known.names.items() if variants.keys() >= {*meaning.variants}}
    arches = {id_: known.arches[id_] for id_ in PORTS}
    registry = replace(known, sources=few, variants=variants, names=names, arches=arches)
    monkeypatch.setattr(surroundings, "registry", lambda: registry)
    monkeypatch.setattr(surroundings, "data_folder", lambda: few_facts)
    # What a distribution's names mean is held against all that there are.
    monkeypatch.setattr(surroundings, "distros", lambda _: load_distros(data_folder(), known.variants))
    made = Kernel(tmp_path / "linux")
    for path, content in FILES.items():
        made.write(path, content)
    return made
