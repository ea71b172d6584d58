r"""A Kconfig file -> the definition of every symbol in it: type, prompt, defaults, dependencies, selects.

    config SHADE
            def_bool y
            depends on SUN && !CLOUD
            select HAT if SUMMER

`depends on` lines are ANDed; what an enclosing `if`, `menu` or `choice` demands is emitted as `within`. Every other
property may carry its own `if`. A prompt means that a person can set the symbol; its words are not kept. Help texts
are skipped by their indentation, as Kconfig itself does. Macro definitions (`name := value`) are no symbols.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from matrix.expression import ExpressionError, parse, split_if
from matrix.model import Fact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matrix.text import Text

VERSION = 2
# A line a fact: subject | attribute | value | when. docs/facts.md is made of these (scripts/document-facts).
EMITS = """
symbol; `SYMBOL#2` for a second definition in the same file | `type` | `bool`, `tristate`, `int`, `hex`, `string` |
symbol | `prompt` | `yes` (the prompt's words are not kept) | its `if`
symbol | `default` | expression (also of `def_bool`, `def_tristate`) | its `if`
symbol | `depends` | one `depends on` expression as written (continuation lines joined) | its `if`
symbol | `within` | condition inherited from an enclosing `if`, `menu` or `choice` |
symbol | `select`, `imply` | the selected symbol | its `if`
symbol | `choice` | number of the choice in the file, where it is a member of one |
symbol | `choice-default` | `yes`: the choice that it is a member of starts with it | the default's `if`
symbol | `range` | the least and the greatest value of a number, as written | its `if`
symbol | `transitional` | `yes`: it only carries the value of an older configuration |
the file's path | `file` | `yes`: it was read |
the file's path | `source` | path as written | enclosing `if`
"""

_TYPES = frozenset({"bool", "tristate", "int", "hex", "string"})
_DEFINED_TYPES = {"def_bool": "bool", "def_tristate": "tristate"}
_ENDS = {"endif": "if", "endmenu": "menu", "endchoice": "choice"}
# Properties that say nothing about whether a symbol can be set.
_SILENT = frozenset({"option", "modules", "optional", "mainmenu"})
# Blocks nest five deep in real files. Every symbol repeats what all blocks around it demand.
_DEEPEST = 50
# A symbol that has stood in the file for as long as Rust could matter: without it this is not that file, or not all.
_ANCHORS = {"init/Kconfig": "CC_IS_GCC", "arch/Kconfig": "KPROBES"}
_MACRO = re.compile(r"[\w-]+\s*(?::=|\+=|=)|\$\(")
_WORD = re.compile(r"[\w-]+")
_SYMBOL = re.compile(r"\w+\Z", re.ASCII)


@dataclass(slots=True)
class _Frame:
    """An open `if`, `menu` or `choice`: what it demands of all inside, and of their prompts alone."""

    kind: str
    line: int
    demands: list[tuple[str, int]] = field(default_factory=list)
    visible: list[str] = field(default_factory=list)
    number: str = ""


def extract(text: Text) -> Iterator[Fact]:
    """Facts per docs/facts.md. Raises: ShapeError for an unknown keyword, a bad expression, an unclosed block."""
    reader = _Reader(text)
    # A file that defines nothing was read all the same: what it does not define is then known to be undefined.
    yield Fact(text.path, "file", "yes")
    for number, line in _logical_lines(text):
        yield from reader.read(number, line)
    if reader.frames:
        frame = reader.frames[-1]
        raise text.drift(frame.line, f"'{frame.kind}' without its end", f"'end{frame.kind}' before the end of the file")
    # Several ports keep a Kconfig.debug that holds a licence comment alone; riscv's was empty in 6.1.
    if not reader.found and not text.path.endswith("/Kconfig.debug"):
        raise text.drift(0, "no Kconfig statement", "at least one 'config' or 'source'")
    anchor = _ANCHORS.get(text.path)
    if anchor and anchor not in reader.seen:
        raise text.drift(0, f"no 'config {anchor}'", "the file that defines it")


def _logical_lines(text: Text) -> Iterator[tuple[int, str]]:
    """Statements with the number of their first line: help texts and comments dropped, continuations joined."""
    helped: int | None = None  # the indentation of the help text we are in; -1 before its first line
    start, pending = 0, list[str]()
    for number, raw in text.lines():
        if helped is not None:
            expanded = raw.expandtabs(8)
            indent = len(expanded) - len(expanded.lstrip())
            if not expanded.strip():
                continue
            if helped < 0:
                if indent:
                    helped = indent
                    continue
            elif indent >= helped:
                continue
            helped = None
        line = _without_comment(raw).rstrip()
        if line.endswith("\\"):
            start = start or number
            pending.append(line[:-1])
            continue
        line = " ".join(" ".join([*pending, line]).split())
        first, start, pending = start or number, 0, []
        if line in {"help", "---help---"}:
            helped = -1
        elif line:
            yield first, line
    if any(part.strip() for part in pending):
        raise text.drift(start, "a line that continues past the end", "the rest of the statement")


def _without_comment(line: str) -> str:
    if "#" not in line:
        return line
    quote = ""
    for at, char in enumerate(line):
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char == "#":
            return line[:at]
    return line


class _Reader:
    """The state of one pass: the open blocks and the symbol whose properties are being read."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.frames: list[_Frame] = []
        self.subject = ""
        self.owner: _Frame | None = None
        self.seen: dict[str, int] = {}
        self.choices = 0
        self.found = False

    def read(self, number: int, line: str) -> Iterator[Fact]:
        match = _WORD.match(line)
        keyword = match[0] if match else line[:1]
        rest = line[len(keyword) :].strip()
        if keyword in {"config", "menuconfig"}:
            yield from self._config(number, rest)
        elif keyword in {"if", "menu", "choice"}:
            self._open(number, keyword, rest)
        elif keyword in _ENDS:
            self._close(number, keyword)
        elif keyword in {"source", "rsource", "osource", "orsource"}:
            yield self._source(number, keyword, rest)
        elif keyword == "comment":
            # A comment may have dependencies; nothing stands inside it.
            self.subject, self.owner = "", _Frame("comment", number)
        elif keyword in _SILENT:
            pass
        elif not self.subject and keyword == "default" and self.owner:
            yield from self._choice_default(number, rest)
        elif _MACRO.match(line):
            self.subject = ""
        else:
            yield from self._property(number, keyword, rest)

    def _config(self, number: int, name: str) -> Iterator[Fact]:
        if not _SYMBOL.match(name):
            raise self.text.drift(number, f"config {name!r}", "a symbol after 'config'")
        self.found = True
        count = self.seen[name] = self.seen.get(name, 0) + 1
        self.subject, self.owner = (name if count == 1 else f"{name}#{count}"), None
        for frame in self.frames:
            for demand, line in frame.demands:
                yield Fact(self.subject, "within", demand, "", line)
            if frame.kind == "choice":
                yield Fact(self.subject, "choice", frame.number, "", frame.line)

    def _open(self, number: int, keyword: str, rest: str) -> None:
        self.found = True
        if len(self.frames) >= _DEEPEST:
            raise self.text.drift(number, f"{keyword!r} inside {_DEEPEST} open blocks", "an 'end' before")
        frame = _Frame(keyword, number)
        if keyword == "if":
            frame.demands.append((self._expression(number, rest), number))
        elif keyword == "choice":
            self.choices += 1
            frame.number = str(self.choices)
        self.frames.append(frame)
        self.subject, self.owner = "", frame

    def _close(self, number: int, keyword: str) -> None:
        if not self.frames or self.frames[-1].kind != _ENDS[keyword]:
            inside = self.frames[-1].kind if self.frames else "nothing"
            raise self.text.drift(number, f"'{keyword}' inside '{inside}'", f"'{keyword}' to end a '{_ENDS[keyword]}'")
        self.frames.pop()
        self.subject, self.owner = "", None

    def _source(self, number: int, keyword: str, rest: str) -> Fact:
        self.found = True
        self.subject, self.owner = "", None
        path = rest.strip("\"'")
        if not path:
            raise self.text.drift(number, keyword, "a path after it")
        if "r" in keyword.removesuffix("source"):
            path = f"{self.text.path.rpartition('/')[0]}/{path}"
        conditions = [demand for frame in self.frames for demand, _ in frame.demands]
        return Fact(self.text.path, "source", path, _joined(conditions), number)

    def _property(self, number: int, keyword: str, rest: str) -> Iterator[Fact]:
        if keyword == "depends" and rest.startswith("on"):
            value, when = self._split(number, rest[2:].strip())
            demand = self._expression(number, value)
            if self.subject:
                yield Fact(self.subject, "depends", demand, when, number)
            elif self.owner:
                self.owner.demands.append((f"!({when}) || ({demand})" if when else demand, number))
            else:
                raise self.text.drift(number, "'depends on' outside a block", "it inside config, menu or choice")
            return
        if keyword == "visible" and rest.startswith("if") and self.owner:
            self.owner.visible.append(self._expression(number, rest[2:].strip()))
            return
        if not self.subject:
            # A choice has a type and a prompt of its own; they are no symbol's.
            if self.owner and (keyword in _TYPES or keyword == "prompt"):
                return
            raise self.text.drift(number, keyword, "a Kconfig keyword, or a property inside 'config'")
        yield from self._symbol_property(number, keyword, rest)

    def _choice_default(self, number: int, rest: str) -> Iterator[Fact]:
        value, when = self._split(number, rest)
        # Only a choice can have one; what stands elsewhere without a symbol says nothing of any.
        if self.owner and self.owner.kind == "choice" and _SYMBOL.match(value):
            yield Fact(value, "choice-default", "yes", when, number)

    def _symbol_property(self, number: int, keyword: str, rest: str) -> Iterator[Fact]:
        if keyword == "transitional" and not rest:
            yield Fact(self.subject, "transitional", "yes", "", number)
            return
        value, when = self._split(number, rest)
        if keyword in _TYPES:
            yield Fact(self.subject, "type", keyword, "", number)
            if value:
                yield self._prompt(number, when)
        elif keyword == "prompt":
            yield self._prompt(number, when)
        elif keyword in _DEFINED_TYPES:
            yield Fact(self.subject, "type", _DEFINED_TYPES[keyword], "", number)
            yield Fact(self.subject, "default", self._expression(number, value), when, number)
        elif keyword == "default":
            yield Fact(self.subject, "default", self._expression(number, value), when, number)
        elif keyword in {"select", "imply"}:
            if not _SYMBOL.match(value):
                raise self.text.drift(number, f"{keyword} {value!r}", "one symbol, and an 'if' at most")
            yield Fact(self.subject, keyword, value, when, number)
        elif keyword == "range":
            if len(value.split()) != len(("least", "greatest")):
                raise self.text.drift(number, f"range {value!r}", "two numbers or symbols, and an 'if' at most")
            yield Fact(self.subject, "range", value, when, number)
        else:
            raise self.text.drift(number, f"{keyword!r}", "a property of a symbol (type, prompt, default, select, ...)")

    def _prompt(self, number: int, when: str) -> Fact:
        visible = [condition for frame in self.frames for condition in frame.visible]
        return Fact(self.subject, "prompt", "yes", _joined([*visible, when] if when else visible), number)

    def _split(self, number: int, rest: str) -> tuple[str, str]:
        if " if " not in rest and not rest.startswith("if "):
            return rest, ""
        try:
            value, when = split_if(rest)
        except ExpressionError as error:
            raise self.text.drift(number, rest, f"a property ({error})") from None
        return value, self._expression(number, when) if when else ""

    def _expression(self, number: int, expression: str) -> str:
        if not expression:
            raise self.text.drift(number, "nothing", "a Kconfig expression")
        try:
            parse(expression)
        except ExpressionError as error:
            raise self.text.drift(number, expression, f"a Kconfig expression ({error})") from None
        return expression


def _joined(conditions: list[str]) -> str:
    if len(conditions) <= 1:
        return "".join(conditions)
    return " && ".join(f"({c})" if "||" in c else c for c in conditions)
