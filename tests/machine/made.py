"""Made-up tools: small shell scripts that use nothing but what every shell has built in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.machine.run import ToolBounds
from matrix.machine.tools import Machine

if TYPE_CHECKING:
    from pathlib import Path

RUSTC = """\
case "$*" in
  -vV) echo "rustc {version} (0123456789 2026-01-01){note}"; echo "commit-hash: 0123456789abcdef"
       echo "host: x86_64-unknown-linux-gnu"; echo "release: {version}"; echo "LLVM version: {llvm}";;
  *sysroot*) echo "{sysroot}"; echo x86_64-unknown-linux-gnu; echo riscv64gc-unknown-linux-gnu;;
  *) exit 1;;
esac
"""
BINDGEN = """\
case "$*" in
  --version*) echo "bindgen {version}";;
  *) echo "ask.h:1:9: warning: archmatrix asks: clang version {libclang}" >&2;;
esac
"""
CLANG = """\
case "$*" in
  --version) echo "Some clang version {version} (1~1)"; echo "Target: x86_64-pc-linux-gnu";;
  -print-targets) echo "  Registered Targets:"
    for t in {targets}; do echo "    $t - something"; done;;
esac
"""
GCC = """\
echo "Target: {target}" >&2
echo "Configured with: ../configure --enable-languages={languages} --target={target}" >&2
echo "gcc version {version} (Some 1.2)" >&2
"""


class Bench:
    """A folder of tools, as a PATH of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.bin = root / "bin"
        self.bin.mkdir(parents=True)
        self.sysroot = root / "sysroot"

    def tool(self, name: str, script: str) -> Path:
        place = self.bin / name
        place.write_text(f"#!/bin/sh\n{script}", "utf-8")
        place.chmod(0o755)
        return place

    def rustc(self, version="1.95.0", *, name="rustc", llvm="22.1.2", note="", src=True) -> Path:
        if src:
            core = self.sysroot / "lib/rustlib/src/rust/library/core/src"
            core.mkdir(parents=True, exist_ok=True)
            (core / "lib.rs").write_text("")
        return self.tool(name, RUSTC.format(version=version, llvm=llvm, note=note, sysroot=self.sysroot))

    def bindgen(self, version="0.72.1", libclang="19.1.7", *, name="bindgen") -> Path:
        return self.tool(name, BINDGEN.format(version=version, libclang=libclang))

    def clang(self, version="19.1.7", *, name="clang", targets="aarch64 arm riscv64 x86-64") -> Path:
        return self.tool(name, CLANG.format(version=version, targets=targets))

    def gcc(self, version="14.2.0", target="x86_64-linux-gnu", *, name="gcc", languages="c,c++") -> Path:
        return self.tool(name, GCC.format(version=version, target=target, languages=languages))

    def other(self, name: str, says: str) -> Path:
        return self.tool(name, f'echo "{says}"\n')

    def all(self) -> None:
        """What suffices for Linux 7.2.6 on x86_64."""
        self.rustc()
        self.bindgen()
        self.clang()
        self.gcc()
        self.other("ld.lld", "LLD 19.1.7 (compatible with GNU linkers)")
        self.other("rustfmt", "rustfmt 1.9.0-stable (0123456789 2026-01-01)")
        self.other("pahole", "v1.30")

    def machine(self, **more) -> Machine:
        return Machine(**{"path": str(self.bin), "beside": (), "libraries": (), "environment": {}, **more})


class AtOnce:
    """An alarm that goes off as soon as it is set: what would hang is told so without any waiting."""

    def __init__(self, seconds, callback) -> None:
        assert seconds > 0
        self.callback = callback

    def start(self) -> None:
        self.callback()

    def cancel(self) -> None:
        """It went off already."""


class Never:
    """An alarm that does not go off: what ends by itself must end by itself."""

    def __init__(self, seconds, callback) -> None:
        del seconds, callback

    def start(self) -> None:
        """Nothing is waited for."""

    def cancel(self) -> None:
        """Nor is there anything to end."""


PATIENT = ToolBounds(alarm=Never)
IMPATIENT = ToolBounds(alarm=AtOnce, seconds=3)
