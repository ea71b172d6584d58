"""What several commands have in common: the shape of their help, and groups of options."""

from __future__ import annotations

import argparse
import textwrap

from matrix.exits import MEANINGS

EXITS = "\n".join(
    ["exit codes, the same for all commands:", *(f"{code:>5}  {words}" for code, words in MEANINGS.items())]
)

VERSIONS = {
    "--kernel": "Linux: 7.1 (the newest known of it), 7.1.13, v7.1, or what uname -r says",
    "--rustc": "rustc; only a version that is named enters the kernel's conditions",
    "--gcc": "GCC, for rustc_codegen_gcc and gccrs, and for the kernel's C with --cc gcc",
    "--llvm": "LLVM, and clang with --cc clang",
    "--mrustc": "mrustc",
}


# int() takes quadratic time over long digits.
_LONG = 10


def command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, about: str, *examples: str
) -> argparse.ArgumentParser:
    """A command with its help: what it does, two examples, the exit codes."""
    shown = "\n".join(f"  archmatrix {example}" for example in examples)
    return commands.add_parser(
        name,
        help=about,
        description=wrapped(f"{about[0].upper()}{about[1:]}."),
        epilog=f"examples:\n{shown}\n\n{EXITS}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )


def wrapped(words: str) -> str:
    """A paragraph of help: the formatter that keeps the tables as they are wraps nothing."""
    return textwrap.fill(words, 78)


def names(parser: argparse.ArgumentParser, *, nargs: str | None, also: str = "") -> None:
    """The name or names that are asked about."""
    parser.add_argument(
        "name",
        nargs=nargs,
        metavar="NAME",
        help=f"an architecture in any naming system: kernel, uname -m, Debian, Gentoo, GNU, Rust, Go, OCI{also}",
    )


def context(parser: argparse.ArgumentParser, *, backend: bool = True) -> None:
    """Which versions, which C compiler, which backend, from which facts."""
    for option, about in VERSIONS.items():
        parser.add_argument(option, metavar="V", help=about)
    parser.add_argument("--cc", choices=["gcc", "clang"], help="the C compiler that builds the kernel")
    if backend:
        parser.add_argument("--backend", metavar="B", help="only this backend: rustc-llvm, rustc-gcc, gccrs, ...")
    parser.add_argument("--json", action="store_true", help="write JSON")
    parser.add_argument(
        "--as-of", metavar="TIME", help="what was known then: a day (2026-03-01), a time, or how long ago (30d)"
    )
    trees(parser, required=False)
    store(parser)


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
