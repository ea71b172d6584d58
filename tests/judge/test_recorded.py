"""What a .config says of the kernel and the tools that made it."""

from __future__ import annotations

import gzip
import lzma
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from judge.build import JudgeError
from judge.recorded import Recorded, read, text, tools

CONFIG = """#
# Automatically generated file; DO NOT EDIT.
# Linux/arm64 6.18.15 Kernel Configuration
#
CONFIG_CC_VERSION_TEXT="aarch64-linux-gnu-gcc-14 (Debian 14.2.0-19) 14.2.0"
CONFIG_CC_IS_GCC=y
CONFIG_GCC_VERSION=140200
CONFIG_CLANG_VERSION=0
CONFIG_AS_IS_GNU=y
CONFIG_AS_VERSION=24400
CONFIG_LD_IS_BFD=y
CONFIG_LD_VERSION=24400
CONFIG_LLD_VERSION=0
CONFIG_RUSTC_VERSION=108500
CONFIG_RUSTC_LLVM_VERSION=190107
CONFIG_RUSTC_VERSION_TEXT="rustc 1.85.0 (4d91de4e4 2025-02-17)"
CONFIG_PAHOLE_VERSION=130
# CONFIG_CPU_BIG_ENDIAN is not set
"""


def test_the_tools_are_those_that_made_it():
    """Numbers become versions again."""
    found = read(CONFIG, "x")
    assert (found.arch, found.kernel, found.subarch) == ("arm64", "6.18.15", "arm64")
    played = tools(found)
    assert (played.cc, played.cc_version, played.binutils) == ("gcc", "14.2.0", "2.44.0")
    assert played.first_line == "aarch64-linux-gnu-gcc-14 (Debian 14.2.0-19) 14.2.0"
    assert (played.rustc, played.rustc_llvm, played.pahole) == ("1.85.0", "19.1.7", "1.30")
    assert played.rustc_line == "rustc 1.85.0 (4d91de4e4 2025-02-17)"
    assert not played.big_endian
    assert played.names["LD"] == "ld"


def test_a_rustc_is_played_where_none_is_recorded():
    """Distributions make their .config without one."""
    none = CONFIG.replace("=108500", "=0").replace("rustc 1.85.0 (4d91de4e4 2025-02-17)", "")
    assert tools(read(none, "x")).rustc == ""
    played = tools(read(none, "x"), rustc="1.95.0")
    assert (played.rustc, played.rustc_line) == ("1.95.0", "rustc 1.95.0 (played 2026-01-01)")
    assert tools(read(CONFIG, "x"), rustc="1.95.0").rustc == "1.85.0"


def test_clang_with_its_own_linker():
    """LLVM=1."""
    clang = CONFIG.replace("CC_IS_GCC", "CC_IS_CLANG").replace("GCC_VERSION=140200", "GCC_VERSION=0")
    clang = clang.replace("CLANG_VERSION=0", "CLANG_VERSION=190107").replace("LD_IS_BFD", "LD_IS_LLD")
    clang = clang.replace("LLD_VERSION=0", "LLD_VERSION=190107").replace("AS_IS_GNU", "AS_IS_LLVM")
    played = tools(read(clang, "x"))
    assert (played.cc, played.cc_version, played.linker, played.gas) == ("clang", "19.1.7", "19.1.7", False)


def test_user_mode_linux_has_a_host():
    """SUBARCH is the host's; without one Kconfig finds no processor."""
    assert Recorded("um", "7.1.13", {}).subarch == "x86"


def test_packed_files_are_unpacked(tmp_path):
    """As distributions ship them, and as /proc/config.gz is."""
    for name, pack in {"plain": bytes, "gz": gzip.compress, "xz": lzma.compress}.items():
        path = tmp_path / name
        path.write_bytes(pack(CONFIG.encode()))
        assert text(path) == CONFIG


def test_without_a_header_nothing_is_judged():
    """Which port and which kernel would be a guess."""
    with pytest.raises(JudgeError, match="expected a line such as") as caught:
        read("CONFIG_X=y\n", "some/file")
    assert "some/file" in str(caught.value)
    assert caught.value.code == 2


@given(st.text(alphabet=st.sampled_from('#CONFIG_X=yn \n0"isnotset/Linux'), max_size=200))
def test_any_text_is_read_or_refused(config):
    """Never another fault."""
    head = "# Linux/x86 7.1 Kernel Configuration\n"
    found = read(head + config, "x")
    assert all(name for name in found.values)
    with suppress(JudgeError):
        read(config, "x")


@given(
    st.dictionaries(
        st.sampled_from(["GCC_VERSION", "RUSTC_VERSION", "PAHOLE_VERSION", "AS_VERSION"]), st.text(max_size=12)
    )
)
def test_versions_that_are_none_are_refused(values):
    """A person can write anything there."""
    with suppress(JudgeError):
        tools(Recorded("x86", "7.1", values))
