"""clang's Targets.cpp -> the architectures that clang can make a TargetInfo for.

Shape: one switch over the triple's architecture, with switches over the operating system inside its cases:

    switch (Triple.getArch()) {
    default:
      return nullptr;
    case llvm::Triple::ppc64le:
      switch (os) {
      case llvm::Triple::Linux:

Only the labels of the outer switch are architectures, and they stand at its own indentation. They are names of
Triple's enumeration (`ppc64le`, `systemz`, `sparcv9`), not the text of a triple (`powerpc64le`, `s390x`, `sparc64`).
A case says that the front end accepts the architecture for some system; whether LLVM was built with its backend is
another matter (llvm_targets).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from matrix.model import Fact

if TYPE_CHECKING:
    from matrix.text import Text

VERSION = 1

# The file has 40 kB; the bound is for the time that a wrong one takes.
_LARGEST = 1024 * 1024
_COMMENT = re.compile(r"/\*[^*]*\*/|//.*")
_SWITCH = re.compile(r"(\s*)switch \(Triple\.getArch\(\)\) \{\s*")
_LABEL = re.compile(r"case\s+llvm::Triple::(\w+)\s*:\s*")
# Every release has it: a switch without it is not the switch.
_ANCHOR = "x86_64"


def extract(text: Text) -> list[Fact]:
    """One fact a case: Triple's name of the architecture, `clang-case`, `yes`.

    Raises: ShapeError where the switch is missing, unfinished or there twice, or has a label that does not parse.
    """
    if len(text.content) > _LARGEST:
        raise text.drift(0, f"{len(text.content)} characters", f"at most {_LARGEST}")
    facts: dict[str, Fact] = {}
    indent: str | None = None
    # A case with a body in braces ends with a brace at the same indentation as the switch itself.
    braced = ended = False
    for number, line in text.lines():
        if opened := _SWITCH.fullmatch(line):
            if indent is not None:
                raise text.drift(number, line.strip(), "one switch over the architecture")
            indent = opened[1]
            continue
        if indent is None:
            continue
        code = _COMMENT.sub("", line).rstrip()
        if ended:
            if not code:
                continue
            if code == "}":
                break
            raise text.drift(number, code.strip(), "the end of the function after the end of its switch")
        if "/*" in code or code.lstrip().startswith("#"):
            raise text.drift(number, code.strip(), "a switch without directives or comments over several lines")
        if not code:
            continue
        if not code.startswith(indent):
            raise text.drift(number, code.strip(), "the end of the switch before what is indented less")
        label = code[len(indent) :]
        if label[:1].isspace():
            continue
        if label == "}":
            ended, braced = not braced, False
        elif label == "default:":
            braced = False
        else:
            for name in _labels(text, number, label):
                if name in facts:
                    raise text.drift(number, name, f"each case once; line {facts[name].line} has it too")
                facts[name] = Fact(name, "clang-case", "yes", line=number)
            braced = label.endswith("{")
    if indent is None:
        raise text.drift(0, "no such line", "switch (Triple.getArch()) {")
    if not ended:
        raise text.drift(0, "the switch without an end", "a closing brace at the indentation of the switch")
    if _ANCHOR not in facts:
        raise text.drift(0, f"{len(facts)} cases without {_ANCHOR}", f"case llvm::Triple::{_ANCHOR}")
    return list(facts.values())


def _labels(text: Text, number: int, label: str) -> list[str]:
    """The names in `case A:`, `case A: case B:` or `case A: {`."""
    names, position = [], 0
    while found := _LABEL.match(label, position):
        names.append(found[1])
        position = found.end()
    if not names or label[position:] not in ("", "{"):
        raise text.drift(number, label, "case llvm::Triple::NAME:")
    return names
