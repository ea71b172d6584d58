"""A kernel of a few files, by hand: enough for every source that the tests here read."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING

import pytest

from matrix.cli import surroundings
from matrix.model import Revision
from matrix.registry import data_folder, load
from matrix.trees import Folder, open_tree
from tests.extract import test_linux_arch_support, test_linux_changes, test_linux_llvm, test_linux_maintainers
from tests.forge.fixtures import forge, forge_server
from tests.poll.driver import small_registry
from tests.poll.made import DAY, World, make_linux, make_llvm

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["forge", "forge_server"]

START = datetime(2026, 6, 1, 12, 0, tzinfo=timezone.utc)
LINUX = Revision(project="linux", label="7.1.13")

X86 = 'config X86\n\tdef_bool y\n\tselect HAVE_RUST if X86_64\n\nconfig X86_64\n\tbool "64 bits"\n'
FILES = {
    "Makefile": "VERSION = 7\nPATCHLEVEL = 1\nSUBLEVEL = 13\nEXTRAVERSION =\n",
    "MAINTAINERS": test_linux_maintainers.FILE,
    "arch/Kconfig": "config KPROBES\n\tbool\n\nconfig HAVE_RUST\n\tbool\n",
    "arch/arm/Kconfig": "config ARM\n\tbool\n\tdefault y\n\tselect HAVE_RUST if !KASAN\n",
    "arch/x86/Kconfig": X86,
    "init/Kconfig": 'config CC_IS_GCC\n\tbool\n\nconfig RUST\n\tbool "Rust"\n\tdepends on HAVE_RUST && !SAND\n',
    test_linux_arch_support.PATH: test_linux_arch_support.FILE,
    test_linux_changes.PATH: test_linux_changes.FILE,
    test_linux_llvm.PATH: test_linux_llvm.FILE,
}
# Sources that these files are read by, each believed from one fact and one file on.
SOURCES = (
    "linux-ports", "linux-arch-support", "linux-kconfig", "linux-llvm", "linux-changes", "linux-maintainers",
)  # fmt: skip


@dataclass(frozen=True)
class Kernel:
    """Its folder, to be changed by a test."""

    root: Path

    def write(self, path: str, content: str | bytes) -> None:
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content if isinstance(content, bytes) else content.encode())

    def body(self, path: str) -> bytes:
        return (self.root / path).read_bytes()

    @property
    def tree(self) -> Folder:
        found = open_tree(self.root)
        assert isinstance(found, Folder)
        return found


@pytest.fixture
def kernel(tmp_path):
    """The files above on disk."""
    made = Kernel(tmp_path / "linux")
    for path, content in FILES.items():
        made.write(path, content)
    return made


@pytest.fixture(scope="session")
def registry():
    """What data/ declares."""
    return load(data_folder())


@pytest.fixture(autouse=True)
def no_archive(monkeypatch):
    """No refresh here asks for the index of a distribution, but where a test says of which."""
    monkeypatch.setattr(surroundings, "distros", lambda _: {})


@pytest.fixture
def sources(registry):
    """The sources of the small kernel, by id."""
    return {id_: replace(registry.sources[id_], floor=1, documents=1) for id_ in SOURCES}


@pytest.fixture
def small(registry, sources):
    """A registry that declares these sources alone."""
    return replace(registry, sources=sources)


# --- the same over the network -------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def made_repositories(tmp_path_factory):
    """The two repositories, made once; `world` has copies."""
    folder = tmp_path_factory.mktemp("made")
    return make_linux(folder / "linux.git"), make_llvm(folder / "llvm.git")


@pytest.fixture(scope="session")
def few_sources():
    """What data/ would say of them."""
    return small_registry()


@pytest.fixture
def world(forge, tmp_path, made_repositories, few_sources):
    """A forge that serves both; nothing was polled yet."""
    linux, llvm = (made.copy(tmp_path / "served" / made.path.name) for made in made_repositories)
    forge.add("torvalds/linux", linux)
    forge.add("mirror/linux", linux)
    forge.add("llvm/llvm-project", llvm)
    return World(forge, tmp_path / "home", linux, llvm, few_sources)


@pytest.fixture(scope="session")
def first_home(tmp_path_factory):
    """Where the store and the cache of a first poll are kept, once there was one."""
    return tmp_path_factory.mktemp("first") / "home"


@pytest.fixture
def polled(world, first_home):
    """The same, polled once. The forge has the same ports all the time, so that one first poll will do."""
    if first_home.exists():
        shutil.copytree(first_home, world.folder)
        world.now += DAY
    else:
        assert not any(p.failed for p in world.poll().values())
        shutil.copytree(world.folder, first_home)
    world.forge.forget()
    return world
