"""The package as people get it: built, installed and run, from a wheel, an sdist and an editable install."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
import yaml

from tests.cli.test_endings import WORDS

pytestmark = pytest.mark.packaging

CHECKOUT = Path(__file__).parent.parent
LEFT_OUT = (
    ".git",
    ".venv",
    ".trees",
    ".ci",
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
def builder(tmp_path_factory):
    """A python that builds; skipped where no package index can be reached."""
    python = environment(tmp_path_factory.mktemp("build") / "venv")
    probe = execute(python, "-m", "pip", "install", "--quiet", "--retries=0", "--timeout=10", "build")
    if probe.returncode:
        pytest.skip(f"pip reaches no package index: {probe.stderr.strip().splitlines()[-1:]}")
    return python


@pytest.fixture(scope="module")
def built(builder, checkout, tmp_path_factory):
    """The folder with the sdist and the wheel made from it."""
    place = tmp_path_factory.mktemp("dist")
    # Without --sdist or --wheel the wheel is made from the unpacked sdist: what the sdist lacks, the wheel lacks.
    succeed(builder, "-m", "build", "--outdir", place, checkout)
    return place


def one(folder: Path, pattern: str) -> Path:
    (found,) = folder.glob(pattern)
    return found


@pytest.fixture(scope="module", params=["wheel", "sdist", "editable"])
def installed(request, built, checkout, tmp_path_factory):
    """A python that has the package, and how it came there."""
    what = {
        "wheel": [f"{one(built, '*.whl')}[all]"],
        "sdist": [f"{one(built, '*.tar.gz')}[all]"],
        "editable": ["--editable", f"{checkout}[all]"],
    }[request.param]
    python = environment(tmp_path_factory.mktemp(request.param) / "venv")
    succeed(python, "-m", "pip", "install", "--quiet", *what)
    return python


@pytest.fixture(scope="module")
def core(built, tmp_path_factory):
    """The program of an install without any extra."""
    python = environment(tmp_path_factory.mktemp("core") / "venv")
    succeed(python, "-m", "pip", "install", "--quiet", one(built, "*.whl"))
    return python.with_name("archmatrix")


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
    assert [name for name in names if name.endswith(".data/data/share/man/man1/archmatrix.1")]
    assert {"matrix/data/shipped.db", "matrix/py.typed", "matrix/__main__.py"} <= names
    templates = {p.relative_to(CHECKOUT).as_posix() for p in CHECKOUT.glob("matrix/render/frames/*")}
    assert templates
    assert templates <= names
    schemas = {path.relative_to(CHECKOUT).as_posix() for path in CHECKOUT.glob("matrix/render/schemas/*.json")}
    assert "matrix/render/schemas/shared.json" in schemas
    assert schemas <= names
    # The program is a file of ours: what older pips write around an entry point imports `re`.
    beside = {name.partition(".data/")[2]: name for name in names if ".data/" in name}
    assert set(beside) == {"scripts/archmatrix", "data/share/man/man1/archmatrix.1"}
    assert {name.split("/")[0] for name in names - {*beside.values()} if ".dist-info" not in name} == {"matrix"}
    assert not [name for name in names if "tests/" in name or name.endswith((".pyc", ".db-wal", ".db-shm"))]
    assert {name.rpartition("/")[2] for name in names} >= {"LICENSE-APACHE", "LICENSE-MIT"}


def test_the_same_sources_are_the_same_wheel(builder, built, tmp_path):
    """Built at another time and in another folder, from the checkout and not from the sdist: byte for byte."""
    place = shutil.copytree(CHECKOUT, tmp_path / "another" / "place", ignore=shutil.ignore_patterns(*LEFT_OUT))
    again = succeed(builder, "-m", "build", "--wheel", "--outdir", tmp_path / "dist", place, PYTHONHASHSEED="7")
    assert again
    assert one(tmp_path / "dist", "*.whl").read_bytes() == one(built, "*.whl").read_bytes()


def test_the_moment_of_the_sources_can_be_given(builder, checkout, tmp_path):
    """SOURCE_DATE_EPOCH (reproducible-builds.org) dates every file, and what they hold is the same."""
    succeed(builder, "-m", "build", "--wheel", "--outdir", tmp_path, checkout, SOURCE_DATE_EPOCH="1700000000")
    with zipfile.ZipFile(one(tmp_path, "*.whl")) as wheel:
        dates = {info.date_time for info in wheel.infolist()}
    assert dates == {(2023, 11, 14, 22, 13, 20)}


def test_the_wheel_is_small(built):
    """With the facts of every shipped revision, compiled and as text: 3 MB (2026-11-28: 2.2)."""
    assert one(built, "*.whl").stat().st_size < 3_000_000


def test_the_sdist_holds_what_building_and_testing_need(built):
    """Sources, data, tests and the reports; nothing that building makes."""
    with tarfile.open(one(built, "*.tar.gz")) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    assert {"pyproject.toml", "hatch_build.py", "README.md", "data/arches.toml", "matrix/py.typed", "PKG-INFO"} <= names
    assert any(name.startswith("tests/") for name in names)
    reports = {p.relative_to(CHECKOUT).as_posix() for p in (CHECKOUT / "reports").rglob("*") if p.is_file()}
    assert len(reports) > 100
    assert reports <= names
    made = ("dist/", ".git/", ".ruff_cache/", ".hypothesis/")
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
    held = {p.relative_to(CHECKOUT / "reports"): p.read_bytes() for p in (CHECKOUT / "reports").rglob("*.md")}
    assert made
    assert made == held


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


def test_another_package_of_our_name_is_told_of(built, nowhere, tmp_path):
    """pip lets it overwrite ours without a word. What the message says to do helps."""
    python = environment(tmp_path / "venv")
    succeed(python, "-m", "pip", "install", "--quiet", one(built, "*.whl"))
    other = tmp_path / "matrix-9.9-py3-none-any.whl"
    info = {
        "METADATA": "Metadata-Version: 2.1\nName: matrix\nVersion: 9.9\n",
        "WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "RECORD": "matrix/__init__.py,,\n",
    }
    with zipfile.ZipFile(other, "w") as wheel:
        wheel.writestr("matrix/__init__.py", "__version__ = '9.9'\n")
        for name, text in info.items():
            wheel.writestr(f"matrix-9.9.dist-info/{name}", text)
    succeed(python, "-m", "pip", "install", "--quiet", "--no-index", other)
    program = python.with_name("archmatrix")
    done = execute(program, "is", "riscv64", cwd=tmp_path, **nowhere)
    assert (done.returncode, done.stdout) == (5, "")
    assert "pipx install archmatrix" in done.stderr
    succeed(python, "-m", "pip", "uninstall", "--quiet", "--yes", "matrix")
    succeed(python, "-m", "pip", "install", "--quiet", "--no-deps", "--force-reinstall", one(built, "*.whl"))
    assert succeed(program, "is", "riscv64", cwd=tmp_path, **nowhere).startswith("riscv64: yes")


def test_the_package_is_typed(installed, tmp_path):
    """A type checker finds the mark where the package is."""
    code = "import matrix, pathlib; print(pathlib.Path(matrix.__file__).with_name('py.typed').is_file())"
    assert succeed(installed, "-c", code, cwd=tmp_path) == "True\n"


# --- the core alone -------------------------------------------------------------------------------------------------


def test_the_core_is_small(core):
    """Our own package, the five that it asks for, and MarkupSafe, which Jinja brings."""
    listed = json.loads(succeed(core.with_name("python"), "-m", "pip", "list", "--format", "json"))
    names = {item["name"].lower() for item in listed} - {"pip", "setuptools", "wheel"}
    assert names == {"archmatrix", "jinja2", "markupsafe", "platformdirs", "shtab", "tabulate", "tomli"}


CONFIG = "# Linux/x86 7.1.13 Kernel Configuration\nCONFIG_X86_64=y\n# CONFIG_RUST is not set\n"


def test_the_core_does_all_that_is_known_already(core, tmp_path):
    """Every command that neither polls nor reads a tree, and the reports for a browser."""
    (tmp_path / "CONFIG").write_text(CONFIG)
    (tmp_path / "FRAGMENT").write_text("CONFIG_RUST=y\n")
    for name, words in (WORDS | {"report": ["--html", "site"]}).items():
        if name in {"check", "daemon", "facts", "refresh"}:
            continue
        done = execute(core, name, *words, cwd=tmp_path, HOME=str(tmp_path))
        assert done.returncode in {0, 1, 2 if name == "accept" else 3}, (name, done.stderr)
        assert "archmatrix[" not in done.stderr, name
    assert (tmp_path / "site" / "index.html").is_file()


def test_the_core_says_what_else_to_install(core, tmp_path):
    """Exit 5, a line, and nothing made."""
    (tmp_path / "tree").mkdir()
    for words, extra in (
        (["refresh"], "refresh"),
        (["refresh", "--tree", "linux=tree"], "refresh"),
        (["is", "riscv64", "--tree", "tree"], "refresh"),
        (["check", "tree"], "refresh"),
        (["daemon"], "daemon"),
    ):
        done = execute(core, *words, cwd=tmp_path, HOME=str(tmp_path / "home"))
        assert done.returncode == 5, words
        # The command stands on a line as a whole, to be copied.
        assert done.stderr.endswith(f"pip install 'archmatrix[{extra}]'\n"), words
        assert "Traceback" not in done.stderr, words
    assert not (tmp_path / "home").exists()


# --- in other repositories ------------------------------------------------------------------------------------------


def test_pre_commit_runs_the_hook(builder, checkout, tmp_path):
    """Cloned, built and run by pre-commit itself; skipped where it cannot be installed."""
    python = environment(tmp_path / "venv")
    probe = execute(python, "-m", "pip", "install", "--quiet", "--retries=0", "--timeout=10", "pre-commit")
    if probe.returncode:
        pytest.skip(f"pip has no pre-commit: {probe.stderr.strip().splitlines()[-1:]}")
    git = ("git", "-c", "user.name=x", "-c", "user.email=x@localhost", "-C")
    ours = shutil.copytree(checkout, tmp_path / "ours", ignore=shutil.ignore_patterns(*LEFT_OUT))
    theirs = tmp_path / "theirs"
    place = theirs / "arch" / "powerpc" / "configs" / "board_defconfig"
    place.parent.mkdir(parents=True)
    place.write_text("CONFIG_RUST=y\n")
    for folder in (ours, theirs):
        succeed(*git, folder, "init", "-q")
        succeed(*git, folder, "add", "-A")
        succeed(*git, folder, "commit", "-q", "-m", "x")
    words = ("try-repo", ours, "archmatrix-lint", "--all-files")
    home = {"HOME": str(tmp_path / "home"), "PRE_COMMIT_HOME": str(tmp_path / "cache")}
    done = execute(python.with_name("pre-commit"), *words, cwd=theirs, **home)
    assert done.returncode == 1, done.stderr
    assert "arch/powerpc/configs/board_defconfig:1: CONFIG_RUST=y cannot be (Linux " in done.stdout
    place.write_text("CONFIG_PCI=y\n")
    done = execute(python.with_name("pre-commit"), *words, cwd=theirs, **home)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_action_installs_from_its_checkout(builder, checkout, tmp_path):
    """The core, which is all that it asks; what else is named is installed in its place."""
    runs = yaml.safe_load((checkout / "packaging/ci/action/action.yml").read_text("utf-8"))["runs"]
    script = runs["steps"][0]["run"]
    where = {"RUNNER_TEMP": str(tmp_path), "GITHUB_ACTION_PATH": str(checkout / "packaging/ci/action"), "INSTALL": ""}
    succeed("bash", "-eo", "pipefail", "-c", script, **where)
    assert succeed(tmp_path / "archmatrix/bin/archmatrix", "is", "amd64").startswith("amd64: yes. ")
    failed = execute("bash", "-eo", "pipefail", "-c", script, **where | {"INSTALL": str(tmp_path / "no-such.whl")})
    assert "no-such.whl" in failed.stderr
