"""The folder data/ -> the Registry."""

from __future__ import annotations

import shutil

import pytest

from matrix import places
from matrix.errors import RegistryError
from matrix.registry import data_folder, load


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(data_folder(), tmp_path / "data")


def change(file, old, new):
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_shipped_data_has_no_fault():
    """Loading is the lint of the data."""
    registry = load(data_folder())
    assert registry.variants
    assert registry.sources


def test_loading_twice_gives_equal_values(folder):
    """Nothing but the files decides."""
    first, second = load(data_folder()), load(folder)
    assert first.names == second.names
    assert first.variants == second.variants


def test_faults_of_all_files_come_at_once(folder):
    """One run shows everything that is wrong in all three files."""
    change(folder / "sources.toml", "floor = 15", "floor = 'many'")
    change(folder / "backends.toml", 'generator = "LLVM"', "generator = 1")
    change(folder / "arches.toml", 'amd64 = ["x86_64"]', "")
    with pytest.raises(RegistryError) as caught:
        load(folder)
    assert caught.value.faults == (
        "arches.toml: meanings.amd64: found nothing, expected a list, for um-x86_64, x86_64 have this name",
        "backends.toml: backend.rustc-llvm.generator: found 1, expected a text that is not empty",
        "sources.toml: source.linux-ports.floor: found 'many', expected a whole number",
    )


def test_a_file_that_is_no_toml_is_one_fault(folder):
    """References into it are not reported on top."""
    (folder / "sources.toml").write_text("[project.linux\n", encoding="utf-8")
    with pytest.raises(RegistryError) as caught:
        load(folder)
    (fault,) = caught.value.faults
    assert fault.startswith("sources.toml:1: found no TOML")


def test_a_file_that_cannot_be_read_is_a_fault(folder):
    """A missing file, one that is not UTF-8, and what is wrong in the third are said together."""
    change(folder / "sources.toml", "floor = 15", "floor = 'many'")
    (folder / "arches.toml").unlink()
    (folder / "backends.toml").write_bytes(b"\xff")
    with pytest.raises(RegistryError) as caught:
        load(folder)
    missing, binary, wrong = caught.value.faults
    assert missing.startswith("arches.toml: found no readable file")
    assert binary == "backends.toml: found byte 0xff, expected UTF-8"
    assert wrong.startswith("sources.toml: source.linux-ports.floor: ")


def test_values_cannot_be_changed():
    """The registry is shared, so nobody may write into it."""
    registry = load(data_folder())
    with pytest.raises(TypeError):
        registry.variants["new"] = registry.variants["alpha"]
    with pytest.raises(TypeError):
        registry.variants["alpha"].names["debian"] = ()
    with pytest.raises(AttributeError):
        registry.variants["alpha"].bits = 32


def test_an_installed_package_has_its_data_inside(tmp_path, monkeypatch):
    """data/ in the package comes first, then data/ beside it, as in a checkout."""
    monkeypatch.setattr(places, "__file__", str(tmp_path / "matrix" / "places.py"))
    assert data_folder() == tmp_path / "data"
    (tmp_path / "matrix" / "data").mkdir(parents=True)
    assert data_folder() == tmp_path / "matrix" / "data"
