"""The parser -> the manual page archmatrix(1), in troff."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix import __version__
from matrix.cli.parser import build
from matrix.cli.parser.arguments import THE_QUESTION
from matrix.cli.parser.groups import GROUPS, MOST_USED
from matrix.exits import MEANINGS
from matrix.render.troff import entry, example, paragraph, placeholder, section, strong, subsection, text, title

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator, Mapping

_SUBJECT = "say whether Rust can be used in the Linux kernel on an architecture, and what stands in the way"
_DESCRIPTION = (
    THE_QUESTION,
    (
        "An answer rests on what the files of Linux, rustc, GCC, LLVM and mrustc say at chosen versions, and names"
        " each by its line. What was read comes with the program; refresh reads what is newer, and any command takes"
        " your own source tree with --tree. What no file says is neither yes nor no, and the answer is that it cannot"
        " be told."
    ),
    (
        "A name alone is a question: archmatrix riscv64 is archmatrix is riscv64. Names are understood in many"
        " systems: a target triple, what uname -m says, Debian's, Kconfig's."
    ),
)
_FILES = {
    "~/.local/share/archmatrix/facts.db": "what refresh observed, and the answers made of it",
    "~/.cache/archmatrix/": "objects of the repositories that were asked; all of it can be fetched again",
    "~/.config/archmatrix/daemon.toml": "the configuration of the daemon",
}
ENVIRONMENT = {
    "ARCHMATRIX_DB": "the store to use instead of the one in your data folder",
    "ARCHMATRIX_CACHE": "the folder to use instead of the one in your cache folder",
    "ARCHMATRIX_DEBUG": "with this set, a fault of the program shows where it happened",
    "GITHUB_TOKEN": "the token for the API that has milestones, CI and issues; refresh alone uses it",
    "NO_COLOR": "with this set, no output is coloured",
    "COLUMNS": "the width of help; other output has at most 80 columns",
    "XDG_DATA_HOME, XDG_CACHE_HOME, XDG_CONFIG_HOME": "where your folders for data, caches and configuration are",
    "RUST_LIB_SRC": "doctor looks there for the source of core, as the kernel's build does",
}
_REPORTING = (
    (
        "A wrong answer is best reported with what archmatrix why NAME shows, to the project that you have archmatrix"
        " from: each line of it names a file that can be looked at. A fault of the program is exit code 70; what"
        " ARCHMATRIX_DEBUG=1 shows belongs into the report."
    ),
)
# An option with its value and help, and the commands that have it.
_Option = tuple[tuple[str, ...], str, str]


def manual() -> str:
    """The page, ending in one newline. It is the same whatever terminal and Python it is made with."""
    commands = _commands(build())
    lines = title("archmatrix", 1, f"archmatrix {__version__}", "User Commands")
    lines += section("NAME", [rf"archmatrix \- {text(_SUBJECT)}"])
    lines += section("SYNOPSIS", _synopsis())
    lines += section("DESCRIPTION", _paragraphs(_DESCRIPTION))
    lines += section("COMMANDS", _each_command(commands))
    lines += section("OPTIONS", _each_option(commands))
    lines += section("EXIT STATUS", _meant({str(int(code)): words for code, words in MEANINGS.items()}))
    lines += section("FILES", _meant(_FILES))
    lines += section("ENVIRONMENT", _meant(ENVIRONMENT))
    lines += section("EXAMPLES", _examples(commands))
    lines += section("REPORTING", _paragraphs(_REPORTING))
    return "".join(f"{line}\n" for line in lines)


def _commands(parser: argparse.ArgumentParser) -> Mapping[str, argparse.ArgumentParser]:
    (action,) = (a for a in parser._actions if not a.option_strings)  # noqa: SLF001  # argparse has no other way to ask
    choices: Mapping[str, argparse.ArgumentParser] = action.choices  # type: ignore[assignment]
    return choices


def _paragraphs(words: Iterable[str]) -> Iterator[str]:
    for one in words:
        yield from paragraph(text(one))


def _synopsis() -> Iterator[str]:
    for words in (
        (placeholder("COMMAND"), f"[{placeholder('OPTION')} ...]"),
        (placeholder("NAME"), f"[{placeholder('OPTION')} ...]"),
    ):
        yield from paragraph(" ".join([strong("archmatrix"), *words]))
    for option in ("--help", "--version"):
        yield from paragraph(f"{strong('archmatrix')} {strong(option)}")


def _each_command(commands: Mapping[str, argparse.ArgumentParser]) -> Iterator[str]:
    for group, names in GROUPS.items():
        yield from subsection(group, [line for name in names for line in _command(name, commands[name])])


def _command(name: str, parser: argparse.ArgumentParser) -> list[str]:
    taken = [a for a in parser._actions if not a.option_strings]  # noqa: SLF001
    about = " ".join((parser.description or "").split())
    return entry(" ".join([strong(name), *map(_argument, taken)]), [text(about)])


def _argument(action: argparse.Action) -> str:
    """`NAME ...` in brackets where it may be missing."""
    word = placeholder(action.metavar if isinstance(action.metavar, str) else action.dest.upper())
    word = f"{word} ..." if action.nargs in {"*", "+"} else word
    return f"[{word}]" if action.nargs in {"*", "?"} else word


def _each_option(commands: Mapping[str, argparse.ArgumentParser]) -> Iterator[str]:
    """Each option once, with the commands that have it; one that means several things stands as often."""
    having: dict[_Option, list[str]] = {}
    for names in GROUPS.values():
        for name in names:
            for action in commands[name]._actions:  # noqa: SLF001
                if action.option_strings:
                    key = tuple(action.option_strings), _value(action), action.help or ""
                    having.setdefault(key, []).append(name)
    for (written, value, about), owners in sorted(having.items(), key=lambda item: item[0][0][-1]):
        tag = ", ".join(map(strong, written)) + (f" {placeholder(value)}" if value else "")
        whose = "every command" if len(owners) == len(commands) else ", ".join(owners)
        yield from entry(tag, [text(_sentence(about)), ".br", text(f"({whose})")])


def _sentence(words: str) -> str:
    return words if words.endswith(".") else f"{words}."


def _value(action: argparse.Action) -> str:
    if action.nargs == 0:
        return ""
    if action.choices:
        return "|".join(map(str, action.choices))
    return action.metavar if isinstance(action.metavar, str) else action.dest.upper()


def _meant(words: Mapping[str, str]) -> Iterator[str]:
    for name, about in words.items():
        yield from entry(strong(name), [text(f"{about}.")])


def _examples(commands: Mapping[str, argparse.ArgumentParser]) -> Iterator[str]:
    for words, about in MOST_USED.items():
        yield from entry(strong(f"archmatrix {words}"), [text(f"{about}.")])
    shown = [line for names in GROUPS.values() for name in names for line in _shown(commands[name])]
    yield from example(shown)


def _shown(parser: argparse.ArgumentParser) -> list[str]:
    """The examples of a command's own help."""
    block = (parser.epilog or "").partition("examples:\n")[2].partition("\n\n")[0]
    return [line.strip() for line in block.split("\n")]
