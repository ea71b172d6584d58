"""What people asked in public, in the words and versions that they had, with the answer that settled it."""

from __future__ import annotations

import pytest

from tests.sampling import one_in

# The question as typed, its exit code, and what has to stand in the answer.
ASKED = [
    # A board's kernel between 6.1 and 6.12: both sides differ, and what each says is shown.
    (
        "is arm64 --kernel 6.6.22",
        3,
        ["6.1.176 says: no", "6.12.8 says: yes", "to settle it: archmatrix is arm64 --tree DIR"],
    ),
    # BTF: which pahole makes the symbol true.
    ("options x86_64", 0, ["PAHOLE_HAS_LANG_EXCLUDE (pahole >= 1.24)"]),
    ("is x86_64", 0, ["pahole >= "]),
    # 32-bit x86 has none.
    ("is i686 --kernel 6.12", 1, ["X86_64"]),
    # A rustc that refuses custom target specifications.
    ("is x86_64 --kernel 6.18 --rustc 1.95.0", 1, ["-Zunstable-options", "compiler/rustc_target/src/spec/mod.rs:3389"]),
    ("is x86_64 --kernel 6.18.13 --rustc 1.95.0", 1, ["inferred: alike in 6.17.8 and 6.18.15"]),
    ("is um --kernel 6.18 --rustc 1.95.0", 1, ["no"]),
    ("is x86_64 --kernel 6.18", 0, ["yes, if rustc <= 1.90.0"]),
    ("is x86_64 --kernel 6.12 --rustc 1.95.0", 0, ["yes"]),
    # s390 came with 7.2, which asks for a rustc of its own.
    ("is s390x --kernel 6.18", 1, ["no"]),
    ("is s390x --kernel 7.2", 0, ["yes, if !EXPOLINE", "which no rustc that is known here reaches"]),
    ("is s390x --kernel 7.2 --rustc 1.95", 1, ["rustc >= 1.96.0"]),
    ("is s390x --kernel 7.2 --rustc 1.96", 3, ["1.95.0 says: no"]),
    # 6.1 pins its tools.
    ("is x86_64 --kernel 6.1", 0, ["yes, if rustc = 1.62.0", "bindgen = 0.56.0"]),
    ("is x86_64 --kernel 6.1 --bindgen 0.63.0", 3, ["bindgen"]),
    ("is aarch64 --kernel 6.1", 1, ["no"]),
    # MIPS has none.
    ("is mips64el", 1, ["no"]),
    # 32-bit ARM: v7 alone, or one image for v6 and v7.
    ("is armv7l", 0, ["yes, if !KASAN"]),
    (
        "is armv6l",
        0,
        ["one image for ARMv6 and ARMv7 processors", "a kernel for ARMv6 alone", "arch-support.rst documents ARMv7"],
    ),
    ("is armel", 1, ["no"]),
    # UML with GCC: bindgen had no target.
    ("is um", 0, ["yes"]),
    ("is um --kernel 6.12 --cc gcc", 1, ["bindgen gets an empty --target="]),
    ("is um-i386 --kernel 6.18 --cc gcc", 1, ["bindgen gets an empty --target="]),
    ("why um-i386 --kernel 6.12 --cc clang", 0, ["make stops at SUBARCH=i386", "SUBARCH=x86 has one"]),
    ("is um-x86_64 --kernel 6.12", 0, ["CC_IS_CLANG (rust/Makefile:263)"]),
    ("is amd64 --kernel 6.13.2", 0, ["and 6.17.8 up to that rustc)", "binutils >= 2.30.0 (perhaps 2.25.0)"]),
    ("is x86_64 --kernel 7.1 --set DEBUG_INFO_BTF=y", 0, ["PAHOLE_VERSION >= 124 && !LTO (init/Kconfig:"]),
    ("is um-i386 --kernel 7.1 --cc gcc", 0, ["yes"]),
    # gccrs speaks an old Rust; before GCC 16 no file says which, before 13 there is none.
    ("is x86_64 --backend gccrs", 1, ["1.49.0 < 1.85.0"]),
    ("is x86_64 --backend gccrs --gcc 15", 3, ["cannot tell"]),
    ("is x86_64 --backend gccrs --gcc 12", 1, ["GCC 12.5.0 has no front end for Rust"]),
    # What blocks a port.
    ("is m68k", 1, ["no"]),
    ("is hppa", 1, ["LLVM 23.1.1 has no backend"]),
    # Before Rust came.
    ("is aarch64 --kernel 5.18", 1, ["older than 6.1, the first release with Rust"]),
    # RISC-V needs clang.
    ("is riscv64 --cc gcc", 1, ["no"]),
    ("is riscv64 --kernel 6.12 --cc gcc", 1, ["no"]),
    ("is riscv64", 0, ["with clang: yes; with GCC: no"]),
    # Distributions' kernels, with what uname -r appends.
    ("is aarch64 --kernel 6.18.20-1-rpi-16k --cc gcc", 0, ["inferred: alike in 6.18.15 and 7.1.13"]),
    ("is x86_64 --kernel 7.1.13-1~bpo13+1", 0, ["'-1~bpo13+1' is no part of upstream's version"]),
    ("is amd64 --kernel 6.12.48+deb13-amd64 --rustc 1.85.0 --cc gcc=14.2.0", 0, ["alike in 6.12.8 and 6.12.107"]),
    ("is arm64 --kernel 6.12.48 --rustc 1.85.0", 0, ["yes (inferred: alike in 6.12.8 and 6.12.107)"]),
    ("is riscv64 --kernel 6.12.48 --rustc 1.85.0 --cc gcc", 1, ["no (inferred"]),
    ("is amd64 --kernel 6.12 --cc clang --llvm 19.1.7", 0, ["inferred: alike in 18.1.8 and 21.1.8"]),
    ("is amd64 --kernel 6.12 --cc clang=19.1.7", 0, ["C compiler clang 19.1.7"]),
    # Broken bindgens: the kernel's own check warns.
    ("is x86_64 --kernel 6.12 --bindgen 0.66.1", 0, ["0.66.1", "scripts/rust_is_available.sh:"]),
    ("is x86_64 --kernel 6.12 --bindgen 0.60.0", 1, ["bindgen >= 0.65.1, and 0.60.0 was named"]),
    # An answer that changes along rustc's versions.
    ("is arm64 --kernel 6.18", 0, ["rustc < 1.82", "only if !SHADOW_CALL_STACK"]),
    # Beyond all that is known nothing is inferred.
    ("is x86_64 --rustc 1.120.0", 3, ["the newest is 1.95.0"]),
    ("is x86_64 --kernel 9.9", 3, ["newer than all that was read"]),
    # What people type.
    ("is x86_64 --kernel 6.12.y", 0, ["6.12.107"]),
    ("is x86_64 --kernel linux-6.12", 0, ["6.12.107"]),
    ("is x86_64 --kernel mainline", 0, ["Linux mainline is read as 7.2.6"]),
    ("is x86_64 --kernel longterm", 0, ["Linux longterm is read as 6.18.15"]),
    ("is x86_64 --rustc stable", 0, ["rustc stable is read as 1.95.0"]),
    ("is x86_64 --rustc 1.92", 0, ["inferred: alike in 1.90.0 and 1.95.0"]),
    ("diff v6.12..v7.1", 1, ["Linux 6.12.107"]),
    ("diff 6.12..7.1", 1, ["Linux 6.12.107"]),
]


@pytest.mark.parametrize(
    ("words", "code", "expected"), one_in(3, ASKED, several=True), ids=[words for words, _, _ in ASKED]
)
def test_it_is_answered(run, words, code, expected):
    """With the exit code that a script needs and the words that a person looks for."""
    said = run(*words.split())
    plain = " ".join(said.out.split())
    assert said.code == code, plain[:300]
    for part in expected:
        assert part in plain
