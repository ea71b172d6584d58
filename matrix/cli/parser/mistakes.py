"""What argparse complains of -> an error in our own form, with what was probably meant."""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING

from matrix.errors import UsageError
from matrix.spelling import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

# In argparse's words. Which of them it uses for what differs between versions of Python; where it says something else,
# nothing is proposed.
# Options are short, and there are many: --sort has three letters of --format.
_ALIKE = 0.7
_UNKNOWN = re.compile(r"unrecognized arguments: (-\S+)")
_CHOICE = re.compile(r"argument \S+: invalid choice: '([^']*)' \(choose from (.*)\)")


def bad_usage(parser: argparse.ArgumentParser, message: str) -> UsageError:
    """The error, named after the command."""
    command = parser.prog.partition(" ")[2]
    return UsageError(f"{command}: {message}" if command else message, meant=_meant(parser, message))


def _meant(parser: argparse.ArgumentParser, message: str) -> tuple[str, str] | None:
    typed, known, alike = "", dict[str, str](), {}
    if unknown := _UNKNOWN.match(message):
        typed = unknown[1].partition("=")[0]
        # Their hyphens are all alike, and are no likeness: --foo is not nearly --format.
        known = {option.lstrip("-"): option for option in _options(parser)}
        alike = {"alike": _ALIKE}
    elif choice := _CHOICE.match(message):
        typed, known = choice[1], {word: word for word in re.findall(r"[\w-]+", choice[2])}
    near = nearest(typed.lstrip("-"), known, **alike)
    return (typed, known[near]) if near else None


def _options(parser: argparse.ArgumentParser) -> Iterator[str]:
    """The options of a parser, and of the commands below it: which of them it was is not said."""
    for action in parser._actions:  # noqa: SLF001  # argparse has no other way to ask
        yield from action.option_strings
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            for command in action.choices.values():
                yield from _options(command)
