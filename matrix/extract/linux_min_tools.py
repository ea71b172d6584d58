"""scripts/min-tool-version.sh -> the oldest version of each tool that can build the kernel, and its overrides.

A shell `case` with one arm a tool:

    case "$1" in
    rustc)
        if [ "$SRCARCH" = alpha ]; then
            echo 9.8.0
        else
            echo 9.7.0
        fi
        ;;
    *)
        exit 1
        ;;
    esac

`$SRCARCH` is a folder of arch/ while `$ARCH` also has values that are none (`parisc64`, whose SRCARCH is
`parisc`). The else branch holds for whatever no test before it names.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from matrix.model import Fact

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matrix.text import Text

VERSION = 1

_CASE = 'case "$1" in'
_TOOL = re.compile(r"([A-Za-z][A-Za-z0-9_-]*)\)")
_ECHO = re.compile(r"echo ([0-9]+(?:\.[0-9]+)+)")
_TEST = re.compile(r"(if|elif) \[ \"\$(ARCH|SRCARCH)\" = (\"?)([A-Za-z0-9_]+)\3 \]; then")
_COMMENT = re.compile(r"(?:^|\s)#.*")
_ANCHORS = ("gcc", "rustc")


def extract(text: Text) -> list[Fact]:
    """Read `minimum` for each tool: the general one with an empty `when`, an override under its equality.

    Raises: ShapeError for a missing `case` or `esac`, any shell construct but those above, a tool or test that
    comes twice, and a script without gcc or rustc.
    """
    facts: list[Fact] = []
    tools: set[str] = set()
    for tool, number, body in _arms(text):
        if tool in tools:
            raise text.drift(number, f"a second arm {tool!r}", "each tool once")
        tools.add(tool)
        facts += _minimums(text, tool, number, body)
    for anchor in _ANCHORS:
        if anchor not in tools:
            raise text.drift(0, f"{len(tools)} tools without {anchor}", f"an arm for {anchor}")
    return facts


def _arms(text: Text) -> Iterator[tuple[str, int, list[tuple[int, str]]]]:
    """Each tool with its line and its numbered statements."""
    before, tool, opened, complete = True, "", 0, False
    fallback = False
    body: list[tuple[int, str]] = []
    for number, raw in text.lines():
        line = (_COMMENT.sub("", raw) if "#" in raw else raw).strip()
        if before:
            # A version that depends on the port before the case is reached would be missed.
            if "ARCH" in line:
                raise text.drift(number, repr(line), f"no test of the port before `{_CASE}`")
            before = line != _CASE
        elif not line:
            continue
        elif complete:
            raise text.drift(number, repr(line), "nothing after `esac`")
        elif tool:
            if line != ";;":
                body.append((number, line))
                continue
            if tool != "*":
                yield tool, opened, body
            elif [statement for _, statement in body][-1:] != ["exit 1"]:
                raise text.drift(number, "an arm `*` that goes on", "`exit 1` for an unknown tool")
            fallback = tool == "*"
            tool, body = "", []
        elif line == "esac" and fallback:
            complete = True
        elif line == "*)":
            tool, opened = "*", number
        elif (match := _TOOL.fullmatch(line)) and not fallback:
            tool, opened = match[1], number
        else:
            raise text.drift(number, repr(line), "`TOOL)`, and `*)` before `esac`")
    if not complete:
        raise text.drift(0, "the end of the file", f"`{_CASE}`" if before else "`esac`")


def _minimums(text: Text, tool: str, opened: int, body: Sequence[tuple[int, str]]) -> Iterator[Fact]:
    """The facts of one arm: a single echo, or a chain of tests that ends in an else."""
    if len(body) == 1:
        yield Fact(tool, "minimum", _version(text, *body[0]), line=body[0][0])
        return
    if len(body) < 5 or len(body) % 2 == 0 or body[-1][1] != "fi" or body[-3][1] != "else":
        raise text.drift(opened, f"arm {tool!r}", "`echo VERSION`, or if, elif and else with one echo each, and fi")
    seen: set[str] = set()
    for index in range(0, len(body) - 3, 2):
        number, line = body[index]
        test = _TEST.fullmatch(line)
        if test is None or (test[1] == "if") != (index == 0):
            raise text.drift(number, repr(line), '`if` (first) or `elif` `[ "$ARCH" = NAME ]; then`, or $SRCARCH')
        when = f'{test[2]} = "{test[4]}"'
        if when in seen:
            raise text.drift(number, f"a second test for {when}", "each test once")
        seen.add(when)
        number, line = body[index + 1]
        yield Fact(tool, "minimum", _version(text, number, line), when, number)
    number, line = body[-2]
    yield Fact(tool, "minimum", _version(text, number, line), line=number)


def _version(text: Text, number: int, line: str) -> str:
    match = _ECHO.fullmatch(line)
    if match is None:
        raise text.drift(number, repr(line), "`echo VERSION`")
    return match[1]
