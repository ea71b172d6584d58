"""Documentation/rust/quick-start.rst -> whether one version of rustc and of bindgen is asked for, or a recent one.

A section on each tool, which says it in one sentence, or not at all:

    rustc
    *****

    A recent version of the Rust compiler is required.

    bindgen
    *******

    The bindings are made by a tool. A particular version is required.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from matrix.model import Fact
from matrix.rst import read_sections

if TYPE_CHECKING:
    from matrix.text import Text

VERSION = 1
# A line a fact: subject | attribute | value | when. docs/facts.md is made of these (scripts/document-facts).
EMITS = """
`rustc`, `bindgen` | `version-policy` | `exactly` or `minimum`; of bindgen only where its section says so |
"""

_TOOLS = ("rustc", "bindgen")
_POLICY = re.compile(r"\bA\s+(\w+)\s+version(?:\s+of\s+[^.]{1,60})?\s+is\s+required\b")
_POLICIES = {"particular": "exactly", "recent": "minimum"}


def extract(text: Text) -> list[Fact]:
    """Read `version-policy` (`exactly` or `minimum`) for `rustc`, and for `bindgen` where its section tells.

    Raises: ShapeError for a tool without its one section, a sentence of other words, two in one section, and none on
    rustc.
    """
    read = read_sections(text)
    facts: list[Fact] = []
    for tool in _TOOLS:
        about = [section for section in read if section.title == tool]
        if len(about) != 1:
            raise text.drift(0, f"{len(about)} sections {tool!r}", "one")
        said = [
            (words.line + words.text.count("\n", 0, match.start()), match[1])
            for words in about[0].paragraphs
            for match in _POLICY.finditer(words.text)
        ]
        for line, word in said:
            if word not in _POLICIES or len(said) > 1:
                raise text.drift(line, f"a {word} version", "one sentence, on a recent or a particular version")
            facts.append(Fact(tool, "version-policy", _POLICIES[word], line=line))
    if [fact.subject for fact in facts][:1] != ["rustc"]:
        raise text.drift(0, "no sentence on the version of rustc", "a recent or a particular version to be required")
    return facts
