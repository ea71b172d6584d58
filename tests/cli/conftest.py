"""The command line run in this process, with a home and a store of its own."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import pytest

from matrix.cli import surroundings
from matrix.cli.main import main
from matrix.operations import ask, report, window
from matrix.places import DATABASE
from matrix.query import answer, between, inferred, line, scene, spine
from matrix.query.knowledge import Knowledge
from matrix.registry import data_folder, load
from matrix.registry.distros import load_distros
from matrix.resolve import cell
from matrix.shipped import shipped_store
from tests.poll.conftest import FILES, SOURCES

CHECKOUT = Path(__file__).parent.parent.parent
# Each holds the facts of five projects.
MOST_SCENES = 24
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
    load_anew, found_there = surroundings.registry, surroundings.data_folder
    resolve_anew = cell.resolve_all
    resolved: dict[tuple[int, str, tuple[str, ...]], object] = {}

    def registry():
        return known if surroundings.data_folder is found_there else load_anew()

    def resolve_all(context, variant, backends):
        """Cells of the scenes that are kept are resolved once."""
        if not any(context is one.context for one in kept.values()):
            return resolve_anew(context, variant, backends)
        key = id(context), variant.id, tuple(backend.id for backend in backends)
        if key not in resolved:
            resolved[key] = resolve_anew(context, variant, backends)
        return resolved[key]

    def set_scene(registry, knowledge, asked, said=(), *, deciding=True):
        places = [store.place for store in knowledge._stores]  # noqa: SLF001
        same = registry is known or registry == known
        if places != [shipped] or knowledge.own or knowledge.as_of or not same:
            return set_anew(registry, knowledge, asked, said, deciding=deciding)
        key = repr((asked, said, deciding))
        if key not in kept:
            kept[key] = set_anew(registry, whole, asked, said, deciding=deciding)
        kept.move_to_end(key)
        if len(kept) > MOST_SCENES:
            gone = id(kept.popitem(last=False)[1].context)
            for old in [old for old in resolved if old[0] == gone]:
                del resolved[old]
        return kept[key]

    with shipped_store(data_folder()) as stays, pytest.MonkeyPatch.context() as patch:
        whole = Knowledge([stays])
        for module in (ask, between, line, report, spine, window):
            patch.setattr(module, "set_scene", set_scene)
        for module in (answer, inferred):
            patch.setattr(module, "resolve_all", resolve_all)
        patch.setattr(surroundings, "registry", registry)
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


# What refreshing the kernel left, made once for what was changed in it before.
RECORDED: dict[tuple[str, ...], dict[str, bytes]] = {}


@pytest.fixture
def recorded(run, kernel, home):
    """Refresh from the kernel: `recorded()`. The same changes leave the same store, so each is resolved once."""

    def record(*changes: str) -> None:
        if changes not in RECORDED:
            assert run("refresh", "--tree", f"linux={kernel.root}").code == 0
            RECORDED[changes] = {p.name: p.read_bytes() for p in home.glob("facts.db*") if p.suffix != ".lock"}
        for name, content in RECORDED[changes].items():
            (home / name).write_bytes(content)

    return record


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
