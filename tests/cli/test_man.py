"""The manual page: all that the parser knows, and nothing that man or groff would complain of."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from matrix.cli.manual import ENVIRONMENT, manual
from matrix.cli.parser import build
from matrix.exits import MEANINGS
from tests.cli.conftest import CHECKOUT

SECTIONS = [
    "NAME",
    "SYNOPSIS",
    "DESCRIPTION",
    "COMMANDS",
    "OPTIONS",
    "EXIT STATUS",
    "FILES",
    "ENVIRONMENT",
    "EXAMPLES",
    "REPORTING",
]


@pytest.fixture
def page(run):
    said = run("man")
    assert (said.code, said.err) == (0, "")
    return said.out


def test_the_sections_in_their_order(page):
    assert re.findall(r'^\.SH "(.*)"$', page, re.MULTILINE) == SECTIONS


def test_every_command_option_and_code_is_there(page):
    """Each option with what it is for."""
    commands = build()._subparsers._group_actions[0].choices  # noqa: SLF001
    words = " ".join(page.replace(r"\-", "-").replace(r"\fB", "").replace(r"\fR", "").split())
    for name, command in commands.items():
        assert f".TP {name}" in words
        for action in command._actions:  # noqa: SLF001
            for written in action.option_strings:
                assert written in words, (name, written)
    for code, meaning in MEANINGS.items():
        assert f".TP {int(code)} {meaning}." in words


def test_every_variable_of_ours_is_there():
    """One that is read somewhere and stands nowhere would be known to nobody."""
    sources = "".join(p.read_text("utf-8") for p in (CHECKOUT / "matrix").rglob("*.py"))
    assert set(re.findall(r'"(ARCHMATRIX_[A-Z]+)"', sources)) - {"ARCHMATRIX_DELIVERY"} <= set(ENVIRONMENT)


def test_the_page_is_the_same_on_every_terminal(monkeypatch):
    """It is made at build time, wherever that is."""
    narrow, wide = (monkeypatch.setenv("COLUMNS", columns) or manual() for columns in ("40", "200"))
    assert narrow == wide


def test_man_shows_it_without_a_warning(page, tmp_path):
    """As a reader sees it: dashes can be copied."""
    if (program := shutil.which("man")) is None:
        pytest.skip("no man here")
    (tmp_path / "archmatrix.1").write_text(page, "utf-8")
    done = subprocess.run(
        [program, "--warnings", "-l", str(tmp_path / "archmatrix.1")],
        env={"PATH": "/usr/bin:/bin", "MANWIDTH": "80", "LC_ALL": "C.UTF-8", "MAN_KEEP_FORMATTING": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    assert "--kernel V" in done.stdout
    assert "archmatrix is armv7l --kernel 6.18 --cc gcc" in done.stdout
    # An example stays on a line, to be copied.
    filled = [line for line in done.stdout.split("\n") if not line.strip().startswith("archmatrix ")]
    assert max(map(len, filled)) <= 80


def test_groff_has_nothing_to_warn_of(page):
    if (program := shutil.which("groff")) is None:
        pytest.skip("no groff here")
    done = subprocess.run(
        [program, "-ww", "-man", "-Tutf8", "-z"], input=page, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
