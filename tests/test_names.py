"""One name, one thing: what may be imported by name stands in one module of the package."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "matrix"

# A name that every module of a folder has, because it is called through the module: the folder is the reason.
OF_A_FOLDER = {
    "extract": {
        "extract": "every extractor's function",
        "VERSION": "and its version, as matrix/extract/table.py reads",
        "EMITS": "and what it says, as scripts/document-facts reads",
    },
    "cli/commands": {"run": "what matrix/cli/main.py calls of a command"},
    "daemon/notify": {"tell": "what a courier calls of each way to reach a hook"},
}
# Any other name that stands twice, and why.
TWICE = {
    "main": "the entry point of the process, and that of the command line, which tests call",
    "parse": "of a version, and of an expression: no module that imports one by name is about both",
    "Step": "of the kernel rung, and of a project's progress",
    "data_folder": "places has it without pathlib, for a plain question; the registry's is the same as a Path",
    "data_stamp": "likewise",
    "TYPE_CHECKING": "what answers a plain question does not import typing",
    "load": "the folder's front door, and the room behind it, which no question enters where the registry was compiled",
    "read_registry": "likewise",
    "ask": "what does it, and what a program calls for it: named as the commands are",
    "table": "likewise",
    "drivers": "likewise",
    "history": "what a program calls, and whether the whole history is wanted of a poll",
    "window": "what a program calls, and what the kernel says along rustc's versions",
    "checked_words": "places has it for a plain question; phrases has the same from moments",
}


def _public(tree: ast.Module) -> list[str]:
    """The classes, functions and values that a module defines, without those that begin with an underscore."""
    names = []
    for node in tree.body:
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                names.append(name)
            case ast.Assign(targets=targets):
                names += [part.id for t in targets for part in ast.walk(t) if isinstance(part, ast.Name)]
            case ast.AnnAssign(target=ast.Name(id=name)):
                names.append(name)
    return [name for name in names if not name.startswith("_")]


def _defined_twice() -> dict[str, list[str]]:
    modules = defaultdict(set)
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        folder = OF_A_FOLDER.get(name.rpartition("/")[0], {})
        for public in _public(ast.parse(path.read_text(encoding="utf-8"))):
            if public not in folder:
                modules[public].add(name)
    return {name: sorted(where) for name, where in modules.items() if len(where) > 1}


def test_a_public_name_stands_in_one_module() -> None:
    """Whoever reads a name in an import knows what it is; whoever searches for it finds one definition."""
    twice = _defined_twice()
    assert {name: where for name, where in twice.items() if name not in TWICE} == {}


def test_no_reason_outlives_what_it_explains() -> None:
    """A name that stands once again is taken from the list."""
    assert TWICE.keys() <= _defined_twice().keys()
