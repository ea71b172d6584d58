"""mrustc's target_version.hpp -> the rustc releases that mrustc can compile.

Shape:

    enum class TargetVersion {
        Rustc1_19,
        Rustc1_29,
    };

Each name is a language level that mrustc implements far enough to compile that rustc and its libraries; a newer one
does not mean that the releases between are all accepted. The file came with mrustc 0.9.
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
`rustc` | `builds` | `1.74` |
"""

# The file has 2 kB; the bound is for the time that a wrong one takes.
_LARGEST = 1024 * 1024
_ENUM = re.compile(r"enum\s+class\s+TargetVersion\b[^{};]*(\{?)")
_MEMBER = re.compile(r"Rustc([0-9]{1,4})_([0-9]{1,4})(?:\s*=\s*[0-9]+)?\s*,?")
_END = re.compile(r"\}\s*;")


def extract(text: Text) -> list[Fact]:
    """One fact a member of the enumeration: `rustc`, `builds`, the version (`1.74`).

    Raises: ShapeError where the enumeration is missing, unfinished or empty, or has another kind of member.
    """
    if len(text.content) > _LARGEST:
        raise text.drift(0, f"{len(text.content)} characters", f"at most {_LARGEST}")
    facts: dict[str, Fact] = {}
    state = "before"
    for number, line in text.lines():
        code = line.partition("//")[0].strip()
        if state == "before":
            if opened := _ENUM.fullmatch(code):
                state = "inside" if opened[1] else "opening"
        elif state == "opening":
            if code == "{":
                state = "inside"
            elif code:
                raise text.drift(number, code, "the brace that opens TargetVersion")
        elif state == "inside":
            if _END.fullmatch(code):
                state = "after"
            elif member := _MEMBER.fullmatch(code):
                version = f"{member[1]}.{member[2]}"
                if version in facts:
                    raise text.drift(number, code, f"each version once; line {facts[version].line} has it too")
                facts[version] = Fact("rustc", "builds", version, line=number)
            elif code:
                raise text.drift(number, code, "a member such as Rustc1_74, or the end of TargetVersion")
        elif _ENUM.fullmatch(code):
            raise text.drift(number, code, "one enumeration TargetVersion")
    if state != "after":
        found = "no such line" if state == "before" else "the enumeration without an end"
        raise text.drift(0, found, "enum class TargetVersion { ... };")
    if not facts:
        raise text.drift(0, "an empty enumeration", "members such as Rustc1_74")
    return list(facts.values())
