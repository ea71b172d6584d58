"""The schemas of render/schemas -> JSON Schemas that stand by themselves, for a document or for a command.

A file there refers to what it shares with others as shared.json#/$defs/NAME; what is printed has these definitions
within. Of what we write every field is required and no other may stand: a field that was forgotten here is a fault.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from matrix.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# What each command writes with --json.
DOCUMENTS = {
    "is": ("answers",),
    "why": ("answers",),
    "options": ("options",),
    "config": ("config-state", "config-diff"),
    "table": ("table",),
    "window": ("window-kernels", "window-tools"),
    "distros": ("distros",),
    "names": ("names",),
    "versions": ("versions",),
    "contradictions": ("contradictions",),
    "progress": ("progress",),
    "doctor": ("doctor",),
    "verify": ("verify",),
    "drivers": ("drivers-options", "drivers-defconfigs"),
    "history": ("history",),
    "diff": ("diff",),
    "log": ("log",),
    "refresh": ("refresh-network", "refresh-trees", "refresh-clones", "refresh-foreseen", "refresh-probed"),
    "status": ("status",),
    "check": ("check",),
}
# What is written elsewhere, and what writes it.
NO_COMMANDS = {
    "matrix": "report",
    "github-matrix": "table --format github-matrix",
    "badge": "is NAME --format badge",
    "delivery": "daemon, to hooks",
    "health": "daemon, at /healthz",
}
_SHARED, _HERE = "shared.json#/$defs/", "#/$defs/"


def schema_names() -> tuple[str, ...]:
    """Every document."""
    return tuple(dict.fromkeys([*(name for names in DOCUMENTS.values() for name in names), *NO_COMMANDS]))


def schema(asked: str) -> dict[str, Any]:
    """The schema of a document, or of all that a command writes with --json. Raises: UsageError for neither."""
    names = DOCUMENTS.get(asked, (asked,))
    if unknown := set(names) - set(schema_names()):
        expected = ", ".join(sorted({*DOCUMENTS, *schema_names()}))
        raise UsageError(f"schema: found {unknown.pop()!r}, expected a command or a document: {expected}")
    bodies = [_read(name) for name in names]
    dialect = bodies[0]["$schema"]
    whole = bodies[0] if len(bodies) == 1 else {"$schema": dialect, "title": f"archmatrix {asked} --json"}
    if len(bodies) > 1:
        whole["oneOf"] = [{key: value for key, value in body.items() if key != "$schema"} for body in bodies]
    shared: dict[str, Any] = _read("shared")["$defs"]
    used = set(_reached(shared, _referred(bodies)))
    defined = {name: _within(one) for name, one in shared.items() if name in used}
    return {**_within(whole), "$defs": defined} if defined else whole


def schema_text(asked: str) -> str:
    """The same as text, ASCII alone, ending in one newline."""
    return json.dumps(schema(asked), indent=2) + "\n"


def schemas_list() -> list[str]:
    """A line for each document: its name, what writes it, and what it is."""
    writers = {name: [f"{c} --json" for c, names in DOCUMENTS.items() if name in names] for name in schema_names()}
    rows = [(name, ", ".join(writers[name]) or NO_COMMANDS[name], _read(name)["title"]) for name in schema_names()]
    first, second = (max(len(row[column]) for row in rows) + 2 for column in (0, 1))
    return [f"{name:<{first}}{writer:<{second}}{title}" for name, writer, title in rows]


def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(files("matrix.render.schemas").joinpath(f"{name}.json").read_text("utf-8"))
    return found


def _referred(value: object) -> Iterator[str]:
    """The shared definitions that a schema names."""
    if isinstance(value, dict):
        if isinstance(ref := value.get("$ref"), str):
            yield ref.removeprefix(_SHARED)
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _referred(inner)


def _reached(shared: dict[str, Any], names: Iterable[str]) -> set[str]:
    """Those names, and what their definitions name in turn."""
    found: set[str] = set()
    left = list(names)
    while left:
        if (name := left.pop()) not in found:
            found.add(name)
            left += _referred(shared[name])
    return found


def _within(value: Any) -> Any:  # noqa: ANN401  # JSON
    """The same with its references to the definitions within."""
    if isinstance(value, dict):
        return {
            key: inner.replace(_SHARED, _HERE) if key == "$ref" and isinstance(inner, str) else _within(inner)
            for key, inner in value.items()
        }
    return [_within(inner) for inner in value] if isinstance(value, list) else value
