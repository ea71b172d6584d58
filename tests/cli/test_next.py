"""Every error ends with what to type next, in one form; what it proposes is a command line that can be typed."""

from __future__ import annotations

import re
import shlex

import pytest

from matrix.cli.main import _in_full
from matrix.cli.next_step import next_step
from matrix.cli.parser import build
from matrix.dotconfig import DotconfigError
from matrix.errors import (
    CannotTellError,
    FetchError,
    MatrixError,
    MissingExtraError,
    RegistryError,
    ShapeError,
    StoreError,
    TreeError,
    UsageError,
)
from matrix.expression import ExpressionError
from matrix.poll.lock import locked
from matrix.store import Store

# What is mistyped, and what is proposed: "" for whatever there is.
ERRORS = {
    # the one that was probably meant, in its place
    "is rsicv64": "is riscv64",
    "rsicv64": "riscv64",
    "hstory arm": "history arm",
    "is arm64 rsicv64 --kernel 6.12": "is arm64 riscv64 --kernel 6.12",
    "is riscv64 --kernal=7.1": "is riscv64 --kernel=7.1",
    # which no option is like, but for its hyphens
    "versions --project linux": "versions --help",
    # nor nearly one
    "table --sort x": "table --help",
    # which stands beside it already
    "drivers DRM_NOVA DRM_NOVAX": "drivers DRM_NOVA",
    "is s390x s390xx --kernel 7.1": "is s390x --kernel 7.1",
    "is arm64 --foo": "is --help",
    "why arm64 --backend gcrs": "why arm64 --backend gccrs",
    "is amd64 --distro=debain-13": "is amd64 --distro=debian-13",
    "is x86_64-w64-mingw32": "is x86_64",
    "table --status suported": "table --status supported",
    "diff linux@6.12..linux@7.1 --about suport": "diff linux@6.12..linux@7.1 --about support",
    "log --kind narowed": "log --kind narrowed",
    "contradictions --rule borowed-target": "contradictions --rule borrowed-target",
    "refresh --project linus": "refresh --project linux",
    # what lists those that there are
    "is qqqqqqq": "names",
    "qqqqqqq": "help",
    "is arm64 --distro qqqqqqq": "distros",
    "is arm64 --kernel banana": "versions",
    "history arm64 --kernel 9.9": "versions",
    "diff linux@6.12..linux@6.15.3": "versions",
    "options arm64 --set QQQQ=y": "options x86_64",
    "drivers QQQQ": "drivers",
    "history h8300": "names",
    # what makes it
    "is arm64 --db nowhere.db": "refresh --db nowhere.db",
    "log --db nowhere.db": "refresh --db nowhere.db",
    "accept linux-kconfig": "refresh",
    "status": "refresh",
    # an example, or the command's help
    "diff now..2026-01-01": "diff linux@6.12..linux@7.1",
    "diff linux@6.12..rust@1.90": "diff linux@6.12..linux@7.1",
    "is arm64 --set KASAN=": "is --help",
    "is arm64 --cc tcc": "is --help",
    "is arm64 --max-age 3": "is --help",
    "is arm64 --as-of 2999-01-01": "is --help",
    "is arm64 --tree linux=nowhere": "is --help",
    "is arm64 --tree windows=nowhere": "is --help",
    "why": "why --help",
    "config nowhere": "config --help",
    "lint nowhere": "lint --help",
    "check nowhere": "check --help",
    "facts": "facts --help",
    "log --limit 0": "log --help",
    "prune": "prune --help",
    "daemon --listen foo": "daemon --help",
    "daemon --commit": "daemon --help",
    "verify --tree nowhere": "verify --help",
    "doctor --arch rsicv64": "doctor --arch riscv64",
    "completion ksh": "",
    "table --by moon": "",
}


@pytest.mark.parametrize("line", ERRORS)
def test_every_error_ends_with_what_to_type(run, monkeypatch, tmp_path, line):
    """Nothing is answered, and what is proposed parses."""
    monkeypatch.chdir(tmp_path)
    said = run(*line.split())
    assert (said.code, said.out) in {(2, ""), (3, "")}
    last = said.err.splitlines()[-1]
    proposed = re.fullmatch(r"  next: archmatrix (.+)", last)
    assert proposed, said.err
    assert ERRORS[line] in {proposed[1], ""}
    if not proposed[1].endswith("help"):
        build().parse_args(_in_full(shlex.split(proposed[1])))


@pytest.mark.parametrize("error", [CannotTellError, UsageError, TreeError, StoreError, DotconfigError, ExpressionError])
def test_an_error_that_knows_no_better_names_something(error):
    """Of every class."""
    assert next_step(error("what"), ["is", "arm"]).startswith("archmatrix ")


def test_every_class_has_its_own():
    """Also those with more to say."""
    told = [
        FetchError("host", "what"),
        ShapeError(path="a", line=1, found="b", expected="c"),
        RegistryError(["what"]),
        CannotTellError("what"),
        MissingExtraError("httpx", "refresh"),
    ]
    assert [next_step(one, ["refresh"]) for one in told] == [
        "archmatrix refresh --probe",
        "archmatrix status",
        "git diff data",
        "archmatrix versions",
        "pip install 'archmatrix[refresh]'",
    ]
    with_help = {UsageError, TreeError, StoreError, DotconfigError, ExpressionError}
    assert {type(one) for one in told} | with_help == set(MatrixError.__subclasses__())


def test_a_word_that_holds_spaces_is_quoted():
    """What is proposed can be copied as it stands."""
    error = UsageError("what", meant=("no: kernl", "no: kernel"))
    assert next_step(error, ["table", "--status", "no: kernl"]) == "archmatrix table --status 'no: kernel'"


def test_what_was_not_typed_is_not_replaced():
    """A name from elsewhere: this machine's."""
    error = UsageError("what", then="archmatrix names", meant=("qqq", "arm"))
    assert next_step(error, ["is"]) == "archmatrix names"


def test_a_store_that_another_holds_names_who_can_tell(run, db):
    """To wait is all that there is to do, and status shows for what."""
    with Store.open(db):
        pass
    with locked(db, wait=0, tell=print):
        said = run("accept", "linux-kconfig", "--wait", "0")
    assert (said.code, said.out) == (5, "")
    assert "expected none; try later" in said.complaint
    assert said.err.endswith("\n  next: archmatrix status\n")


@pytest.mark.parametrize("text", [None, b"x = [", b"\xff", b"[daemon]\nlisten = 7\n"])
def test_a_fault_of_the_daemons_configuration_is_the_askers(run, tmp_path, text):
    """What is to be mended is that file, and not data/."""
    file = tmp_path / "daemon.toml"
    if text is not None:
        file.write_bytes(text)
    said = run("daemon", "--config", str(file))
    assert said.code == 5
    assert said.err.splitlines()[-1] == "  next: archmatrix daemon --help"
