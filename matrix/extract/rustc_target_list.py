"""rustc's spec/mod.rs -> every target that rustc knows, and the module that defines it.

    supported_targets! {
        ("some-known-os", some_known_os),
        // a comment
        ("other.base-none", other_base_none),
    }

The macro of the same name, defined above, takes one or more target names before the module (the older one) or
exactly one. A name is not the module's with other signs: only this list maps one to the other.
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
target | `module` | module that defines it |
"""

_ANCHOR = "x86_64-unknown-linux-gnu"
_START = re.compile(r"^supported_targets! ?\{", re.MULTILINE)
_SPACE = re.compile(r"\s*(?://[^\n]*)?")
_ENTRY = re.compile(r'\(\s*((?:"[\w.-]+",\s*){1,9})(\w+)\s*,?\s*\),')
_NAME = re.compile(r'"([^"]+)"')


def extract(text: Text) -> list[Fact]:
    """Each target's `module`, at the line where its entry begins.

    Raises: ShapeError where the list is missing, twice there, not closed or holds what is no entry, where a target
    is listed twice, and where x86_64-unknown-linux-gnu is not listed.
    """
    start = _START.search(text.content)
    if not start:
        raise text.drift(0, "no list", "supported_targets! {")
    line, at = text.line_of(start.start()), start.end()
    seen: dict[str, Fact] = {}
    counted = start.start()
    while True:
        at = _after_space(text, at)
        line, counted = line + text.content.count("\n", counted, at), at
        if text.content.startswith("}", at):
            break
        entry = _ENTRY.match(text.content, at)
        if not entry:
            raise text.drift(line, _shown(text, at), 'an entry ("target", module), or the closing }')
        for name in _NAME.findall(entry[1]):
            if name in seen:
                raise text.drift(line, f"{name} again", f"it once, as on line {seen[name].line}")
            seen[name] = Fact(name, "module", entry[2], line=line)
        at = entry.end()
    if again := _START.search(text.content, at):
        raise text.drift(text.line_of(again.start()), "a second supported_targets!", "one list")
    if _ANCHOR not in seen:
        raise text.drift(line, f"{len(seen)} targets", f"{_ANCHOR} among them")
    return list(seen.values())


def _after_space(text: Text, at: int) -> int:
    """The offset behind the white space and comments at `at`."""
    while (space := _SPACE.match(text.content, at)) and space.end() > at:
        at = space.end()
    return at


def _shown(text: Text, at: int) -> str:
    return repr(text.content[at : at + 80].partition("\n")[0]) if at < len(text.content) else "the end"
