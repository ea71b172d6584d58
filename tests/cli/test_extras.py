"""What works with the core's packages alone, and what a command says that lacks the packages of its extra."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
import tomli

from matrix import extras
from tests.cli.conftest import CHECKOUT
from tests.cli.test_endings import WORDS
from tests.sampling import one_in

# Distributions whose packages have another name.
IMPORTED = {"pyyaml": "yaml", "prometheus-client": "prometheus_client"}
# What of ours is imported with them, and must be imported anew without.
RESTING = ("matrix.cli.commands.daemon", "matrix.daemon", "matrix.fetch", "matrix.operations.hosts")
RESTING += ("matrix.operations.refresh", "matrix.poll.network")
LACKING = {
    "refresh": (["refresh"], "refresh"),
    "refresh --dry-run": (["refresh", "--dry-run"], "refresh"),
    "refresh --probe": (["refresh", "--probe"], "refresh"),
    "refresh --tree": (["refresh", "--tree", "linux=TREE"], "refresh"),
    "refresh --git": (["refresh", "--git", "linux=TREE"], "refresh"),
    "is --tree": (["is", "riscv64", "--tree", "TREE"], "refresh"),
    "check": (["check", "TREE", "--against", "7.1.13"], "refresh"),
    "facts": (["facts", "--tree", "linux=TREE", "--output", "OUT"], "refresh"),
    "daemon": (["daemon"], "daemon"),
    "parquet": (["export", "--format", "parquet", "OUT"], "parquet"),
}


@pytest.fixture
def core(monkeypatch):
    """As if no extra were installed."""
    for name in list(sys.modules):
        if name.startswith(RESTING):
            monkeypatch.delitem(sys.modules, name)
    for package in (package for packages in extras.EXTRAS.values() for package in packages):
        for name in [name for name in sys.modules if name == package or name.startswith(f"{package}.")]:
            monkeypatch.setitem(sys.modules, name, None)
        monkeypatch.setitem(sys.modules, package, None)


def requirements(listed: list[str]) -> set[str]:
    """The packages of a list of requirements, as they are imported; other extras of ours left out."""
    names = {re.split(r"[\[<>=~!;, ]", one)[0] for one in listed} - {"archmatrix"}
    return {IMPORTED.get(name, name) for name in names}


def test_the_extras_are_those_that_are_declared():
    """What brings a package, and what is said to bring it; `all` is all of them, `dev` is more."""
    declared = tomli.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["project"]
    optional = declared["optional-dependencies"]
    assert {name: requirements(optional[name]) for name in extras.EXTRAS} == {
        name: set(packages) for name, packages in extras.EXTRAS.items()
    }
    assert optional["all"] == [f"archmatrix[{','.join(sorted(extras.EXTRAS))}]"]
    assert "archmatrix[all]" in optional["dev"]
    assert "archmatrix[refresh]" in optional["daemon"]
    assert requirements(declared["dependencies"]).isdisjoint({p for ps in extras.EXTRAS.values() for p in ps})


@pytest.mark.parametrize("words", [words for words, _ in LACKING.values()], ids=LACKING)
def test_what_lacks_its_extra_says_which(core, run, home, words, request):
    """Exit 5 and a line to type, before anything is made."""
    _, extra = LACKING[request.node.callspec.id]
    tree = home / "linux"
    tree.mkdir()
    said = run(*(word.replace("TREE", str(tree)).replace("OUT", str(home / "out")) for word in words))
    assert (said.code, said.out) == (5, "")
    assert said.complaint.endswith(f"pip install 'archmatrix[{extra}]'")
    assert "Traceback" not in said.err
    assert [place.name for place in home.iterdir()] == ["linux"]


OFFLINE = sorted(WORDS.keys() - {"check", "config", "daemon", "facts", "refresh", "report"})


@pytest.mark.parametrize("name", one_in(3, OFFLINE))
def test_what_reads_nothing_new_needs_no_extra(core, run, name):
    """Every other command."""
    said = run(name, *WORDS[name])
    assert "archmatrix[" not in said.err
    assert said.code in {0, 1, 2, 3}


def test_a_configuration_needs_no_extra(core, run, home):
    """The kernel's own is read by us."""
    config = home / ".config"
    config.write_text("# Linux/x86 7.1.13 Kernel Configuration\nCONFIG_X86_64=y\n# CONFIG_RUST is not set\n")
    assert run("config", config).code in {0, 1, 3}


FRESH = """
import sys
from importlib import import_module
sys.modules.update(dict.fromkeys(sys.argv[1].split()))
for name in sys.argv[2].split():
    try:
        import_module(f"matrix.cli.commands.{name}")
    except ModuleNotFoundError as error:
        print(name, error.name)
import matrix.render.html
import matrix.operations.verify
"""


def test_only_the_daemon_needs_an_extra_to_be_imported():
    """In a process of its own: nothing of ours is there yet. The pages' templates are the core's too."""
    packages = [package for packages in extras.EXTRAS.values() for package in packages]
    names = ["is_" if name == "is" else name for name in WORDS]
    done = subprocess.run(
        [sys.executable, "-c", FRESH, " ".join(packages), " ".join(names)],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    )
    (said,) = done.stdout.splitlines()
    assert said.split()[0] == "daemon"
    assert said.split()[1] in extras.EXTRAS["daemon"]


def test_another_package_that_is_missing_is_a_fault_of_ours(run, monkeypatch):
    """No extra brings it."""

    def fails(_):
        raise ModuleNotFoundError("No module named 'other'", name="other")

    monkeypatch.setattr("matrix.cli.commands.is_.run", fails)
    said = run("is", "alpha")
    assert said.code == 70
    assert "pip install" not in said.err
