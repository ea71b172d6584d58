"""Facts of one kernel -> what archmatrix says of it, in the shape of truth.json's `kernel`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from matrix.expression import YES, any_of, atoms
from matrix.resolve.kconfig import Setting
from tests.truth.conditions import canonical, canonical_tree

if TYPE_CHECKING:
    from matrix.model import Fact
    from matrix.resolve.kconfig import Port
    from tests.truth.leaves import Tree
    from tests.truth.reading import Read

_KCONFIG, _FLAGS = "linux-kconfig", "linux-rustflags"


def kernel(read: Read, asked: dict[str, Tree]) -> dict[str, Tree]:
    """`asked` says which helper symbols, and which programs of changes.rst, are wanted."""
    ports = [i.fact.subject for i in read.facts.of("linux-ports")]
    rows = read.values("linux-arch-support", "rust-level")
    return {
        "_arches": ports,
        "bindgen_target_all": dict(read.values("linux-bindgen-targets", "bindgen-target")),
        "clang_target_flags_all": dict(read.values("linux-clang-targets", "clang-target")),
        "config_rust_depends": [canonical(text) for text in _listed(read, "RUST", "depends")],
        "config_rust_depends_helpers": {name: _helper(read, name) for name in asked["config_rust_depends_helpers"]},
        "config_rust_selects": _selects(read, "RUST"),
        "doc_rows_without_arch_dir": [row for row in rows if row not in ports],
        "maintainers_rust": {
            "section": "RUST",
            "status": read.value("linux-maintainers", "RUST", "maintainers-status"),
        },
        "min_tools": _min_tools(read, asked["min_tools"]),
        "rust_version_policy": {"policy": read.value("linux-changes", "rustc", "version-policy")},
        "unstable_features": _unstable(read),
        **{port: _port(read, port, list(asked.get(port, {}).get("helper_symbols", ()))) for port in ports},
    }


def _port(read: Read, port: str, helpers: list[str]) -> dict[str, Tree]:
    known = read.context.port(port)
    assert known is not None
    said = {
        "maintainers_status": read.value("linux-maintainers", port, "maintainers-status"),
        "doc_level": read.value("linux-arch-support", port, "rust-level"),
        "doc_constraints": read.value("linux-arch-support", port, "rust-constraint"),
        "clang_level": read.value("linux-llvm", port, "clang-level"),
        "clang_make_command": _make_commands(read, port),
        "clang_target": read.value("linux-clang-targets", port, "clang-target"),
        "bindgen_target": read.value("linux-bindgen-targets", port, "bindgen-target"),
        "rustc_targets": {
            i.fact.value: {"file": i.path, "conditions": canonical(i.fact.when)}
            for i in read.facts.about(_FLAGS, port, "rustc-target")
        },
        **_admitted(known, helpers),
    }
    return {key: value for key, value in said.items() if value not in (None, "", {})}


def _admitted(port: Port, helpers: list[str]) -> dict[str, Tree]:
    """Whether, and under which condition, the port selects HAVE_RUST; the condition with `helpers` spelt out too."""
    selects = port.selects.get("HAVE_RUST", [])
    if not selects:
        return {"rust": "no"}
    condition = any_of([select.when for select in selects])
    if condition == YES:
        return {"rust": "yes"}
    assert set(helpers) <= set(atoms(condition)), helpers
    setting = Setting(port, {}, free=port.blocks.keys() - set(helpers))
    return {
        "rust": "conditional",
        "condition": canonical_tree(condition),
        "condition_expanded": canonical_tree(setting.fill(condition)),
        **({"helper_symbols": {name: _block(port, name) for name in helpers}} if helpers else {}),
    }


def _block(port: Port, name: str) -> Tree:
    """The one definition of a symbol that nobody can choose: its defaults and dependencies."""
    (block,) = port.blocks[name]
    assert block.type == "bool", name
    assert not block.prompts, name
    return {
        "type": [canonical_tree(value) for value, _, _ in block.defaults],
        "depends_on": [canonical_tree(demand) for demand, _ in block.demands],
    }


def _helper(read: Read, name: str) -> Tree:
    default = read.facts.first(_KCONFIG, name, "default")
    assert default is not None, name
    assert read.value(_KCONFIG, name, "type") == "bool", name
    return {
        "default": [canonical(text) for text in _listed(read, name, "default")],
        "depends_on": [canonical(text) for text in _listed(read, name, "depends")],
        "file": default.path,
    }


def _listed(read: Read, symbol: str, attribute: str) -> list[str]:
    return [i.fact.value for i in read.facts.about(_KCONFIG, symbol, attribute)]


def _selects(read: Read, symbol: str) -> Tree:
    return {i.fact.value: canonical(i.fact.when) for i in read.facts.about(_KCONFIG, symbol, "select")}


def _make_commands(read: Read, port: str) -> str:
    """The commands of one cell of llvm.rst, each with the version it is for in parentheses."""
    commands = (i.fact for i in read.facts.about("linux-llvm", port, "clang-make"))
    return ", ".join(f"{fact.value} ({fact.when})" if fact.when else fact.value for fact in commands)


def _min_tools(read: Read, asked: Tree) -> Tree:
    assert isinstance(asked, dict)
    said: dict[str, Tree] = {}
    for item in read.facts.of("linux-min-tools"):
        tool = said.setdefault(item.fact.subject, {"per_arch": {}})
        if not item.fact.when:
            tool["min"] = item.fact.value
        elif match := re.fullmatch(r'(\w+) = "(\w+)"', item.fact.when):
            tool["per_arch"][match[2]] = {"min": item.fact.value, "var": match[1]}
    programs = read.values("linux-changes", "minimal-version")
    said["pahole"] = {"min": programs.get("pahole")}
    said["changes_rst"] = {program: programs.get(program) for program in asked["changes_rst"]}
    return said


def _unstable(read: Read) -> Tree:
    flags = [i.fact for i in read.facts.of(_FLAGS)]
    crates: dict[str, dict[str, str]] = {}
    for item in read.facts.of("linux-crate-features"):
        condition = re.sub(r"^\$\(cfg, (.*)\)$", r"\1", item.fact.when)
        assert item.fact.value not in crates.get(item.fact.subject, {}), item
        crates.setdefault(item.fact.subject, {})[item.fact.value] = condition
    return {
        "crate_features": crates,
        "makefile_crate_attr_features": sorted({f.value for f in flags if _of(f, "unstable-feature")}),
        "rust_allowed_features": [i.fact.value for i in read.facts.of("linux-allowed-features")],
        "rustc_bootstrap": any(f.attribute == "rustc-bootstrap" and f.value == "1" for f in flags),
        "z_flags": sorted({f.value[2:] for f in flags if _of(f, "rustc-flag") and f.value.startswith("-Z")}),
    }


def _of(fact: Fact, attribute: str) -> bool:
    """Whether the fact has this attribute, for whatever compilations it holds."""
    return fact.attribute.partition(":")[0] == attribute
