"""The commands in the groups in which they are shown, and what is typed most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cli.parser.arguments import THE_QUESTION, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

GROUPS = {
    "one architecture": ("is", "why", "options", "names", "contradictions"),
    "all of them": ("table", "window", "drivers", "distros", "versions", "progress"),
    "what was": ("history", "diff", "log"),
    "your own": ("config", "doctor", "lint", "verify", "check"),
    "upkeep": ("refresh", "status", "accept", "prune", "report", "export", "daemon", "facts"),
    "this program": ("schema", "completion", "man"),
}
# The command lines that most people want, and what each shows.
MOST_USED = {
    "is riscv64": "whether Rust can be used there, or what is in the way",
    "why s390x": "every step it rests on, each with file and line",
    "table": "every architecture against every compiler",
}
_COLUMN = 18


def overview() -> str:
    """What `archmatrix` alone shows: a page, what is typed most first."""
    lines = [wrapped(THE_QUESTION), ""]
    lines += [f"  archmatrix {words:<{_COLUMN - 5}}{about}" for words, about in MOST_USED.items()]
    lines += ["", *(f"{title:<{_COLUMN}}{', '.join(names)}" for title, names in GROUPS.items()), ""]
    lines += ["archmatrix help          what each command is for, and the exit codes"]
    lines += ["archmatrix COMMAND -h    its options, with examples"]
    return "".join(f"{line}\n" for line in lines)


def commands_help(about: Mapping[str, str]) -> str:
    """Each command with what it is for, in its group. about has the words, by command."""
    return "".join(f"{line}\n" for line in _lines(about))


def _lines(about: Mapping[str, str]) -> Iterator[str]:
    import textwrap  # noqa: PLC0415  # help is asked for seldom

    for title, names in GROUPS.items():
        yield f"{title}:"
        for name in names:
            head = f"  {name:<{_COLUMN - 2}}"
            yield from textwrap.wrap(about[name], 78, initial_indent=head, subsequent_indent=" " * _COLUMN)
        yield ""
