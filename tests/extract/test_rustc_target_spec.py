"""A module of rustc's spec/targets -> what it says of its target."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.errors import ShapeError
from matrix.extract.rustc_target_spec import extract
from matrix.text import Text

FOLDER = "compiler/rustc_target/src/spec/targets"
WHOLE = """//! Says `pub fn target() -> Target {` in prose.
use crate::spec::{Arch, Target, TargetMetadata, TargetOptions, base};

pub(crate) fn target() -> Target {
    let mut base = base::linux_gnu::opts();
    base.endian = Endian::Big;
    /* arch: "none" */
    if option_env!("SOMETHING").is_some() {
        base.cpu = "arch: x".into();
    }

    Target {
        // llvm_target: "commented".into(),
        llvm_target: "m68k-unknown-linux-gnu".into(),
        metadata: TargetMetadata {
            description: Some("std: Some(false) \\" here".into()),
            tier: Some(2),
            host_tools: None, // ?
            std: Some(true),
        },
        pointer_width: 32,
        data_layout: "E-m:e-p:32:32".into(),
        arch: Arch::M68k,
        options: TargetOptions { quote: '"', mcount: "x".into(), ..base },
    }
}
"""
DERIVED = """use crate::spec::Target;

pub(crate) fn target() -> Target {
    let mut base = super::i686_unknown_linux_gnu::target();
    base.cpu = "old".into();
    base.llvm_target = "i586-unknown-linux-gnu".into();
    base.metadata = crate::spec::TargetMetadata {
        description: None,
        tier: Some(2),
        host_tools: Some(false),
        std: Some(true),
    };
    base
}
"""
# What the fuzzer starts from (tests/extract/corpus.py): path and text.
SAMPLES = (
    (f"{FOLDER}/m68k_unknown_linux_gnu.rs", WHOLE),
    (f"{FOLDER}/i586_unknown_linux_gnu.rs", DERIVED),
)
HELPED = """pub(crate) fn target() -> Target {
    let mut target = nto_qnx::aarch64();
    target.metadata.description = Some("Some OS".into());
    target.options.pre_link_args = nto_qnx::pre_link_args(nto_qnx::ApiVariant::Default, nto_qnx::Arch::Aarch64);
    target
}
"""
APPLE = """pub(crate) fn target() -> Target {
    let (opts, llvm_target, arch) = base(Os::MacOs, Arch::X86_64h, TargetEnv::Normal);
    Target {
        llvm_target,
        metadata: meta,
        pointer_width: 64,
        data_layout: "e-m:o".into(),
        arch,
        options: opts,
    }
}
"""


def facts(content: str) -> list[tuple[str, str, int]]:
    """Attribute, value, line."""
    found = extract(Text(f"{FOLDER}/some_module.rs", content))
    assert {f.subject for f in found} <= {"some_module"}
    assert len({f.attribute for f in found}) == len(found)
    return [(f.attribute, f.value, f.line) for f in found]


def read(content: str) -> dict[str, str]:
    return {attribute: value for attribute, value, _ in facts(content)}


def fault(content: str) -> ShapeError:
    with pytest.raises(ShapeError) as caught:
        extract(Text(f"{FOLDER}/some_module.rs", content))
    return caught.value


def test_whole():
    """A specification gives all its facts at their lines; comments and strings that look like fields give none."""
    assert sorted(facts(WHOLE), key=lambda fact: fact[2]) == [
        ("endian", "big", 6),
        ("llvm-target", "m68k-unknown-linux-gnu", 14),
        ("metadata-tier", "2", 17),
        ("metadata-host-tools", "None", 18),
        ("metadata-std", "true", 19),
        ("pointer-width", "32", 21),
        ("arch", "m68k", 23),
    ]


@pytest.mark.parametrize(
    ("written", "arch"),
    [
        ('"powerpc64".into()', "powerpc64"),
        ("Arch::PowerPC64", "powerpc64"),
        ("crate::spec::Arch::X86_64", "x86_64"),
        ("Arch::Arm64EC", "arm64ec"),
        ("Arch::LoongArch64", "loongarch64"),
    ],
)
def test_arch(written: str, arch: str):
    """The arch is rustc's own name, whether written as a string or as a variant of the enum."""
    assert read(WHOLE.replace("Arch::M68k", written))["arch"] == arch


def test_endian_from_layout():
    """Where nothing states the byte order, the data layout does: a helper may have set it (AIX, BPF)."""
    silent = WHOLE.replace("    base.endian = Endian::Big;\n", "")
    assert ("endian", "big", 21) in facts(silent)
    assert read(silent.replace('"E-m', '"e-m'))["endian"] == "little"
    assert read(silent.replace('"E-m', 'concat!(\n"e-m').replace('32:32"', '32:32", "-x")'))["endian"] == "little"
    assert read(silent.replace('"E-m', '"\\\n            e-m'))["endian"] == "little"


def test_endian_field():
    """The byte order may be a field of the options, in any path."""
    field = WHOLE.replace("    base.endian = Endian::Big;\n", "")
    assert read(field.replace("mcount", "endian: crate::abi::Endian::Big, mcount"))["endian"] == "big"
    assert "little" in fault(field.replace("mcount", "endian: Endian::Little, mcount")).found


def test_inherits():
    """A module that starts from another one says so, and only what it changes."""
    assert facts(DERIVED) == [
        ("llvm-target", "i586-unknown-linux-gnu", 6),
        ("metadata-tier", "2", 9),
        ("metadata-host-tools", "false", 10),
        ("metadata-std", "true", 11),
        ("inherits", "i686_unknown_linux_gnu", 4),
    ]


def test_metadata_part():
    """One field of inherited metadata may be changed alone."""
    start = DERIVED.index("    base.metadata")
    one = DERIVED[:start] + "    base.metadata.tier = Some(3);\n    base\n}\n"
    assert read(one)["metadata-tier"] == "3"
    assert "metadata-std" not in read(one)


def test_helper():
    """A specification that a helper makes is named by its path, and nothing else is known of it."""
    assert facts(HELPED) == [("inherits", "nto_qnx::aarch64", 2)]
    tail = 'pub(crate) fn target() -> Target {\n    base::avr_gnu::target("atmega328", "-mmcu=atmega328")\n}\n'
    assert read(tail) == {"inherits": "base::avr_gnu::target"}


def test_computed():
    """A field that a helper computes is no fact: absent is unknown."""
    assert read(APPLE) == {"pointer-width": "64", "endian": "little"}
    older = APPLE.replace("llvm_target,\n ", "llvm_target: macos_llvm_target(arch).into(),\n ", 1)
    older = older.replace("        arch,", "        arch: arch.target_arch(),").replace(
        "(opts, llvm_target, arch)", "opts"
    )
    assert read(older) == read(APPLE)
    assert read(APPLE.replace("metadata: meta", "metadata: nto_qnx::meta()")) == read(APPLE)


def test_helper_variable():
    """A change to metadata that a helper made is part of what is not known."""
    changed = APPLE.replace(
        "    Target {", "    let mut meta = nto_qnx::meta();\n    meta.std = Some(false);\n    Target {"
    )
    assert read(changed) == read(APPLE)


def test_no_metadata():
    """Specifications of 1.74 have no metadata, and `pub fn`."""
    start, end = WHOLE.index("        metadata:"), WHOLE.index("        pointer_width")
    old = (WHOLE[:start] + WHOLE[end:]).replace("pub(crate) fn", "pub fn")
    assert set(read(old)) == {"llvm-target", "arch", "pointer-width", "endian"}


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("pub(crate) fn target()", "fn target()", 0),
        ("pub(crate) fn target()", "pub(crate) fn target_of(cpu: &str)", 0),
        ("Arch::M68k", "Arch::Other(name)", 23),
        ("Arch::M68k", "if big { Arch::M68k } else { Arch::Arm }", 23),
        ("pointer_width: 32", "pointer_width: WIDTH", 21),
        ("pointer_width: 32,\n", "\n", 25),
        ("tier: Some(2)", "tier: Some(4)", 17),
        ("tier: Some(2),", "", 20),
        ("std: Some(true)", "std: Some(maybe())", 19),
        ('"m68k-unknown-linux-gnu".into()', 'concat!("m68k", "-linux")', 14),
        ("Endian::Big", "Endian::Middle", 6),
        ("Endian::Big", "Endian::Little", 6),
        ("Endian::Big", "order()", 6),
        ("        base.cpu", "        base.endian", 9),
        ("        base.cpu = ", "        base.arch = ", 9),
        ("    Target {", "    if x { Target {", 12),
        ("..base }", "..base }, arch: Arch::Arm", 24),
        ("metadata: TargetMetadata {", "metadata: make {", 15),
        ('"E-m:e', '"m:e', 22),
        ("    let mut base = base::linux_gnu::opts();", "    let mut base = super::other::target();", 5),
        ("/* arch", "/ * arch", 7),
        ("/* arch", "/* * arch", None),
        ('/* arch: "none" */', '/* arch: "none"', 7),
        ("..base },", "..base ),", 24),
        ("\n}\n", "\n", 26),
        ("mcount", 'llvm_target: "x".into(), mcount', 24),
    ],
)
def test_shape(old: str, new: str, line: int | None):
    """What is no known way to write a specification is an error at its line, never a guess."""
    assert old in WHOLE
    content = WHOLE.replace(old, new)
    if line is None:
        assert read(content) == read(WHOLE)
    else:
        assert fault(content).line == line


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("super::i686_unknown_linux_gnu::target()", "make()"),
        ("super::i686_unknown_linux_gnu::target()", "super::i686_unknown_linux_gnu::other()"),
        ("    base\n}", "    super::other::target()\n}"),
        ("    base\n}", "    wrap(super::other::target())\n}"),
        ('"i586-unknown-linux-gnu".into()', "name()"),
        ("crate::spec::TargetMetadata {", "meta(TargetMetadata {"),
        ("base.llvm_target = ", "base.llvm_target += "),
        ('base.llvm_target = "i586-unknown-linux-gnu".into()', 'base.llvm_target.push("x")'),
        ("    base.cpu", "    base.llvm_target"),
        ("base.metadata = crate::spec::TargetMetadata {", "base.metadata = meta(); let x = Y {"),
    ],
)
def test_shape_of_derived(old: str, new: str):
    """An override that cannot be read is an error, for the inherited value would stand in its place."""
    assert old in DERIVED
    fault(DERIVED.replace(old, new))


def test_nothing():
    """A function that makes nothing, and no text at all, are errors."""
    fault("pub fn target() -> Target {\n}\n")
    fault("")
    fault(WHOLE + WHOLE)
    fault("pub fn target() -> Target {" + "(" * 90_000)
    fault(WHOLE + "// more\n" * 20_000)
    fault("pub fn target() -> Target {\n)\n}\n")


@pytest.mark.parametrize("content", [WHOLE, DERIVED, HELPED, APPLE])
def test_truncation(content: str):
    """A file cut anywhere before its last bracket is refused."""
    for at in range(len(content) - 1):
        fault(content[:at])


@given(st.text(), st.integers(0, len(WHOLE)))
def test_any_text(noise: str, at: int):
    """Any text gives facts or ShapeError."""
    for content in (noise, WHOLE[:at] + noise + WHOLE[at:], "pub fn target() -> Target {" + noise):
        with suppress(ShapeError):
            extract(Text(f"{FOLDER}/some_module.rs", content))


@pytest.mark.trees
def test_real_modules(trees):
    """Every module of the released compilers is read; what is not said in it comes from the known helpers."""
    expected = {"rust-1.85.1": 271, "rust-1.90.0": 290, "rust-1.95.0": 320}
    for name in expected.keys() & trees.keys():
        modules = {
            path.stem: {f.attribute: f.value for f in extract(Text.decode(path.name, path.read_bytes()))}
            for path in sorted((trees[name] / FOLDER).glob("*.rs"))
        }
        assert len(modules) == expected[name]
        silent = {m for m, said in modules.items() if "arch" not in said and "inherits" not in said}
        assert len(silent) == 24
        assert all("apple" in m for m in silent)
        no_width = {m for m, said in modules.items() if not {"pointer-width", "endian"} <= said.keys()}
        assert no_width == {m for m, said in modules.items() if "inherits" in said}
        assert modules["i586_unknown_linux_gnu"]["inherits"] == "i686_unknown_linux_gnu"
        assert modules["i586_unknown_linux_gnu"].get("metadata-tier") == ("2" if name == "rust-1.95.0" else None)
        assert modules["powerpc64_ibm_aix"]["endian"] == "big"
        assert modules["bpfeb_unknown_none"]["endian"] == "big"
        assert modules["s390x_unknown_linux_gnu"]["endian"] == "big"
        assert modules["powerpc64le_unknown_linux_gnu"]["endian"] == "little"
        assert modules["x86_64_unknown_linux_gnux32"]["pointer-width"] == "32"
        assert modules["loongarch64_unknown_none_softfloat"]["arch"] == "loongarch64"
