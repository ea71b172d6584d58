"""Completion, driven in the shells themselves: what TAB offers."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from matrix.registry import data_folder, load
from matrix.registry.distros import load_distros

if TYPE_CHECKING:
    from collections.abc import Iterable

REGISTRY = load(data_folder())
DISTROS = load_distros(data_folder(), REGISTRY.variants)
# What is typed, and what is offered among other words, or alone.
TYPED = {
    "archmatrix is risc": {"riscv", "riscv32", "riscv64"},
    "archmatrix is riscv64 --kernel 7": {"7.1", "7.1.13", "7.2", "7.2.6"},
    "archmatrix why arm64 --rustc 1.9": {"1.90", "1.90.0", "1.95", "1.95.0"},
    "archmatrix is --backend ": set(REGISTRY.backends),
    "archmatrix is riscv64 --distro ": set(DISTROS),
    "archmatrix table --status ": {"supported", "conditional", "unknown", "blocked"},
    "archmatrix diff 30d --about r": {"release", "requirement", "rust-target"},
    "archmatrix schema window": {"window", "window-kernels", "window-tools"},
    "archmatrix table --format g": {"github-matrix"},
    "archmatrix di": {"distros", "diff"},
    "archmatrix risc": {"riscv", "riscv32", "riscv64"},
    "archmatrix drivers DRM_N": {"DRM_NOVA"},
    "archmatrix is riscv64 --kernel=7": {"7.1", "7.1.13", "7.2", "7.2.6"},
}
# bash alone completes what stands behind a NAME that is its own command.
BEHIND_A_NAME = {"archmatrix riscv64 --kernel 7": {"7.1", "7.1.13", "7.2", "7.2.6"}}
PROMPT = "next> "
# In seconds: only a shell that never answers takes so long.
PATIENCE = 60
BASH = (
    f"PS1='{PROMPT}'; "
    "bind 'set show-all-if-ambiguous on'; bind 'set completion-query-items 0'; "
    "bind 'set page-completions off'; bind 'set enable-bracketed-paste off'; source SCRIPT"
)
ZSH = (
    f"PROMPT='{PROMPT}'; "
    "unset zle_bracketed_paste; unsetopt auto_menu list_ambiguous; LISTMAX=0; "
    'autoload -U compinit; compinit -u -D; eval "$(cat SCRIPT)"'
)


def need(shell: str) -> str:
    if (program := shutil.which(shell)) is None:
        pytest.skip(f"no {shell} here")
    return program


@pytest.fixture
def script(run, tmp_path):
    """The completion script of a shell, in a file."""

    def write(shell: str) -> str:
        said = run("completion", shell)
        assert (said.code, said.err) == (0, "")
        (tmp_path / shell).write_text(said.out, "utf-8")
        return str(tmp_path / shell)

    return write


def typed(program: list[str], setting: str, home: str, lines: Iterable[str]) -> dict[str, set[str]]:
    """Each line with TAB behind it on a terminal: the words that were shown before the next line was begun."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        program,
        env={"PATH": os.environ["PATH"], "HOME": home, "TERM": "dumb", "COLUMNS": "200", "LINES": "100"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=home,
        start_new_session=True,
    )
    os.close(theirs)

    def until(sign: str) -> str:
        """What was written up to a sign that the shell itself must make, and the prompt behind it.

        What is typed before the prompt is there would not be taken for keys.
        """
        read = b""
        while PROMPT.encode() not in read.partition(sign.encode())[2]:
            assert select.select([ours], [], [], PATIENCE)[0], f"{sign} never came: {read!r}"
            read += os.read(ours, 65536)
        return read.decode("utf-8", "replace")

    try:
        os.write(ours, f"{setting}; echo rea''dy\n".encode())
        until("ready")
        shown = {}
        for number, line in enumerate(lines):
            # Ctrl-U takes the line back.
            os.write(ours, f"{line}\t\x15echo do''ne{number}\n".encode())
            shown[line] = set(re.split(r"\s+", until(f"done{number}")))
        os.write(ours, b"exit\n")
        process.wait()
    finally:
        process.kill()
        process.wait()
        os.close(ours)
    return shown


@pytest.mark.parametrize(
    ("shell", "words", "setting", "expected"),
    [
        ("bash", ["--norc", "--noprofile", "-i"], BASH, {**TYPED, **BEHIND_A_NAME}),
        ("zsh", ["-f", "-i"], ZSH, TYPED),
    ],
)
def test_tab_offers_what_there_is(script, tmp_path, shell, words, setting, expected):
    """Names, versions, backends, distributions, statuses, topics, options of a kernel and commands."""
    program = need(shell)
    shown = typed([program, *words], setting.replace("SCRIPT", script(shell)), str(tmp_path), expected)
    for line, offered in expected.items():
        assert offered <= shown[line], line
        # What does not begin like the word is no candidate.
        assert not {"x86_64", "6.12", "1.85"} & shown[line], line


def test_fish_offers_the_same(script, tmp_path):
    """It can be asked without a terminal."""
    program = need("fish")
    asks = "; ".join(f"echo '{line}'; complete -C '{line}'" for line in TYPED)
    done = subprocess.run(
        [program, "--no-config", "-c", f"source {script('fish')}; {asks}"],
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "TERM": "dumb"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    said: dict[str, set[str]] = {}
    for line in done.stdout.splitlines():
        if line in TYPED:
            shown = said.setdefault(line, set())
        else:
            # A value behind = is offered as the whole word.
            shown.add(re.sub("^--[a-z]+=", "", line.partition("\t")[0]))
    for line, offered in TYPED.items():
        assert offered <= said[line], line
        assert not {"x86_64", "6.12", "1.85"} & said[line], line


def test_versions_stand_behind_their_series(run):
    """What a person types first."""
    said = run("completion", "tcsh")
    assert "6.1 6.1.4 6.1.176 6.12 6.12.8 6.12.107 " in said.out
