"""Cells -> folders of .config files with what conf says of each (verdicts.jsonl): the expensive half, done once.

The other half, what archmatrix says of the same files, is in compare.py and can be repeated without this one.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, NamedTuple

from judge.build import JudgeError
from judge.cells import defconfigs, played
from judge.generate import FULL, OPEN, Generator, Made, holds
from judge.oracle import Oracle
from judge.surroundings import environment
from judge.tools import Tools, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from judge.cells import CellOf

VERDICTS = "verdicts.jsonl"
# Of a hundred configurations of one set of tools: so many of each kind, the rest by randconfig.
SHARE = {"defconfig": 5, "flip": 20, "pair": 10}


class Row(NamedTuple):
    """One .config, how it was made, with which tools, and the oracle's answer."""

    path: Path
    kind: str
    how: str
    tools: Tools
    answer: dict[str, Any]


def generate(tree: Path, program: Path, cell: CellOf, into: Path, *, count: int, seed: int) -> list[Row]:
    """At least `count` configurations of the variant, over the cell's sets of tools.

    Raises:
        JudgeError: conf failed.

    """
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir(parents=True)
    rows: list[Row] = []
    sets = played(cell)
    for number, tools in enumerate(sets):
        programs, folder = into / f"tools{number}", into / f"set{number}"
        folder.mkdir()
        write(tools, programs)
        wanted = -(-count // len(sets))
        with Oracle(program, environment(tree, cell.arch, tools, programs, subarch=cell.subarch), folder) as oracle:
            made = _made(oracle, folder, tree, cell, wanted, seed + 1000 * number)
            rows += islice(_judged(oracle, made, cell, tools), wanted)
    with (into / VERDICTS).open("w", encoding="utf-8") as file:
        for row in rows:
            told = {"path": str(row.path.relative_to(into)), "kind": row.kind, "how": row.how}
            file.write(json.dumps({**told, "tools": asdict(row.tools), "answer": row.answer}) + "\n")
    return rows


def stored(folder: Path, name: str = VERDICTS) -> Iterator[Row]:
    """The rows of an earlier run."""
    with (folder / name).open(encoding="utf-8") as file:
        for line in file:
            told = json.loads(line)
            yield Row(folder / told["path"], told["kind"], told["how"], Tools(**told["tools"]), told["answer"])


def _judged(oracle: Oracle, made: Iterator[Made], cell: CellOf, tools: Tools) -> Iterator[Row]:
    """What is not of the variant after all is thrown away: a symbol could not be held."""
    for one in made:
        answer = oracle.judge(one.path, cell.fixed)
        if holds(answer["symbols"], cell.fixed):
            yield Row(one.path, one.kind, one.how, tools, answer)
        else:
            one.path.unlink()


def _made(oracle: Oracle, folder: Path, tree: Path, cell: CellOf, wanted: int, seed: int) -> Iterator[Made]:
    generator = Generator(oracle, folder, cell.variant, cell.fixed)
    given = defconfigs(tree, cell.arch, cell.fixed)
    share = {kind: max(1, wanted * percent // 100) for kind, percent in SHARE.items()}
    first = given[0] if given else None
    parts: list[Iterator[Made]] = [islice(generator.defconfigs(given), share["defconfig"])]
    if wanted >= 10:
        # One after the other: a base is a file that the next base overwrites.
        parts += [_flipped(generator, first, values, seed, share) for values in (OPEN, FULL)]
    # What cannot be held would go on for ever.
    parts.append(generator.rands(range(seed, seed + 4 * wanted + 20)))
    yield from chain.from_iterable(parts)


def _flipped(
    generator: Generator, first: Path | None, values: dict[str, str], seed: int, share: dict[str, int]
) -> Iterator[Made]:
    try:
        base = generator.base(first, values)
    except JudgeError:
        return
    yield from generator.flips(base, seed, share["flip"])
    yield from generator.pairs(base, seed, share["pair"])
