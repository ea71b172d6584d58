"""A kernel tree -> its own Kconfig code, built in a folder of ours: `conf` as upstream builds it, and the oracle.

Nothing is written into the tree. Its scripts/kconfig and scripts/include are copied, lexer and parser made by flex and
bison (no tree since 4.16 ships them made), and compiled by the host's C compiler. `oracle` is oracle.c linked with the
same objects.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

ORACLE = Path(__file__).with_name("oracle.c")
PARTS = ("confdata.c", "expr.c", "menu.c", "preprocess.c", "symbol.c", "util.c")
WRAPPED = ("menu_add_dep", "popen", "pclose", "conf_parse")
NEEDED = {"cc": "gcc or clang", "flex": "flex", "bison": "bison"}


class JudgeError(Exception):
    """What stands in the way of a judgement, and what to do about it; `code` is the exit code."""

    def __init__(self, text: str, code: int = 4) -> None:
        super().__init__(text)
        self.code = code


class Built(NamedTuple):
    """Where the programs of one tree are."""

    conf: Path
    oracle: Path


def version(tree: Path) -> str:
    """What the head of the top Makefile says: 7.1.13."""
    try:
        head = (tree / "Makefile").read_text(encoding="utf-8", errors="replace")[:2000]
    except OSError as error:
        raise JudgeError(f"{tree}: expected a kernel tree with a Makefile: {error.strerror}", 2) from None
    parts = dict(re.findall(r"^(VERSION|PATCHLEVEL|SUBLEVEL|EXTRAVERSION) *=[ \t]*(\S*)", head, re.MULTILINE))
    if "VERSION" not in parts or "PATCHLEVEL" not in parts:
        raise JudgeError(f"{tree}/Makefile: expected VERSION and PATCHLEVEL at its head, found neither", 2)
    tail = f".{parts['SUBLEVEL']}" if parts.get("SUBLEVEL") else ""
    return f"{parts['VERSION']}.{parts['PATCHLEVEL']}{tail}{parts.get('EXTRAVERSION', '')}"


def missing_tools() -> list[str]:
    """The packages whose programs are not on PATH."""
    return [package for program, package in NEEDED.items() if shutil.which(program) is None]


def check(tree: Path) -> None:
    """Raise what is missing of a whole tree: it is the Kconfig files of every folder that conf reads."""
    for part in ("Kconfig", "scripts/kconfig/conf.c", "scripts/include", "scripts/Kconfig.include", "drivers/Kconfig"):
        if not (tree / part).exists():
            raise JudgeError(
                f"{tree}: no {part}: expected a whole kernel tree "
                "(scripts/get-trees brings only the files that archmatrix reads; unpack a release, or clone one)",
                2,
            )
    if not (tree / "scripts/kconfig/internal.h").exists():
        raise JudgeError(f"{tree}: its Kconfig code is older than the oracle understands (6.12 and newer)", 2)


def build(tree: Path, into: Path, *, cc: str = "cc") -> Built:
    """Copy, generate, compile, link.

    Raises:
        JudgeError: a tool is missing, or the tree's code does not compile.

    """
    check(tree)
    if missing := missing_tools():
        raise JudgeError(f"conf cannot be built without {', '.join(missing)}: apt install {' '.join(missing)}")
    source = into / "kconfig"
    shutil.copytree(tree / "scripts/kconfig", source, ignore=shutil.ignore_patterns("tests", "lxdialog", "icons"))
    shutil.copytree(tree / "scripts/include", into / "include")
    shutil.copy(ORACLE, source / "oracle.c")
    _run(["flex", "-olexer.lex.c", "-L", "lexer.l"], source)
    _run(["bison", "-o", "parser.tab.c", "--defines=parser.tab.h", "-t", "-l", "parser.y"], source)
    flags = ["-O2", "-std=gnu11", "-w", "-I../include", "-I."]
    parts = [*PARTS, "lexer.lex.c", "parser.tab.c"]
    _run([cc, *flags, "-c", *parts], source)
    _run([cc, *flags, "-c", "conf.c", "-o", "conf.o"], source)
    _run([cc, *flags, "-Dmain=conf_main", "-c", "conf.c", "-o", "conf_main.o"], source)
    conditional = "struct expr *cond" in _declaration(source / "lkc.h", "menu_add_dep")
    _run([cc, *flags, *["-DDEP_HAS_CONDITION"] * conditional, "-c", "oracle.c"], source)
    objects = [str(Path(part).with_suffix(".o")) for part in parts]
    wraps = [f"-Wl,--wrap={name}" for name in WRAPPED]
    _run([cc, "-o", "conf", "conf.o", *objects], source)
    _run([cc, "-o", "oracle", "oracle.o", "conf_main.o", *objects, *wraps], source)
    return Built(source / "conf", source / "oracle")


def _declaration(header: Path, name: str) -> str:
    found = re.search(rf"\b{name}\([^;]*;", header.read_text(encoding="utf-8"))
    if found is None:
        raise JudgeError(f"{header.name}: expected a declaration of {name}: this Kconfig code is not known here")
    return found.group()


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        first = (done.stderr or done.stdout).strip().splitlines()[:3]
        raise JudgeError(f"`{' '.join(command[:4])} ...` failed with {done.returncode}: {' | '.join(first)}")
