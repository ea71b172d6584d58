"""The commands about what was: history, diff, log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cli.parser.arguments import (
    VERSIONS,
    c_compiler,
    command,
    context,
    filters,
    names,
    positive,
    store,
    tools,
    verbose,
)

if TYPE_CHECKING:
    from matrix.cli.parser.arguments import Commands


def add_past(commands: Commands) -> None:
    """Add them."""
    found = command(
        commands,
        "history",
        "show what NAME was at every known release, and since when it is what it is",
        "history riscv64",
        "history loongarch32 --along rust --backend llvm",
    )
    names(found, nargs=None)
    found.add_argument(
        "--along",
        choices=["linux", "rust", "gcc", "llvm", "mrustc"],
        default="linux",
        help="whose releases (default: linux); the others stay as they are chosen",
    )
    context(found)
    verbose(found, "each known release, and since when for each backend")

    found = command(
        commands,
        "diff",
        "show what changed between two moments, or between two sets of versions; exit 1 where something did",
        "diff linux@6.12..linux@7.1 --arch arm",
        "diff 30d --format markdown",
    )
    found.add_argument(
        "first", metavar="A", help="a day, a time, 30d, last (before the last change), or PROJECT@VERSION,...; or A..B"
    )
    found.add_argument("second", metavar="B", nargs="?", help="the same; without it: now, or the newest releases")
    filters(found)
    for option, about in VERSIONS.items():
        found.add_argument(option, metavar="V", help=f"on both sides: {about}")
    c_compiler(found)
    tools(found)
    found.add_argument(
        "--format", choices=["text", "markdown", "json"], default="text", help="how to write it (default: text)"
    )
    found.add_argument("--json", action="store_true", help="the same as --format json")
    verbose(found, "each change with the lines of both sides")
    store(found)

    found = command(
        commands,
        "log",
        "show what refreshes observed to change, the newest first",
        "log --since 30d",
        "log --arch riscv --kind narrowed --json",
    )
    found.add_argument("--since", metavar="TIME", help="only since a day, a time, or how long ago (12h, 30d, 2w)")
    filters(found)
    found.add_argument("--limit", type=positive, metavar="N", help="only the newest N")
    found.add_argument("--json", action="store_true", help="write JSON")
    store(found)
