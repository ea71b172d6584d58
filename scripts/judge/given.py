"""Given .config files -> conf's verdict on each, with the tools that it records, and whether our advice holds there."""

from __future__ import annotations

import shlex
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from judge.build import JudgeError
from judge.oracle import Oracle
from judge.recorded import dotted, read, text, tools
from judge.surroundings import environment
from judge.tools import Tools, write

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from judge.recorded import Recorded
    from matrix.query.examination import Examination
    from matrix.resolve.concrete.ways import Tweak

# What stands for a C compiler that a .config was not made with.
_OTHER = {"clang": Tools(cc="clang", cc_version="22.1.2"), "gcc": Tools(cc="gcc", cc_version="16.1.0")}
_FIELDS = {
    "RUSTC_VERSION": ("rustc", 100000),
    "RUSTC_LLVM_VERSION": ("rustc_llvm", 10000),
    "GCC_VERSION": ("cc_version", 10000),
    "CLANG_VERSION": ("cc_version", 10000),
}


class Judged(NamedTuple):
    """One given .config: its head, the tools that were played, and conf's answer."""

    path: Path
    body: str
    recorded: Recorded
    tools: Tools
    answer: dict[str, Any]


class Applied(NamedTuple):
    """One set of changes, as printed, and what came of it: CONFIG_RUST is y, or what stands in the way still."""

    commands: tuple[str, ...]
    rust: str
    blocked_by: tuple[str, ...]


def judge_given(path: Path, tree: Path, program: Path, folder: Path, *, rustc: str) -> Judged:
    """Judge one file; `rustc` is played where it records none. Tests come out as it records them.

    Raises:
        JudgeError: it is no .config, or conf cannot judge it.

    """
    body = text(path)
    recorded = read(body, str(path))
    played = tools(recorded, rustc=rustc)
    file = folder / "given.config"
    file.write_text(body, encoding="utf-8")
    with _oracle(tree, program, folder, recorded, played, answers=file) as oracle:
        return Judged(path, body, recorded, played, oracle.judge(file))


def apply(judged: Judged, found: Examination, tree: Path, program: Path, folder: Path) -> list[Applied]:
    """Do what we advise, command by command, with the tree's own scripts/config and conf.

    Raises:
        JudgeError: a command failed.

    """
    from matrix.render.answer.config import remedy_commands  # noqa: PLC0415  # found once the checkout is on the path

    done = []
    for remedy in found.remedies:
        commands = remedy_commands(remedy, found)
        played = _with(judged.tools, remedy.tools)
        file = folder / "applied.config"
        file.write_text(judged.body, encoding="utf-8")
        for command in commands:
            words = shlex.split(command)
            if words[0] == "scripts/config":
                _scripts_config(tree, file, words[1:])
        given = folder / "given.config"
        given.write_text(judged.body, encoding="utf-8")
        # Another compiler answers its own way; what was recorded of the old one says nothing of it.
        answers = given if played.cc == judged.tools.cc else None
        with _oracle(tree, program, folder, judged.recorded, played, answers=answers) as oracle:
            oracle.run(file, "--olddefconfig")
            answer = oracle.judge(file)
        blocked = tuple(c["text"] for c in answer["clauses"] if c["value"] == "n")
        done.append(Applied(tuple(commands), answer["value"], blocked))
    return done


def _oracle(
    tree: Path, program: Path, folder: Path, recorded: Recorded, played: Tools, *, answers: Path | None
) -> Oracle:
    programs = folder / "played"
    write(played, programs)
    around = environment(tree, recorded.arch, played, programs, subarch=recorded.subarch)
    return Oracle(program, around, folder, recorded=answers)


def _with(tools: Tools, changes: Iterable[Tweak]) -> Tools:
    """The tools that a set of changes asks for: the least version that it names."""
    for change in changes:
        if change.name == "cc":
            other = _OTHER[change.value]
            tools = replace(tools, cc=other.cc, cc_version=other.cc_version, cc_text="", lld="", bfd=False, gas=False)
        elif change.name == "PAHOLE_VERSION":
            tools = replace(tools, pahole=f"{change.value[0]}.{change.value[1:]}")
        else:
            field, major = _FIELDS[change.name]
            texts: dict[str, Any] = {field: dotted(change.value, major), "rustc_text": ""}
            tools = replace(tools, **texts)
    return tools


def _scripts_config(tree: Path, file: Path, words: list[str]) -> None:
    done = subprocess.run(
        ["bash", str(tree / "scripts/config"), "--file", str(file), *words],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise JudgeError(f"scripts/config {' '.join(words)} ended with {done.returncode}: {done.stderr.strip()[:200]}")
