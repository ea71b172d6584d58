"""What several commands have in common: the shape of their help, and groups of options."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING, NamedTuple

from matrix.errors import UsageError
from matrix.exits import MEANINGS

if TYPE_CHECKING:
    from matrix.operations.wishes import Compiler

THE_QUESTION = (
    "Can Rust be used in the Linux kernel on this architecture, with these compilers, and if not, what stands in the"
    " way?"
)
EXITS = "\n".join(
    ["exit codes, the same for all commands:", *(f"{code:>5}  {words}" for code, words in MEANINGS.items())]
)

VERSIONS = {
    "--kernel": "Linux: 7.1 (the newest known of it), 7.1.13, v7.1, or what uname -r says",
    "--rustc": "rustc (default: the newest known one that the kernel accepts)",
    "--gcc": "GCC, for rustc_codegen_gcc and gccrs, and for the kernel's C with --cc gcc",
    "--llvm": "the LLVM inside rustc; the clang that compiles C is --cc clang-19",
    "--mrustc": "mrustc",
}

TOOLS = {
    "--bindgen": "the bindgen that makes Rust declarations of the kernel's C",
    "--libclang": "the libclang that bindgen reads C with",
    "--pahole": "the pahole that makes BTF",
}

# int() takes quadratic time over long digits.
_LONG = 10


_KEPT_NOWHERE = argparse.Action([], "")


class Help(argparse.RawDescriptionHelpFormatter):
    """Tables stay as they are. One is made for every option, and argparse's own imports shutil to learn the width."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_columns() - 2)


def _columns() -> int:
    """The width of the terminal as shutil tells it: $COLUMNS, else what the terminal says, else 80."""
    told = os.environ.get("COLUMNS", "")
    if told.isascii() and told.isdigit() and int(told):
        return int(told)
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns or 80  # type: ignore[union-attr]
    except (AttributeError, ValueError, OSError):
        return 80


class Unasked(argparse.ArgumentParser):
    """A command that is not the one being run: it takes options and keeps none, which most of the time is for."""

    def __init__(self) -> None:  # argparse prepares a page of help
        pass

    def add_argument(self, *_: object, **__: object) -> argparse.Action:
        """Keep nothing."""
        return _KEPT_NOWHERE


class Commands(NamedTuple):
    """Where commands are added: all of them, or `only` one."""

    parsers: argparse._SubParsersAction[argparse.ArgumentParser]
    only: str = ""


def command(commands: Commands, name: str, about: str, *examples: str) -> argparse.ArgumentParser:
    """A command with its help: what it does, two examples, the exit codes."""
    if commands.only not in {"", name}:
        return Unasked()
    shown = "\n".join(f"  archmatrix {example}" for example in examples)
    return commands.parsers.add_parser(
        name,
        help=about,
        description=wrapped(f"{about[0].upper()}{about[1:]}."),
        epilog=f"examples:\n{shown}\n\n{EXITS}",
        formatter_class=Help,
        allow_abbrev=False,
    )


def wrapped(words: str) -> str:
    """A paragraph of help: the formatter that keeps the tables as they are wraps nothing."""
    import textwrap  # noqa: PLC0415

    return textwrap.fill(words, 78)


def names(parser: argparse.ArgumentParser, *, nargs: str | None, also: str = "") -> None:
    """The name or names that are asked about."""
    parser.add_argument(
        "name",
        nargs=nargs,
        metavar="NAME",
        help=f"an architecture in any naming system: a triple, uname -m, Debian, Kconfig ... (docs/names.md){also}",
    )


def context(parser: argparse.ArgumentParser, *, backend: bool = True, json: bool = True) -> None:
    """Which versions, which C compiler, which backend, from which facts."""
    for option, about in VERSIONS.items():
        parser.add_argument(option, metavar="V", help=about)
    c_compiler(parser)
    tools(parser)
    distro(parser)
    if backend:
        parser.add_argument("--backend", metavar="B", help="only this backend: rustc-llvm, rustc-gcc, gccrs, ...")
    if json:
        parser.add_argument("--json", action="store_true", help="write JSON")
    parser.add_argument(
        "--exact", action="store_true", help="infer nothing for a version that lies between two that were read"
    )
    parser.add_argument(
        "--as-of", metavar="TIME", help="what was known then: a day (2026-03-01), a time, or how long ago (30d)"
    )
    trees(parser, required=False)
    store(parser)


def settings(parser: argparse.ArgumentParser) -> None:
    """Which Kconfig symbols are set."""
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="SYM[=V]",
        help="with this Kconfig symbol set: MODVERSIONS=y, KASAN=n (SYM alone is y; may be given several times)",
    )


def tools(parser: argparse.ArgumentParser) -> None:
    """The versions of the other tools that build the kernel."""
    for option, about in TOOLS.items():
        parser.add_argument(option, action=Once, metavar="V", help=about)


def distro(parser: argparse.ArgumentParser) -> None:
    """The distribution whose kernel and compilers are meant."""
    parser.add_argument(
        "--distro",
        action=Once,
        metavar="D",
        help="with the kernel and the compilers of a distribution (debian-13, ...); what another option names stays",
    )


def c_compiler(parser: argparse.ArgumentParser) -> None:
    """Which C compiler builds the kernel."""
    parser.add_argument(
        "--cc",
        type=compiler,
        action=Once,
        metavar="CC",
        help="the C compiler that builds the kernel: gcc or clang, with a version if it matters (clang-19, gcc=13.3)",
    )


def compiler(text: str) -> Compiler:
    """`gcc`, `clang-19`, `gcc=13.3`. Raises: argparse's error."""
    from matrix.operations.wishes import parse_compiler  # noqa: PLC0415  # where one is named alone

    try:
        return parse_compiler(text)
    except UsageError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


class Once(argparse.Action):
    """An option that means one thing: given twice it is a mistake, and not the last that wins."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,
    ) -> None:
        """Keep the value. Raises: argparse's error."""
        if getattr(namespace, self.dest, None) is not None:
            parser.error(f"{option_string}: given twice, expected once")
        setattr(namespace, self.dest, values)


def trees(
    parser: argparse.ArgumentParser, *, required: bool, also: str = "answer from it, store nothing; default: linux"
) -> None:
    """The asker's own source trees."""
    parser.add_argument(
        "--tree",
        action="append",
        required=required,
        default=[],
        metavar="[PROJECT[@VERSION]=]DIR",
        help="a directory or git repository with the upstream source (PROJECT: linux, rust, gcc, llvm, mrustc; "
        + ("may be given several times)" if required else f"{also})"),
    )


def filters(parser: argparse.ArgumentParser) -> None:
    """Which changes are wanted."""
    parser.add_argument("--arch", metavar="X", help="only what concerns this architecture, in any naming system")
    parser.add_argument("--backend", metavar="B", help="only what concerns this backend: rustc-llvm, gccrs, ...")
    parser.add_argument("--kind", action="append", metavar="K", help="only this kind: added, narrowed, renamed, ...")
    parser.add_argument("--about", action="append", metavar="F", help="only this family: support, rust-target, ...")


def max_age(parser: argparse.ArgumentParser) -> None:
    """How old an answer may be."""
    parser.add_argument(
        "--max-age",
        metavar="AGE",
        help="cannot tell (exit 3) from what was last checked longer ago than this: 12h, 30d, 2w",
    )


def verbose(parser: argparse.ArgumentParser, about: str) -> None:
    """More than a screen."""
    parser.add_argument("-v", "--verbose", action="store_true", help=about)


def wait(parser: argparse.ArgumentParser) -> None:
    """How long to wait for the store."""
    parser.add_argument(
        "--wait", type=float, default=60.0, metavar="S", help="wait this long for a refresh under way (default: 60)"
    )


def store(parser: argparse.ArgumentParser) -> None:
    """Which store."""
    parser.add_argument(
        "--db", metavar="FILE", help="the store to use (default: $ARCHMATRIX_DB, else your data folder)"
    )


def positive(text: str) -> int:
    """A whole number from 1. Raises: argparse's error."""
    if not (text.isascii() and text.isdigit() and len(text) < _LONG and int(text)):
        raise argparse.ArgumentTypeError(f"got {text[:20]!r}, expected a whole number from 1")
    return int(text)
