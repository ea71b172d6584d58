"""What is printed: 80 columns, JSON, no escape codes where none are wanted, none of upstream's ever."""

from __future__ import annotations

import ast
import json
import os
import pty
import re
import subprocess
import sys

import pytest

from matrix.cli import output
from matrix.registry import data_folder, load
from matrix.render import style
from tests.cli.conftest import CHECKOUT
from tests.extract import test_linux_arch_support
from tests.sampling import one_in

REGISTRY = load(data_folder())
NAMES = tuple(REGISTRY.names)
# Each command that answers in text, with words that make it long.
QUESTIONS = (
    ("is", "arm"),
    ("is", "riscv64", "--kernel", "7.1", "--rustc", "1.95", "--gcc", "16", "--llvm", "22"),
    ("is", "x86_64", "--kernel", "6.1", "--rustc", "1.62.0"),
    ("is", "riscv64", "--kernel", "6.16"),
    ("is", "ia64", "--strict"),
    ("is", "arm64", "--backend", "gccrs", "--cc", "gcc"),
    ("why", "loongarch32"),
    ("why", "m68k", "--backend", "gccrs"),
    ("options", "x86_64"),
    ("options", "arm64", "--kernel", "6.12", "-v"),
    ("table",),
    ("table", "--by", "arch"),
    ("table", "--kernel", "6.16"),
    ("table", "--status", "conditional", "--backend", "rustc-llvm"),
    ("names",),
    ("names", "ppc64el"),
    ("versions",),
    ("versions", "--kernel", "6.16"),
    ("contradictions",),
    ("contradictions", "--kernel", "6.12"),
)
# What test_history.py asks for as JSON.
PAST = (("history", "riscv64", "-v"), ("diff", "linux@6.12..linux@7.1"), ("diff", "linux@6.18..linux@7.1", "-v"))
JSON = (*QUESTIONS, ("is", "amd64", "arm"), ("why", "sh", "arc"), ("options", "sh", "arc"))


ESCAPES = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202e\u2028\x85\r\x08\x7f\udcff"


def test_there_is_one_door_and_it_lets_no_sign_of_a_strangers_out(capsys):
    """Whatever a command prints: no control character but line ends, tabs and colours of ours."""
    output.write(f"{style.bold('a')}\tb{ESCAPES}c\n")
    assert capsys.readouterr().out == "a\tb?]0;owned??[2J?31m???????c\n".replace("?", "\ufffd")


def test_nobody_else_writes_to_the_terminal():
    """Beside the door: the short way, whose pages have gone through the same sieve, and the streams themselves."""
    doors = {"cli/output.py", "cli/streams.py", "fast.py"}
    package = CHECKOUT / "matrix"
    for path in package.rglob("*.py"):
        source = path.read_text("utf-8")
        if str(path.relative_to(package)) in doors or not re.search(r"print\(|sys\.std", source):
            continue
        for node in ast.walk(ast.parse(source)):
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            assert not f"{called}(".startswith(("print(", "sys.stdout.", "sys.stderr.")), f"{path}: {called}"


def too_long(text: str) -> list[str]:
    """Lines past 80 columns that could have been broken: an address or a path alone on its line could not."""
    return [line for line in text.split("\n") if len(line) > 80 and " " in line.strip()]


def runs(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A process of its own, its output a pipe."""
    return subprocess.run(
        [sys.executable, "-m", "matrix", *words],
        cwd=CHECKOUT,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def on_terminal(*words: str, **environment: str) -> str:
    """What a process prints to a terminal."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "matrix", *words],
        cwd=CHECKOUT,
        env={**os.environ, "TERM": "xterm", "PYTHONPATH": str(CHECKOUT), **environment},
        stdin=subprocess.DEVNULL,
        stdout=theirs,
    )
    os.close(theirs)
    read = b""
    try:
        while piece := os.read(ours, 65536):
            read += piece
    except OSError:  # Linux says "input/output error" where the last writer is gone
        pass
    os.close(ours)
    process.wait()
    return read.decode("utf-8").replace("\r\n", "\n")


# --- width ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [*one_in(2, QUESTIONS), *PAST], ids=" ".join)
def test_text_fits_80_columns(run, words):
    """But for what cannot be broken."""
    said = run(*words)
    assert said.code in {0, 1, 3}
    assert said.out.endswith("\n")
    assert too_long(said.out) == []
    assert not re.search(r"[ \t]$", said.out, re.MULTILINE), "blanks at the end of a line"


@pytest.mark.slow
@pytest.mark.parametrize("command", ["is", "why", "options"])
def test_every_name_fits_80_columns(run, command):
    """Every name that resolves, in one go; what is said of each stands apart from the next."""
    said = run(command, *NAMES)
    assert too_long(said.out) == []
    assert "\n\n\n" not in said.out


@pytest.mark.slow
def test_every_name_is_explained_in_80_columns(run):
    """One by one, for `names` takes one."""
    for name in NAMES[::31]:
        said = run("names", name)
        assert said.code == 0
        assert too_long(said.out) == []


# --- JSON -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", one_in(3, JSON), ids=" ".join)
def test_json_is_one_document_and_the_same_exit_code(run, words):
    """Whatever else is asked."""
    said = run(*words, "--json")
    assert json.loads(said.out)
    assert said.code == run(*words).code
    assert said.out.endswith("\n")


def test_json_of_a_name_says_what_the_text_says(run):
    """Answer, exit code, condition, and evidence with addresses."""
    found = json.loads(run("is", "riscv64", "--json").out)
    assert (found["answer"], found["exit_code"]) == ("yes", 0)
    (variant,) = found["answers"][0]["variants"]
    assert (variant["id"], variant["condition"]) == ("riscv64", "CC_IS_CLANG")
    assert [b["answer"] for b in variant["by_compiler"] if b["cc"] == "gcc"] == ["no"]
    addresses = [e["url"] for b in variant["cells"] for r in b["rungs"] for e in r["evidence"]]
    assert addresses
    assert all(address.startswith("https://") for address in addresses)


# --- colour ---------------------------------------------------------------------------------------------------------

COLOURED = [("is", "riscv64"), ("is", "riscv64", "--cc", "gcc"), ("table",), ("why", "riscv64"), ("versions",)]


@pytest.mark.parametrize("words", one_in(2, COLOURED), ids=" ".join)
def test_a_pipe_gets_plain_text(words):
    """From a whole process, whichever path answers."""
    said = runs(*words)
    assert said.returncode in {0, 1}
    assert said.stderr == ""
    assert "\x1b" not in said.stdout


@pytest.mark.parametrize("words", one_in(2, COLOURED[:-1]), ids=" ".join)
def test_a_terminal_gets_colours(words):
    """The same words, coloured, each colour ended before the end of its line."""
    said = on_terminal(*words)
    assert "\x1b[" in said
    assert re.sub("\x1b\\[[0-9]*m", "", said) == runs(*words).stdout
    for line in said.split("\n"):
        assert len(re.findall("\x1b\\[[1-9][0-9]*m", line)) == line.count("\x1b[0m")


@pytest.mark.parametrize("words", one_in(3, COLOURED), ids=" ".join)
@pytest.mark.parametrize("setting", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=lambda s: next(iter(s)))
def test_who_wants_no_colour_gets_none(words, setting):
    """NO_COLOR, and a terminal that has none."""
    assert "\x1b" not in on_terminal(*words, **setting)


def test_json_has_no_colour_on_a_terminal():
    """It is for programs."""
    assert json.loads(on_terminal("is", "riscv64", "--json"))


@pytest.mark.slow
def test_a_reader_that_goes_away_does_not_change_the_code():
    """`archmatrix why ... | head -1`: the answer's own code, nothing on standard error."""
    asked = {
        ("why", *NAMES[:20]): 1,
        ("table", "--kernel", "7.1"): 0,
        ("is", "riscv64", "--json"): 0,
        ("is", "alpha"): 1,
        ("table",): 0,
    }
    for words, code in asked.items():
        process = subprocess.Popen(
            [sys.executable, "-m", "matrix", *words],
            cwd=CHECKOUT,
            env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        process.stdout.close()
        error = process.stderr.read()
        process.stderr.close()
        assert (process.wait(), error) == (code, b""), words


# --- upstream's words -----------------------------------------------------------------------------------------------

# What a file may hold past the gate: C1 controls (a CSI in one character), a bidi override, a line separator.
WICKED = "no\x9b31m\u202e\u2028\x85way"


@pytest.fixture
def wicked(kernel):
    """A kernel whose words hold control characters wherever words are free."""
    support = test_linux_arch_support.PATH
    kernel.change(support, "EV56 and newer.", WICKED)
    kernel.change("init/Kconfig", "!SAND", f'!(ARCH = "{WICKED}")')
    kernel.change("arch/arm/Kconfig", "!KASAN", f'!(ARCH = "{WICKED}")')
    kernel.change("MAINTAINERS", "Supported", WICKED)
    return kernel


@pytest.mark.parametrize(
    "words",
    one_in(
        4,
        [
            *(("is", "arm"), ("why", "arm"), ("options", "arm"), ("table",), ("table", "--format", "markdown")),
            *(("table", "--format", "csv"), ("versions",), ("contradictions",), ("is", "arm", "--json")),
            *(("why", "alpha"), ("options", "arm", "--json"), ("table", "--json"), ("contradictions", "--json")),
        ],
    ),
    ids=" ".join,
)
def test_no_control_character_of_a_tree_is_printed(run, wicked, words):
    """Neither in text nor in JSON, where each is written as an escape."""
    said = run(*words, "--tree", wicked.root)
    shown = said.out + said.err
    assert said.out
    assert not [c for c in shown if not c.isprintable() and c != "\n"]


@pytest.mark.slow
def test_no_control_character_of_a_difference_is_printed(run, wicked):
    """`check` shows lines of the tree."""
    run("refresh", "--tree", f"linux={wicked.root}")
    support = test_linux_arch_support.PATH
    wicked.change(support, "no\x9b31m", "yes\x9b31m")
    for words in (["check", wicked.root], ["check", wicked.root, "--json"]):
        said = run(*words)
        assert said.code in {1, 4}
        assert not [c for c in said.out + said.err if not c.isprintable() and c != "\n"]


def test_no_control_character_of_a_place_is_printed(run, tmp_path):
    """A folder's name, and a name that was asked for, may hold any."""
    place = tmp_path / "a\x1b[31m\x9bb"
    place.mkdir()
    for words in (
        ["check", place],
        ["is", "arm", "--tree", place],
        ["is", "x\x1b[31m\x9b"],
        ["is", "arm", "--db", place / "x"],
    ):
        said = run(*words)
        assert said.code == 2
        assert not [c for c in said.out + said.err if not c.isprintable() and c != "\n"]
