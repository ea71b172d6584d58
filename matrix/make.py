r"""The text of a makefile -> its logical lines, each with the condition under which make reads it.

The shape, as GNU make reads it:

    ifeq ($(call rustc-min-version, 108500),y)      opens a branch: RUSTC_VERSION >= 108500
    FLAGS-$(CONFIG_KASAN) += -one \                 an assignment of two physical lines
                             -two                   # and a comment
    else ifdef CONFIG_ARM                           !(RUSTC_VERSION >= 108500) && ARM
    endif

A line that begins with a tab is a recipe only after a rule; elsewhere, the kernel indents with tabs. Conditions become
Kconfig expressions (matrix.expression), also where two values stand together (`ifeq ($(CONFIG_A)$(CONFIG_B),y)`: one of
them); one that Kconfig cannot say becomes an opaque `$(make,ifeq (...))` as written.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matrix.text import Text

# The kernel's makefiles stay far below these (70 kB, 18 conditions, 620 letters), which bound what hostile input costs.
LONGEST = 1024 * 1024
MOST_CONDITIONS = 100
LONGEST_CONDITION = 2000

_MARK = re.compile(r"\\[\\#]|\$\$|\$[({]|[(){}#;]|(?::{1,3}|[+?!])?=|:")
_NESTING = re.compile(r"\$\$|\$[({]|[(){},]|[ \t\n\f]+")
_DIRECTIVE = re.compile(
    r"\s*(ifeq|ifneq|ifdef|ifndef|else|endif|(?:(?:override|export|private)\s+)*define|endef)(?![^\s('\"])\s*(.*)",
    re.DOTALL,
)
# These end a rule, as an assignment does.
_STATEMENT = re.compile(r"\s*(?:-?include|sinclude|export|unexport|override|private|undefine|vpath|-?load)(?!\S)")
_BLANKS = " \t\n\f"
_MODIFIERS = re.compile(r"\s*(?:(?:override|export|private|unexport)\s+)*")
_CONFIG = re.compile(r"\$\(CONFIG_(\w+)\)|\$\{CONFIG_(\w+)\}")
_MIN_VERSION = re.compile(r"\$\(call\s+(rustc|gcc|clang)-min-version\s*,\s*(\d+)\s*\)")
_QUOTED = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)')\s*(?:"([^"]*)"|'([^']*)')\s*""")


@dataclass(frozen=True, slots=True)
class MakeLine:
    r"""One logical line, its physical lines joined by a blank and its comment gone.

    name, op and the text from `value_at` are the parts of an assignment, one for some targets only among them; a line
    between `define` and `endef` has op "define". name is "" for what assigns nothing. when is the condition, "" for
    always. number counts from 1.
    """

    number: int
    text: str
    when: str = ""
    name: str = ""
    op: str = ""
    value_at: int = 0
    recipe: bool = False
    starts: tuple[int, ...] = (0,)

    @property
    def value(self) -> str:
        """What is assigned, blanks around it removed."""
        return self.text[self.value_at :].strip()

    def line_of(self, offset: int) -> int:
        """The physical line, counted from 1, in which the character of `text` at `offset` stands."""
        return self.number + bisect_right(self.starts, offset) - 1


class Reference(NamedTuple):
    """A `$(function argument,argument)`: each argument as (start, stop) in the text; one where nothing is called."""

    function: str
    arguments: tuple[tuple[int, int], ...]


def lines(text: Text, granted: frozenset[str] = frozenset()) -> Iterator[MakeLine]:
    """Every logical line but blank ones and the conditionals themselves, in the order of the file.

    Conditions that are granted, each spelled as it stands in a Line's when, are left out.

    Raises: ShapeError for if, else, endif, define and endef that do not match, a conditional without two arguments,
    and a file or conditions beyond the bounds.
    """
    if len(text.content) > LONGEST:
        raise text.drift(0, f"{len(text.content)} characters", f"at most {LONGEST}")
    state = _State(text, granted)
    for number, joined, starts in _joined(text):
        line = state.read(number, joined, starts)
        if line is not None:
            yield line
    state.finish()


def expands(value: str) -> str:
    """The expression for "this expands to something": `$(CONFIG_X)` -> `X`, else opaque."""
    return _known(value.strip()) or _opaque(value)


def both(left: str, right: str) -> str:
    """The conjunction of two conditions, "" standing for always."""
    return f"{left} && {right}" if left and right else left or right


def negated_atom(atom: str) -> str:
    """The negation of one condition as `truth` gives it."""
    if atom.startswith("!"):
        inner = atom[2:-1] if atom.startswith("!(") else atom[1:]
        return f"({inner})" if " && " in inner or " || " in inner else inner
    return f"!({atom})" if " >= " in atom and not atom.startswith(("$", "(")) else f"!{atom}"


def words(text: str, start: int, stop: int) -> Iterator[tuple[int, int]]:
    """Where each word of text[start:stop] begins and ends; a blank inside `$(...)` parts no words."""
    return ((a, b) for a, b in _parts(text, start, stop, _BLANKS) if a < b)


def reference(text: str, start: int, stop: int) -> Reference | None:
    """What text[start:stop] refers to, where it is one `$(...)` as a whole."""
    if not text.startswith(("$(", "${"), start) or _end(text, start, stop) != stop:
        return None
    begin, after = next(words(text, start + 2, stop - 1), (start + 2, start + 2))
    return Reference(text[begin:after], tuple(_parts(text, after, stop - 1, ",")))


def balanced(text: str) -> bool:
    """Whether every parenthesis that opens closes, in order, so that `$(...)` around it stays one atom."""
    depth = 0
    for mark in re.finditer(r"[()]", text):
        depth += 1 if mark[0] == "(" else -1
        if depth < 0:
            return False
    return depth == 0


def _joined(text: Text) -> Iterator[tuple[int, str, tuple[int, ...]]]:
    """Physical lines joined where a backslash continues them, with the offset at which each begins."""
    parts: list[str] = []
    starts: list[int] = []
    first = length = 0
    for number, physical in text.lines():
        if not parts:
            first, length = number, 0
        starts.append(length)
        continues = (len(physical) - len(physical.rstrip("\\"))) % 2 == 1
        parts.append(f"{physical[:-1]} " if continues else physical)
        length += len(parts[-1])
        if not continues:
            yield first, "".join(parts), tuple(starts)
            parts, starts = [], []
    if parts:
        yield first, "".join(parts), tuple(starts)


@dataclass(slots=True)
class _Branch:
    """One if .. endif: the conditions of the branch being read, and of those before it, negated."""

    number: int
    current: str
    before: list[str] = field(default_factory=list)
    last: bool = False
    # Whether a rule was open where the if began, and at the end of any branch.
    rule: bool = False
    rule_after: bool = False


class _State:
    def __init__(self, text: Text, granted: frozenset[str]) -> None:
        self.text = text
        self.granted = granted
        self.branches: list[_Branch] = []
        self.when = ""
        self.rule = False
        self.defined = ""
        self.define_at = 0
        self.define_depth = 0

    def read(self, number: int, joined: str, starts: tuple[int, ...]) -> MakeLine | None:
        if self.define_depth:
            return self.body(number, joined, starts)
        if joined.startswith("\t") and self.rule:
            return MakeLine(number, joined, self.when, recipe=True, starts=starts)
        stop, name, op, at, rule = _anatomy(joined)
        bare = joined[:stop].rstrip()
        if not bare.strip():
            return None
        if directive := _DIRECTIVE.fullmatch(bare):
            self.directive(number, directive[1], directive[2].strip())
            return None
        if rule or op or _STATEMENT.match(bare):
            self.rule = rule and not op
        return MakeLine(number, bare, self.when, name, op, min(at, len(bare)), recipe=False, starts=starts)

    def body(self, number: int, joined: str, starts: tuple[int, ...]) -> MakeLine | None:
        """A line of a define, which holds conditionals and recipes as mere text."""
        directive = None if joined.startswith("\t") else _DIRECTIVE.match(joined)
        if directive and directive[1].endswith(("define", "endef")):
            self.define_depth += -1 if directive[1] == "endef" else 1
            if not self.define_depth:
                return None
        return MakeLine(number, joined, self.when, self.defined, "define", 0, recipe=False, starts=starts)

    def directive(self, number: int, word: str, rest: str) -> None:
        if word.endswith("define"):
            self.defined, self.define_at, self.define_depth = rest.rstrip("+?!:= \t"), number, 1
            self.rule = False
            return
        if word == "endef":
            raise self.text.drift(number, "endef", "a define before it")
        if word.startswith("if"):
            self.branches.append(_Branch(number, self.condition(number, word, rest), rule=self.rule))
        elif not self.branches:
            raise self.text.drift(number, word, "an if before it")
        elif word == "else":
            self.other(number, self.branches[-1], rest)
        else:
            branch = self.branches.pop()
            self.rule = self.rule or branch.rule_after or branch.rule
        self.when = self.joined(number)

    def other(self, number: int, branch: _Branch, rest: str) -> None:
        if branch.last:
            raise self.text.drift(number, f"else {rest}".strip(), f"endif for the if of line {branch.number}")
        branch.before.append(negated_atom(branch.current))
        branch.current = ""
        branch.rule_after = branch.rule_after or self.rule
        self.rule = branch.rule
        chained = _DIRECTIVE.fullmatch(rest)
        if chained and chained[1].startswith("if"):
            branch.current = self.condition(number, chained[1], chained[2].strip())
        elif rest:
            raise self.text.drift(number, f"else {rest}", "else, or else with another conditional")
        else:
            branch.last = True

    def joined(self, number: int) -> str:
        """The condition of all open branches, each atom once."""
        atoms = [atom for b in self.branches for atom in (*b.before, b.current)]
        when = " && ".join(atom for atom in dict.fromkeys(atoms) if atom and atom not in self.granted)
        if len(atoms) > MOST_CONDITIONS or len(when) > LONGEST_CONDITION:
            expected = f"at most {MOST_CONDITIONS} conditions of {LONGEST_CONDITION} letters together"
            raise self.text.drift(number, f"{len(atoms)} conditions", expected)
        return when

    def condition(self, number: int, word: str, rest: str) -> str:
        if len(rest) > LONGEST_CONDITION or not balanced(rest):
            raise self.text.drift(number, f"{word} {rest}", f"a condition of at most {LONGEST_CONDITION} letters")
        if word in {"ifdef", "ifndef"}:
            if not rest:
                raise self.text.drift(number, word, "the name of a variable")
            symbol = re.fullmatch(r"CONFIG_(\w+)", rest)
            atom = symbol[1] if symbol else _opaque(f"{word} {rest}")
            return negated_atom(atom) if symbol and word == "ifndef" else atom
        sides = _sides(rest)
        if sides is None:
            raise self.text.drift(number, f"{word} {rest}", "two arguments")
        return _equality(word, sides) or _opaque(f"{word} {rest}")

    def finish(self) -> None:
        if self.define_depth:
            raise self.text.drift(self.define_at, f"define {self.defined}", "endef before the end of the file")
        if self.branches:
            raise self.text.drift(self.branches[-1].number, "an if", "endif before the end of the file")


def _anatomy(joined: str) -> tuple[int, str, str, int, bool]:
    """Where the comment begins, the name assigned, its operator, where the value begins, whether a rule is stated."""
    depth = begin = value_at = 0
    name = op = ""
    rule = recipe = False
    for mark in _MARK.finditer(joined):
        found = mark[0]
        if found in {"$(", "${"} or (depth and found in {"(", "{"}):
            depth += 1
        elif depth:
            depth -= found in {")", "}"}
        elif found == "#":
            return mark.start(), name, op, value_at, rule
        elif op or recipe:
            continue
        elif found in {":", "::"}:
            rule, begin = True, mark.end()
        elif found == ";":
            recipe = rule
        elif found.endswith("="):
            op, value_at = found, mark.end()
            modifiers = _MODIFIERS.match(joined, begin, mark.start())
            name = joined[modifiers.end() if modifiers else begin : mark.start()].strip()
    return len(joined), name, op, value_at, rule


def _parts(text: str, start: int, stop: int, separators: str) -> Iterator[tuple[int, int]]:
    """The stretches of text[start:stop] between separators that stand in no `$(...)`, empty ones too."""
    depth, begin = 0, start
    for mark in _NESTING.finditer(text, start, stop):
        found = mark[0]
        if found in {"$(", "${"} or (depth and found in {"(", "{"}):
            depth += 1
        elif depth:
            depth -= found in {")", "}"}
        elif found[0] in separators:
            yield begin, mark.start()
            begin = mark.end()
    yield begin, stop


def _end(text: str, start: int, stop: int) -> int:
    """The end of the `$(...)` that begins at start; -1 where it does not end before stop."""
    depth = 0
    for mark in _NESTING.finditer(text, start, stop):
        if mark[0] in {"$(", "${", "(", "{"}:
            depth += 1
        elif mark[0] in {")", "}"}:
            depth -= 1
            if not depth:
                return mark.end()
    return -1


def _sides(rest: str) -> tuple[str, str] | None:
    """The arguments of ifeq, in either of its two notations."""
    if quoted := _QUOTED.fullmatch(rest):
        return quoted[1] or quoted[2] or "", quoted[3] or quoted[4] or ""
    if not (rest.startswith("(") and rest.endswith(")")):
        return None
    sides = [rest[a:b].strip() for a, b in _parts(rest, 1, len(rest) - 1, ",")]
    return (sides[0], ",".join(sides[1:])) if len(sides) > 1 else None


def _equality(word: str, sides: tuple[str, str]) -> str:
    """What ifeq or ifneq says in Kconfig's terms, "" where Kconfig cannot say it."""
    for side, other in (sides, sides[::-1]):
        known = _known(side)
        if known and other in {"y", ""}:
            return known if (other == "y") == (word == "ifeq") else negated_atom(known)
        if (pair := _pair(side)) and other in {"", "y", "yy"}:
            said = _of_two(pair, len(other))
            return said if word == "ifeq" else negated_atom(said)
    return ""


def _pair(side: str) -> tuple[str, str] | None:
    """The expressions of two values written without a blank between them, each `y` or nothing; None for all else."""
    end = _end(side, 0, len(side)) if side.startswith(("$(", "${")) else -1
    left, right = (_known(side[:end]), _known(side[end:])) if end > 0 else ("", "")
    return (left, right) if left and right else None


def _of_two(pair: tuple[str, str], count: int) -> str:
    """That so many of the two hold: `$(CONFIG_A)$(CONFIG_B)` is `y` where one of them is."""
    left, right = pair
    if count == 1:
        return f"({left} && {negated_atom(right)} || {negated_atom(left)} && {right})"
    return f"({left} && {right})" if count else f"!({left} || {right})"


def _known(value: str) -> str:
    """The expression for a make value that is `y` or nothing, "" where it is none we know."""
    if config := _CONFIG.fullmatch(value):
        return config[1] or config[2]
    if version := _MIN_VERSION.fullmatch(value):
        return f"{version[1].upper()}_VERSION >= {version[2]}"
    return ""


def _opaque(words_: str) -> str:
    return f"$(make,{' '.join(words_.split())})"
