"""What a program gets: the command line's answers, options and errors, as values and exceptions."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

import matrix
from matrix import facade
from matrix.cli.parser import build
from matrix.facade.options import CellsAsked, FactsAsked, QuestionAsked, TableAsked, VersionsAsked, opened
from matrix.model import Truth
from matrix.registry import data_folder
from matrix.shipped import shipped_store
from matrix.store import Run, Snapshot, Store
from matrix.value import replace

CHECKOUT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 28, tzinfo=timezone.utc)
# What a command prints, and what a function's own arguments say.
PRINTED = {"conditional", "help", "json", "format", "verbose", "db"}
ARGUMENTS = {"name", "by", "status", "along", "symbol", "arch", "file", "diff", "defconfigs"}


def options_of(command: str) -> set[str]:
    """The options of a command by the words that Python has for them."""
    parser = build()._subparsers._group_actions[0].choices[command]  # noqa: SLF001 - argparse has no other way to ask
    return {action.dest for action in parser._actions} - PRINTED - ARGUMENTS  # noqa: SLF001


# --- the front door -------------------------------------------------------------------------------------------------


def test_import_matrix_imports_nothing_else():
    """The command line's plain answers pay for none of it."""
    code = "import sys; before = {*sys.modules}; import matrix; print({*sys.modules} - before)"
    done = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert done.stdout == "{'matrix'}\n"


def test_the_package_has_the_facade_s_names():
    """All of them, for `dir` and for type checkers, and no other."""
    assert list(matrix.__all__) == list(facade.__all__)
    assert {*matrix.__all__} <= {*dir(matrix)}
    for name in matrix.__all__:
        assert getattr(matrix, name) is getattr(facade, name)
    with pytest.raises(AttributeError, match="module 'matrix' has no attribute 'answers'"):
        _ = matrix.answers


def test_no_module_takes_the_place_of_a_name():
    """Python sets `matrix.X` when a module matrix/X is imported."""
    modules = {path.name.removesuffix(".py") for path in (CHECKOUT / "matrix").iterdir()}
    assert modules.isdisjoint(matrix.__all__)


# --- options --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "keywords"),
    [
        ("is", QuestionAsked),
        ("table", TableAsked),
        ("history", CellsAsked),
        ("window", CellsAsked),
        ("config", VersionsAsked),
        ("drivers", VersionsAsked),
    ],
)
def test_every_option_is_a_keyword(command, keywords):
    """Of the same name; where the store is, is `store` here."""
    assert options_of(command) | {"store"} == keywords.__optional_keys__


@pytest.mark.parametrize(
    "call",
    [
        lambda: matrix.ask("riscv64", kernal="7.1"),
        lambda: matrix.facts("linux", kernel="7.1"),
        lambda: matrix.window(strict=True, rustc="1.85"),
        lambda: matrix.changes("linux@6.12..linux@7.1", tree="."),
        lambda: matrix.ask("riscv64", tree=7),
    ],
)
def test_a_keyword_that_there_is_not_is_a_type_error(call):
    """As of any function."""
    with pytest.raises(TypeError, match="expected"):
        call()


def test_options_mean_what_they_mean_on_the_command_line(run):
    """The answer's truth is the exit code, whatever is asked."""
    for words, given in {
        ("riscv64", "--kernel", "7.1.13", "--cc", "gcc"): {"kernel": "7.1.13", "cc": "gcc"},
        ("riscv64", "--kernel", "7.1.13", "--strict"): {"kernel": "7.1.13", "strict": True},
        ("x86_64", "--kernel", "6.12.8", "--set", "RANDSTRUCT=y"): {"kernel": "6.12.8", "set": {"RANDSTRUCT": "y"}},
        ("x86_64", "--kernel", "6.12.50"): {"kernel": "6.12.50"},
        ("x86_64", "--kernel", "6.12.50", "--exact"): {"kernel": "6.12.50", "exact": True},
        ("arm64", "--distro", "debian-13"): {"distro": "debian-13"},
        ("x86_64", "--as-of", "2020-01-01"): {"as_of": "2020-01-01"},
    }.items():
        code = run("is", *words).code
        assert matrix.ask(words[0], **given).truth is {0: Truth.YES, 1: Truth.NO, 3: Truth.UNKNOWN}[code], words


def test_moments_may_be_values():
    """A datetime and a timedelta say what their texts say."""
    then = datetime(2020, 1, 1, tzinfo=timezone.utc)
    assert matrix.ask("x86_64", as_of=then).truth is Truth.UNKNOWN
    found = matrix.ask("x86_64", kernel="7.1", max_age=timedelta(microseconds=1))
    assert (found.truth, found.too_old) == (Truth.UNKNOWN, True)


# --- answers --------------------------------------------------------------------------------------------------------


def test_names_keep_their_places():
    """Ports that are gone among them, which are a no."""
    found = matrix.ask(["avr32", "alpha", "x86_64", "h8300"], kernel="7.1.13")
    assert [one.name for one in found] == ["avr32", "alpha", "x86_64", "h8300"]
    assert [one.truth.value for one in found] == ["no", "no", "yes", "no"]
    assert [bool(one.dropped) for one in found] == [True, False, False, True]
    assert (found[0].status, found[0].in_the_way, found[0].condition) == (None, (), "")


def test_what_is_in_the_way_has_its_lines():
    """Of the variant that decides, with the address of each."""
    found = matrix.ask("x86", kernel="7.1.13")
    assert found.deciding is not None
    assert (found.deciding.id, found.truth) == ("x86_32", Truth.NO)
    line = found.in_the_way[0].evidence[0]
    assert (line.project, line.version, str(line)) == ("linux", "7.1.13", "arch/x86/Kconfig:300")
    assert line.url.endswith("tree/arch/x86/Kconfig?h=v7.1.13#n300")


def test_a_verdict_is_neither_true_nor_false():
    """`if matrix.ask(NAME)` would take every no for a yes."""
    with pytest.raises(TypeError, match="truth"):
        bool(matrix.ask("alpha", kernel="7.1.13"))


def test_a_cell_of_the_matrix_is_the_cell_of_the_answer():
    """One value, wherever it stands."""
    grid = matrix.table(kernel="7.1.13")
    for variant in matrix.ask("arm", kernel="7.1.13").variants:
        for cell in variant.cells:
            assert grid[variant.id, cell.backend] == cell
        assert variant.by("gccrs") is variant.cells[grid.backends.index("gccrs")]
    by_arch = matrix.table("arch", kernel="7.1.13")
    assert (next(row.of for row in by_arch.rows if row.id == "arm")) > 1
    with pytest.raises(KeyError):
        grid["pdp11", "gccrs"]


def test_facts_are_those_of_the_text():
    """As many as the shipped file of the revision has, and each with its place."""
    text = (data_folder() / "facts" / "mrustc-0.12.0.tsv").read_text("utf-8")
    found = matrix.facts("mrustc", "0.12.0")
    assert len(found) == sum(line.startswith("\t") for line in text.split("\n"))
    assert {fact.url.partition("#")[0].endswith(fact.file) for fact in found} == {True}


def test_what_cannot_be_told_says_what_stands_beside_it():
    """Both releases next to a version that was not read, and variants whose answer is another."""
    found = matrix.ask("s390x", kernel="7.2.1")
    assert (found.truth, found.versions["linux"]) == (Truth.UNKNOWN, None)
    assert {version: truth.value for version, truth in found.beside.items()} == {"7.1.13": "no", "7.2.6": "yes"}
    assert matrix.ask("x86_32", kernel="7.1.13").nearby["x86_64"] is Truth.YES


# --- stores and trees -----------------------------------------------------------------------------------------------


@pytest.fixture
def own(tmp_path):
    """A store with a kernel that nobody else knows."""
    place = tmp_path / "own.db"
    with shipped_store(data_folder()) as shipped, Store.open(place) as store:
        (known,) = [r for r in shipped.facts.revisions("linux") if r.label == "7.1.13"]
        snapshot = shipped.facts.snapshot(known)
        seen = tuple(replace(o, document=replace(o.document, revision="7.9")) for o in snapshot.observations)
        store.facts.record(
            Run(kind="tree", started=NOW, finished=NOW, outcome="complete"),
            [Snapshot(replace(known, label="7.9"), seen)],
        )
    return place


@pytest.mark.slow
def test_a_store_is_asked_where_it_is_named(own, monkeypatch):
    """Laid over the shipped facts; None asks those alone, whatever this machine has."""
    assert matrix.ask("x86_64", store=own).versions["linux"] == "7.9"
    assert matrix.ask("x86_64").versions["linux"] != "7.9"
    monkeypatch.setenv("ARCHMATRIX_DB", str(own))
    assert matrix.ask("x86_64").versions["linux"] == "7.9"
    assert matrix.ask("x86_64", store=None).versions["linux"] != "7.9"
    assert {fact.version for fact in matrix.facts("linux", source="linux-ports")} == {"7.9"}


@pytest.mark.slow
def test_an_own_tree_is_asked_where_it_is_named(tmp_path):
    """A path is Linux; another project's stands in text, as after --tree."""
    (tmp_path / "rust-version").write_text("1.29.0\n")
    found = matrix.ask("x86_64", kernel="7.1.13", tree=f"mrustc@0.99.0={tmp_path}")
    assert found.versions["mrustc"] == "0.99.0"
    assert any("was not read" in note for note in found.notes)
    with pytest.raises(matrix.MatrixError, match="linux"):
        matrix.ask("x86_64", tree=[tmp_path])


def test_what_the_command_line_prints_beside_an_answer_is_a_warning():
    """Such as that a store cannot be used."""
    work, _ = opened({"store": None}, FactsAsked)
    with pytest.warns(UserWarning, match="until then"):
        work.tell("until then answers rest on the shipped facts alone")


# --- errors ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: matrix.ask("pdp11"), ["is", "pdp11"]),
        (lambda: matrix.ask("x86_64", kernel="x.y"), ["is", "x86_64", "--kernel", "x.y"]),
        (lambda: matrix.ask("x86_64", backend="gnu"), ["is", "x86_64", "--backend", "gnu"]),
        (lambda: matrix.ask("x86_64", max_age="soon"), ["is", "x86_64", "--max-age", "soon"]),
        (lambda: matrix.ask("x86_64", set=["KASAN=x"]), ["is", "x86_64", "--set", "KASAN=x"]),
        (lambda: matrix.ask("x86_64", distro="hurd"), ["is", "x86_64", "--distro", "hurd"]),
        (lambda: matrix.ask("x86_64", tree="/no/such"), ["is", "x86_64", "--tree", "/no/such"]),
        (lambda: matrix.table(status=["fine"]), ["table", "--status", "fine"]),
        (lambda: matrix.drivers("NO_SUCH"), ["drivers", "NO_SUCH"]),
        (lambda: matrix.changes("linux@6.12..linux@9.9"), ["diff", "linux@6.12..linux@9.9"]),
        (lambda: matrix.config(Path("/no/such")), ["config", "/no/such"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_errors_say_what_the_command_line_says(run, capsys, call, words):
    """They are of one class, and nothing is printed."""
    said = run(*words)
    with pytest.raises(matrix.MatrixError) as error:
        call()
    assert f"archmatrix: {' '.join(str(error.value).split())}" == said.complaint.partition(" next: ")[0]
    assert capsys.readouterr() == ("", "")
    assert isinstance(error.value, matrix.CannotTellError) == (said.code == 3)


@pytest.mark.parametrize(
    "call",
    [
        lambda: matrix.ask("x86_64", store="/no/such"),
        lambda: matrix.ask("x86_64", cc="tcc"),
        lambda: matrix.window(kernel="7.1.13"),
        lambda: matrix.config("dot.config"),
        lambda: matrix.facts("hurd"),
        lambda: matrix.facts("linux", source="hurd"),
    ],
)
def test_what_cannot_be_understood_is_a_usage_error(call):
    """And says what was expected."""
    with pytest.raises(matrix.UsageError, match="expected"):
        call()


def test_what_is_not_known_cannot_be_told():
    """There is no value to return."""
    for call in (lambda: matrix.requirements(kernel="9.9"), lambda: matrix.facts("linux", "9.9")):
        with pytest.raises(matrix.CannotTellError, match="newer than all that was read"):
            call()
    with pytest.raises(ValueError, match="by: got 'moon'"):
        matrix.table("moon")


# --- types ----------------------------------------------------------------------------------------------------------

TYPED = """
import matrix
reveal_type(matrix.ask("riscv64", kernel="7.1").in_the_way[0].evidence[0].url)
reveal_type(matrix.ask(["riscv64"]))
matrix.ask("riscv64", kernal="7.1")
"""


@pytest.mark.slow
def test_a_type_checker_sees_values_and_keywords(tmp_path):
    """In the program of whoever imports it."""
    (tmp_path / "program.py").write_text(TYPED, "utf-8")
    words = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path), str(tmp_path / "program.py")]
    said = subprocess.run(words, cwd=CHECKOUT, capture_output=True, text=True, check=False).stdout
    assert 'Revealed type is "str"' in said
    assert 'Revealed type is "tuple[matrix.facade.verdicts.Verdict, ...]"' in said
    assert 'Unexpected keyword argument "kernal"' in said
