"""Words as troff: whatever they hold, a reader gets them as they were written."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from matrix.render.troff import entry, example, paragraph, section, strong, text, title

# Each of them is troff's, or shown as another character, where it is not escaped.
HOSTILE = [
    r".TH at the beginning of a line",
    r"' likewise",
    r"a\fBb \n[.g] \\ \& C:\new",
    "--long-option -x 'quoted' \"quoted\" `back` ^caret ~tilde",
    "$(cc-option,-Wa$(comma)-x) !A && B || C >= 108200",
]


def test_nothing_is_left_that_troff_reads():
    assert text(r".a\b") == r"\&.a\eb"
    assert text("-x 'y'\nz") == r"\-x \(aqy\(aq z"
    assert strong("--db") == r"\fB\-\-db\fR"


def test_groff_gives_back_what_was_written():
    """On a line of its own, as a tag, and as an example; without a warning."""
    if (program := shutil.which("groff")) is None:
        pytest.skip("no groff here")
    lines = title("x", 1, "x 1", "X")
    for words in HOSTILE:
        lines += section("S", [*paragraph(text(words)), *entry(strong(words), [text("a")]), *example([words])])
    done = subprocess.run(
        [program, "-ww", "-man", "-Tascii", "-P-c", "-rLL=200n"],
        input="".join(f"{line}\n" for line in lines),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    shown = [" ".join(line.split()) for line in _plain(done.stdout)]
    for words in HOSTILE:
        assert shown.count(" ".join(words.split())) == 3, words


def _plain(written: str) -> list[str]:
    """Without the overstriking that makes bold."""
    plain: list[str] = []
    for character in written:
        if character == "\b":
            plain.pop()
        else:
            plain.append(character)
    return "".join(plain).split("\n")
