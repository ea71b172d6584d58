"""A file of Rust's standard library -> the library features that its items are under, and the state of each.

    #[stable(feature = "some_feature", since = "1.61.0")]
    #[unstable(
        feature = "other_feature",
        reason = "recently added",
        issue = "12345"
    )]
    #[rustc_const_unstable(feature = "const_other", issue = "none")]
    #![cfg_attr(restricted, unstable(feature = "third", issue = "none"))]

Each item says so for itself, and a feature has many items, in several files too: a fact is the first one of its file.
The attributes whose name begins with rustc_const_ say it of the use in constants; one with rustc_default_body_ of the
default body of a trait's function. A feature can be both stable and unstable: then its items are not all of one state.
The names of attributes inside a macro can be its parameters (`feature = $feature`): those say nothing here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from matrix.model import Fact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matrix.text import Text

VERSION = 1
# A line a fact: subject | attribute | value | when. docs/facts.md is made of these (scripts/document-facts).
EMITS = """
library feature | `library-stable`, `library-const-stable` | version that stabilised it, as written; once per file, at
    the first item under it (const: its use in constants) |
library feature | `library-unstable`, `library-const-unstable`, `library-default-body-unstable` | number of the
    tracking issue, or `none`; a feature can be both stable and unstable |
"""

# The largest file has 220 kB; the bound is for the time that a wrong one takes.
_LONGEST = 1024 * 1024
# Real attributes have at most four arguments, and a line of code with an attribute stays far below this.
_MOST_ARGUMENTS = 8
_LONGEST_LINE = 2000

_ATTRIBUTE = re.compile(r"(?<![\w.])(?P<kind>rustc_const_|rustc_default_body_)?(?P<un>un)?stable\b")
# Inside cfg_attr, and as the argument of a macro, only the name of an argument tells an attribute from a call.
_OWN_BRACKETS = re.compile(r"#!?\[\s*$")
_NAMED = re.compile(r"\(\s*(?:feature|since|issue|reason|implied_by|soft|old_name)\b\s*[=,]")
_SPACE = r"(?:\s|//[^\n]*\n|/\*[^*]{0,200}\*/)*"
_ARGUMENT = re.compile(
    rf"""{_SPACE}(?P<name>\w+)\s*
    (?:=\s*(?:"(?P<text>(?:[^"\\]|\\.){{0,2000}})"|(?P<parameter>\$\w+)){_SPACE})?
    (?P<end>,{_SPACE}\)|,|\))""",
    re.VERBOSE | re.DOTALL,
)
_FEATURE = re.compile(r"[A-Za-z_][\w-]*")
# What the value of each state must look like, and the argument that has it.
_VALUES = {
    "stable": ("since", re.compile(r"\d+\.\d+(?:\.\d+)?|CURRENT_RUSTC_VERSION"), "a version such as 1.61.0"),
    "unstable": ("issue", re.compile(r"\d+|none"), "the number of an issue, or none"),
}
_KINDS = {None: "library", "rustc_const_": "library-const", "rustc_default_body_": "library-default-body"}


def extract(text: Text) -> Iterator[Fact]:
    """Each feature and state once, at its first line; none for a file that speaks of no feature.

    Raises: ShapeError for an attribute without feature, or without version or issue, and for arguments of another kind.
    """
    if len(text.content) > _LONGEST:
        raise text.drift(0, f"{len(text.content)} characters", f"at most {_LONGEST}")
    seen: set[tuple[str, str]] = set()
    line, counted = 1, 0
    for match in _ATTRIBUTE.finditer(text.content):
        before = _before(text, match.start())
        if "//" in before or not (_OWN_BRACKETS.search(before) or _NAMED.match(text.content, match.end())):
            continue
        line, counted = line + text.content.count("\n", counted, match.start()), match.start()
        fact = _fact(text, match, line)
        if fact is not None and (fact.subject, fact.attribute) not in seen:
            seen.add((fact.subject, fact.attribute))
            yield fact


def _before(text: Text, at: int) -> str:
    """What stands before `at` on its line."""
    begin = text.content.rfind("\n", max(0, at - _LONGEST_LINE), at) + 1
    return text.content[begin or max(0, at - _LONGEST_LINE) : at]


def _fact(text: Text, match: re.Match[str], line: int) -> Fact | None:
    """The fact of one attribute, None where what it says is a macro's parameter, or no name."""
    state = "unstable" if match["un"] else "stable"
    arguments = _arguments(text, match, line)
    if arguments is None:
        return None
    feature = arguments.get("feature", "no feature")
    if not feature:
        # In 1.63 a module of core is stable under no name, which nobody can ask for.
        return None
    if not _FEATURE.fullmatch(feature):
        raise text.drift(line, feature, 'feature = "NAME"')
    name, shape, expected = _VALUES[state]
    value = arguments.get(name, "")
    if not shape.fullmatch(value):
        raise text.drift(line, f"{name} = {value or 'nothing'}", expected)
    return Fact(feature, f"{_KINDS[match['kind']]}-{state}", value, line=line)


def _arguments(text: Text, match: re.Match[str], line: int) -> dict[str, str] | None:
    """`NAME = "TEXT"` and `NAME` between the parentheses, None where a parameter of a macro is among them."""
    at = match.end()
    if not text.content.startswith("(", at):
        raise text.drift(line, _shown(text, at), "( and the arguments of the attribute")
    arguments: dict[str, str] = {}
    at += 1
    for _ in range(_MOST_ARGUMENTS):
        argument = _ARGUMENT.match(text.content, at)
        if argument is None:
            break
        if argument["parameter"]:
            return None
        arguments[argument["name"]] = argument["text"] or ""
        at = argument.end()
        if argument["end"].endswith(")"):
            return arguments
    raise text.drift(line, _shown(text, at), 'NAME = "TEXT", ... and a closing parenthesis')


def _shown(text: Text, at: int) -> str:
    return repr(text.content[at : at + 60].partition("\n")[0]) if at < len(text.content) else "the end of the file"
