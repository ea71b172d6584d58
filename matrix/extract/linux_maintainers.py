"""MAINTAINERS of the kernel -> status, maintainers and lists of each port's own section, and of the section RUST.

After the heading `Maintainers List`, sections separated by blank lines, each a title and then `X:` lines:

    ALPHA PORT
    M:	A Name <name@example.org>
    S:	Odd Fixes
    F:	arch/alpha/

    THE REST

A port's section is the one with an `F:` of exactly its folder; hundreds of other sections name files below it.
The prose above the heading explains the letters, with examples that look like sections.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from matrix.model import Fact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matrix.text import Text

VERSION = 2
# A line a fact: subject | attribute | value | when. docs/facts.md is made of these (scripts/document-facts).
EMITS = """
port, or `RUST` | `maintainers-status` | `S:` value |
same | `maintainer`, `list` | each `M:` and `L:` value of the same section, as written |
"""

_HEADING = re.compile(r"^Maintainers List[ \t]*\n-{4,}[ \t]*$", re.MULTILINE)
_FIELD = re.compile(r"[A-Z]:\s")
_PORT = re.compile(r"arch/([A-Za-z0-9_-]+)/")
_STATUS = re.compile(
    r"(?:Supported|Maintained|Odd [Ff]ixes|Orphan|Obsolete|Orphan / Obsolete|Externally maintained)(?: \([^()]+\))?"
)
_RUST = "RUST"
# The file's last section: without it the file was cut.
_LAST = "THE REST"
_ANCHORS = ("x86", _RUST)


def extract(text: Text) -> list[Fact]:
    """Read `maintainers-status`, `maintainer` and `list` (`S:`, `M:` and `L:` as written) for each port and for RUST.

    Raises: ShapeError for a missing heading, end, x86 or RUST, for a port or RUST with two sections, and for
    such a section that has not exactly one status of a known form, or a maintainer or list without an address.
    """
    statuses: dict[str, Fact] = {}
    people: list[Fact] = []
    section: list[str] = []
    for number, section in _sections(text):
        for subject in _subjects(section):
            if subject in statuses:
                raise text.drift(number, f"a second section for {subject}", f"one, as at line {statuses[subject].line}")
            statuses[subject] = _status(text, number, subject, section)
            people += _people(text, number, subject, section)
    if not section or section[0].rstrip() != _LAST:
        raise text.drift(0, "another last section", f"the file to end with {_LAST}")
    for anchor in _ANCHORS:
        if anchor not in statuses:
            raise text.drift(0, f"{len(statuses)} statuses without {anchor}", f"a section for {anchor}")
    return [*statuses.values(), *people]


def _sections(text: Text) -> Iterator[tuple[int, list[str]]]:
    """The lines of each section, with the number of its first."""
    heading = _HEADING.search(text.content)
    if heading is None:
        raise text.drift(0, "no heading", "the heading `Maintainers List`")
    first = text.line_of(heading.end()) + 1
    section: list[str] = []
    for number, line in enumerate(text.content[heading.end() + 1 :].split("\n"), start=first):
        if line and not line.isspace():
            section.append(line)
        elif section:
            yield number - len(section), section
            section = []
    if section:
        yield text.content.count("\n") + 2 - len(section), section


def _subjects(section: list[str]) -> list[str]:
    """What the section is about: RUST, or the ports that it covers whole."""
    subjects: dict[str, None] = {}
    # Titles may take several lines: RUST alone is the section wanted, RUST [ALLOC] and the like are others.
    if section[0].rstrip() == _RUST and (len(section) == 1 or _FIELD.match(section[1])):
        subjects[_RUST] = None
    for line in section:
        if line.startswith("F:") and (port := _PORT.fullmatch(line[2:].strip())):
            subjects[port[1]] = None
    return list(subjects)


def _fields(first: int, section: list[str], letter: str) -> list[tuple[int, str]]:
    """The values of a letter's lines, each with its line."""
    lines = enumerate(section, start=first)
    return [(number, line[2:].strip()) for number, line in lines if line.startswith(f"{letter}:")]


def _people(text: Text, number: int, subject: str, section: list[str]) -> Iterator[Fact]:
    for letter, attribute in (("M", "maintainer"), ("L", "list")):
        for line, value in _fields(number, section, letter):
            if "@" not in value:
                raise text.drift(line, f"{attribute} {value!r}", "an address")
            yield Fact(subject, attribute, value, line=line)


def _status(text: Text, number: int, subject: str, section: list[str]) -> Fact:
    statuses = _fields(number, section, "S")
    if len(statuses) != 1:
        raise text.drift(number, f"{len(statuses)} statuses for {subject}", "one line `S:`")
    line, status = statuses[0]
    if not _STATUS.fullmatch(status):
        raise text.drift(line, f"status {status!r}", "Supported, Maintained, Odd Fixes, Orphan or Obsolete")
    return Fact(subject, "maintainers-status", status, line=line)
