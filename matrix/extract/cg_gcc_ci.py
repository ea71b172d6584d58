"""A workflow of rustc_codegen_gcc -> the architectures it builds or runs code for.

Shape, GitHub's YAML; a cross job names its architecture only inside its commands, or in its matrix:

    jobs:
      build:
        runs-on: ubuntu-24.04
        strategy:
          matrix:
            arch: [{ gcc: "m68k", triple: "m68k-unknown-linux-gnu" }]
        steps:
        - name: Run tests
          run: |
            sudo dpkg -i gcc-${{ matrix.arch.gcc }}-15.deb
            ./y.sh test --target-triple ${{ matrix.arch.triple }} --std-tests

`run` means that the compiled tests are executed (for a foreign architecture, in qemu), `build` that the steps which
would do so are absent or commented out. The mini tests alone count as `build`: they need no core library and stayed
switched on while upstream noted that it could not run programs for m68k (rustc 1.90). runs-on is the machine that
compiles; it is the answer only for a job that names no other. A workflow that is gone says nothing about its
architecture: m68k.yml became a part of cross.yml.
"""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matrix.model import Fact
from matrix.yaml_nodes import YamlFields, YamlList, YamlWord, read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from matrix.text import Text
    from matrix.yaml_nodes import YamlNode

VERSION = 1
# A line a fact: subject | attribute | value | when. docs/facts.md is made of these (scripts/document-facts).
EMITS = """
architecture (`x86_64`, `m68k`) | `ci` | `build` or `run`, and workflow: `run m68k.yml`; `run` means that compiled
    tests are executed, `--mini-tests` alone counts as `build` |
"""

# The largest workflow has 6 kB and nests 8 deep. GitHub starts at most 256 jobs from one matrix.
_LARGEST, _DEEPEST, _MOST_JOBS = 64 * 1024, 40, 256
# All commands of a workflow with the matrix filled in; 0.1 MB today.
_MOST_COMMANDS = 4 * 1024 * 1024
_HOLE = re.compile(r"\$\{\{ *matrix\.([\w-]+)(?:\.([\w-]+))? *\}\}")
_CONDITION = re.compile(r"matrix\.([\w-]+)(?:\.([\w-]+))? *(==|!=) *'([^']*)'")
_TRIPLE = re.compile(r"([a-z][a-z0-9_]*)-[a-z0-9_]+-[a-z0-9_]+(?:-[a-z0-9_]+)?")
_ARCH = re.compile(r"[a-z][a-z0-9_]*")
# What in a command names a foreign architecture: packages, emulators, targets.
_NAMING = (
    re.compile(r"\bgcc-([a-z][a-z0-9_]*)-[0-9]+\.deb"),
    re.compile(r"\b(?:gcc|g\+\+|binutils)-(?:[0-9]+-)?([a-z][a-z0-9_]*(?:-64)?)-linux-gnu"),
    re.compile(r"\bcrossbuild-essential-([a-z][a-z0-9]*)"),
    re.compile(r"\bqemu-([a-z][a-z0-9_]*)(?=-static\b| +[\"']?/)"),
    re.compile(r"\bqemu-system-([a-z][a-z0-9_]*)"),
    re.compile(r"--target(?:-triple)?[ =]([a-z][a-z0-9_]*)-[a-z0-9_]+-[a-z]"),
)
# The same with a part that nothing in this job fills in.
_UNFILLED = re.compile(r"\b(?:gcc-\$\{\{[^}]*\}\}-[0-9]+\.deb|qemu-\$\{\{)|--target-triple[ =]\$\{\{")
# Words in the place of an architecture, in names of packages that serve all of them.
_NO_ARCH = frozenset({"user", "common", "data", "gui", "misc", "modules"})
_BACKEND = re.compile(r"\b(?:y|build|test)\.sh\b")
_TEST = re.compile(r"\b(?:y\.sh +(?:cargo +)?test|test\.sh|cargo +test)\b(.*)")
_EMULATOR = re.compile(r"\bqemu-(?!user\b)[a-z0-9_]+(?:-static)? +[\"']?/")
_SUITE = re.compile(r"--[a-z0-9-]*test[a-z0-9-]*|--projects")
_ARM = re.compile(r"(?:^|[-_])(?:arm|arm64|aarch64)(?:$|[-_])")
_MACOS = re.compile(r"macos-(?:latest|([0-9]{1,3}))(-large|-intel)?(?:-\w+)?")


@dataclass(frozen=True, slots=True)
class _Job:
    """A job with one choice from its matrix: the architectures it names, each with its line, and what it does."""

    arches: dict[str, int]
    works: bool
    runs: bool
    machine: YamlNode | None
    choice: dict[str, YamlNode]


def extract(text: Text) -> list[Fact]:
    """One fact an architecture: its name as upstream spells it, `ci`, `build` or `run` and the workflow's file name.

    Raises: ShapeError for what is no workflow, is too large or deep, uses YAML aliases, or runs on a machine whose
    architecture is not known.
    """
    root = _fields(text, _parse(text))
    if "jobs" not in root:
        raise text.drift(0, f"keys {' '.join(root)}", "jobs")
    jobs = [job for node in _fields(text, root["jobs"]).values() for job in _jobs(text, node)]
    lines: dict[str, int] = {}
    ran: set[str] = set()
    # A job that neither uses the backend nor names an architecture checks spelling, or waits for the others.
    for job in [job for job in jobs if job.works] or jobs:
        arches = job.arches or _machine(text, job)
        lines = arches | lines
        if job.runs:
            ran.update(arches)
    if not lines:
        raise text.drift(0, "no job that runs on a machine", "jobs with runs-on")
    workflow = text.path.rpartition("/")[2]
    return [
        Fact(arch, "ci", f"{'run' if arch in ran else 'build'} {workflow}", line=lines[arch]) for arch in sorted(lines)
    ]


# --- YAML: nodes, because they know their lines --------------------------------------------------


def _parse(text: Text) -> YamlNode:
    root = read_yaml(text, largest=_LARGEST, deepest=_DEEPEST)
    if root is None:
        raise text.drift(0, "an empty file", "a workflow in YAML")
    return root


def _fields(text: Text, node: YamlNode) -> dict[str, YamlNode]:
    if not isinstance(node, YamlFields):
        raise text.drift(node.line, _kind(node), "a mapping")
    fields: dict[str, YamlNode] = {}
    for key, value in node.pairs:
        if not isinstance(key, YamlWord) or key.value in fields:
            raise text.drift(
                key.line, key.value if isinstance(key, YamlWord) else _kind(key), "each key once, and plain"
            )
        fields[key.value] = value
    return fields


def _items(text: Text, node: YamlNode) -> tuple[YamlNode, ...]:
    if not isinstance(node, YamlList):
        raise text.drift(node.line, _kind(node), "a list")
    return node.items


def _kind(node: YamlNode) -> str:
    if isinstance(node, YamlFields):
        return "a mapping"
    return "a list" if isinstance(node, YamlList) else "a word"


def _plain(node: YamlNode) -> object:
    """The node without its place, to be compared."""
    if isinstance(node, YamlFields):
        return {_plain_key(key): _plain(value) for key, value in node.pairs}
    return [_plain(item) for item in node.items] if isinstance(node, YamlList) else node.value


def _plain_key(key: YamlNode) -> str:
    return key.value if isinstance(key, YamlWord) else ""


# --- GitHub's matrix -----------------------------------------------------------------------------


def _choices(text: Text, job: dict[str, YamlNode]) -> list[dict[str, YamlNode]]:
    """What the matrix of a job can choose, by GitHub's rules for `include`; one empty choice without a matrix."""
    strategy = _fields(text, job["strategy"]) if "strategy" in job else {}
    node = strategy.get("matrix")
    if node is None or isinstance(node, YamlWord):
        return [{}]
    matrix = _fields(text, node)
    added = matrix.pop("include", None)
    if "exclude" in matrix:
        raise text.drift(matrix["exclude"].line, "exclude", "a matrix without it")
    lists = {key: _items(text, value) for key, value in matrix.items() if not isinstance(value, YamlWord)}
    if math.prod(map(len, lists.values())) > _MOST_JOBS:
        raise text.drift(node.line, "a matrix with more choices", f"at most {_MOST_JOBS}")
    choices = [dict(zip(lists, one, strict=True)) for one in itertools.product(*lists.values())] if lists else []
    original = [dict(choice) for choice in choices]
    for entry in _entries(text, added):
        shared = entry.keys() & lists.keys()
        fits = [index for index, choice in enumerate(original) if _agrees(choice, entry, shared)]
        for index in fits:
            choices[index].update(entry)
        if not fits:
            choices.append(entry)
    return choices or [{}]


def _entries(text: Text, node: YamlNode | None) -> list[dict[str, YamlNode]]:
    if node is None or isinstance(node, YamlWord):
        return []
    entries = [_fields(text, entry) for entry in _items(text, node)]
    if len(entries) > _MOST_JOBS:
        raise text.drift(node.line, f"{len(entries)} entries", f"at most {_MOST_JOBS}")
    return entries


def _agrees(choice: dict[str, YamlNode], entry: dict[str, YamlNode], keys: Iterable[str]) -> bool:
    return all(key in choice and _plain(choice[key]) == _plain(entry[key]) for key in keys)


def _value(choice: dict[str, YamlNode], key: str, field: str | None) -> str | None:
    """`matrix.KEY` or `matrix.KEY.FIELD` of this choice; None where it is not known."""
    node = choice.get(key)
    if field and isinstance(node, YamlFields):
        node = next((value for name, value in node.pairs if _plain_key(name) == field), None)
        if node is None:
            return ""
    return node.value if isinstance(node, YamlWord) else None


def _fill(words: str, choice: dict[str, YamlNode]) -> str:
    def fill(hole: re.Match[str]) -> str:
        value = _value(choice, hole[1], hole[2])
        return hole[0] if value is None else " ".join(value.split())

    return _HOLE.sub(fill, words)


# --- jobs ----------------------------------------------------------------------------------------


def _jobs(text: Text, node: YamlNode) -> Iterator[_Job]:
    job = _fields(text, node)
    steps = [_fields(text, step) for step in _items(text, job["steps"])] if "steps" in job else []
    spent = 0
    for choice in _choices(text, job):
        if not _live(job, choice):
            continue
        arches = _named(text, choice["arch"]) if "arch" in choice else {}
        commands: list[str] = []
        for step in steps:
            if "run" not in step or not _live(step, choice):
                continue
            for line, written in _commands(step["run"]):
                command = _fill(written, choice)
                spent += len(command)
                if spent > _MOST_COMMANDS:
                    raise text.drift(line, "commands without end", f"at most {_MOST_COMMANDS} characters in a job")
                commands.append(command)
                arches = _foreign(text, line, command) | arches
        works = bool(arches) or any(map(_BACKEND.search, commands))
        yield _Job(arches, works, any(map(_executes, commands)), job.get("runs-on"), choice)


def _live(part: dict[str, YamlNode], choice: dict[str, YamlNode]) -> bool:
    """Whether the `if:` of a job or step can hold; one that is not understood can."""
    condition = part.get("if")
    if not isinstance(condition, YamlWord):
        return True
    words = condition.value.strip().removeprefix("${{").removesuffix("}}").strip()
    if compared := _CONDITION.fullmatch(words):
        value = _value(choice, compared[1], compared[2])
        return value is None or (value == compared[4]) == (compared[3] == "==")
    return bool(words != "false")


def _commands(node: YamlNode) -> Iterator[tuple[int, str]]:
    """Each command of a `run:` with its line; comments are left out, continued lines joined."""
    if not isinstance(node, YamlWord):
        return
    first = node.line
    started, joined = first, ""
    for index, row in enumerate(node.value.split("\n")):
        if not joined:
            # The text of a block begins below its `|`; of a folded one only the beginning is known.
            started = first + 1 + index if node.block else first
        if row.lstrip().startswith("#"):
            continue
        if row.endswith("\\"):
            joined += row[:-1] + " "
            continue
        yield started, joined + row
        joined = ""
    if joined:
        yield started, joined


def _named(text: Text, entry: YamlNode) -> dict[str, int]:
    """The architecture of an entry of `matrix.arch`: a word, a triple, or a mapping with a triple or `gcc`."""
    if isinstance(entry, YamlWord):
        words = [entry.value]
    else:
        fields = _fields(text, entry)
        values = [value.value for value in fields.values() if isinstance(value, YamlWord)]
        words = [value for value in values if _TRIPLE.fullmatch(value)]
        gcc = fields.get("gcc")
        words += [gcc.value] if isinstance(gcc, YamlWord) else []
    arch = words[0].partition("-")[0] if words else ""
    if not _ARCH.fullmatch(arch):
        raise text.drift(entry.line, arch or "no word or triple", "the name of an architecture")
    return {arch: entry.line}


def _foreign(text: Text, line: int, command: str) -> dict[str, int]:
    if _UNFILLED.search(command):
        raise text.drift(line, command.strip(), "an architecture that the matrix of this job fills in")
    names = (match[1] for naming in _NAMING for match in naming.finditer(command))
    return {name.replace("-", "_"): line for name in names if name not in _NO_ARCH}


def _executes(command: str) -> bool:
    """Whether the command runs compiled tests: y.sh test (beyond the mini tests), cargo test, a program in qemu."""
    if _EMULATOR.search(command):
        return True
    test = _TEST.search(command)
    return test is not None and set(_SUITE.findall(test[1])) != {"--mini-tests"}


def _machine(text: Text, job: _Job) -> dict[str, int]:
    """The architecture of the machine that `runs-on` asks for; nothing for a job that calls another workflow."""
    if job.machine is None:
        return {}
    nodes = _items(text, job.machine) if isinstance(job.machine, YamlList) else [job.machine]
    labels = [_fill(str(node.value), job.choice).lower() for node in nodes if isinstance(node, YamlWord)]
    for label in labels:
        if macos := _MACOS.fullmatch(label):
            intel = bool(macos[2]) or int(macos[1] or 99) < 14
            return {"x86_64" if intel else "aarch64": job.machine.line}
    if any(map(_ARM.search, labels)):
        return {"aarch64": job.machine.line}
    if any(label == "x64" or re.match(r"(?:ubuntu|windows)-[a-z0-9.]+", label) for label in labels):
        return {"x86_64": job.machine.line}
    raise text.drift(job.machine.line, f"runs-on {' '.join(labels)}", "a machine whose architecture is known")
