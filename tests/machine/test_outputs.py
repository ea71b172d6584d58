"""What tools write of themselves is read, in the shapes that builders give it, and garbage is nothing."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matrix.machine import outputs

GCC = """\
Using built-in specs.
Target: riscv64-linux-gnu
Configured with: ../src/configure -v --enable-languages=c,c++ --target=riscv64-linux-gnu
Thread model: posix
gcc version 12.2.0 (Debian 12.2.0-13)
"""
LLC = """\
Some LLVM version 19.1.7
  Optimized build.
  Default target: x86_64-pc-linux-gnu

  Registered Targets:
    aarch64    - AArch64 (little endian)
    x86-64     - 64-bit X86: EM64T and AMD64
    newcomer   - nobody knows
"""


@pytest.mark.parametrize(
    ("read", "text", "version"),
    [
        (outputs.bindgen_version, "bindgen 0.71.1\n", "0.71.1"),
        (outputs.bindgen_version, "bindgen 0.71.1.2.3\n", ""),
        (outputs.clang_version, "clang version 20.1.2 (https://some.where 0123)\n", "20.1.2"),
        (outputs.clang_version, "Debian clang version 19.1.7 (3~deb12u1)\n", "19.1.7"),
        (outputs.clang_version, "clang version 21.0.0git (abc)\n", "21.0.0git"),
        (outputs.clang_version, "Ubuntu clang version 18.1.3 (1ubuntu1)\n", "18.1.3"),
        (outputs.lld_version, "LLD 14.0.6 (compatible with GNU linkers)\n", "14.0.6"),
        (outputs.lld_version, "Debian LLD 19.1.7 (compatible with GNU linkers)\n", "19.1.7"),
        (outputs.pahole_version, "v1.24\n", "1.24"),
        (outputs.pahole_version, "pahole: no such option\n", ""),
        (outputs.rustfmt_version, "rustfmt 1.9.0-stable (59807616e1 2026-04-14)\n", "1.9.0"),
        (outputs.rustfmt_version, "rustfmt 1.5.1-stable ( )\n", "1.5.1"),
        (outputs.mrustc_version, "rustc 1.29.100 (mrustc v0.11.2 master:abc)\n", "0.11.2"),
        (outputs.llvm_version, LLC, "19.1.7"),
        (outputs.llvm_version, "LLVM (http://llvm.org/):\n  LLVM version 17.0.6\n", "17.0.6"),
        (outputs.llvm_version, "19.1.7\nAArch64 X86\n", "19.1.7"),
        (outputs.libclang_version, "ask.h:1:9: warning: archmatrix asks: clang version 19.1.7 (1)", "19.1.7"),
    ],
)
def test_versions(read, text, version):
    """The numbers, without what a builder put around them."""
    assert read(text) == version


def test_rustc():
    """The release, the host, the LLVM inside, and whether a builder left something."""
    text = (
        "rustc 1.85.0 (4d91de4e4 2025-02-17) (built from a source tarball)\ncommit-hash: 4d91de4e48198da2\n"
        "host: x86_64-unknown-linux-gnu\nrelease: 1.85.0\nLLVM version: 19.1.7\n"
    )
    says = outputs.rustc_says(text)
    assert (says.version, says.host, says.llvm) == ("1.85.0", "x86_64-unknown-linux-gnu", "19.1.7")
    assert (says.commit, says.note) == ("4d91de4e48198da2", "(built from a source tarball)")
    assert outputs.rustc_says("rustc 1.63.0\ncommit-hash: unknown\n").commit == ""
    assert outputs.rustc_says("rustc 1.97.0-nightly (1 2)\n").version == "1.97.0-nightly"
    assert outputs.rustc_says("error: rustup could not choose a version of rustc to run").version == ""


def test_gcc():
    """A clang under that name says no `gcc version`."""
    says = outputs.gcc_says(GCC)
    assert (says.version, says.target, says.package) == ("12.2.0", "riscv64-linux-gnu", "Debian 12.2.0-13")
    assert "--enable-languages=c,c++" in says.configured
    assert outputs.gcc_says("clang version 19.1.7\nTarget: x86_64-pc-linux-gnu\n").version == ""


def test_backends():
    """By the names that llc registers, and by the folders that llvm-config names."""
    assert outputs.registered(LLC) == ("aarch64", "x86-64", "newcomer")
    assert [outputs.backend_of(name) for name in outputs.registered(LLC)] == ["AArch64", "X86", ""]
    assert outputs.backends_built("19.1.7\nAArch64 X86 M68k\n") == ("AArch64", "X86", "M68k")
    assert outputs.registered("nothing registered") == ()


def test_whether_an_llvm_has_a_backend():
    """Yes, no, and not said: an old rustc refuses the question."""
    assert outputs.has_backend("Available CPUs for this target:\n    generic\n") is True
    assert outputs.has_backend('error: "csky": No available targets are compatible with triple "csky"') is False
    assert outputs.has_backend("Target CPU help is not supported by this LLVM version.") is None


def test_specifications():
    """A byte order that is not written is little; metadata came later, and so did a width as a number."""
    old = {"arch": "riscv64", "llvm-target": "riscv64", "target-pointer-width": "64"}
    new = {
        "arch": "s390x",
        "llvm-target": "s390x-unknown-linux-gnu",
        "target-pointer-width": 64,
        "target-endian": "big",
        "metadata": {"tier": 2, "host_tools": True, "std": None},
    }
    assert outputs.specification(json.dumps(old))["endian"] == "little"
    assert outputs.specifications(json.dumps({"a": old, "b": new, "c": 1}))["b"] == {
        "arch": "s390x",
        "llvm-target": "s390x-unknown-linux-gnu",
        "pointer-width": "64",
        "endian": "big",
        "metadata-tier": "2",
        "metadata-host-tools": "true",
        "metadata-std": "None",
    }
    assert "metadata-tier" not in outputs.specification(json.dumps(old))


def test_cfg():
    """Keys with a value; a bare word has none."""
    assert outputs.cfg_values('unix\ntarget_arch="x86_64"\ntarget_os="linux"\n') == {
        "target_arch": "x86_64",
        "target_os": "linux",
    }


READERS = [
    outputs.rustc_says,
    outputs.gcc_says,
    outputs.rustfmt_version,
    outputs.bindgen_version,
    outputs.libclang_version,
    outputs.clang_version,
    outputs.lld_version,
    outputs.pahole_version,
    outputs.mrustc_version,
    outputs.llvm_version,
    outputs.registered,
    outputs.backends_built,
    outputs.target_list,
    outputs.cfg_values,
    outputs.has_backend,
    outputs.specification,
    outputs.specifications,
]
WORDS = st.sampled_from(
    ["rustc", "gcc version", "clang version", "LLVM version", "Registered Targets:", "  ", "9" * 30, "1.2.3", "\n", "v"]
)


@given(st.one_of(st.text(max_size=200), st.lists(st.one_of(WORDS, st.text(max_size=8)), max_size=12).map(" ".join)))
def test_anything_is_read_without_a_fault(text):
    """What a tool writes is not ours to demand."""
    for read in READERS:
        read(text)


@settings(max_examples=50)
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["arch", "llvm-target", "metadata", "tier", "x"]), inner), max_leaves=12))  # fmt: skip  # noqa: E501
def test_any_json_is_read_without_a_fault(value):
    """Of any shape; what comes back is text."""
    text = json.dumps(value)
    found = outputs.specification(text)
    assert all(isinstance(word, str) for word in found.values())
    outputs.specifications(text)


def test_deep_and_long_input_ends():
    """Nothing in it takes more than linear time, or falls over its depth."""
    assert outputs.specifications("[" * 100_000) == {}
    assert outputs.clang_version("clang version " + "1." * 100_000) == ""
    assert outputs.cfg_values('a="' * 50_000) == {}
