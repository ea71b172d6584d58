"""A tree, a port and played tools -> the environment in which the top Makefile would run conf."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from judge.build import JudgeError, version

if TYPE_CHECKING:
    from pathlib import Path

    from judge.tools import Tools

# The top Makefile: ARCH values that are not a folder under arch/.
FOLDERS = {"i386": "x86", "x86_64": "x86", "sparc32": "sparc", "sparc64": "sparc", "parisc64": "parisc"}
# arch/um/Makefile: HEADER_ARCH of the hosts.
_HOSTS = {"x86": "x86", "x86_64": "x86", "i386": "x86"}


def srcarch(arch: str) -> str:
    """The folder under arch/ of an ARCH= value."""
    return FOLDERS.get(arch, arch)


def clang_target(tree: Path, arch: str, subarch: str) -> str:
    """The --target= that scripts/Makefile.clang has for a port; empty where it has none, and clang cannot build it."""
    text = (tree / "scripts/Makefile.clang").read_text(encoding="utf-8")
    rows: dict[str, str] = dict(re.findall(r"^CLANG_TARGET_FLAGS_(\w+)[ \t]*:=[ \t]*(\S+)[ \t]*$", text, re.MULTILINE))
    key = srcarch(arch)
    return rows.get(subarch if key == "um" else key, "")


def environment(tree: Path, arch: str, tools: Tools, programs: Path, *, subarch: str = "x86") -> dict[str, str]:
    """Every variable that a Kconfig file or a script it calls reads.

    Raises:
        JudgeError: the port is not in the tree, or its clang build has no target.

    """
    folder = srcarch(arch)
    if not (tree / "arch" / folder / "Kconfig").is_file():
        raise JudgeError(f"{tree}: no arch/{folder}/Kconfig: this kernel has no such port", 2)
    flags = ""
    if tools.cc == "clang":
        target = clang_target(tree, arch, subarch)
        if not target:
            raise JudgeError(f"scripts/Makefile.clang of {version(tree)} has no target for {subarch} {arch}", 2)
        flags = (
            f"--target={target} -f{'no-' * tools.gas}integrated-as -Werror=unknown-warning-option "
            "-Werror=ignored-optimization-argument -Werror=option-ignored -Werror=unused-command-line-argument"
        )
    return {
        "PATH": f"{programs}:/usr/local/bin:/usr/bin:/bin",
        "LC_ALL": "C",
        "srctree": str(tree),
        "objtree": ".",
        "ARCH": arch,
        "SRCARCH": folder,
        "SUBARCH": subarch,
        "HEADER_ARCH": _HOSTS.get(subarch, subarch),
        "KERNELVERSION": version(tree),
        "CROSS_COMPILE": "",
        **tools.names,
        "CLANG_FLAGS": flags,
        "HOSTCC": tools.names["CC"],
        "RUSTC": "rustc",
        "BINDGEN": "bindgen",
        "PAHOLE": "pahole",
        "PYTHON3": "python3",
        "CONFIG_SHELL": "sh",
        "CC_VERSION_TEXT": tools.first_line.replace("#", ""),
        "RUSTC_VERSION_TEXT": tools.rustc_line.replace("#", ""),
        "PAHOLE_VERSION": _pahole(tools.pahole),
        **({"LLVM": "1"} if tools.cc == "clang" else {}),
    }


def _pahole(text: str) -> str:
    """scripts/pahole-version.sh: 1.30 is 130, and none is 0."""
    return "".join(text.split(".")[:2]) or "0"
