"""Real upstream trees for the tests that want them: found through ARCHMATRIX_TREES, else in .trees of the checkout."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

from matrix.operations.compile import compile_shipped
from matrix.registry import data_folder
from matrix.shipped import shipped_store

CHECKOUT = Path(__file__).parent.parent
# Examples of each property, and of each kind of damage to a file; .ci/run tries more of them.
EXAMPLES = int(os.environ.get("ARCHMATRIX_FUZZ", "4"))
settings.register_profile("archmatrix", max_examples=5 * EXAMPLES)
settings.load_profile("archmatrix")
FEW = ("gcc-16.2.0", "linux-6.12.107", "linux-7.1.13", "llvm-23.1.1", "mrustc-0.12.0", "rust-1.95.0")
SEEN = "\t2026-11-20T21:00:00Z"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what asks a package index, and what takes long, unless it is asked for by its marker."""
    unasked = [name for name in ("packaging", "slow") if name not in config.option.markexpr]
    kept, left = [], []
    for item in items:
        # Who asks for real trees means all that read them.
        read = config.option.markexpr == "trees" and item.get_closest_marker("trees")
        (left if not read and any(item.get_closest_marker(name) for name in unasked) else kept).append(item)
    config.hook.pytest_deselected(items=left)
    items[:] = kept


@pytest.fixture(scope="session")
def compiled_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of data/ with its answers compiled; not to be changed. Compiling is costly: the checkout's are taken."""
    place = tmp_path_factory.mktemp("compiled") / "data"
    with shipped_store(data_folder()) as shipped:
        fitting = shipped.place != "memory"
    shutil.copytree(data_folder(), place, ignore=None if fitting else shutil.ignore_patterns("*.db*"))
    if not fitting:
        compile_shipped(place)
    return place


@pytest.fixture(scope="session")
def few_facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
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


@pytest.fixture(scope="session")
def trees() -> dict[str, Path]:
    """Each tree found, by name (`linux-7.1.13`); the test is skipped where there is none at all."""
    folder = Path(os.environ.get("ARCHMATRIX_TREES", CHECKOUT / ".trees"))
    found = {p.name: p for p in sorted(folder.iterdir()) if p.is_dir() and "-" in p.name} if folder.is_dir() else {}
    if not found:
        pytest.skip("no upstream trees: set ARCHMATRIX_TREES to a folder with linux-7.1.13, rust-1.95.0, ...")
    return found
