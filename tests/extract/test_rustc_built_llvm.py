"""rustc's build of LLVM -> the backends that are in it."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.errors import ShapeError
from matrix.extract.rustc_built_llvm import extract
from matrix.text import Text

PATH = "src/bootstrap/src/core/build_steps/llvm.rs"
SMALL = """// let llvm_targets = "in prose";
fn configure(builder: &Builder<'_>) {
    let llvm_targets = match &builder.config.llvm_targets {
        Some(s) => s,
        None => {
            "AArch64;Sand;\\
                     WebAssembly;X86"
        }
    };

    let llvm_exp_targets = match builder.config.llvm_experimental_targets {
        Some(ref s) => s,
        None => "AVR;Dune", // on request elsewhere
    };
    cfg.define("LLVM_TARGETS_TO_BUILD", llvm_targets);
}
"""
# What the fuzzer starts from (tests/extract/corpus.py): path and text.
SAMPLES = ((PATH, SMALL),)
SAID = {"AArch64": 6, "Sand": 6, "WebAssembly": 7, "X86": 7, "AVR": 13, "Dune": 13}


def read(content: str):
    return extract(Text(PATH, content))


def test_each_backend_with_its_line_and_its_kind():
    """A string goes on below; what was asked for experimentally is told apart."""
    facts = read(SMALL)
    assert {f.subject: f.line for f in facts} == SAID
    assert {f.subject for f in facts if f.value == "experimental"} == {"AVR", "Dune"}
    assert {f.attribute for f in facts} == {"built-backend"}


@pytest.mark.parametrize(
    ("old", "new", "line", "found"),
    [
        ("let llvm_exp_targets", "let exp_targets", 0, "no let llvm_exp_targets"),
        ("let llvm_exp_targets", "let llvm_targets", 11, "let llvm_targets again"),
        ('None => "AVR;Dune"', "None => default()", 11, "llvm_exp_targets without it"),
        ("WebAssembly;X86", "WebAssembly", 3, "no X86"),
        ("AVR;Dune", "AVR;X86", 13, "X86 as experimental"),
        ("AVR;Dune", "AVR;two words", 13, "'two words'"),
        ('"AVR;Dune"', '"AVR', 15, 'a "'),
    ],
)
def test_another_shape_is_drift(old, new, line, found):
    """Never a backend less."""
    assert old in SMALL
    with pytest.raises(ShapeError) as caught:
        read(SMALL.replace(old, new))
    assert f"found {found}" in str(caught.value)
    assert f":{line}:" in str(caught.value) or not line


@given(place=st.integers(0, len(SMALL)), noise=st.text(max_size=5))
def test_anything_gives_facts_or_a_shape_error(noise: str, place: int):
    """No other fault."""
    with suppress(ShapeError):
        read(SMALL[:place] + noise + SMALL[place:])
