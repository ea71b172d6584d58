"""The commands about this program: schema, completion, man."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cli.parser.arguments import command

if TYPE_CHECKING:
    from matrix.cli.parser.arguments import Commands


def add_itself(commands: Commands) -> None:
    """Add them."""
    found = command(
        commands,
        "schema",
        "write the JSON Schema of what a command writes with --json, or list the documents that there are",
        "schema is",
        "schema github-matrix",
    )
    found.add_argument("of", nargs="?", metavar="DOCUMENT", help="a command, or a document (default: list them)")

    found = command(
        commands,
        "completion",
        "write the completion script of a shell",
        "completion bash",
        "completion fish | source",
    )
    found.add_argument("shell", choices=["bash", "zsh", "fish", "tcsh"], help="the shell that is to read it")

    command(
        commands,
        "man",
        "write the manual page, as troff",
        "man | man -l -",
        "man > ~/.local/share/man/man1/archmatrix.1",
    )
