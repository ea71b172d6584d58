"""Blocked configurations that were made -> whether what archmatrix advises of each makes CONFIG_RUST y, by conf.

Only settings are made here; advice to use another compiler is tried on given files (given.py).
"""

from __future__ import annotations

import random
import shutil
from typing import TYPE_CHECKING, NamedTuple

from judge.campaign import stored
from judge.cells import played
from judge.compare import TOOLS, verdict
from judge.generate import changed
from judge.oracle import Oracle
from judge.surroundings import environment
from judge.tools import write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from judge.campaign import Row
    from judge.cells import CellOf
    from judge.ours import Ours


class Advised(NamedTuple):
    """One set of settings for one file. `against` are the clauses that conf still says n of; empty: Rust can be had."""

    path: Path
    settings: dict[str, str]
    open: tuple[str, ...]
    against: tuple[str, ...]
    rust: str


class Unadvised(NamedTuple):
    """A blocked file for which there is no advice that consists of settings alone; tools: there is some of tools."""

    path: Path
    blocked: tuple[str, ...]
    tools: bool


def advise(
    ours: Ours, kernel: str, tree: Path, program: Path, cell: CellOf, folder: Path, *, count: int, seed: int
) -> Iterator[Advised | Unadvised]:
    """Follow the advice on `count` blocked configurations of each set of tools.

    Raises:
        JudgeError: conf failed.

    """
    rows = [row for row in stored(folder) if verdict(row.answer) == "blocked"]
    for number, tools in enumerate(played(cell)):
        mine = [row for row in rows if row.tools == tools]
        into = folder / f"advice{number}"
        shutil.rmtree(into, ignore_errors=True)
        into.mkdir()
        write(tools, into / "tools")
        around = environment(tree, cell.arch, tools, into / "tools", subarch=cell.subarch)
        with Oracle(program, around, into) as oracle:
            for row in random.Random(seed).sample(mine, min(count, len(mine))):  # noqa: S311  # which are tried
                yield from _followed(ours, kernel, oracle, row, into)


def _followed(ours: Ours, kernel: str, oracle: Oracle, row: Row, into: Path) -> Iterator[Advised | Unadvised]:
    text = row.path.read_text(encoding="utf-8")
    found = ours.examine(text.encode(), name=row.path.name, kernel=kernel, rustc=row.tools.rustc, changes=True)
    there = False
    for number, remedy in enumerate(found.remedies):
        if remedy.tools:
            continue
        there = True
        settings = {tweak.name: tweak.value for tweak in remedy.settings}
        path = into / f"{row.path.stem}-{number}.config"
        path.write_text(changed(text, {**settings, "RUST": "y"}), encoding="utf-8")
        oracle.run(path, "--olddefconfig")
        answer = oracle.judge(path)
        against = tuple(c["text"] for c in answer["clauses"] if c["value"] == "n" and c["text"] != TOOLS)
        yield Advised(row.path, settings, remedy.open, against, answer["value"])
    if not there:
        blocked = tuple(c["text"] for c in row.answer["clauses"] if c["value"] == "n" and c["text"] != TOOLS)
        yield Unadvised(row.path, blocked, bool(found.remedies))
