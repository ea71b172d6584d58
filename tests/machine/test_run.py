"""Somebody else's program is run within bounds, and whatever it does becomes a value."""

from __future__ import annotations

import os
import select
import stat
from pathlib import Path

import pytest

from matrix.machine.run import ToolBounds, run_tool
from tests.machine.made import IMPATIENT, PATIENT


def test_what_it_writes_comes_back(bench):
    """Both outputs apart; nothing is wrong with an exit code of 0."""
    done = run_tool([str(bench.tool("t", "echo out; echo err >&2"))], {}, limits=PATIENT)
    assert (done.out, done.err, done.problem) == ("out\n", "err\n", "")


def test_a_failure_says_its_first_line(bench):
    """An exit code alone helps nobody."""
    done = run_tool([str(bench.tool("t", "echo; echo 'no such thing' >&2; exit 7"))], {}, limits=PATIENT)
    assert done.problem == "ended with exit code 7: no such thing"


def test_a_crash_is_named(bench):
    """By the signal's name."""
    done = run_tool([str(bench.tool("t", "kill -SEGV $$"))], {}, limits=PATIENT)
    assert done.problem == "crashed (SIGSEGV)"


def test_a_hanging_tool_is_ended(bench, forever):
    """When the time is over, and not before: what it wrote until then is kept out of no answer."""
    done = run_tool([str(bench.tool("t", forever))], {}, limits=IMPATIENT)
    assert done.problem == "did not end within 3 s"


def test_the_real_alarm_ends_it_too(bench, forever):
    """A timer, with as little time as shows it."""
    done = run_tool([str(bench.tool("t", forever))], {}, limits=ToolBounds(seconds=0.01))
    assert done.problem == "did not end within 0.01 s"


def test_a_tool_that_closes_its_outputs_and_stays_is_ended(bench, forever):
    """The end of its output is not its own end."""
    done = run_tool([str(bench.tool("t", f"exec >&- 2>&-; {forever}"))], {}, limits=IMPATIENT)
    assert done.problem == "did not end within 3 s"


def test_a_flood_is_stopped(bench):
    """At the bound, whichever output it comes through."""
    bounds = ToolBounds(alarm=PATIENT.alarm, bytes=1000)
    for stream in ("1", "2"):
        script = f"while :; do echo 0123456789012345678901234567890123456789 >&{stream}; done"
        done = run_tool([str(bench.tool("t", script))], {}, limits=bounds)
        assert done.problem == "wrote more than 1000 bytes"


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="no pidfd here")
def test_what_it_started_ends_with_it(bench, forever):
    """A child that went to the background is not left behind."""
    done = run_tool([str(bench.tool("t", f"({forever}) >/dev/null 2>&1 & echo $!"))], {}, limits=PATIENT)
    try:
        child = os.pidfd_open(int(done.out))
    except ProcessLookupError:
        return
    try:
        assert select.select([child], [], [], 5)[0]  # readable once it has ended, which a signal takes a moment to do
    finally:
        os.close(child)


def test_there_is_no_input(bench):
    """What asks a question gets the end of a file."""
    done = run_tool([str(bench.tool("t", "read -r x && echo got || echo none"))], {}, limits=PATIENT)
    assert done.out == "none\n"


def test_it_stands_in_an_empty_folder_of_its_own(bench):
    """With the files that were given, gone afterwards: nothing where we stand can change what it does."""
    script = bench.tool("t", "pwd -P; echo *")
    place, names = run_tool([str(script)], {}, limits=PATIENT).out.splitlines()
    assert (names, Path(place) != Path.cwd(), Path(place).exists()) == ("*", True, False)
    assert run_tool([str(script)], {}, limits=PATIENT, files={"a.h": "x"}).out.splitlines()[1] == "a.h"


def test_the_environment_is_what_was_given(bench, monkeypatch):
    """A secret of ours is none of theirs."""
    monkeypatch.setenv("SECRET", "s3cret")
    done = run_tool([str(bench.tool("t", 'echo "[$SECRET] [$GIVEN]"'))], {"GIVEN": "yes"}, limits=PATIENT)
    assert done.out == "[] [yes]\n"


def test_arguments_pass_no_shell(bench):
    """They arrive as they are."""
    done = run_tool([str(bench.tool("t", 'echo "$1"')), "$(echo x) ; `y` *"], {}, limits=PATIENT)
    assert done.out == "$(echo x) ; `y` *\n"


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc here")
def test_it_can_gain_no_privileges(bench):
    """Not through a set-user-id program that it starts either; we ourselves are as before."""
    script = 'while read -r key value; do case $key in NoNewPrivs:) echo "$value";; esac; done </proc/$$/status'
    own = Path("/proc/self/status").read_text("utf-8")
    assert run_tool([str(bench.tool("t", script))], {}, limits=PATIENT).out == "1\n"
    assert Path("/proc/self/status").read_text("utf-8").count("NoNewPrivs:\t0") == own.count("NoNewPrivs:\t0")


def test_what_cannot_be_started_says_why(bench, tmp_path):
    """No such file, no program at all, an interpreter that is not there, a name with a zero byte."""
    garbage = tmp_path / "garbage"
    garbage.write_bytes(b"\x7fELF\x00garbage")
    garbage.chmod(garbage.stat().st_mode | stat.S_IXUSR)
    lost = bench.tool("lost", "")
    lost.write_text("#!/no/such/interpreter\n")
    for command in (str(tmp_path / "none"), str(garbage), str(lost), "a\0b"):
        assert run_tool([command], {}, limits=PATIENT).problem.startswith("cannot be started: ")


def test_no_file_stays_open(bench):
    """Nor a pipe, after a hundred runs of which some are ended."""
    tool = str(bench.tool("t", "echo x"))
    before = _open_files()
    for limits in (PATIENT, IMPATIENT) * 3:
        run_tool([tool], {}, limits=limits)
    assert _open_files() == before


def _open_files():
    return sum(1 for _ in Path("/proc/self/fd").iterdir()) if Path("/proc/self/fd").exists() else 0
