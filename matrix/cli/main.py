"""Arguments -> one command's run, and whatever becomes of it -> an exit code."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from matrix.cli import output
from matrix.cli.ending import ended_by, unwritten
from matrix.cli.parser import build, is_command
from matrix.cli.streams import say
from matrix.exits import Exit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matrix.errors import UsageError

_MODULES = {"is": "is_"}


def main(argv: Sequence[str]) -> int:
    """Run one command line, without the program's name. Nothing leaves but the exit code."""
    try:
        code = _run(argv)
        output.flush()
    except output.UnwrittenError as error:
        return unwritten(error.__cause__)
    except BaseException as error:  # noqa: BLE001  # Ctrl-C too
        code = ended_by(error, argv)
        _flush_what_there_is()
    return code


def _run(argv: Sequence[str]) -> int:
    if not argv:
        from matrix.cli.parser.groups import overview  # noqa: PLC0415

        # Nothing was asked, so nothing is answered: a script whose words are missing is not told "yes".
        say(overview())
        return Exit.USAGE
    try:
        argv = _in_full(argv)
        if argv[:1] == ["--version"] and len(argv) == 2:
            from matrix.cli import about  # noqa: PLC0415  # it looks at every distribution that is installed

            if about.is_asked(argv):
                return about.write_version()
        args = build(_asked(argv)).parse_args(argv)
    except SystemExit as leaving:
        # argparse's own way out, on --help and --version.
        return leaving.code if isinstance(leaving.code, int) else Exit.USAGE
    # A command's module is imported when it is run: `is` needs no template engine.
    module = import_module(f"matrix.cli.commands.{_MODULES.get(args.command, args.command)}")
    code = module.run(args)
    return int(code)


# What people type first, and the command that it stands for.
_ALSO = {"help": ["--help"], "-V": ["--version"], "supported": ["is"]}


def _in_full(argv: Sequence[str]) -> list[str]:
    """The command line with its command: `riscv64` is `is riscv64`, `help is` is `is --help`."""
    first, rest = (argv[0], list(argv[1:])) if argv else ("", [])
    if first in _ALSO:
        return [*rest, *_ALSO[first]] if first == "help" else [*_ALSO[first], *rest]
    if first.startswith("-") or is_command(first):
        return list(argv)
    if _is_name(first):
        return ["is", first, *rest]
    raise _neither(first)


def _neither(word: str) -> UsageError:
    """That a word is no command and no name."""
    from matrix.cli.parser.groups import GROUPS  # noqa: PLC0415
    from matrix.cli.surroundings import registry  # noqa: PLC0415
    from matrix.errors import UsageError  # noqa: PLC0415
    from matrix.spelling import nearest  # noqa: PLC0415

    commands = [name for names in GROUPS.values() for name in names]
    near = nearest(word, [*commands, *registry().names])
    return UsageError(
        f"found {word[:60]!r}, expected a command (archmatrix help lists them) or the name of an architecture",
        then="archmatrix help",
        meant=(word, near) if near else None,
    )


def _is_name(word: str) -> bool:
    """Whether a word that is no command is the name of an architecture."""
    from matrix.cli.surroundings import registry  # noqa: PLC0415  # asked for where there is no command alone
    from matrix.errors import MatrixError  # noqa: PLC0415
    from matrix.registry import part_gone, resolve_name  # noqa: PLC0415

    try:
        there, _ = part_gone(registry(), [word])
        return not there or bool(resolve_name(registry(), word))
    except MatrixError:
        return False


def _asked(argv: Sequence[str]) -> str:
    """The command of a command line, whose options alone are then made ready; "" where all must be known."""
    return argv[0] if argv and not argv[0].startswith("-") else ""


def _flush_what_there_is() -> None:
    """What was printed before a fault; the fault is told already."""
    try:
        output.flush()
    except output.UnwrittenError as error:
        unwritten(error.__cause__)
