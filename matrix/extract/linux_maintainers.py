"""MAINTAINERS of the kernel -> the status of each port's own section, and of the section RUST.

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

VERSION = 1

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
    """Read `maintainers-status`, an `S:` value as written, for each port and for RUST; the line is that of `S:`.

    Raises: ShapeError for a missing heading, end, x86 or RUST, for a port or RUST with two sections, and for
    such a section that has not exactly one status of a known form.
    """
    facts: dict[str, Fact] = {}
    section: list[str] = []
    for number, section in _sections(text):
        subjects, statuses = _read(number, section)
        for subject in subjects:
            if subject in facts:
                raise text.drift(number, f"a second section for {subject}", f"one, as at line {facts[subject].line}")
            facts[subject] = _fact(text, number, subject, statuses)
    if not section or section[0].rstrip() != _LAST:
        raise text.drift(0, "another last section", f"the file to end with {_LAST}")
    for anchor in _ANCHORS:
        if anchor not in facts:
            raise text.drift(0, f"{len(facts)} statuses without {anchor}", f"a section for {anchor}")
    return list(facts.values())


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


def _read(first: int, section: list[str]) -> tuple[list[str], list[tuple[int, str]]]:
    """What the section is about (RUST, or the ports that it covers whole), and its statuses with their lines."""
    subjects: dict[str, None] = {}
    statuses: list[tuple[int, str]] = []
    # Titles may take several lines: RUST alone is the section wanted, RUST [ALLOC] and the like are others.
    if section[0].rstrip() == _RUST and (len(section) == 1 or _FIELD.match(section[1])):
        subjects[_RUST] = None
    for number, line in enumerate(section, start=first):
        if line.startswith("F:"):
            port = _PORT.fullmatch(line[2:].strip())
            if port:
                subjects[port[1]] = None
        elif line.startswith("S:"):
            statuses.append((number, line[2:].strip()))
    return list(subjects), statuses


def _fact(text: Text, number: int, subject: str, statuses: list[tuple[int, str]]) -> Fact:
    if len(statuses) != 1:
        raise text.drift(number, f"{len(statuses)} statuses for {subject}", "one line `S:`")
    line, status = statuses[0]
    if not _STATUS.fullmatch(status):
        raise text.drift(line, f"status {status!r}", "Supported, Maintained, Odd Fixes, Orphan or Obsolete")
    return Fact(subject, "maintainers-status", status, line=line)
