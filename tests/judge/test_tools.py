"""The programs that play compilers answer as Kconfig asks them."""

from __future__ import annotations

import subprocess

import pytest
from judge.tools import Tools, programs, write


@pytest.fixture
def ask(tmp_path):
    """Write the programs, and ask one of them: its exit code and what it printed."""

    def run(tools, *words, given=""):
        write(tools, tmp_path)
        done = subprocess.run(
            [tmp_path / words[0], *words[1:]], input=given, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout.strip(), done.stderr.strip()

    return run


MACROS = "#if defined(__clang__)\nClang __clang_major__\n#endif\n"


@pytest.mark.parametrize(
    ("tools", "words", "given", "said"),
    [
        (Tools(), ["gcc", "--version"], "", "gcc (GCC) 14.2.0"),
        (
            Tools(cc_text="gcc-14 (Debian 14.2.0-19) 14.2.0"),
            ["gcc", "--version"],
            "",
            "gcc-14 (Debian 14.2.0-19) 14.2.0",
        ),
        (Tools(), ["gcc", "-E", "-P", "-x", "c", "-"], MACROS, "GCC 14 2 0"),
        (Tools(cc="clang", cc_version="19.1"), ["clang", "-E", "-P", "-x", "c", "-"], MACROS, "Clang 19 1 0"),
        (Tools(big_endian=True), ["gcc", "-E", "-P", "-"], "__XTENSA_EB__", "1"),
        (Tools(), ["gcc", "-Wa,--version", "-c", "/dev/null"], "", "GNU assembler (GNU Binutils) 2.44"),
        (Tools(), ["ld", "--version"], "", "GNU ld (GNU Binutils) 2.44"),
        (Tools(cc="clang", cc_version="19.1.7"), ["ld.lld", "--version"], "", "LLD 19.1.7"),
        (Tools(cc="clang", cc_version="19.1.7", bfd=True), ["ld", "--version"], "", "GNU ld (GNU Binutils) 2.44"),
        (Tools(rustc="1.85.0"), ["rustc", "--version"], "", "rustc 1.85.0 (played 2026-01-01)"),
        (Tools(bindgen="0.72.1"), ["bindgen", "--version", "workaround-for-0.69.0"], "", "bindgen 0.72.1"),
        (Tools(pahole="1.30"), ["pahole", "--version"], "", "v1.30"),
    ],
)
def test_each_says_who_it_is(ask, tools, words, given, said):
    """As scripts/*-version.sh ask."""
    assert ask(tools, *words, given=given)[:2] == (0, said)


def test_rustc_names_its_llvm_and_a_sysroot_with_core(ask, tmp_path):
    """What scripts/rustc-llvm-version.sh and rust_is_available.sh look for."""
    assert "LLVM version: 22.1.2" in ask(Tools(), "rustc", "--version", "--verbose")[1]
    root = ask(Tools(), "rustc", "--print", "sysroot")[1]
    assert (tmp_path / "sysroot/lib/rustlib/src/rust/library/core/src/lib.rs").is_file()
    assert root == str(tmp_path / "sysroot")


def test_bindgen_tells_libclang_on_stderr(ask):
    """And for the headers that test for its faults, what a sound one prints."""
    assert ask(Tools(libclang="19.1.7"), "bindgen", "x.h") == (0, "pub foo foofoo", "clang version 19.1.7")


def test_options_are_taken_or_not(ask):
    """All, none, or some: the same option always alike, whatever the temporary file is called."""
    assert ask(Tools(), "gcc", "-Werror", "-fnew")[0] == 0
    assert ask(Tools(accepts="none"), "gcc", "-Werror", "-fnew")[0] == 1
    mixed = Tools(accepts="mixed:1")
    options = [f"-f{n}" for n in range(6)]
    first = [ask(mixed, "gcc", option, "-o", ".tmp_1/tmp.o")[0] for option in options]
    again = [ask(mixed, "gcc", option, "-o", ".tmp_22/tmp.o")[0] for option in options]
    assert first == again
    assert set(first) == {0, 1}


def test_what_is_not_there_has_no_program(tmp_path):
    """command -v finds none."""
    made = programs(Tools(pahole="").without_rust(), tmp_path)
    assert not {"rustc", "bindgen", "pahole"} & made.keys()
    assert {"gcc", "ld"} <= made.keys()
