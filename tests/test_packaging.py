"""The package as people get it: built, installed and run, from a wheel, an sdist and an editable install."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.packaging

CHECKOUT = Path(__file__).parent.parent
LEFT_OUT = (
    ".git",
    ".venv",
    ".trees",
    ".ci",
    "reports",
    "dist",
    "build",
    "__pycache__",
    ".*_cache",
    ".hypothesis",
    "*.db",
)


def execute(*command: object, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command without the surroundings' Python settings; its words are kept for the message."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "ARCHMATRIX", "XDG_", "VIRTUAL_ENV"))}
    return subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=kept | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def succeed(*command: object, cwd: Path | None = None, **environment: str) -> str:
    done = execute(*command, cwd=cwd, **environment)
    assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """What a fresh clone holds: no compiled store, no caches."""
    place = tmp_path_factory.mktemp("clone") / "archmatrix"
    shutil.copytree(CHECKOUT, place, ignore=shutil.ignore_patterns(*LEFT_OUT))
    return place


def environment(place: Path) -> Path:
    """A fresh virtual environment; its python."""
    succeed(sys.executable, "-m", "venv", place)
    return place / "bin" / "python"


@pytest.fixture(scope="module")
def built(checkout, tmp_path_factory):
    """The folder with the sdist and the wheel made from it; skipped where no package index can be reached."""
    python = environment(tmp_path_factory.mktemp("build") / "venv")
    probe = execute(python, "-m", "pip", "install", "--quiet", "--retries=0", "--timeout=10", "build")
    if probe.returncode:
        pytest.skip(f"pip reaches no package index: {probe.stderr.strip().splitlines()[-1:]}")
    place = tmp_path_factory.mktemp("dist")
    # Without --sdist or --wheel the wheel is made from the unpacked sdist: what the sdist lacks, the wheel lacks.
    succeed(python, "-m", "build", "--outdir", place, checkout)
    return place


def one(folder: Path, pattern: str) -> Path:
    (found,) = folder.glob(pattern)
    return found


@pytest.fixture(scope="module", params=["wheel", "sdist", "editable"])
def installed(request, built, checkout, tmp_path_factory):
    """A python that has the package, and how it came there."""
    what = {
        "wheel": [one(built, "*.whl")],
        "sdist": [one(built, "*.tar.gz")],
        "editable": ["--editable", checkout],
    }[request.param]
    python = environment(tmp_path_factory.mktemp(request.param) / "venv")
    succeed(python, "-m", "pip", "install", "--quiet", *what)
    return python


@pytest.fixture
def nowhere(tmp_path):
    """A home in which nothing can be made, whoever asks: it stands below a file."""
    (tmp_path / "file").write_text("x")
    return {"HOME": str(tmp_path / "file" / "home")}


# --- what is in them ------------------------------------------------------------------------------------------------


def test_the_wheel_holds_the_data_and_no_tests(built):
    """TOML, facts, the compiled store, templates, the mark of a typed package; licences beside it."""
    with zipfile.ZipFile(one(built, "*.whl")) as wheel:
        names = set(wheel.namelist())
        damaged = wheel.testzip()
    assert damaged is None
    data = {p.relative_to(CHECKOUT).as_posix() for p in CHECKOUT.glob("data/*.toml")}
    data |= {p.relative_to(CHECKOUT).as_posix() for p in CHECKOUT.glob("data/facts/*.tsv")}
    assert {f"matrix/{name}" for name in data} <= names
    assert {"matrix/data/shipped.registry", "matrix/data/ready/pages"} <= names
    assert {"matrix/data/shipped.db", "matrix/py.typed", "matrix/__main__.py"} <= names
    templates = {p.relative_to(CHECKOUT).as_posix() for p in CHECKOUT.glob("matrix/render/frames/*")}
    assert templates
    assert templates <= names
    # The program is a file of ours: what older pips write around an entry point imports `re`.
    page, script = sorted(name for name in names if ".data/" in name)
    assert script.endswith(".data/scripts/archmatrix")
    assert page.endswith(".data/data/share/man/man1/archmatrix.1")
    assert {name.split("/")[0] for name in names - {page, script} if ".dist-info" not in name} == {"matrix"}
    assert not [name for name in names if "tests/" in name or name.endswith((".pyc", ".db-wal", ".db-shm"))]
    assert {name.rpartition("/")[2] for name in names} >= {"LICENSE-APACHE", "LICENSE-MIT"}


def test_the_wheel_is_small(built):
    """With the facts of every shipped revision, compiled and as text: 3 MB (2026-11-28: 2.2)."""
    assert one(built, "*.whl").stat().st_size < 3_000_000


def test_the_sdist_holds_what_building_and_testing_need(built):
    """Sources, data, tests; nothing that is made from them."""
    with tarfile.open(one(built, "*.tar.gz")) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    assert {"pyproject.toml", "hatch_build.py", "README.md", "data/arches.toml", "matrix/py.typed", "PKG-INFO"} <= names
    assert any(name.startswith("tests/") for name in names)
    made = ("dist/", "reports/", ".git/", ".ruff_cache/", ".hypothesis/")
    assert not [name for name in names if name.endswith((".pyc", ".db")) or name.startswith(made)]


# --- what they do ---------------------------------------------------------------------------------------------------


def test_an_install_answers_without_a_home(installed, nowhere, tmp_path):
    """The first command of a fresh install, offline."""
    said = succeed(installed.with_name("archmatrix"), "is", "riscv64", cwd=tmp_path, **nowhere)
    assert said.startswith("riscv64: yes, if CC_IS_CLANG. ")
    table = succeed(installed.with_name("archmatrix"), "table", cwd=tmp_path, **nowhere)
    assert "riscv64" in table


def test_an_install_answers_without_a_warning(installed, nowhere, tmp_path):
    """Every warning is an error here, on the fast path and on the long one."""
    for words in (["is", "riscv64"], ["is", "riscv64", "--cc", "gcc"], ["table", "--format", "markdown"]):
        done = execute(installed, "-W", "error", "-m", "matrix", *words, cwd=tmp_path, **nowhere)
        assert done.stderr == "", words
        assert done.returncode in {0, 1}


def test_an_install_answers_from_the_compiled_store(installed, nowhere, tmp_path):
    """Which fits its data; no resolver runs for a plain question."""
    code = "import sys; from matrix.fast import answer; code = answer(['is', 'riscv64']); print('code', code)"
    said = succeed(installed, "-I", "-c", code, cwd=tmp_path, **nowhere)
    assert said.startswith("riscv64: yes, if CC_IS_CLANG. ")
    assert said.endswith("code 0\n")


def test_an_install_writes_its_reports(installed, nowhere, tmp_path):
    """Templates and all; the same as those of the checkout."""
    succeed(installed.with_name("archmatrix"), "report", cwd=tmp_path, **nowhere)
    made = {p.relative_to(tmp_path / "reports"): p.read_bytes() for p in (tmp_path / "reports").rglob("*.md")}
    if (CHECKOUT / "reports").is_dir():
        held = {p.relative_to(CHECKOUT / "reports"): p.read_bytes() for p in (CHECKOUT / "reports").rglob("*.md")}
        assert made == held
    assert made


def test_an_install_records_and_answers_from_a_store(installed, tmp_path):
    """The whole way round in a home of its own: `refresh` makes the store, `versions` names it."""
    tree = tmp_path / "mrustc"
    (tree / "src").mkdir(parents=True)
    (tree / "rust-version").write_text("1.29.0\n")
    program = installed.with_name("archmatrix")
    home = {"HOME": str(tmp_path / "home")}
    done = execute(program, "refresh", "--tree", f"mrustc@0.99.0={tree}", cwd=tmp_path, **home)
    assert done.returncode == 4  # most of its files are missing
    assert "0.99.0" in succeed(program, "versions", cwd=tmp_path, **home)
    assert (tmp_path / "home/.local/share/archmatrix/facts.db").is_file()


def test_the_package_is_typed(installed, tmp_path):
    """A type checker finds the mark where the package is."""
    code = "import matrix, pathlib; print(pathlib.Path(matrix.__file__).with_name('py.typed').is_file())"
    assert succeed(installed, "-c", code, cwd=tmp_path) == "True\n"
