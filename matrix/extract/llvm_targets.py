"""LLVM's CMakeLists.txt, and those of its backends -> which are built by default, and which only when asked for.

Shape of the main one, one name a line, in two lists:

    set(LLVM_ALL_TARGETS
      AArch64
      X86
      )
    set(LLVM_ALL_EXPERIMENTAL_TARGETS
      M68k
    )

"default" is part of what `LLVM_TARGETS_TO_BUILD=all` builds. "experimental" is in the tree and built only where
somebody names it in LLVM_EXPERIMENTAL_TARGETS_TO_BUILD. A backend moves between the lists (SPIRV became a default one
after LLVM 19). The second list came with LLVM 17. Before it, and for what is in neither list, the folder decides:
llvm/lib/Target/M68k/CMakeLists.txt begins

    add_llvm_component_group(M68k)

and says that M68k is experimental where it is not in the first list; that is the fact's condition.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from matrix.model import Fact

if TYPE_CHECKING:
    from matrix.text import Text

VERSION = 2
# A line a fact: subject | attribute | value | when. docs/facts.md is made of these (scripts/document-facts).
EMITS = """
LLVM target | `backend` | `default` or `experimental`; before LLVM 17, and for what no list names, a folder's own file
    says `experimental` | `$(cmake,NOT X IN_LIST LLVM_ALL_TARGETS)` for what a folder says
"""

# The file has 60 kB; the bound is for the time that a wrong one takes.
_LARGEST = 1024 * 1024
_LISTS = {"LLVM_ALL_TARGETS": "default", "LLVM_ALL_EXPERIMENTAL_TARGETS": "experimental"}
_SET = re.compile(r"\s*(?i:set)\s*\(\s*(LLVM_ALL_TARGETS|LLVM_ALL_EXPERIMENTAL_TARGETS)(?![\w-])(.*)")
# A list that is changed after it was set is not the list that was read.
_CHANGE = re.compile(
    r"\s*(?i:list\s*\(\s*[A-Z_]+\s|unset\s*\()\s*(?:LLVM_ALL_TARGETS|LLVM_ALL_EXPERIMENTAL_TARGETS)(?![\w-])"
)
_READING = re.compile(r"\s*(?i:list)\s*\(\s*(?:LENGTH|GET|JOIN|SUBLIST|FIND)\s")
_FOLDER = re.compile(r"llvm/lib/Target/([^/]+)/CMakeLists\.txt")
_GROUP = re.compile(r"add_llvm_component_group\(\s*(\w+)(?:\s+HAS_JIT)?\s*\)")
# What LLVM up to 16 says instead of a list of experimental backends: that none is built unless it is named.
_BEFORE_LISTS = re.compile(r'^\s*set\s*\(\s*LLVM_EXPERIMENTAL_TARGETS_TO_BUILD\s+""', re.MULTILINE)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*")
# Every release has it: a list without it is not the list.
_ANCHOR = "X86"


def extract(text: Text) -> list[Fact]:
    """One fact a backend: its name, `backend`, `default` or `experimental`.

    Raises: ShapeError where a list is missing, unfinished, set twice or changed later, or holds what is no name; and
    for a backend's own file that does not begin with its name.
    """
    if len(text.content) > _LARGEST:
        raise text.drift(0, f"{len(text.content)} characters", f"at most {_LARGEST}")
    if folder := _FOLDER.fullmatch(text.path):
        return [_in_folder(text, folder[1])]
    facts: dict[str, Fact] = {}
    seen: set[str] = set()
    current = ""
    start = 0
    for number, line in text.lines():
        code = line.partition("#")[0]
        if not current:
            if _CHANGE.match(code) and not _READING.match(code):
                raise text.drift(number, line.strip(), "the lists of targets to be set once and left alone")
            if not (opened := _SET.match(code)):
                continue
            current, code, start = opened[1], opened[2], number
            if current in seen:
                raise text.drift(number, line.strip(), f"{current} to be set once")
            seen.add(current)
        names, closed, rest = code.partition(")")
        for name in names.split():
            if not _NAME.fullmatch(name):
                raise text.drift(number, name, f"the name of a target in {current}")
            if name in facts:
                raise text.drift(number, name, f"each target once; line {facts[name].line} has it too")
            facts[name] = Fact(name, "backend", _LISTS[current], line=number)
        if closed:
            if rest.strip():
                raise text.drift(number, line.strip(), f"nothing after the end of {current}")
            current = ""
    if current:
        raise text.drift(start, f"{current} without an end", "a closing parenthesis")
    for wanted in _LISTS:
        if wanted not in seen and not (wanted not in text.content and _BEFORE_LISTS.search(text.content)):
            raise text.drift(0, "no such line", f"set({wanted} ...)")
    if _ANCHOR not in facts or facts[_ANCHOR].value != "default":
        raise text.drift(0, f"{len(facts)} targets without {_ANCHOR}", f"{_ANCHOR} in LLVM_ALL_TARGETS")
    return list(facts.values())


def _in_folder(text: Text, name: str) -> Fact:
    """The fact of a backend's own file."""
    for number, line in text.lines():
        code = line.partition("#")[0].strip()
        if not code:
            continue
        group = _GROUP.fullmatch(code)
        if group is None or group[1] != name:
            raise text.drift(number, code, f"add_llvm_component_group({name})")
        return Fact(name, "backend", "experimental", f"$(cmake,NOT {name} IN_LIST LLVM_ALL_TARGETS)", number)
    raise text.drift(0, "nothing", f"add_llvm_component_group({name})")
