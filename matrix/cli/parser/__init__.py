"""Every command with its options, built once for parsing, help and shell completion."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from matrix import __version__
from matrix.cli import output
from matrix.cli.ending import say
from matrix.cli.parser.arguments import EXITS, Commands, Help, wrapped
from matrix.cli.parser.drivers import add_drivers
from matrix.cli.parser.itself import add_itself
from matrix.cli.parser.past import add_past
from matrix.cli.parser.questions import add_questions, add_tables
from matrix.cli.parser.upkeep import add_upkeep

__all__ = ["EXITS", "build", "is_command"]

_OF_THE_MACHINE = frozenset({"", "doctor", "verify"})


class _Parser(argparse.ArgumentParser):
    """argparse takes no notice of output that cannot be written; this does."""

    def _print_message(self, message: str, file: object = None) -> None:
        if file is not None and file is sys.stderr:
            say(message)
        elif message:
            output.write(message)


def build(only: str = "") -> argparse.ArgumentParser:
    """The whole parser, or what one command line needs of it; `archmatrix COMMAND --help` shows two examples each."""
    parser: argparse.ArgumentParser = _Parser(
        prog="archmatrix",
        description=wrapped(
            "Can Rust be used in the Linux kernel on this architecture, with these compilers, and if not, "
            "what stands in the way?"
        ),
        epilog=EXITS,
        formatter_class=Help,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"archmatrix {__version__}")
    commands = Commands(parser.add_subparsers(dest="command", metavar="COMMAND", required=True), only)
    add_questions(commands)
    add_tables(commands)
    if only in _OF_THE_MACHINE:
        from matrix.cli.parser.machine import add_machine  # noqa: PLC0415  # all others start without it

        add_machine(commands)
    add_drivers(commands)
    add_past(commands)
    add_upkeep(commands)
    add_itself(commands)
    # What is no command is told with all that are.
    return build() if only and not commands.parsers.choices else parser


def is_command(word: str) -> bool:
    """Whether there is such a command: its module stands among theirs."""
    # importlib would tell too, and its import takes as long as a plain query.
    commands = Path(__file__).parents[1] / "commands"
    return word == "is" or (word.isidentifier() and (commands / f"{word}.py").is_file())
