"""Which archmatrix this is, and what is said where another distribution's package has its name."""

from __future__ import annotations

import subprocess
import sys

import pytest

from matrix import __version__
from matrix.cli import about, surroundings
from matrix.cli.commands import doctor
from matrix.machine.tools import Machine
from matrix.operations.installation import installation
from tests.cli.conftest import CHECKOUT

RECORD = "matrix/__init__.py,sha256=x,1\nmatrix/other.py,,\n"


@pytest.fixture
def site(tmp_path):
    """A folder of installed distributions: site(NAME, VERSION, record) adds one."""

    def add(name, version, record=RECORD, packages=""):
        info = tmp_path / f"{name}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        (info / "RECORD").write_text(record)
        (info / "top_level.txt").write_text(packages)
        return [str(tmp_path)]

    return add


def test_a_good_installation_has_no_faults(site):
    """Its own metadata, beside others with other packages."""
    site("matrixlib", "1.0", "matrixlib/__init__.py,,\nmatrixlib/matrix/__init__.py,,\n", "matrixlib\n")
    found = installation(site("archmatrix", __version__))
    assert (found.version, found.recorded, found.others, found.faults) == (__version__, __version__, (), ())
    assert found.folder == CHECKOUT / "matrix"


def test_a_checkout_has_no_metadata(tmp_path):
    """It runs all the same."""
    found = installation([str(tmp_path)])
    assert (found.recorded, found.faults) == (None, ())


@pytest.mark.parametrize("other", [{}, {"record": "", "packages": "docs\nmatrix\n"}], ids=["files", "packages"])
def test_another_distribution_with_our_package_is_named(site, other):
    """However it says that it has it; and what to do."""
    site("archmatrix", __version__)
    (fault,) = installation(site("matrix", "9.9", **other)).faults
    assert fault.startswith("found matrix 9.9 beside archmatrix")
    assert "pipx install archmatrix, or uvx archmatrix" in fault


def test_metadata_of_another_version_is_a_fault(site):
    """As after a checkout moved on under an editable installation."""
    (fault,) = installation(site("archmatrix", "0.0.1")).faults
    assert "metadata of archmatrix 0.0.1" in fault


def test_the_version_at_length(run, site, monkeypatch):
    """In whichever order it is asked; 5 where something is in the way."""
    good, bad = installation(site("archmatrix", __version__)), installation(site("matrix", "9.9"))
    monkeypatch.setattr(about, "installation", lambda: good)
    said = run("--version", "-v")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"archmatrix {__version__}\npackage       {CHECKOUT / 'matrix'}\n")
    assert run("-V", "-v") == said
    monkeypatch.setattr(about, "installation", lambda: bad)
    said = run("--version", "-v")
    assert (said.code, said.complaint[:29]) == (5, "archmatrix: found matrix 9.9 ")


def test_the_doctor_tells_of_it_too(run, site, monkeypatch):
    """Beside its answer, which rests on something else."""
    found = installation(site("matrix", "9.9"))
    monkeypatch.setattr(surroundings, "machine", lambda: Machine(path="", beside=(), libraries=()))
    words = ["doctor", "--arch", "alpha", "--kernel", "7.1.13"]
    before = run(*words)
    monkeypatch.setattr(doctor, "installation", lambda: found)
    said = run(*words)
    assert (said.code, said.out) == (before.code, before.out)
    assert "found matrix 9.9 beside archmatrix" in said.complaint


# --- the program ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "foreign",
    ["__version__ = '9.9'\n", "print 'Python 2'\n", "raise OSError\n", None],
    ids=["other", "old", "broken", "none"],
)
def test_the_program_does_not_run_another_s_package(tmp_path, foreign):
    """One message, whatever that package does when it is imported."""
    (tmp_path / "matrix").mkdir()
    if foreign is not None:
        (tmp_path / "matrix" / "__init__.py").write_text(foreign)
    words = [sys.executable, "-S", str(CHECKOUT / "packaging" / "archmatrix"), "is", "riscv64"]
    done = subprocess.run(words, env={"PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (5, "")
    assert done.stderr.startswith("archmatrix: found another distribution's package")
    assert "pipx install archmatrix, or uvx archmatrix" in done.stderr


def test_the_program_runs_ours():
    """The same file, with the package that it belongs to."""
    words = [sys.executable, "-S", str(CHECKOUT / "packaging" / "archmatrix"), "is", "alpha"]
    done = subprocess.run(words, env={"PYTHONPATH": str(CHECKOUT)}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")
