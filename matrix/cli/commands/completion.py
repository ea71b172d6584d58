"""`archmatrix completion`: the completion script of a shell, with the words that can be typed in it."""

from __future__ import annotations

import argparse
import shlex
from typing import TYPE_CHECKING

from matrix.cli import output, parser, surroundings
from matrix.cli.shells import mended
from matrix.exits import Exit
from matrix.operations.offered import offered
from matrix.render.schema import DOCUMENTS, schema_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

# What stands for an argument in its help, and the words that it is completed with.
_WORDS = {
    "NAME": "name",
    "X": "name",
    "B": "backend",
    "D": "distro",
    "DOCUMENT": "document",
    "F": "about",
    "K": "kind",
    "P": "project",
    "RULE": "rule",
    "SOURCE": "source",
    "STATUS": "status",
    "SYMBOL": "symbol",
}
# Of the options that take a version, whose versions; a BIN of the same name is a program.
_VERSIONS = {"kernel": "linux", "against": "linux", "rustc": "rust", "gcc": "gcc", "llvm": "llvm", "mrustc": "mrustc"}
_FILES = frozenset({"FILE", "OTHER"})
_FOLDERS = frozenset({"DIR", "PROJECT=DIR", "[PROJECT[@VERSION]=]DIR"})


def run(args: argparse.Namespace) -> int:
    """Print the script; `eval "$(archmatrix completion bash)"` makes use of it."""
    import shtab  # noqa: PLC0415  # needed for nothing else

    whole = parser.build()
    work = surroundings.reading(args)
    words = offered(work, surroundings.distros(work.registry))
    for action in _actions(whole):
        kind = _kind(action)
        if action.metavar in _FILES:
            action.complete = shtab.FILE  # type: ignore[attr-defined]  # where shtab looks
        elif action.metavar in _FOLDERS:
            action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]
        elif kind:
            action.complete = _words(kind, words)  # type: ignore[attr-defined]
    output.write(mended(args.shell, shtab.complete(whole, args.shell) + "\n"))
    return Exit.YES


def _actions(whole: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Every argument of every command."""
    for action in whole._actions:  # noqa: SLF001  # argparse has no other way to ask
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            for command in action.choices.values():
                yield from _actions(command)
        else:
            yield action


def _kind(action: argparse.Action) -> str:
    if action.metavar == "V":
        return _VERSIONS.get(action.dest, "")
    if action.metavar == "CC":
        return "cc"
    if action.metavar in {"A", "B"} and action.dest in {"first", "second"}:
        return "side"
    return _WORDS.get(str(action.metavar), "")


def _words(kind: str, words: Mapping[str, Sequence[str]]) -> Mapping[str, object]:
    """How each shell gets the words of a kind: a function that stands once, whichever arguments take it."""
    said = words[kind] if kind in words else _MADE[kind](words)
    name, row = f"_archmatrix_{kind}", " ".join(said)
    # bash parts words at @, and would put what follows it behind what was typed.
    in_bash = " ".join(word for word in said if "@" not in word)
    return {
        "bash": name,
        "zsh": name,
        "fish": f"({name})",
        "tcsh": f"`echo {row}`",
        "preamble": {
            "bash": f'{name}() {{\n  compgen -W {shlex.quote(in_bash)} -- "$1"\n}}',
            "zsh": f"{name}() {{\n  compadd -- {' '.join(map(shlex.quote, said))}\n}}",
            "fish": f"function {name}\n  string split ' ' -- {shlex.quote(row)}\nend",
        },
    }


def _sides(words: Mapping[str, Sequence[str]]) -> list[str]:
    """The moments that have a name, and every known version."""
    return ["now", "last", "30d", *(f"{p}@{label}" for p in dict.fromkeys(_VERSIONS.values()) for label in words[p])]


_MADE: Mapping[str, Callable[[Mapping[str, Sequence[str]]], list[str]]] = {
    "cc": lambda _: ["gcc", "clang"],
    "side": _sides,
    "document": lambda _: list(dict.fromkeys([*DOCUMENTS, *schema_names()])),
}
