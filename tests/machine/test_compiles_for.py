"""Which machines a C compiler makes code for, by what it says of itself."""

from __future__ import annotations

import pytest

from matrix.machine.tools import Installed
from matrix.operations.doctor import compiles_for
from matrix.registry import data_folder, load


@pytest.fixture(scope="module")
def known():
    """The variants as they are declared."""
    return load(data_folder())


@pytest.mark.parametrize(
    ("triple", "variant", "does"),
    [
        ("x86_64-linux-gnu", "x86_64", True),
        ("x86_64-linux-gnu", "x86_32", True),
        ("x86_64-linux-gnu", "um-x86_64", True),
        ("x86_64-linux-gnu", "um-i386", True),
        ("i686-linux-gnu", "x86_64", False),
        ("i686-linux-gnu", "x86_32", True),
        ("x86_64-linux-gnu", "arm64", False),
        ("x86_64-w64-mingw32", "x86_64", False),
        ("aarch64-linux-gnu", "arm64", True),
        ("aarch64-linux-gnu", "arm-v7", False),
        ("aarch64-linux-gnu", "um-x86_64", False),
        ("arm-linux-gnueabihf", "arm-v7", True),
        ("armv7a-unknown-linux-gnueabihf", "arm-v7", True),
        ("riscv64-linux-gnu", "riscv64", True),
        ("riscv64-unknown-elf", "riscv32", True),
        ("powerpc64le-linux-gnu", "powerpc64-le", True),
        ("m68k-linux-gnu", "x86_64", False),
        ("avr", "x86_64", False),
    ],
)
def test_a_gcc_is_for_one_port(known, triple, variant, does):
    """The wider one for the narrower too; byte order is a flag."""
    tool = Installed(name="gcc", path="/g", version="14.2.0", targets=(triple,))
    assert compiles_for(known, tool, known.variants[variant]) is does


def test_a_clang_is_for_all_that_it_was_built_for(known):
    """By the backends behind the names that it registers; one that does not say is not known."""
    tool = Installed(name="clang", path="/c", version="19.1.7", targets=("aarch64", "x86-64"))
    assert compiles_for(known, tool, known.variants["arm64"]) is True
    assert compiles_for(known, tool, known.variants["riscv64"]) is False
    assert compiles_for(known, tool, known.variants["alpha"]) is False
    assert compiles_for(known, Installed(name="clang", path="/c", version="9"), known.variants["arm64"]) is None
