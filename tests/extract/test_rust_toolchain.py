"""The extractor rust_toolchain on hand-written files, and on real trees."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.errors import ShapeError
from matrix.extract.rust_toolchain import extract
from matrix.model import Fact
from matrix.text import Text

PATH = "compiler/rustc_codegen_gcc/rust-toolchain"


def read(content: str, path: str = PATH) -> list[Fact]:
    return list(extract(Text.decode(path, content.encode("utf-8", "surrogatepass"))))


GOOD = """\
# the nightly we test with, channel = "nightly-2020-01-01"
[toolchain]
channel = "nightly-2026-02-14"
components = ["rust-src"]
"""
# What the fuzzer starts from (tests/extract/corpus.py): path and text.
SAMPLES = ((PATH, GOOD),)


def test_the_channel_and_its_line():
    """The channel as written; what a comment says is none."""
    assert read(GOOD) == [Fact("toolchain", "channel", "nightly-2026-02-14", line=3)]


@pytest.mark.parametrize("channel", ["nightly", "stable", "beta-2026-01-02", "1.85", "1.85.1"])
def test_other_channels(channel: str):
    """rustup's other forms of a channel are kept too."""
    assert read(f'toolchain.channel = "{channel}"\n') == [Fact("toolchain", "channel", channel, line=1)]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "nightly-2026-02-14\n",
        '[toolchain]\ncomponents = ["rust-src"]\n',
        '[toolchain]\nchannel = "my own"\n',
        "[toolchain]\nchannel = 1\n",
        'channel = "nightly-2026-02-14"\n',
        'toolchain = "nightly-2026-02-14"\n',
        '[toolchain]\nchannel = "nightly-2026-0',
    ],
)
def test_another_shape_is_refused(content: str):
    """No TOML, no channel, a channel of another form, one outside its table."""
    with pytest.raises(ShapeError, match=r"under \[toolchain\]"):
        read(content)


@pytest.mark.parametrize("content", ["a = " + "[" * 15_000, "a." * 8_000 + "b = 1", "#" * 20_000])
def test_deep_and_large_files_end_quickly(content: str):
    """Nesting that would exhaust the stack, and size, are drift."""
    with pytest.raises(ShapeError):
        read(content)


@given(st.text(max_size=200), st.integers(min_value=0, max_value=10_000))
def test_anything_gives_facts_or_a_shape_error(noise: str, place: int):
    """Noise alone, or put anywhere into a good file, never raises another exception."""
    cut = place % (len(GOOD) + 1)
    for content in (noise, GOOD[:cut] + noise, GOOD[:cut] + noise + GOOD[cut:]):
        with contextlib.suppress(ShapeError):
            read(content)


@pytest.mark.trees
@pytest.mark.parametrize(
    ("release", "path", "channel"),
    [
        ("1.85.1", "rustc_codegen_gcc/rust-toolchain", "nightly-2024-08-11"),
        ("1.90.0", "rustc_codegen_gcc/rust-toolchain", "nightly-2025-07-04"),
        ("1.95.0", "rustc_codegen_gcc/rust-toolchain", "nightly-2026-02-14"),
        ("1.85.1", "rustc_codegen_cranelift/rust-toolchain", "nightly-2024-12-06"),
        ("1.90.0", "rustc_codegen_cranelift/rust-toolchain", "nightly-2025-06-24"),
        ("1.95.0", "rustc_codegen_cranelift/rust-toolchain.toml", "nightly-2026-02-18"),
    ],
)
def test_real_releases(trees, release: str, path: str, channel: str):
    """The nightly of both backends; Cranelift's file was renamed in 1.95."""
    if tree := trees.get(f"rust-{release}"):
        assert read((tree / "compiler" / path).read_text()) == [Fact("toolchain", "channel", channel, line=2)]
