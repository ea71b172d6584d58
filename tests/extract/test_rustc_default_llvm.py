"""rustc's example configuration -> LLVM backends built by default."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.errors import ShapeError
from matrix.extract.rustc_default_llvm import extract
from matrix.text import Text

OLD = """# How to build.
[llvm]
# To choose, write targets = "A;B" here.
#targets = "AArch64;WebAssembly;X86"

#experimental-targets = "AVR;M68k"

[build]
#target = ["x86_64-unknown-linux-gnu"]
#targets = "not these"
"""
NEW = """# How to build.
# targets = "in prose"
#llvm.targets = "AArch64;WebAssembly;X86"

#llvm.experimental-targets = "AVR;M68k"
#rust.lld = false

[target.x86_64-unknown-linux-gnu]
#cc = "cc"
"""
# What the fuzzer starts from (tests/extract/corpus.py): path and text.
SAMPLES = (
    ("config.example.toml", OLD),
    ("bootstrap.example.toml", NEW),
)
SAID = {"AArch64": "default", "WebAssembly": "default", "X86": "default", "AVR": "experimental", "M68k": "experimental"}


def read(content: str) -> dict[str, str]:
    facts = extract(Text("bootstrap.example.toml", content))
    assert {f.attribute for f in facts} == {"default-backend"}
    assert all(f.subject in content.split("\n")[f.line - 1] for f in facts)
    return {f.subject: f.value for f in facts}


def fault(content: str) -> ShapeError:
    with pytest.raises(ShapeError) as caught:
        extract(Text("bootstrap.example.toml", content))
    return caught.value


@pytest.mark.parametrize("content", [OLD, NEW])
def test_both_spellings(content: str):
    """The commented default counts, as `targets` in [llvm] and as `llvm.targets`; prose and other sections do not."""
    assert read(content) == SAID


def test_set_value():
    """An option that is set rather than shown as a comment is read alike."""
    assert read(NEW.replace("#llvm.", "llvm.")) == SAID


@pytest.mark.parametrize(
    "value",
    ['"""AArch64;\n#  WebAssembly;\\\n#  X86"""', '"""\nAArch64;\nWebAssembly;\nX86\n"""', "'AArch64;WebAssembly;X86'"],
)
def test_several_lines(value: str):
    """A value may run over several lines, commented or not."""
    assert read(NEW.replace('"AArch64;WebAssembly;X86"', value)) == SAID


def test_comment_behind():
    """A comment may follow the value; no experimental target is a possible value."""
    assert read(NEW.replace('"AVR;M68k"', '"" # none')) == {k: v for k, v in SAID.items() if v == "default"}


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("#llvm.targets", "#llvm.backends", 0),
        ("#llvm.experimental-targets", "#llvm.odd-targets", 0),
        ('"AArch64;WebAssembly;X86"', '["AArch64", "X86"]', 3),
        ('"AArch64;WebAssembly;X86"', "all", 3),
        ('"AArch64;WebAssembly;X86"', '"AArch64;WebAssembly"', 3),
        ('"AArch64;WebAssembly;X86"', '"AArch64;X86', 5),
        ('"AArch64;WebAssembly;X86"', '"AArch64,X86"', 3),
        ('"AVR;M68k"', '"AVR;M68k', 6),
        ('"AVR;M68k"', '"AVR;X86"', 5),
        ('"AVR;M68k"', '"AVR" or so', 5),
        ("#rust.lld = false", '#llvm.targets = "X86"', 6),
        ("#llvm.targets", "[build]\n#llvm.targets", 0),
    ],
)
def test_shape(old: str, new: str, line: int):
    """A missing, repeated or unclosed option, what is no list of names, a missing X86 is an error at its line."""
    assert old in NEW
    assert fault(NEW.replace(old, new)).line == line


def test_unclosed():
    """A quote that nobody closes is refused, even where only names follow."""
    fault(NEW.replace('"AVR;M68k"', '"""AVR') + "X\n" * 1000)
    fault('#llvm.targets = "X86"\n#llvm.experimental-targets = "AVR')
    fault("")


@given(st.text(), st.integers(0, len(NEW)))
def test_any_text(noise: str, at: int):
    """Any text gives facts or ShapeError."""
    for content in (noise, NEW[:at] + noise + NEW[at:]):
        with suppress(ShapeError):
            extract(Text("bootstrap.example.toml", content))


@pytest.mark.trees
def test_real_files(trees):
    """No Xtensa in any release; AMDGPU since 1.90."""
    names = ("bootstrap.example.toml", "config.example.toml", "config.toml.example")
    expected = {"rust-1.85.1": 17, "rust-1.90.0": 18, "rust-1.95.0": 18}
    for name in expected.keys() & trees.keys():
        path = next(p for n in names if (p := trees[name] / n).is_file())
        said = read(path.read_text())
        assert len(said) == expected[name]
        assert {k for k, v in said.items() if v == "experimental"} == {"AVR", "M68k", "CSKY"}
        assert "Xtensa" not in said
        assert ("AMDGPU" in said) == (name != "rust-1.85.1")
