"""Who may import whom, where each third-party package is at home, and where the clock and the environment are read."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

PACKAGE = Path(__file__).parent.parent / "matrix"

# A part imports from lower ranks and from itself, never from its own rank's other parts. A part is a module or a
# folder of matrix/; "matrix" is the package's __init__: the version, and for type checkers the names of the facade.
RANKS = (
    ("dictionary", "errors", "exits", "matrix", "moment", "project", "spelling", "value"),
    ("expression", "extras", "model", "places", "retry", "text"),
    ("cell", "flat"),
    ("debian", "grid", "make", "needs", "rst", "rust", "shell", "versions", "yaml_nodes"),
    ("choose", "dotconfig", "triples"),
    # The store keeps changes, so they stand below it.
    ("change",),
    # the pure core                                          | the edges
    ("extract", "fetch", "machine", "registry", "resolve", "store", "trees"),
    # where the core meets the edges
    ("poll", "query", "shipped"),
    # Text names what the resolver found and what the asker asked, so render stands above both.
    ("render",),
    # What can be done, as functions from values to values.
    ("operations",),
    ("daemon",),
    ("cli", "facade", "fast"),
    ("__main__",),
)

# What `import matrix` gives stands in the facade; it is imported when one of its names is asked for.
FRONT_DOOR = ("matrix", "facade")

# Package -> the files and folders that may import it. One that is not listed may be imported nowhere.
HOMES = {
    "apscheduler": ("daemon/ticks.py",),
    "docutils": ("rst.py",),
    "h11": ("daemon/listen.py",),
    "h2": ("fetch/",),
    "httpx": ("fetch/",),
    "jinja2": ("render/html.py",),
    "markupsafe": ("render/html.py",),
    "platformdirs": ("cli/commands/daemon.py", "cli/surroundings.py", "store/"),
    "pyarrow": ("render/export/parquet_files.py",),
    "prometheus_client": ("daemon/metrics.py",),
    "shtab": ("cli/commands/completion.py",),
    "tabulate": ("render/",),
    "tenacity": ("fetch/",),
    # For type checkers alone.
    "typing_extensions": (),
    "tomli": ("extract/cargo_crates.py", "extract/rust_toolchain.py", "registry/"),
    "yaml": ("yaml_nodes.py",),
    # The standard library's own doors to the world.
    "_sqlite3": ("fast.py",),
    "sqlite3": ("store/",),
    "smtplib": ("daemon/notify/mail.py",),
    "subprocess": ("fetch/", "machine/run.py", "trees/git.py"),
    "socket": ("daemon/systemd.py", "fetch/"),
    "urllib.request": (),
    "http": (),
}
# poll/lock.py asks how long it has waited, and never what time it is.
CLOCK_READERS = ("cli/surroundings.py", "daemon/clock.py", "facade/options.py", "fast.py", "poll/lock.py")
# What git is started with is cut down from what surrounds us.
ENVIRONMENT_READERS = ("cli/", "fetch/git.py", "places.py", "store/store.py", "trees/git.py")
# extract and resolve are pure, and so is what they rest on: no file, no process, no environment.
PURE = (
    "dictionary",
    "errors",
    "moment",
    "spelling",
    "expression",
    "model",
    "retry",
    "text",
    "cell",
    "grid",
    "debian",
    "make",
    "needs",
    "rst",
    "rust",
    "shell",
    "versions",
    "yaml_nodes",
    "choose",
    "dotconfig",
    "triples",
    "change",
    "extract",
    "resolve",
)
IMPURE = {"os", "pathlib", "io", "shutil", "tempfile", "platform", "random", "time", "locale"}

CLOCK = {
    ("datetime", "now"),
    ("datetime", "today"),
    ("datetime", "utcnow"),
    ("date", "today"),
    *(("time", name) for name in ("localtime", "gmtime", "monotonic", "perf_counter", "time", "time_ns")),
}
ENVIRONMENT = {("os", name) for name in ("environ", "environb", "getenv", "getenvb")}


class Import(NamedTuple):
    """`module` as written, `typing` where it stands under TYPE_CHECKING alone."""

    module: str
    line: int
    typing: bool


def imports(tree: ast.AST, *, typing: bool = False) -> list[Import]:
    """Every import of a module, inside functions too."""
    found = []
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            found += imports(ast.Module(node.body, []), typing=True)
            found += imports(ast.Module(node.orelse, []), typing=typing)
        elif isinstance(node, ast.Import):
            found += [Import(alias.name, node.lineno, typing) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"line {node.lineno}: a relative import, expected matrix.PART"
            # `from matrix import versions` and `from matrix.versions import parse` both name matrix.versions.
            found += [Import(f"{node.module}.{alias.name}", node.lineno, typing) for alias in node.names]
        else:
            found += imports(node, typing=typing)
    return found


def rank(part: str) -> int:
    """Its place in RANKS; a part that has none is a fault of its own."""
    return next((number for number, parts in enumerate(RANKS) if part in parts), -1)


def part_of(name: str) -> str:
    """`render/why_text.py` -> render, `changes.py` -> changes."""
    first = name.split("/", maxsplit=1)[0].removesuffix(".py")
    return "matrix" if first == "__init__" else first


def imported_part(module: str, parts: frozenset[str]) -> str:
    """`matrix.render.style.bold` -> render, `matrix.__version__` -> matrix."""
    second = module.split(".")[1]
    return second if second in parts else "matrix"


def upward(name: str, tree: ast.AST, parts: frozenset[str]) -> list[str]:
    """The imports of one file that break the order of RANKS."""
    own = part_of(name)
    faults = [] if rank(own) >= 0 else [f"{name}: {own} stands in no rank"]
    for item in imports(tree):
        if item.module.split(".")[0] != "matrix":
            continue
        other = imported_part(item.module, parts)
        allowed = other == own or rank(other) < rank(own) or (item.typing and (own, other) == FRONT_DOOR)
        if not allowed:
            faults.append(f"{name}:{item.line}: {own} imports {other}")
    return faults


def away_from_home(name: str, tree: ast.AST) -> list[str]:
    """The imports of one file that only other files may have."""
    faults = []
    for item in imports(tree):
        top = item.module.split(".")[0]
        home = next((h for h in HOMES if item.module == h or item.module.startswith(f"{h}.")), None)
        if home is None:
            known = top in sys.stdlib_module_names or top == "matrix"
            faults += [] if known else [f"{name}:{item.line}: {top} has no home"]
        elif not name.startswith(HOMES[home]) and not item.typing:
            faults.append(f"{name}:{item.line}: {home} outside {', '.join(HOMES[home]) or 'nowhere'}")
    return faults


def uses(name: str, tree: ast.AST, forbidden: set[tuple[str, str]], allowed: tuple[str, ...]) -> list[str]:
    """The places of one file that read what only `allowed` may: `os.environ`, and `from os import environ`."""
    if name.startswith(allowed):
        return []
    read = [
        (node.value.id, node.attr, node.lineno)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    ]
    read += [(item.module.split(".")[0], item.module.split(".")[-1], item.line) for item in imports(tree)]
    # `datetime.datetime.now` is the same call with a longer name.
    read += [
        (node.value.attr, node.attr, node.lineno)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute)
    ]
    return [f"{name}:{line}: {of}.{what}" for of, what, line in read if (of, what) in forbidden and of != what]


def impure(name: str, tree: ast.AST) -> list[str]:
    """The imports of the pure core that reach outside the process."""
    if part_of(name) not in PURE:
        return []
    return [f"{name}:{item.line}: {item.module}" for item in imports(tree) if item.module.split(".")[0] in IMPURE]


@pytest.fixture(scope="module")
def modules() -> dict[str, ast.Module]:
    """Each file below matrix/, by its path there."""
    paths = sorted(p for p in PACKAGE.rglob("*.py") if "data" not in p.relative_to(PACKAGE).parts)
    return {p.relative_to(PACKAGE).as_posix(): ast.parse(p.read_text("utf-8"), str(p)) for p in paths}


def test_every_import_goes_down(modules):
    """No part imports one of a higher rank or of its own, not inside a function and not for a type either."""
    parts = frozenset(map(part_of, modules))
    assert [fault for name, tree in modules.items() for fault in upward(name, tree, parts)] == []


def test_ranks_name_what_there_is(modules):
    """Every part has one rank, and every name in RANKS is still needed."""
    named = [part for parts in RANKS for part in parts]
    assert sorted(named) == sorted(set(map(part_of, modules)))


def test_extractors_do_not_know_each_other(modules):
    """One upstream format is one file; only the table names them all.

    The files of a whole kernel in one document are Kconfig files, and read as such.
    """
    names = {part.split("/")[1].removesuffix(".py") for part in modules if part.startswith("extract/")}
    knowing = {
        (name, other)
        for name, tree in modules.items()
        for item in imports(tree)
        if part_of(name) == "extract"
        and item.module.startswith("matrix.extract.")
        and (other := item.module.split(".")[2]) in names
    }
    assert {name for name, _ in knowing} == {"extract/gate.py", "extract/linux_rust_options.py", "extract/table.py"}
    assert {other for name, other in knowing if name == "extract/linux_rust_options.py"} == {"kconfig"}
    assert {other for name, other in knowing if name == "extract/gate.py"} == {"table"}


def test_packages_stay_at_home(modules):
    """Each third-party package, SQLite and every way out of the process has one importing part."""
    assert [fault for name, tree in modules.items() for fault in away_from_home(name, tree)] == []


def test_only_the_edge_reads_the_clock(modules):
    """Time is an argument everywhere else."""
    assert [f for name, tree in modules.items() for f in uses(name, tree, CLOCK, CLOCK_READERS)] == []


def test_only_the_edge_reads_the_environment(modules):
    """What a variable says is decided in the places that are named above."""
    assert [f for name, tree in modules.items() for f in uses(name, tree, ENVIRONMENT, ENVIRONMENT_READERS)] == []


def test_the_core_is_pure(modules):
    """Extractors and the resolver import nothing that touches files, processes or chance."""
    assert [fault for name, tree in modules.items() for fault in impure(name, tree)] == []


@pytest.mark.parametrize(
    ("name", "code", "fault"),
    [
        ("resolve/cell.py", "from matrix.store import Store", "resolve/cell.py:1: resolve imports store"),
        ("resolve/cell.py", "def f():\n import matrix.cli.main", "resolve/cell.py:2: resolve imports cli"),
        ("store/store.py", "from matrix import trees", "store/store.py:1: store imports trees"),
        ("model.py", "if TYPE_CHECKING:\n from matrix.text import Text", "model.py:2: model imports text"),
        ("resolve/x.py", "from matrix.query.answer import Answer", "resolve/x.py:1: resolve imports query"),
        ("extract/x.py", "import sqlite3", "extract/x.py:1: sqlite3 outside store/"),
        ("trees/x.py", "import urllib.request as r", "trees/x.py:1: urllib.request outside nowhere"),
        ("poll/x.py", "import httpx", "poll/x.py:1: httpx outside fetch/"),
        ("poll/x.py", "import apscheduler.jobs", "poll/x.py:1: apscheduler outside daemon/ticks.py"),
        ("poll/x.py", "import flask", "poll/x.py:1: flask has no home"),
        ("poll/x.py", "now = datetime.now(utc)", "poll/x.py:1: datetime.now"),
        ("poll/x.py", "import datetime\nx = datetime.datetime.utcnow()", "poll/x.py:2: datetime.utcnow"),
        ("query/x.py", "from time import time_ns", "query/x.py:1: time.time_ns"),
        ("render/x.py", "import os\nx = os.getenv('X')", "render/x.py:2: os.getenv"),
        ("render/x.py", "from os import environ", "render/x.py:1: os.environ"),
        ("resolve/x.py", "from pathlib import Path", "resolve/x.py:1: pathlib.Path"),
        ("newpart.py", "", "newpart.py: newpart stands in no rank"),
    ],
)
def test_a_breach_is_found(name, code, fault):
    """The checks above see what they are for."""
    parts = frozenset({part for parts in RANKS for part in parts})
    tree = ast.parse(code)
    found = [*upward(name, tree, parts), *away_from_home(name, tree), *impure(name, tree)]
    found += [*uses(name, tree, CLOCK, CLOCK_READERS), *uses(name, tree, ENVIRONMENT, ENVIRONMENT_READERS)]
    assert fault in found


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("render/x.py", "if TYPE_CHECKING:\n from matrix.query.answer import Answer"),
        ("store/x.py", "import sqlite3\nfrom matrix.store.values import Run"),
        ("resolve/x.py", "x = datetime.fromtimestamp(0)"),
        ("cli/surroundings.py", "import os\nx = os.environ\ny = datetime.now()"),
    ],
)
def test_what_is_allowed_is_no_breach(name, code):
    """Types for render, a package at home, time that was given, and the edge itself."""
    parts = frozenset({part for parts in RANKS for part in parts})
    tree = ast.parse(code)
    found = [*upward(name, tree, parts), *away_from_home(name, tree), *impure(name, tree)]
    found += [*uses(name, tree, CLOCK, CLOCK_READERS), *uses(name, tree, ENVIRONMENT, ENVIRONMENT_READERS)]
    assert found == []
