"""Versions of compilers -> a folder of small programs that answer as those compilers would.

Kconfig asks a compiler three things: who it is (`--version`, or macros through the preprocessor), whether it takes an
option (the exit code), and, of GCC, where its plugin headers are. Nothing is compiled. `accepts` says how options are
answered: `all`, `none`, or `mixed:N`, where a checksum of the option and of N decides, so that the same option is
always answered alike.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# The programs' names are what make would pass: `LLVM=1` changes all of them.
GCC = {"CC": "gcc", "LD": "ld", "AR": "ar", "NM": "nm", "OBJCOPY": "objcopy"}
CLANG = {"CC": "clang", "LD": "ld.lld", "AR": "llvm-ar", "NM": "llvm-nm", "OBJCOPY": "llvm-objcopy"}
_ANSWER = """answer() {{
case {accepts} in
all) exit 0 ;;
none) exit 1 ;;
esac
asked={accepts}
for word; do
	case $word in
	*.tmp_*) ;; # a file whose name holds the number of a process
	*) asked="$asked $word" ;;
	esac
done
set -- $(printf '%s' "$asked" | cksum)
exit $(($1 % 2))
}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What is played. A tool whose version is empty is not there."""

    cc: str = "gcc"
    cc_version: str = "14.2.0"
    cc_text: str = ""
    binutils: str = "2.44"
    rustc: str = "1.95.0"
    rustc_text: str = ""
    rustc_llvm: str = "22.1.2"
    bindgen: str = "0.72.1"
    libclang: str = "19.1.7"
    pahole: str = "1.30"
    accepts: str = "all"
    big_endian: bool = False
    lld: str = ""  # a linker of LLVM's; with clang and none named, the one of its own version
    bfd: bool = False  # clang with GNU ld
    gas: bool = False  # clang with GNU as

    @property
    def names(self) -> dict[str, str]:
        """Make's variables for the programs of the C side."""
        names = CLANG if self.cc == "clang" else GCC
        return {**names, "LD": "ld.lld" if self.linker else "ld"}

    @property
    def linker(self) -> str:
        """The version of LLVM's linker; empty with GNU ld."""
        if self.bfd:
            return ""
        return self.lld or (self.cc_version if self.cc == "clang" else "")

    @property
    def first_line(self) -> str:
        """What the C compiler prints first of itself."""
        if self.cc_text:
            return self.cc_text
        if self.cc == "clang":
            return f"clang version {self.cc_version}"
        return f"gcc (GCC) {self.cc_version}"

    @property
    def rustc_line(self) -> str:
        """What `rustc --version` prints; empty without rustc."""
        return self.rustc_text or (f"rustc {self.rustc} (played 2026-01-01)" if self.rustc else "")

    def without_rust(self) -> Tools:
        """The same with neither rustc nor bindgen."""
        return replace(self, rustc="", rustc_text="", bindgen="")


def write(tools: Tools, folder: Path) -> None:
    """Write one program for each tool."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in programs(tools, folder).items():
        path = folder / name
        path.write_text("#!/bin/sh\n" + text, encoding="utf-8")
        path.chmod(0o755)
    (folder / "plugin/include").mkdir(parents=True, exist_ok=True)
    (folder / "plugin/include/plugin-version.h").touch()
    core = folder / "sysroot/lib/rustlib/src/rust/library/core/src"
    core.mkdir(parents=True, exist_ok=True)
    (core / "lib.rs").touch()


def programs(tools: Tools, folder: Path) -> dict[str, str]:
    """Name -> text of the shell script, without its first line."""
    answer = _ANSWER.format(accepts=shlex.quote(tools.accepts))
    names = tools.names
    made = {names["CC"]: answer + _compiler(tools, folder), names["LD"]: answer + _linker(tools)}
    for variable in ("AR", "NM", "OBJCOPY"):
        said = "LLVM (http://llvm.org/):" if tools.cc == "clang" else f"GNU {names[variable]} (GNU Binutils) 2.44"
        made[names[variable]] = f"echo {shlex.quote(said)}\n"
    if tools.rustc:
        made["rustc"] = answer + _rustc(tools, folder)
    if tools.bindgen:
        made["bindgen"] = _bindgen(tools)
    if tools.pahole:
        made["pahole"] = f"echo v{tools.pahole}\n"
    # Asked for a signature algorithm by $(success,...); what the host has must decide nothing.
    made["openssl"] = "exit 1\n"
    return made


def _compiler(tools: Tools, folder: Path) -> str:
    name = "Clang" if tools.cc == "clang" else "GCC"
    numbers = " ".join([*tools.cc_version.split("."), "0", "0"][:3])
    plugins = folder / "plugin" if tools.cc == "gcc" else "plugin"
    return f"""case " $* " in
*" -E "*" - "*)
	text=$(cat)
	case $text in
	*__clang_major__*) echo {name} {numbers} ;;
	*__XTENSA_EB__*) echo {int(tools.big_endian)} ;;
	*__XTENSA_CALL0_ABI__*) echo 1 ;;
	esac
	exit 0 ;;
*" -Wa,--version "*) echo 'GNU assembler (GNU Binutils) {tools.binutils}'; exit 0 ;;
*" --version "*) echo {shlex.quote(tools.first_line)}; exit 0 ;;
*" -print-file-name=plugin "*) echo {shlex.quote(str(plugins))}; exit 0 ;;
esac
answer "$@"
"""


def _linker(tools: Tools) -> str:
    said = f"LLD {tools.linker}" if tools.linker else f"GNU ld (GNU Binutils) {tools.binutils}"
    return f"""case " $* " in
*" --version "*) echo '{said}'; exit 0 ;;
esac
answer "$@"
"""


def _rustc(tools: Tools, folder: Path) -> str:
    return f"""case " $* " in
*" --print sysroot "*) echo {shlex.quote(str(folder / "sysroot"))}; exit 0 ;;
*" --version "*)
	echo {shlex.quote(tools.rustc_line)}
	case " $* " in *" --verbose "*) echo 'LLVM version: {tools.rustc_llvm}' ;; esac
	exit 0 ;;
esac
answer "$@"
"""


def _bindgen(tools: Tools) -> str:
    # The header for libclang's version says it on stderr; those that test for a fault print what a sound one prints.
    return f"""case " $* " in
*" --version "*) echo 'bindgen {tools.bindgen}'; exit 0 ;;
esac
echo 'clang version {tools.libclang}' >&2
echo 'pub foo foofoo'
"""
