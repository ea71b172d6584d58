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

import yaml

from matrix.model import Fact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from matrix.text import Text

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
    machine: yaml.Node | None
    choice: dict[str, yaml.Node]


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


def _parse(text: Text) -> yaml.Node:
    if len(text.content) > _LARGEST:
        raise text.drift(0, f"{len(text.content)} characters", f"at most {_LARGEST}")
    depth = 0
    try:
        # Looked over event by event first: aliases can unfold to any size, and composing recurses.
        for event in yaml.parse(text.content, yaml.BaseLoader):
            if isinstance(event, yaml.AliasEvent):
                raise text.drift(_line(event), f"the alias *{event.anchor}", "a workflow without YAML aliases")
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                raise text.drift(_line(event), f"nesting {depth} deep", f"at most {_DEEPEST}")
        root = yaml.compose(text.content, yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError, ValueError, OverflowError) as error:
        # PyYAML turns numbers in directives and escapes without checking them.
        raise text.drift(0, f"no YAML ({' '.join(str(error).split())})", "a workflow in YAML") from None
    if root is None:
        raise text.drift(0, "an empty file", "a workflow in YAML")
    return root


def _line(place: yaml.Node | yaml.Event) -> int:
    return place.start_mark.line + 1 if place.start_mark else 0


def _fields(text: Text, node: yaml.Node) -> dict[str, yaml.Node]:
    if not isinstance(node, yaml.MappingNode):
        raise text.drift(_line(node), type(node).__name__, "a mapping")
    fields: dict[str, yaml.Node] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode) or key.value in fields:
            raise text.drift(_line(key), str(key.value), "each key once, and plain")
        fields[key.value] = value
    return fields


def _items(text: Text, node: yaml.Node) -> list[yaml.Node]:
    if not isinstance(node, yaml.SequenceNode):
        raise text.drift(_line(node), type(node).__name__, "a list")
    return list(node.value)


def _plain(node: yaml.Node) -> object:
    """The node without its place, to be compared."""
    if isinstance(node, yaml.MappingNode):
        return {_plain_key(key): _plain(value) for key, value in node.value}
    return [_plain(item) for item in node.value] if isinstance(node, yaml.SequenceNode) else node.value


def _plain_key(key: yaml.Node) -> str:
    return str(key.value) if isinstance(key, yaml.ScalarNode) else ""


# --- GitHub's matrix -----------------------------------------------------------------------------


def _choices(text: Text, job: dict[str, yaml.Node]) -> list[dict[str, yaml.Node]]:
    """What the matrix of a job can choose, by GitHub's rules for `include`; one empty choice without a matrix."""
    strategy = _fields(text, job["strategy"]) if "strategy" in job else {}
    node = strategy.get("matrix")
    if node is None or isinstance(node, yaml.ScalarNode):
        return [{}]
    matrix = _fields(text, node)
    added = matrix.pop("include", None)
    if "exclude" in matrix:
        raise text.drift(_line(matrix["exclude"]), "exclude", "a matrix without it")
    lists = {key: _items(text, value) for key, value in matrix.items() if not isinstance(value, yaml.ScalarNode)}
    if math.prod(map(len, lists.values())) > _MOST_JOBS:
        raise text.drift(_line(node), "a matrix with more choices", f"at most {_MOST_JOBS}")
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


def _entries(text: Text, node: yaml.Node | None) -> list[dict[str, yaml.Node]]:
    if node is None or isinstance(node, yaml.ScalarNode):
        return []
    entries = [_fields(text, entry) for entry in _items(text, node)]
    if len(entries) > _MOST_JOBS:
        raise text.drift(_line(node), f"{len(entries)} entries", f"at most {_MOST_JOBS}")
    return entries


def _agrees(choice: dict[str, yaml.Node], entry: dict[str, yaml.Node], keys: Iterable[str]) -> bool:
    return all(key in choice and _plain(choice[key]) == _plain(entry[key]) for key in keys)


def _value(choice: dict[str, yaml.Node], key: str, field: str | None) -> str | None:
    """`matrix.KEY` or `matrix.KEY.FIELD` of this choice; None where it is not known."""
    node = choice.get(key)
    if field and isinstance(node, yaml.MappingNode):
        node = next((value for name, value in node.value if _plain_key(name) == field), None)
        if node is None:
            return ""
    return node.value if isinstance(node, yaml.ScalarNode) else None


def _fill(words: str, choice: dict[str, yaml.Node]) -> str:
    def fill(hole: re.Match[str]) -> str:
        value = _value(choice, hole[1], hole[2])
        return hole[0] if value is None else " ".join(value.split())

    return _HOLE.sub(fill, words)


# --- jobs ----------------------------------------------------------------------------------------


def _jobs(text: Text, node: yaml.Node) -> Iterator[_Job]:
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


def _live(part: dict[str, yaml.Node], choice: dict[str, yaml.Node]) -> bool:
    """Whether the `if:` of a job or step can hold; one that is not understood can."""
    condition = part.get("if")
    if not isinstance(condition, yaml.ScalarNode):
        return True
    words = condition.value.strip().removeprefix("${{").removesuffix("}}").strip()
    if compared := _CONDITION.fullmatch(words):
        value = _value(choice, compared[1], compared[2])
        return value is None or (value == compared[4]) == (compared[3] == "==")
    return bool(words != "false")


def _commands(node: yaml.Node) -> Iterator[tuple[int, str]]:
    """Each command of a `run:` with its line; comments are left out, continued lines joined."""
    if not isinstance(node, yaml.ScalarNode):
        return
    first = _line(node)
    started, joined = first, ""
    for index, row in enumerate(node.value.split("\n")):
        if not joined:
            # The text of a block begins below its `|`; of a folded one only the beginning is known.
            started = first + 1 + index if node.style == "|" else first
        if row.lstrip().startswith("#"):
            continue
        if row.endswith("\\"):
            joined += row[:-1] + " "
            continue
        yield started, joined + row
        joined = ""
    if joined:
        yield started, joined


def _named(text: Text, entry: yaml.Node) -> dict[str, int]:
    """The architecture of an entry of `matrix.arch`: a word, a triple, or a mapping with a triple or `gcc`."""
    if isinstance(entry, yaml.ScalarNode):
        words = [entry.value]
    else:
        fields = _fields(text, entry)
        values = [value.value for value in fields.values() if isinstance(value, yaml.ScalarNode)]
        words = [value for value in values if _TRIPLE.fullmatch(value)]
        words += [fields["gcc"].value] if isinstance(fields.get("gcc"), yaml.ScalarNode) else []
    arch = words[0].partition("-")[0] if words else ""
    if not _ARCH.fullmatch(arch):
        raise text.drift(_line(entry), arch or "no word or triple", "the name of an architecture")
    return {arch: _line(entry)}


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
    nodes = _items(text, job.machine) if isinstance(job.machine, yaml.SequenceNode) else [job.machine]
    labels = [_fill(str(node.value), job.choice).lower() for node in nodes if isinstance(node, yaml.ScalarNode)]
    for label in labels:
        if macos := _MACOS.fullmatch(label):
            intel = bool(macos[2]) or int(macos[1] or 99) < 14
            return {"x86_64" if intel else "aarch64": _line(job.machine)}
    if any(map(_ARM.search, labels)):
        return {"aarch64": _line(job.machine)}
    if any(label == "x64" or re.match(r"(?:ubuntu|windows)-[a-z0-9.]+", label) for label in labels):
        return {"x86_64": _line(job.machine)}
    raise text.drift(_line(job.machine), f"runs-on {' '.join(labels)}", "a machine whose architecture is known")
