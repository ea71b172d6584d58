"""Help, completion and documentation: what they show can be typed."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess

import pytest

from matrix import __version__
from matrix.cli.parser import EXITS, build
from matrix.cli.parser.groups import GROUPS, MOST_USED
from matrix.errors import UsageError
from matrix.exits import Exit
from tests.cli.conftest import CHECKOUT

COMMANDS = tuple(build()._subparsers._group_actions[0].choices)  # noqa: SLF001 - argparse has no other way to ask
DOCUMENTS = sorted(p for p in [CHECKOUT / "README.md", *CHECKOUT.glob("docs/*.md")] if p.is_file())


def parses(words: list[str]) -> bool:
    """Whether a command line is one that the parser takes."""
    try:
        build().parse_args(words)
    except SystemExit as leaving:
        return not leaving.code
    except UsageError:
        return False
    return True


def examples(text: str) -> list[str]:
    block = text.partition("examples:\n")[2].partition("\n\n")[0]
    return [line.strip() for line in block.split("\n")]


def test_the_command_lists_every_command(run):
    """With what each does, in 80 columns."""
    said = run("--help")
    assert said.code == 0
    for command in COMMANDS:
        assert re.search(rf"^ +{command}\b", said.out, re.MULTILINE), command
    assert EXITS in said.out
    assert max(map(len, said.out.split("\n"))) <= 80


@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_two_examples_and_the_exit_codes(run, command):
    """The examples are of that command, and parse."""
    said = run(command, "--help")
    assert (said.code, said.err) == (0, "")
    shown = examples(said.out)
    assert len(shown) == 2
    for line in shown:
        # What another program or a file does with it is not ours.
        program, *words = shlex.split(re.split(r" [|>] ", line)[0])
        assert (program, words[0]) == ("archmatrix", command)
        assert parses(words), line
    assert said.out.count(EXITS) == 1
    assert max(map(len, said.out.split("\n"))) <= 80


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_alone_says_what_it_says_among_all(run, command, capsys):
    """A command line makes one command ready: its help, its defaults and what it refuses are no others."""
    said = run(command, "--help")
    with pytest.raises(SystemExit):
        build().parse_args([command, "--help"])
    assert said.out == capsys.readouterr().out
    said = run(command, "--no-such-option", "a", "b", "c")
    with pytest.raises(UsageError) as refused:
        build().parse_args([command, "--no-such-option", "a", "b", "c"])
    assert said.code == Exit.USAGE
    assert " ".join(str(refused.value).split()) in said.complaint


def test_there_is_one_table_of_exit_codes(run):
    """Every code that a command can end with, each once."""
    assert re.findall(r"^ +(\d+)  ", EXITS, re.MULTILINE) == [str(int(code)) for code in Exit]


def test_the_version(run):
    """The package's own."""
    assert run("--version") == (0, f"archmatrix {__version__}\n", "")


@pytest.mark.parametrize(
    "words", [["no-such-command"], ["is", "--no-such-option"], ["why"], ["check"], ["table", "--by", "moon"]]
)
def test_bad_usage_is_exit_2(run, words):
    """With the usage on standard error."""
    said = run(*words)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("archmatrix: ")


# --- without arguments ----------------------------------------------------------------------------------------------


def test_without_arguments_a_page_of_commands(run):
    """What is typed most first, then every command in its group, in 80 columns; it is no answer, so it is exit 2."""
    said = run()
    assert (said.code, said.out) == (Exit.USAGE, "")
    lines = said.err.splitlines()
    assert len(lines) <= 20
    assert max(map(len, lines)) <= 80
    for words in MOST_USED:
        assert parses(words.split())
        assert f"  archmatrix {words} " in said.err
    assert re.findall(r"[a-z]+", " ".join(line[18:] for line in lines[7:13])) == [n for g in GROUPS.values() for n in g]


def test_every_command_is_in_one_group():
    """One that were in none would be shown nowhere."""
    assert sorted(name for group in GROUPS.values() for name in group) == sorted(COMMANDS)


def test_help_shows_the_commands_in_their_groups(run):
    """`help` is `--help`."""
    said = run("help")
    assert said.code == Exit.YES
    assert re.findall(r"^(\S.*):$", said.out, re.MULTILINE)[: len(GROUPS)] == list(GROUPS)


# --- completion -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_names_every_command_and_option(run, shell):
    """A script that the shell itself can read."""
    said = run("completion", shell)
    assert said.code == 0
    for command in COMMANDS:
        assert re.search(rf"\b{command}\b", said.out), command
    for option in ("kernel", "strict", "tree", "against"):
        assert re.search(rf"(--| -l ){option}\b", said.out), option
    if program := shutil.which(shell):
        done = subprocess.run([program, "-n"], input=said.out, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")


# --- documentation --------------------------------------------------------------------------------------------------


def shown(text: str) -> list[str]:
    """The command lines of archmatrix in a document's code blocks, prompts and comments removed."""
    blocks = re.findall(r"^```[a-z]*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    lines = [line.strip().removeprefix("$ ") for block in blocks for line in block.replace("\\\n", " ").split("\n")]
    commands = [part.strip() for line in lines for part in re.split(r"&&|\|\||;|\|", line)]
    return [re.sub(r"^\S*/bin/", "", c) for c in commands if re.match(r"(\S*/bin/)?archmatrix\s", c)]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_commands_in_documents_parse(document):
    """Every line that a reader may copy is one that the parser takes."""
    text = document.read_text("utf-8")
    for line in shown(text):
        assert parses(shlex.split(line, comments=True)[1:]), line


def test_the_readme_shows_commands():
    """It would pass the test above with none."""
    readme = CHECKOUT / "README.md"
    if not readme.is_file():
        pytest.skip("no README.md yet")
    assert len(shown(readme.read_text("utf-8"))) >= 5


def test_every_command_is_documented():
    """In README.md or docs/, but for those that explain themselves."""
    if not (CHECKOUT / "README.md").is_file():
        pytest.skip("no README.md yet")
    text = "\n".join(document.read_text("utf-8") for document in DOCUMENTS)
    missing = {command for command in COMMANDS if f"archmatrix {command}" not in text}
    assert missing <= {"completion", "names", "versions"}
