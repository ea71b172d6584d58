"""What a person sees on a terminal, as it was captured from a real one (scripts/capture-screens, by tmux).

A change of these texts is a change of what everybody meets first: capture them anew, and read the difference.
"""

from __future__ import annotations

import shlex
from datetime import datetime, timezone

import pytest

from matrix.cli import surroundings
from tests.cli.conftest import CHECKOUT

FOLDER = CHECKOUT / "tests" / "screens"
SCREENS = sorted(FOLDER.glob("*.txt"))
# Its whole answers are read when the package is: the day is the one of the capture.
DAY = datetime.fromisoformat((FOLDER / "day").read_text("utf-8").strip()).replace(hour=12, tzinfo=timezone.utc)
PROMPT = "$ "


def on_screen(lines: list[str], width: int, height: int) -> list[str]:
    """What a terminal of that size shows of lines: longer ones go on in the next row, and what is above is gone."""
    rows = [line[at : at + width] for line in lines for at in range(0, max(len(line), 1), width)]
    return [row.rstrip() for row in rows[-height:]]


@pytest.mark.parametrize("screen", SCREENS, ids=lambda path: path.stem)
def test_a_screen_is_as_it_was_captured(run, monkeypatch, screen):
    """The whole of it stands on the screen: the command, the answer, and what to type next."""
    monkeypatch.setattr(surroundings, "now", lambda: DAY)
    width, height = map(int, screen.stem.partition("-")[0].split("x"))
    monkeypatch.setenv("COLUMNS", str(width))
    captured = screen.read_text("utf-8").splitlines()
    assert captured[0].startswith(PROMPT), "the command has scrolled away"
    program, *words = shlex.split(captured[0].removeprefix(PROMPT))
    assert program == "archmatrix"
    said = run(*words)
    shown = [captured[0], *(said.err or said.out).splitlines(), PROMPT]
    assert on_screen(shown, width, height) == captured
    # Of a question and its answer nothing may be missed: the last line says what to type.
    assert captured[-2].split()[0] in {"more", "next:"}


def test_eight_answers_and_three_errors_at_two_sizes():
    """What is captured."""
    names = [path.stem.partition("-")[2] for path in SCREENS]
    assert len(names) == 22
    assert sorted(set(names)) == sorted(set(names[:11]))
