"""Every command with its options, built once for parsing, help and shell completion."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import NoReturn

from matrix import __version__
from matrix.cli import output
from matrix.cli.parser.arguments import EXITS, THE_QUESTION, Commands, Help, wrapped
from matrix.cli.parser.drivers import add_drivers
from matrix.cli.parser.itself import add_itself
from matrix.cli.parser.past import add_past
from matrix.cli.parser.questions import add_questions, add_tables
from matrix.cli.parser.upkeep import add_upkeep
from matrix.cli.streams import say

__all__ = ["EXITS", "build", "is_command"]

_OF_THE_MACHINE = frozenset({"", "doctor", "verify"})
_OF_ALL_THERE_IS = frozenset({"", "export"})


class _Parser(argparse.ArgumentParser):
    """argparse takes no notice of output that cannot be written, and tells bad usage in its own way; this does not."""

    def error(self, message: str) -> NoReturn:
        """Raises: UsageError, as for every other word that is not understood."""
        from matrix.cli.parser.mistakes import bad_usage  # noqa: PLC0415

        raise bad_usage(self, message)

    def _print_message(self, message: str, file: object = None) -> None:
        if file is not None and file is sys.stderr:
            say(message)
        elif message:
            output.write(message)


class _Whole(_Parser):
    """The program's own: its help shows the commands in their groups."""

    def format_help(self) -> str:
        """The page of `archmatrix --help`."""
        from matrix.cli.parser.groups import commands_help  # noqa: PLC0415  # help is asked for seldom

        formatter = self._get_formatter()
        formatter.add_usage(self.usage, self._actions, self._mutually_exclusive_groups)
        formatter.add_text(self.description)
        head = formatter.format_help()
        formatter = self._get_formatter()
        formatter.start_section("options")
        formatter.add_arguments([action for action in self._actions if action.option_strings])
        formatter.end_section()
        formatter.add_text(self.epilog)
        (commands,) = (action for action in self._actions if not action.option_strings)
        about = {one.dest: one.help or "" for one in commands._get_subactions()}  # type: ignore[attr-defined]  # noqa: SLF001
        return f"{head}\n{commands_help(about)}{formatter.format_help()}"


def build(only: str = "") -> argparse.ArgumentParser:
    """The whole parser, or what one command line needs of it; `archmatrix COMMAND --help` shows two examples each."""
    parser: argparse.ArgumentParser = _Whole(
        prog="archmatrix",
        description=wrapped(THE_QUESTION),
        epilog=EXITS,
        formatter_class=Help,
        allow_abbrev=False,
    )
    parser.add_argument(
        "--version",
        action="version",
        version=f"archmatrix {__version__}",
        help="show the version and exit; with -v also where it lies, and whether another package is in its way",
    )
    commands = Commands(
        parser.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=_Parser), only
    )
    add_questions(commands)
    add_tables(commands)
    if only in _OF_THE_MACHINE:
        from matrix.cli.parser.machine import add_machine  # noqa: PLC0415  # all others start without it

        add_machine(commands)
    add_drivers(commands)
    add_past(commands)
    add_upkeep(commands)
    add_itself(commands)
    if only in _OF_ALL_THERE_IS:
        from matrix.cli.parser.export import add_export  # noqa: PLC0415  # likewise

        add_export(commands)
    # What is no command is told with all that are.
    return build() if only and not commands.parsers.choices else parser


def is_command(word: str) -> bool:
    """Whether there is such a command: its module stands among theirs."""
    # importlib would tell too, and its import takes as long as a plain query.
    commands = Path(__file__).parents[1] / "commands"
    return word == "is" or (word.isidentifier() and word[-1] != "_" and (commands / f"{word}.py").is_file())
