"""Cargo.toml or Cargo.lock of a code generation backend -> the version of the crate that generates the code.

Shape of Cargo.toml, in one of three spellings:

    [dependencies]
    gccjit = "2.2"
    gccjit = { version = "3.3.0", features = ["dlopen"] }
    gccjit = { git = "https://example.org/gccjit.rs" }

Shape of Cargo.lock:

    [[package]]
    name = "gccjit"
    version = "3.3.0"

`requirement` is the oldest compatible version that the manifest accepts, by Cargo's rules; `locked` the one that was
built and tested. Only gccjit and cranelift-codegen are read: the crates beside them follow their version.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import tomli

from matrix.model import Fact

if TYPE_CHECKING:
    from matrix.text import Text

VERSION = 1
# A line a fact: subject | attribute | value | when. docs/facts.md is made of these (scripts/document-facts).
EMITS = """
crate | `requirement` or `locked` | version, or `git URL` where a repository is required without one |
"""

# The largest of these files has 600 lines. The bound also bounds tomli: its time on dotted keys grows with the square.
_LARGEST = 128 * 1024
_CRATES = ("gccjit", "cranelift-codegen")
_REQUIREMENT = re.compile(r"[0-9A-Za-z.*+<>=~^, -]{1,60}")
_GIT = re.compile(r"[!-~]{1,200}")
_LOCKED = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+[0-9A-Za-z.+-]{0,40}")


def extract(text: Text) -> list[Fact]:
    """One fact a crate: its name, `requirement` or `locked`, the version, or `git URL` where there is no version.

    Raises: ShapeError for what is no TOML, names neither crate, or states no version where one belongs.
    """
    if len(text.content) > _LARGEST:
        raise text.drift(0, f"{len(text.content)} characters", f"at most {_LARGEST}")
    try:
        tables = tomli.loads(text.content)
    except (ValueError, RecursionError) as error:
        raise text.drift(0, f"no TOML ({error})", "a Cargo.toml or Cargo.lock") from None
    name = text.path.rpartition("/")[2]
    if name == "Cargo.toml":
        facts = _requirements(text, tables.get("dependencies"))
    elif name == "Cargo.lock":
        facts = _locked(text, tables.get("package"))
    else:
        raise text.drift(0, name, "Cargo.toml or Cargo.lock")
    if not facts:
        raise text.drift(0, "neither crate", f"one of {', '.join(_CRATES)}")
    return facts


def _requirements(text: Text, dependencies: object) -> list[Fact]:
    if not isinstance(dependencies, dict):
        raise text.drift(0, "no such table", "[dependencies]")
    facts = []
    for crate in _CRATES:
        if crate not in dependencies:
            continue
        stated = dependencies[crate]
        version = stated.get("version") if isinstance(stated, dict) else stated
        git = stated.get("git") if isinstance(stated, dict) else None
        line = _line(text, crate)
        if isinstance(version, str) and _REQUIREMENT.fullmatch(version):
            facts.append(Fact(crate, "requirement", version, line=line))
        elif version is None and isinstance(git, str) and _GIT.fullmatch(git):
            facts.append(Fact(crate, "requirement", f"git {git}", line=line))
        else:
            raise text.drift(line, f"{crate} without a version", "a version requirement, or git = URL")
    return facts


def _locked(text: Text, packages: object) -> list[Fact]:
    if not isinstance(packages, list):
        raise text.drift(0, "no such table", "[[package]]")
    facts = []
    for package in packages:
        crate = package.get("name") if isinstance(package, dict) else None
        if crate not in _CRATES:
            continue
        version = package.get("version")
        line = _line(text, f'name = "{crate}"')
        if not isinstance(version, str) or not _LOCKED.fullmatch(version):
            raise text.drift(line, f"{crate} without a version", "version = X.Y.Z")
        facts.append(Fact(crate, "locked", version, line=line))
    return list(dict.fromkeys(facts))


def _line(text: Text, start: str) -> int:
    """The line that begins with `start`, the next character being no part of a name; 0 where there is none."""
    begins = re.compile(re.escape(start) + r"(?![\w-])")
    return next((number for number, line in text.lines() if begins.match(line)), 0)
