"""The registry's compiled form: the same values, and only of the very files that are there."""

from __future__ import annotations

import marshal
import shutil
import subprocess
import sys

import pytest

from matrix.registry import compiled, data_folder, load, load_compiled


@pytest.fixture
def folder(tmp_path):
    """A copy of the TOML files with their compiled form."""
    for name in compiled.COMPILED_FROM:
        shutil.copy(data_folder() / name, tmp_path)
    compiled.write_compiled(tmp_path, load(tmp_path))
    return tmp_path


def test_it_holds_what_was_read(folder):
    """Every value, also in its type and its order."""
    read, held = load(folder), compiled.read_compiled(folder)
    assert held == read
    assert repr(held) == repr(read)


def test_equal_values_are_the_same_bytes():
    """Whatever else refers to a text, and wherever it was made: two builds of a package are one."""
    texts = (b"a-b".decode(), sys.intern(b"a-b".decode()))
    dumped = [compiled._dumped({"x": ["a-b", (text, text[:1])]}) for text in texts]  # noqa: SLF001
    assert len(set(dumped)) == 1
    assert marshal.loads(dumped[0]) == {"x": ["a-b", ("a-b", "a")]}  # noqa: S302


@pytest.mark.parametrize("name", compiled.COMPILED_FROM)
def test_a_file_that_differs_is_read_anew(folder, name):
    """By one byte, of the same length and age."""
    place = folder / name
    text = place.read_text("utf-8")
    place.write_text(text.replace("# ", "#~", 1) if "# " in text else text[:-1] + " ", "utf-8")
    assert compiled.read_compiled(folder) is None
    assert load_compiled(folder) == load(folder)


def test_another_version_reads_anew(folder, monkeypatch):
    """Its rules may be others."""
    monkeypatch.setattr(compiled, "__version__", "0.0.1")
    assert compiled.read_compiled(folder) is None


@pytest.mark.parametrize("content", [b"", b"\xff" * 100, b"N", b"{0", b"i\x01\x00\x00\x00"])
def test_what_is_damaged_is_passed_over(folder, content):
    """And what is something else."""
    (folder / compiled.COMPILED_FILE).write_bytes(content)
    assert compiled.read_compiled(folder) is None


@pytest.mark.parametrize("cut", [1, 1000, 30_000])
def test_what_was_cut_short_is_passed_over(folder, cut):
    """The file comes whole or not at all."""
    place = folder / compiled.COMPILED_FILE
    place.write_bytes(place.read_bytes()[:-cut])
    assert compiled.read_compiled(folder) is None


def test_a_missing_file_is_told_as_before(folder):
    """With its fault."""
    (folder / "backends.toml").unlink()
    assert compiled.read_compiled(folder) is None


def test_what_was_compiled_needs_no_toml():
    """Neither its parser nor our checks are imported."""
    probe = (
        "import sys; from matrix.registry import data_folder, load_compiled; "
        "from matrix.registry.compiled import read_compiled; "
        "sys.exit(read_compiled(data_folder()) is not None and 'tomli' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", probe], check=False).returncode == 0
