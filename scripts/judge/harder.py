"""Configurations that were made -> those that conf has yet to complete: what a person has after editing by hand.

Kinds:
  edit      one to three symbols changed in a complete .config, as scripts/config leaves it before olddefconfig
  fragment  a defconfig as it stands, with the variant's symbols: what it leaves out has its default
  retool    a complete .config, read with other tools than it was made with
"""

from __future__ import annotations

import json
import random
import shutil
from dataclasses import asdict
from typing import TYPE_CHECKING

from judge.campaign import Row, stored
from judge.cells import defconfigs, played
from judge.generate import changed, holds, lines, movable
from judge.oracle import Oracle
from judge.surroundings import environment
from judge.tools import write

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from judge.cells import CellOf
    from judge.tools import Tools

HARDER = "harder.jsonl"


def harden(tree: Path, program: Path, cell: CellOf, folder: Path, *, count: int, seed: int) -> list[Row]:
    """`count` of each kind for every set of tools, fragments excepted: there are only so many defconfigs.

    Raises:
        JudgeError: conf failed.

    """
    rows = list(stored(folder))
    other = folder.with_name(f"{cell.variant}-{'gcc' if cell.cc == 'clang' else 'clang'}")
    strangers = list(stored(other)) if other.is_dir() else []
    found: list[Row] = []
    for number, tools in enumerate(played(cell)):
        into = folder / f"harder{number}"
        shutil.rmtree(into, ignore_errors=True)
        into.mkdir()
        programs = into / "tools"
        write(tools, programs)
        chance = random.Random(seed + number)  # noqa: S311  # which configurations are tried
        mine = [row for row in rows if row.tools == tools]
        rest = [row for row in (*rows, *strangers) if row.tools != tools]
        with Oracle(program, environment(tree, cell.arch, tools, programs, subarch=cell.subarch), into) as oracle:
            made = [
                *_edits(oracle, into, mine, chance, count),
                *_fragments(into, tree, cell, min(count, 5)),
                *((row.path, "retool", f"made with {_name(row.tools)}") for row in _sample(chance, rest, count)),
            ]
            for path, kind, how in made:
                answer = oracle.judge(path, cell.fixed)
                # A fragment may be of another variant; it is judged all the same.
                if kind != "edit" or holds(answer["symbols"], cell.fixed):
                    found.append(Row(path, kind, how, tools, answer))
    with (folder / HARDER).open("w", encoding="utf-8") as file:
        for row in found:
            told = {"path": str(row.path), "kind": row.kind, "how": row.how}
            file.write(json.dumps({**told, "tools": asdict(row.tools), "answer": row.answer}) + "\n")
    return found


def _edits(
    oracle: Oracle, into: Path, rows: Sequence[Row], chance: random.Random, count: int
) -> Iterator[tuple[Path, str, str]]:
    can = movable(oracle.closure(3))
    for number, row in enumerate(_sample(chance, rows, count)):
        names = chance.sample(sorted(can), chance.randint(1, 3))
        values = {name: chance.choice(can[name]) for name in names}
        path = into / f"edit{number:03}.config"
        path.write_text(changed(row.path.read_text(encoding="utf-8"), values), encoding="utf-8")
        yield path, "edit", f"{' '.join(f'{n}={v}' for n, v in values.items())} in {row.path.name} ({row.kind})"


def _fragments(into: Path, tree: Path, cell: CellOf, count: int) -> Iterator[tuple[Path, str, str]]:
    for number, given in enumerate(defconfigs(tree, cell.arch, cell.fixed)[:count]):
        path = into / f"fragment{number:03}.config"
        path.write_text(given.read_text(encoding="utf-8", errors="replace") + lines(cell.fixed), encoding="utf-8")
        yield path, "fragment", given.name


def _sample(chance: random.Random, rows: Sequence[Row], count: int) -> list[Row]:
    return chance.sample(rows, min(count, len(rows)))


def _name(tools: Tools) -> str:
    return f"{tools.cc} {tools.cc_version}, rustc {tools.rustc}"
