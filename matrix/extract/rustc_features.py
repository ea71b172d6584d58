"""rustc's accepted.rs, unstable.rs (once active.rs) and removed.rs -> the state of each language feature.

    declare_features! (
        /// What it allows.
        (accepted, some_feature, "1.61.0", Some(12345)),
        (internal, other_feature, "1.20.0", None),
        (removed, third_feature, "1.38.0", Some(12345),
         Some("why"), 67890),
    );

The first word is the state; active, incomplete and internal are kinds of unstable. The version is the one that
stabilised an accepted feature, brought an unstable one, dropped a removed one; on rustc's main branch it can be the
word CURRENT_RUSTC_VERSION. What follows (issue, edition up to 1.7x, reason, pull request) is read past. Library
features are no part of these files: one that is missing here is not thereby removed.
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
feature | `accepted`, `unstable`, `removed` | version, as written (`active`, `incomplete` and `internal` count as
    `unstable`, `stable_removed` as `removed`) |
"""

_STATE = {
    "accepted": "accepted",
    "active": "unstable",
    "incomplete": "unstable",
    "internal": "unstable",
    "removed": "removed",
    # It had been stable before: so in 1.63, in a list of its own.
    "stable_removed": "removed",
    "unstable": "unstable",
}
_START = re.compile(r"^declare_features! ?\(", re.MULTILINE)
_SPACE = re.compile(r"\s*(?://[^\n]*)?")
_HEAD = re.compile(r'\(\s*(\w+),\s*(\w+),\s*"([^"\n]*)"\s*')
_NUMBER_OR_NONE = re.compile(r",\s*(?:None|Some\([\d_]+\))\s*")
_MORE = re.compile(
    r",\s*(?:None|[\d_]+|Some\(\s*(?:"
    r'"[^"\\]*(?:\\.[^"\\]*){0,99}"|r"[^"]*"|r#"[^"]*(?:"(?!#)[^"]*){0,99}"#|[A-Za-z_][\w:]*'
    r")\s*\))\s*",
    re.DOTALL,
)
_END = re.compile(r",?\s*\),")
_VERSION = re.compile(r"\d+\.\d+\.\d+|CURRENT_RUSTC_VERSION")


def extract(text: Text) -> list[Fact]:
    """Each feature as `accepted`, `unstable` or `removed`, with the version as written, at its entry's line.

    Raises: ShapeError where there is no list, where one is not closed or holds what is no entry, and for an unknown
    first word, a version that is none, or a feature listed twice.
    """
    seen: dict[str, Fact] = {}
    at, line = 0, 1
    while start := _START.search(text.content, at):
        line, at = line + text.content.count("\n", at, start.end()), start.end()
        while True:
            begin = _after_space(text, at)
            line, at = line + text.content.count("\n", at, begin), begin
            if text.content.startswith(");", at):
                break
            fact, end = _entry(text, line, at)
            if fact.subject in seen:
                raise text.drift(line, f"{fact.subject} again", f"it once, as on line {seen[fact.subject].line}")
            seen[fact.subject] = fact
            line, at = line + text.content.count("\n", at, end), end
    if not seen:
        raise text.drift(0, "no feature", "entries in declare_features! (")
    return list(seen.values())


def _entry(text: Text, line: int, at: int) -> tuple[Fact, int]:
    """The entry that begins at offset `at`, and the offset behind it."""
    head = _HEAD.match(text.content, at)
    if not head:
        found = repr(text.content[at : at + 80].partition("\n")[0]) if at < len(text.content) else "the end"
        raise text.drift(line, found, 'an entry (state, feature, "version", ...), or the closing );')
    state, feature, version = head.groups()
    if state not in _STATE:
        raise text.drift(line, repr(state), f"one of {', '.join(_STATE)}")
    if not _VERSION.fullmatch(version):
        raise text.drift(line, repr(version), "a version such as 1.61.0, or CURRENT_RUSTC_VERSION")
    issue = _NUMBER_OR_NONE.match(text.content, head.end())
    end = issue.end() if issue else head.end()
    while issue and (more := _MORE.match(text.content, end)):
        end = more.end()
    close = _END.match(text.content, end)
    if not issue or not close:
        raise text.drift(
            line, repr(text.content[at : at + 80].partition("\n")[0]), "Some(number) or None as the issue, then ),"
        )
    return Fact(feature, _STATE[state], version, line=line), close.end()


def _after_space(text: Text, at: int) -> int:
    """The offset behind the white space and comments at `at`."""
    while (space := _SPACE.match(text.content, at)) and space.end() > at:
        at = space.end()
    return at
