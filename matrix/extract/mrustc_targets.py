"""mrustc's target.cpp -> the targets built into mrustc, and the machines they stand for.

Shape, constants first and a chain of names later:

    const TargetArch ARCH_X32 = {
        "x86_64",
        32, false,

    TargetSpec init_from_spec_name(const ::std::string& target_name)
        else if(target_name == "a-linux-gnu" || target_name == "a-unknown-linux-gnu")
        {
            return TargetSpec {
                "unix", "linux", "gnu", {CodegenMode::Gnu11, true, "a-linux-gnu", ...},
                ARCH_A
                };
        }
        else
        {
            ::std::cerr << "Unknown target name '" ...

A constant holds the name (what Rust code sees as cfg(target_arch); it need not be unique: X32 is "x86_64" too), the
width of a pointer in bits and whether the byte order is big. A target holds the family, `os` and `env` (what Rust code
sees as cfg(target_os) and cfg(target_env): "linux" is a Linux target, "gnu" a C library and not a compiler), and
`c-triple`, the prefix of the C compiler to call, or MSVC's word for the machine. The names are mrustc's own: several
are no target of rustc, and arm-linux-gnu calls arm-elf-eabi-gcc. A specification file given to mrustc can define other
targets, so what is missing here is not built in, which is less than impossible.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from matrix.model import Fact

if TYPE_CHECKING:
    from matrix.text import Text

VERSION = 1
# A line a fact: subject | attribute | value | when. docs/facts.md is made of these (scripts/document-facts).
EMITS = """
target | `arch`, `os`, `c-triple`, `env` |  |
mrustc's ARCH_ constant without prefix | `name`, `pointer-width`, `endian` |  |
`mrustc` | `spec-file` | `yes` where it reads specification files |
"""

# The file has 80 kB; the bound is for the time that a wrong one takes.
_LARGEST = 1024 * 1024
# Strings first, so that a comment's start inside one is none. What is left open ends where the line or the file does,
# so that nothing is looked at twice.
_TOKEN = re.compile(r"""("(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?)|//[^\n]*|/\*(?:.*?\*/|.*)""", re.DOTALL)
_ARCH = re.compile(r"const TargetArch ARCH_(\w+) = \{")
_ARCH_START = re.compile(r'"(\w+)", *([0-9]{1,3}), *(true|false),')
_FUNCTION = re.compile(r"TargetSpec init_from_spec_name\(.*\)")
_NAME = r'target_name == "([\w.-]+)"'
_BRANCH = re.compile(rf"(?:else )?if ?\( ?{_NAME}(?: \|\| {_NAME})* ?\)")
_NAMES = re.compile(_NAME)
_RETURN = "return TargetSpec {"
# White space is brought down to single spaces first. mrustc 0.8.0 had no flag for emulated 128-bit integers.
_SPEC = re.compile(
    r'"(?:unix|windows)" ?, ?"(\w+)" ?, ?"(\w*)" ?, ?'
    r'\{ ?CodegenMode::\w+ ?, ?(?:(?:true|false) ?, ?)?"([\w.-]+)" ?,.*\} ?, ?ARCH_(\w+)'
)
# The other lines of the function that may speak of its argument.
_ALLOWED = re.compile(
    r"(?:else )?if ?\( ?target_name\.find\(.*"
    r"|return load_spec_from_file\(target_name\);"
)
_LAST = '"Unknown target name'
_ANCHOR = "x86_64-linux-gnu"


def extract(text: Text) -> list[Fact]:
    """The constants' `name`, `pointer-width` (bits), `endian`; the targets' `arch`, `os`, `c-triple`, `env`.

    Raises: ShapeError where a constant or a branch does not parse, a name comes twice, a target's constant is missing,
    or the chain does not reach its last branch.
    """
    if len(text.content) > _LARGEST:
        raise text.drift(0, f"{len(text.content)} characters", f"at most {_LARGEST}")
    code = _TOKEN.sub(_blank, text.content)
    lines = [(number, line.strip()) for number, line in enumerate(code.split("\n"), start=1)]
    facts = _arches(text, lines)
    arches = {fact.subject for fact in facts}
    targets = _targets(text, lines)
    for fact in targets:
        if fact.attribute == "arch" and fact.value not in arches:
            raise text.drift(fact.line, f"ARCH_{fact.value}", "a constant that the file defines")
    # A name that is a path is read as a specification file.
    files = [number for number, line in lines if line == "return load_spec_from_file(target_name);"]
    return facts + targets + [Fact("mrustc", "spec-file", "yes", line=number) for number in files[:1]]


def _blank(token: re.Match[str]) -> str:
    """Strings stay; a comment becomes a space, with the line ends it had."""
    return token[1] or " " + "\n" * token[0].count("\n")


def _arches(text: Text, lines: list[tuple[int, str]]) -> list[Fact]:
    facts: dict[str, tuple[Fact, ...]] = {}
    for index, (number, line) in enumerate(lines):
        if "TargetArch ARCH_" not in line:
            continue
        opened = _ARCH.fullmatch(line)
        # The name stands on the next line, the width and the byte order on the one after it.
        start = " ".join(part for _, part in lines[index + 1 : index + 3])
        read = _ARCH_START.fullmatch(start[:200])
        if not opened or not read:
            raise text.drift(number, f"{line} {start}", 'const TargetArch ARCH_NAME = { "name", BITS, BIG_ENDIAN, ...')
        arch = opened[1]
        if arch in facts:
            raise text.drift(number, line, f"each constant once; line {facts[arch][0].line} has it too")
        facts[arch] = (
            Fact(arch, "name", read[1], line=number + 1),
            Fact(arch, "pointer-width", read[2], line=number + 2),
            Fact(arch, "endian", "big" if read[3] == "true" else "little", line=number + 2),
        )
    if not facts:
        raise text.drift(0, "no such line", "const TargetArch ARCH_NAME = {")
    return [fact for three in facts.values() for fact in three]


def _targets(text: Text, lines: list[tuple[int, str]]) -> list[Fact]:
    facts: dict[str, tuple[Fact, ...]] = {}
    names: list[str] = []
    place = 0
    spec: list[str] | None = None
    state = "before"
    for number, line in lines:
        if state == "before":
            state = "inside" if _FUNCTION.fullmatch(line) else "before"
        elif state == "after":
            break
        elif spec is not None:
            if line != "};":
                spec.append(line)
                continue
            stated = " ".join(" ".join(spec).split())
            read = _SPEC.fullmatch(stated)
            if not read or not names:
                raise text.drift(place, stated, "FAMILY, OS, ENV, {MODE, I128, TRIPLE, ...}, ARCH_NAME for a name")
            for name in names:
                facts[name] = (
                    Fact(name, "arch", read[4], line=number - 1),
                    Fact(name, "os", read[1], line=place + 1),
                    Fact(name, "c-triple", read[3], line=place + 1),
                    Fact(name, "env", read[2], line=place + 1),
                )
            names, spec = [], None
        elif _BRANCH.fullmatch(line):
            if names:
                raise text.drift(number, line, f"a target for {names[0]} first")
            names = _NAMES.findall(line)
            if double := next((n for n in names if n in facts or names.count(n) > 1), ""):
                raise text.drift(number, double, "each name once")
        elif line == _RETURN:
            spec, place = [], number
        elif _LAST in line:
            state = "after"
        elif ("target_name" in line and not _ALLOWED.fullmatch(line)) or "TargetSpec" in line:
            raise text.drift(number, line, "a branch of the chain of names")
        elif line.startswith("#") and not line.startswith("#define"):
            raise text.drift(number, line, "a chain of names without conditions of the preprocessor")
    if state != "after" or names or spec is not None:
        found = "no such function" if state == "before" else "a chain without its last branch"
        raise text.drift(0, found, "init_from_spec_name up to its message for an unknown name")
    if _ANCHOR not in facts:
        raise text.drift(0, f"{len(facts)} targets without {_ANCHOR}", f"a target {_ANCHOR}")
    return [fact for four in facts.values() for fact in four]
