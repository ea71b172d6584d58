"""The extractor cargo_crates on hand-written files, and on real trees."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.errors import ShapeError
from matrix.extract.cargo_crates import extract
from matrix.model import Fact
from matrix.text import Text

PATH = "compiler/rustc_codegen_gcc/Cargo.toml"


def read(content: str, path: str = PATH) -> list[Fact]:
    return list(extract(Text.decode(path, content.encode("utf-8", "surrogatepass"))))


LOCK = "compiler/rustc_codegen_gcc/Cargo.lock"
GOOD = """\
[package]
name = "a-backend"
version = "0.1.0"

[dependencies]
object = { version = "0.37.0", default-features = false }
gccjit_sys = "1"
gccjit = { version = "3.3.0", features = ["dlopen"] }
#gccjit = { git = "https://example.org/gccjit.rs" }
"""
LOCKED = """\
version = 4

[[package]]
name = "gccjit"
version = "3.3.0"
dependencies = ["gccjit_sys"]

[[package]]
name = "gccjit_sys"
version = "1.3.0"
"""
# What the fuzzer starts from (tests/extract/corpus.py): path and text.
SAMPLES = (
    (PATH, GOOD),
    (LOCK, LOCKED),
)


def test_the_requirement_of_a_table():
    """Only the crate that generates code is read, not what is commented out, and not its neighbours."""
    assert read(GOOD) == [Fact("gccjit", "requirement", "3.3.0", line=8)]


@pytest.mark.parametrize("requirement", ["2.2", "=0.114.0", ">=1.2, <2", "^1", "*"])
def test_the_requirement_as_a_string(requirement: str):
    """Cargo's short form, kept as written."""
    manifest = f'[dependencies]\ncranelift-codegen = "{requirement}"\ncranelift-module = "9"\n'
    assert read(manifest) == [Fact("cranelift-codegen", "requirement", requirement, line=2)]


def test_a_dependency_on_a_repository_has_no_version():
    """The repository is what upstream requires then, and it is said so."""
    manifest = '[dependencies]\ngccjit = { git = "https://example.org/gccjit.rs" }\n'
    assert read(manifest) == [Fact("gccjit", "requirement", "git https://example.org/gccjit.rs", line=2)]


def test_a_dependency_in_a_table_of_its_own():
    """TOML's other spelling; the line of its header is not known by name, so none is claimed."""
    assert read('[dependencies.gccjit]\nversion = "1"\n') == [Fact("gccjit", "requirement", "1", line=0)]


def test_the_locked_version():
    """The lock file's format version is not the crate's."""
    assert read(LOCKED, LOCK) == [Fact("gccjit", "locked", "3.3.0", line=4)]


@pytest.mark.parametrize(
    ("content", "path", "expected"),
    [
        ("", PATH, "dependencies"),
        ('[dependencies]\nobject = "1"\n', PATH, "neither crate"),
        ("[dependencies]\ngccjit = { workspace = true }\n", PATH, "a version requirement"),
        ("[dependencies]\ngccjit = 3\n", PATH, "a version requirement"),
        ('[dependencies]\ngccjit = "newest!"\n', PATH, "a version requirement"),
        ("dependencies = 1\n", PATH, "dependencies"),
        (GOOD[:-20] + '\n"', PATH, "TOML"),
        ("", LOCK, "package"),
        ('[[package]]\nname = "object"\nversion = "1.0.0"\n', LOCK, "neither crate"),
        ('[[package]]\nname = "gccjit"\n', LOCK, "version = X.Y.Z"),
        ("package = [1, [2]]\n", LOCK, "neither crate"),
        (GOOD, "README.md", r"Cargo\.toml or Cargo\.lock"),
    ],
)
def test_another_shape_is_refused(content: str, path: str, expected: str):
    """No TOML, no table, no crate, no version, or a file of another name."""
    with pytest.raises(ShapeError, match=expected):
        read(content, path)


@pytest.mark.parametrize("path", [PATH, LOCK])
@pytest.mark.parametrize(
    "content", ["a = " + "[" * 100_000, "a = " + "{a = " * 20_000, "a." * 8_000 + "b = 1", "#" * 200_000]
)
def test_deep_and_large_files_end_quickly(content: str, path: str):
    """Nesting that would exhaust the stack, and size, are drift."""
    with pytest.raises(ShapeError):
        read(content, path)


@given(st.text(max_size=200), st.integers(min_value=0, max_value=10_000))
def test_anything_gives_facts_or_a_shape_error(noise: str, place: int):
    """Noise alone, or put anywhere into a good file, never raises another exception."""
    cut = place % (len(GOOD) + 1)
    for content in (noise, GOOD[:cut] + noise, GOOD[:cut] + noise + GOOD[cut:]):
        with contextlib.suppress(ShapeError):
            read(content)


@pytest.mark.trees
@pytest.mark.parametrize(
    ("release", "gccjit", "locked", "cranelift"),
    [
        ("1.85.1", "2.2", "2.2.0", "0.114.0"),
        ("1.90.0", "2.7", "2.7.0", "0.121.0"),
        ("1.95.0", "3.3.0", "3.3.0", "0.128.3"),
    ],
)
def test_real_releases(trees, release: str, gccjit: str, locked: str, cranelift: str):
    """The versions of both backends' crates."""
    if tree := trees.get(f"rust-{release}"):
        folder = tree / "compiler/rustc_codegen_cranelift"
        assert [f.value for f in read((tree / PATH).read_text())] == [gccjit]
        assert [f.value for f in read((tree / LOCK).read_text(), LOCK)] == [locked]
        (fact,) = read((folder / "Cargo.toml").read_text())
        assert fact == Fact("cranelift-codegen", "requirement", cranelift, line=11)
