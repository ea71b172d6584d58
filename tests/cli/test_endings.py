"""How a command ends where something goes wrong: no fault is 0 or 1, and none leaves a trace."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from importlib import import_module

import pytest

from matrix.cli import surroundings
from matrix.cli.commands import accept, export, report
from matrix.cli.main import main
from matrix.cli.parser import build
from matrix.errors import CannotTellError, FetchError, RegistryError, ShapeError, StoreError, TreeError, UsageError
from matrix.exits import Exit, together
from matrix.machine.tools import Machine
from matrix.operations.export import Exported
from tests.cli.conftest import CHECKOUT
from tests.sampling import one_in

# Each command with as few words as it takes.
WORDS = {
    "is": ["alpha"],
    "why": ["alpha"],
    "options": ["arm64"],
    "table": [],
    "window": [],
    "config": ["CONFIG"],
    "lint": ["--arch", "alpha", "FRAGMENT"],
    "drivers": [],
    "distros": [],
    "names": ["arm"],
    "versions": [],
    "contradictions": ["--rule", "undocumented-condition"],
    "history": ["riscv64"],
    "diff": ["linux@6.12..linux@7.1"],
    "log": [],
    "progress": [],
    "refresh": ["--dry-run"],
    "status": [],
    "accept": ["linux-kconfig"],
    "check": ["TREE", "--against", "7.1.13"],
    "prune": ["--bodies", "--dry-run"],
    "report": ["--check"],
    "export": ["OUT"],
    "daemon": [],
    "facts": ["--tree", "linux=TREE", "--output", "OUT"],
    "schema": ["is"],
    "completion": ["bash"],
    "man": [],
    "doctor": ["--arch", "alpha", "--kernel", "7.1.13"],
    "verify": ["--llc", "no-such-llc"],
}


def command(name: str):
    """The module of a command."""
    return import_module(f"matrix.cli.commands.{'is_' if name == 'is' else name}")


def test_every_command_is_here():
    """A new one belongs into WORDS."""
    assert sorted(WORDS) == sorted(build()._subparsers._group_actions[0].choices)  # noqa: SLF001


# --- faults -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", WORDS)
def test_a_fault_of_ours_is_70_and_one_line(run, monkeypatch, name):
    """Whatever it is; where to report it stands there, and nothing of upstream's reaches the terminal raw."""
    monkeypatch.delenv("ARCHMATRIX_DEBUG", raising=False)

    def fails(_):
        raise KeyError("x\x1b[31m\n" * 3)

    monkeypatch.setattr(command(name), "run", fails)
    said = run(name, *WORDS[name])
    assert (said.code, said.out) == (70, "")
    assert said.err.startswith("archmatrix: a fault of ours: KeyError: ")
    assert "please report it" in said.err
    assert "\x1b" not in said.err
    assert said.err.count("\n") == 1


def test_a_fault_shows_where_it_happened_to_who_asks(run, monkeypatch):
    """The trace, and then the line."""
    monkeypatch.setenv("ARCHMATRIX_DEBUG", "1")
    monkeypatch.setattr(command("is"), "run", lambda _: {}["nothing"])
    said = run("is", "alpha")
    assert said.code == 70
    assert said.err.startswith("Traceback (most recent call last):\n")
    assert "test_endings.py" in said.err
    assert said.err.endswith("\n")


@pytest.mark.parametrize("name", WORDS)
def test_ctrl_c_is_130(run, monkeypatch, name):
    """And a word."""

    def stopped(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(command(name), "run", stopped)
    assert run(name, *WORDS[name]) == (130, "", "archmatrix: stopped\n")


def test_ctrl_c_is_130_whatever_python_made_of_it(run, monkeypatch):
    """While a class is made, or below a library that wraps what it meets, another error stands for it."""

    def wrapped(_):
        raise RuntimeError("Error calling __set_name__") from KeyboardInterrupt()

    monkeypatch.setattr(command("is"), "run", wrapped)
    assert run("is", "alpha") == (130, "", "archmatrix: stopped\n")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("what"), 2),
        (TreeError("what"), 2),
        (FetchError("host", "what"), 2),
        (ShapeError(path="a", line=1, found="b", expected="c"), 2),
        (RegistryError(["what"]), 5),
        (StoreError("what"), 5),
        (CannotTellError("what"), 3),
        (OSError(errno.EIO, "what"), 70),
        (BrokenPipeError(), 70),
        (RecursionError("what"), 70),
        (MemoryError(), 70),
        (AssertionError(), 70),
        (SystemExit(1), 70),
    ],
    ids=lambda value: type(value).__name__,
)
def test_every_exception_has_its_code(run, monkeypatch, error, code):
    """One that is not of ours is a fault of ours, also where its name sounds like a pipe's or an exit."""

    def fails(_):
        raise error

    monkeypatch.setattr(command("is"), "run", fails)
    said = run("is", "alpha")
    assert (said.code, said.out) == (code, "")
    assert said.err.startswith("archmatrix: ")


def test_no_fault_is_an_answer():
    """0 and 1 are answers."""
    assert {Exit.USAGE, Exit.CANNOT_TELL, Exit.PARTIAL, Exit.UNUSABLE, Exit.FAULT, Exit.STOPPED}.isdisjoint({0, 1})


def test_the_code_of_several_answers():
    """No outranks cannot tell, which outranks yes."""
    assert [together(c) for c in ([0, 0], [0, 3], [3, 1, 0], [])] == [0, 3, 1, 0]


# As it is: `words` gives it something to accept.
ACCEPT, EXPORT = accept.accept, export.export
# What is asked of these rests on no store.
WITHOUT_A_STORE = {"schema", "distros", "facts", "man", "prune", "report", "refresh", "daemon"}


@pytest.mark.parametrize("name", one_in(4, [name for name in WORDS if name not in WITHOUT_A_STORE]))
def test_a_store_that_cannot_be_used_is_5(words, run, db, monkeypatch, name):
    """Whatever else the command would have said; the file is left as it is."""
    written = words(name, polled=False)
    monkeypatch.setattr(accept, "accept", ACCEPT)
    monkeypatch.setattr(export, "export", EXPORT)
    db.unlink(missing_ok=True)
    db.write_bytes(b"no store" * 512)
    said = run(*written)
    assert (said.code, said.out) == (5, "")
    assert said.complaint.startswith(f"archmatrix: {db}: found ")
    assert said.err.splitlines()[-1] == "  next: archmatrix refresh --db OTHER.db"
    assert db.read_bytes() == b"no store" * 512


# --- output -----------------------------------------------------------------------------------------------------------


class Refusing:
    """A standard output of which each write or flush fails; it is no file of the system's."""

    encoding = "utf-8"

    def __init__(self, error, *, late):
        self.error, self.late = error, late

    def write(self, text):
        if not self.late:
            raise self.error
        return len(text)

    def flush(self):
        raise self.error

    def isatty(self):
        return False


FULL = OSError(errno.ENOSPC, "No space left on device")
# The daemon writes nothing there.
PRINTING = [name for name in WORDS if name != "daemon"]


@pytest.fixture
def words(kernel, tmp_path, monkeypatch, run):
    """The words of a command, and what it needs to have something to print. This machine has no tools."""
    monkeypatch.setattr(surroundings, "machine", lambda: Machine(path="", beside=(), libraries=()))
    nothing = type("Nothing", (), {"markdown": dict, "html": dict})
    monkeypatch.setattr(report, "make_report", lambda *_, **__: nothing())
    done = Exported(place=tmp_path, rows={"facts": 1})
    monkeypatch.setattr(export, "export", lambda *_, **__: done)
    held = type("Held", (), {"source": "linux-kconfig", "revision": "7.1.13"})
    monkeypatch.setattr(accept, "accept", lambda *_, **__: [held])

    def of(name, *, polled=True):
        if name == "status" and polled:
            run("refresh", "--tree", kernel.root)
        (tmp_path / "config").write_text("# Linux/x86 7.1.13 Kernel Configuration\nCONFIG_X86_64=y\n", "utf-8")
        (tmp_path / "fragment").write_text("CONFIG_RUST=y\n", "utf-8")
        places = {
            "CONFIG": str(tmp_path / "config"),
            "FRAGMENT": str(tmp_path / "fragment"),
            "TREE": str(kernel.root),
            "linux=TREE": f"linux={kernel.root}",
            "OUT": str(tmp_path / "out"),
        }
        return [name, *(places.get(word, word) for word in WORDS[name])]

    return of


@pytest.mark.parametrize("name", one_in(5, PRINTING))
def test_output_that_cannot_be_written_is_5(words, capsys, monkeypatch, name):
    """A full disk, at once or when what was held back is written; and no standard output at all."""
    written = words(name)
    for stream in (Refusing(FULL, late=False), Refusing(FULL, late=True), None):
        capsys.readouterr()
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", stream)
            code = main(written)
        why = "found it closed" if stream is None else "found No space left on device"
        assert code == 5
        assert capsys.readouterr().err.endswith(f"archmatrix: standard output: {why}, expected to write there\n")


@pytest.mark.parametrize("name", one_in(5, PRINTING))
def test_a_reader_that_goes_early_changes_no_code(words, run, capsys, monkeypatch, name):
    """`| head -n1`: whatever the answer is, and nothing on standard error but what stands there anyway."""
    written = words(name)
    whole = run(*written)
    for late in (False, True):
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", Refusing(BrokenPipeError(), late=late))
            code = main(written)
        assert (code, capsys.readouterr().err) == (whole.code, whole.err)


@pytest.mark.parametrize("words_", [["--help"], ["--version"], ["is", "--help"]], ids=" ".join)
def test_help_that_cannot_be_written_is_5(capsys, monkeypatch, words_):
    """argparse would take no notice."""
    monkeypatch.setattr(sys, "stdout", Refusing(FULL, late=False))
    assert main(words_) == 5


@pytest.mark.parametrize("stream", [None, Refusing(FULL, late=False)], ids=["none", "full"])
def test_who_cannot_be_told_gets_the_code_all_the_same(monkeypatch, stream):
    """Standard error is closed or full."""
    monkeypatch.setattr(sys, "stderr", stream)
    assert main(["is", "pdp11"]) == 2
    assert main(["is", "--no-such-option"]) == 2


# --- whole processes ------------------------------------------------------------------------------------------------

RESOLVED = ["is", "ppc64le", "mips", "x86_32", "sparc64", "s390x", "--kernel", "6.12"]
PYTHON = [sys.executable, "-m", "matrix"]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(CHECKOUT)}


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="Linux has it")  # noqa: PTH110
@pytest.mark.parametrize("given", [["is", "alpha"], RESOLVED, ["--version"]], ids=" ".join)
def test_a_process_with_a_full_disk(given):
    """Python's own last words would be another code."""
    with open("/dev/full", "w") as full:  # noqa: PTH123
        done = subprocess.run(
            [*PYTHON, *given], cwd=CHECKOUT, env=environment(), stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 5
    assert done.stderr.startswith(b"archmatrix: standard output: found ")
    assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize(("given", "code"), [(["is", "alpha"], 1), (RESOLVED, 1), (["why", "arm", "alpha"], 1)])
def test_a_process_whose_reader_goes_early(given, code):
    """The answer's own code, on both paths."""
    process = subprocess.Popen(
        [*PYTHON, *given], cwd=CHECKOUT, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    process.stdout.close()
    error = process.stderr.read()
    process.stderr.close()
    assert (process.wait(), error) == (code, b"")


@pytest.mark.parametrize("given", [["is", "alpha"], RESOLVED], ids=" ".join)
def test_a_process_without_a_standard_output(given):
    """`>&-`: nothing else becomes the first file that is opened."""
    assert closed([*PYTHON, *given]) == (5, b"archmatrix: standard output: found it closed, expected to write there\n")


def closed(command_: list[str]) -> tuple[int, bytes]:
    """Run it with standard output closed: its code, and what it said on standard error."""
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" >&-', "sh", *command_],
        cwd=CHECKOUT,
        env=environment(),
        stderr=subprocess.PIPE,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("name", PRINTING)
def test_every_command_as_a_process_in_every_way(words, name, db, tmp_path):
    """A full disk, no standard output, `| head -n1`, no standard error, neither of them to be written."""
    given = [*PYTHON, *words(name)]
    where = {**environment(), "ARCHMATRIX_DB": str(db)}

    def run_(redirected: str) -> int:
        # What was written before is written over by nobody.
        (tmp_path / "out").unlink(missing_ok=True)
        script = f'"$@" {redirected}'
        return subprocess.run(
            ["bash", "-c", script, "bash", *given], cwd=CHECKOUT, env=where, stderr=subprocess.DEVNULL, check=False
        ).returncode

    whole = run_(">/dev/null")
    # What has nothing to print but a complaint ends as it would anywhere.
    unwritten = whole if name in {"accept", "facts", "status"} and whole in {2, 3, 4} else 5
    assert run_("| head -n1 >/dev/null; exit ${PIPESTATUS[0]}") == whole
    assert run_(">/dev/null 2>&-") == whole
    for redirected in (">/dev/full", ">&-", ">/dev/full 2>/dev/full", ">&- 2>&-"):
        assert run_(redirected) == unwritten, redirected


# Ctrl-C, or a fault, at the moment at which a module is imported.
_AT_IMPORT = """
import sys
class Stop:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            raise {error}
sys.meta_path.insert(0, Stop())
sys.modules.pop({module!r}, None)
from matrix.__main__ import main
sys.argv[1:] = ["is", "riscv64", "--kernel", "6.12"]
sys.exit(main())
"""


@pytest.mark.parametrize(
    "module", ["matrix.fast", "matrix.places", "argparse", "matrix.cli.main", "matrix.cli.commands.is_", "matrix.store"]
)
@pytest.mark.parametrize(
    ("error", "code", "says"), [("KeyboardInterrupt", 130, "stopped\n"), ("ImportError('gone')", 70, "a fault of ours")]
)
def test_ctrl_c_and_faults_while_modules_are_imported(module, error, code, says):
    """Wherever it is: no trace."""
    done = subprocess.run(
        [sys.executable, "-c", _AT_IMPORT.format(module=module, error=error)],
        cwd=CHECKOUT,
        env={k: v for k, v in environment().items() if k != "ARCHMATRIX_DEBUG"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.startswith(f"archmatrix: {says}")
    assert done.stderr.count("\n") == 1


@pytest.mark.slow
def test_ctrl_c_while_any_module_is_imported():
    """Each that a question needs, ours or not: 130, and no trace."""
    listed = """
import sys
from matrix.cli.main import main
before = set(sys.modules)
main(["is", "riscv64", "--kernel", "6.12"])
print(*sorted(set(sys.modules) - before), file=sys.stderr)
"""
    done = subprocess.run(
        [sys.executable, "-c", listed], cwd=CHECKOUT, env=environment(), capture_output=True, text=True, check=True
    )
    modules = done.stderr.split()
    assert len(modules) > 20
    for module in modules:
        stopped = subprocess.run(
            [sys.executable, "-c", _AT_IMPORT.format(module=module, error="KeyboardInterrupt")],
            cwd=CHECKOUT,
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert (stopped.returncode, stopped.stderr) == (130, "archmatrix: stopped\n"), module


def test_ctrl_c_before_there_is_anything_of_ours():
    """The script's own import: no trace, and nobody to say a word."""
    at_once = """
import runpy, sys
class Stop:
    def find_spec(self, name, path=None, target=None):
        if name == "matrix.__main__":
            raise KeyboardInterrupt
sys.meta_path.insert(0, Stop())
runpy.run_path("packaging/archmatrix", run_name="__main__")
"""
    done = subprocess.run(
        [sys.executable, "-c", at_once], cwd=CHECKOUT, env=environment(), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")
