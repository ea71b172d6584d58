"""The command that asks what needs Rust: drivers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cli.parser.arguments import command, context

if TYPE_CHECKING:
    from matrix.cli.parser.arguments import Commands


def add_drivers(commands: Commands) -> None:
    """Add it."""
    found = command(
        commands,
        "drivers",
        "show which kernel options need Rust, and whose machine cannot have them for want of it",
        "drivers --arch ppc64le",
        "drivers DRM_NOVA --kernel 6.18",
    )
    found.add_argument(
        "symbol", nargs="*", metavar="SYMBOL", help="an option, with or without CONFIG_ (without one: all of them)"
    )
    found.add_argument("--arch", metavar="NAME", help="only for this architecture, in any naming system")
    found.add_argument(
        "--defconfigs",
        action="store_true",
        help="instead: the kernel's own configurations that set Rust or what needs it, and whether they can",
    )
    context(found, backend=False)
