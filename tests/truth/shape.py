"""truth.json -> the same values in the shape in which what archmatrix says is laid out beside them.

Prose is cut down to the word that is a value, lists of tables become tables, and conditions become one spelling.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tomli

from tests.truth.conditions import canonical, of_make

if TYPE_CHECKING:
    from collections.abc import Callable

_Table = dict[str, Any]


def shaped(truth: _Table) -> _Table:
    """Section -> version -> values. What starts with `_` at the top says what the file is."""
    return {
        section: {version: _SECTIONS.get(section, dict)(values) for version, values in versions.items()}
        for section, versions in truth.items()
        if not section.startswith("_")
    }


def _kernel(values: _Table) -> _Table:
    features, tools = values["unstable_features"], values["min_tools"]
    crates = {
        path: {feature["feature"]: feature["cfg"] or "" for feature in listed}
        for path, listed in features["crate_features"].items()
    }
    return {
        **values,
        **{port: _port(values[port]) for port in values["_arches"]},
        "config_rust_depends": [canonical(text) for text in values["config_rust_depends"]],
        "config_rust_depends_helpers": {
            name: {
                **helper,
                "default": [canonical(text.removeprefix("def_bool ")) for text in helper["default"]],
                "depends_on": [canonical(text) for text in helper["depends_on"]],
            }
            for name, helper in values["config_rust_depends_helpers"].items()
        },
        "config_rust_selects": dict(_select(text) for text in values["config_rust_selects"]),
        "min_tools": {name: _tool(name, tool) for name, tool in tools.items()},
        # The word before the colon is the policy; after it stands the sentence of changes.rst that says so.
        "rust_version_policy": {"policy": values["rust_version_policy"]["policy"].partition(":")[0]},
        "unstable_features": {**features, "crate_features": crates},
    }


def _port(values: _Table) -> _Table:
    port = dict(values)
    for key in ("condition", "condition_expanded"):
        if key in port:
            port[key] = canonical(port[key])
    if "helper_symbols" in port:
        port["helper_symbols"] = {
            name: {
                "type": [canonical(text.removeprefix("def_bool ")) for text in helper["type"]],
                "depends_on": [canonical(text) for text in helper["depends_on"]],
            }
            for name, helper in port["helper_symbols"].items()
        }
    if "rustc_targets" in port:
        port["rustc_targets"] = {
            passed["target"]: {"file": passed["file"], "conditions": of_make(passed["conditions"])}
            for passed in port["rustc_targets"]
        }
    if "clang_make_command" in port:
        port["clang_make_command"] = port["clang_make_command"].replace("`", "")
    return port


def _select(text: str) -> tuple[str, str]:
    symbol, _, condition = text.partition(" if ")
    return symbol, canonical(condition)


def _tool(name: str, tool: _Table) -> _Table:
    if name == "changes_rst":
        return {program.removesuffix(" (optional)"): version for program, version in tool.items()}
    if "per_arch" not in tool:
        return tool
    overrides = {o["equals"]: {"min": o["min"], "var": o["var"]} for o in tool["per_arch"]}
    return {**tool, "per_arch": overrides}


def _gcc(values: _Table) -> _Table:
    # "deprecated, will be removed (needs --enable-obsolete)" is the state and what follows from it.
    arches = {
        arch: {
            **below,
            "triples": {t: {"status": said["status"].partition(",")[0]} for t, said in below["triples"].items()},
        }
        for arch, below in values["arches"].items()
    }
    return {**values, "arches": arches}


def _rustc(values: _Table) -> _Table:
    differences = {
        entry["target"]: {
            key: {side: _word(value) for side, value in sides.items()}
            for key, sides in entry.items()
            if key != "target"
        }
        for entry in values["_metadata_vs_doc"]
    }
    return {**values, "_metadata_vs_doc": differences}


def _word(side: str | int | None) -> str:
    """A side of a difference, in the words of platform-support.md."""
    if side is None:
        return "not stated"
    return {True: "yes", False: "no"}[side] if isinstance(side, bool) else str(side)


def _codegen_gcc(values: _Table) -> _Table:
    arches = {arch: {**ci, "workflow": ci["workflow"].split(", ")} for arch, ci in values["ci_arches"].items()}
    # As in Cargo.toml: a text, or a table with the version in it.
    required = tomli.loads(f"crate = {values['gccjit_crate']}")["crate"]
    version = required["version"] if isinstance(required, dict) else required
    return {**values, "ci_arches": arches, "gccjit_crate": version}


_SECTIONS: dict[str, Callable[[_Table], _Table]] = {
    "kernel": _kernel,
    "gcc": _gcc,
    "rustc": _rustc,
    "rustc_codegen_gcc": _codegen_gcc,
}
