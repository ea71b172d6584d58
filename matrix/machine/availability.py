"""A kernel tree's own scripts/rust_is_available.sh, run as its top Makefile runs it -> what it said.

`make rustavailable` runs it by sh at the top of the tree, with RUSTC, BINDGEN and CC exported, LC_ALL unexported,
LC_COLLATE and LC_NUMERIC set to C, and RUSTC_BOOTSTRAP=1. Kconfig asks for its exit code alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from matrix.machine.run import run_tool
from matrix.value import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from matrix.machine.tools import Machine

SCRIPT = "scripts/rust_is_available.sh"
_SHELL = "/bin/sh"
# What it calls or reads beside itself: without these it fails for a reason that is not the tools'.
_BESIDE = re.compile(r"\$\(dirname \$0\)/([\w.-]+)")
_YOURS = re.compile(r"^\*\*\*\s+(Your [^:]*version|[a-z]+ version|Clang version):\s+(\S+)", re.MULTILINE)
_LARGEST = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptSaid:
    """How it ended, with the C compiler it was given. words are its message without the frame of stars.

    versions are those that its message names, by its own words for them. unable says why it could not be run, or ran
    without what it needs, "" for nothing; then content means nothing.
    """

    cc: str
    content: bool = False
    words: tuple[str, ...] = ()
    versions: tuple[tuple[str, str], ...] = ()
    unable: str = ""


def script_says(machine: Machine, tree: Path, given: Mapping[str, str]) -> ScriptSaid:
    """Run the tree's script; `given` has RUSTC, BINDGEN, CC, ARCH and SRCARCH, as make would export them."""
    place, cc = tree / SCRIPT, given["CC"]
    try:
        with place.open("rb") as file:
            text = file.read(_LARGEST).decode("utf-8", "replace")
    except OSError as error:
        return ScriptSaid(cc=cc, unable=f"{SCRIPT}: {error.strerror}")
    named = ["min-tool-version.sh", *_BESIDE.findall(text)]
    if missing := [name for name in dict.fromkeys(named) if not (tree / "scripts" / name).exists()]:
        return ScriptSaid(cc=cc, unable=f"the tree is not whole: scripts/{missing[0]} is not there")
    environment = {k: v for k, v in machine.given.items() if k not in {"LC_ALL", "LANG"}}
    environment |= {"LC_COLLATE": "C", "LC_NUMERIC": "C", "srctree": ".", "objtree": ".", "CONFIG_SHELL": "sh"}
    environment |= {"RUSTC_BOOTSTRAP": "1", **given}
    if machine.src:
        environment["RUST_LIB_SRC"] = machine.src
    done = run_tool([_SHELL, f"./{SCRIPT}"], environment, limits=machine.limits, folder=tree)
    said = tuple(line for line in (line.strip("* \t") for line in done.err.splitlines()) if line)
    unable = "" if not done.problem or done.problem.startswith("ended with") else f"{SCRIPT} {done.problem}"
    return ScriptSaid(
        cc=cc,
        content=not done.problem,
        words=said,
        versions=tuple(_YOURS.findall(done.err)),
        unable=unable,
    )
