r"""gcc/config.gcc -> the target triples that GCC can be configured for, as ordered patterns of shell `case` statements.

    case ${target} in
       oldcpu*-*-* | fadingcpu-*-*      \
     )
        if test "$enable_obsolete" != yes; then
          echo "${target} is obsolete." >&2
          exit 1
        fi;;
    esac

The script decides in this order, and of every `case` the first branch that matches counts:

    obsolete, deprecated   refused, but for --enable-obsolete
    unsupported-list       `listed`: refused; `exempt`: passed over by a branch before the list
    cpu-type               the directory under gcc/config; `*`: the branch leaves it at the triple's own first part
    machine                the entries of the machines; the last branch, `*`, refuses the rest
    check, check#2         a `case` inside a branch, where some branch refuses; numbered where a branch holds several

The branches around a check or a hook stand in `when` as `$(case, PATTERN | PATTERN)`, an `if` as `$(if, COMMAND)`.
Only what the target alone decides is a fact: an `exit` inside an `if`, a loop or a `case` on an option is none.
The script is read, never run: a small lexer finds words, quotes and comments, and a stack the open statements.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from matrix.model import Fact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from matrix.text import Text

VERSION = 1
# A line a fact: subject | attribute | value | when. docs/facts.md is made of these (scripts/document-facts).
EMITS = r"""
`case` pattern (`alpha*-*-linux*`) | `machine` | `supported` or `unsupported`, in the machine case |
pattern | `obsolete`, `deprecated` | `yes`, or `no` for a branch that exempts |
pattern | `unsupported-list` | `listed` or `exempt` |
pattern | `check`, `check#2`, ... | `supported` or `unsupported`, in a case inside a branch | the branches around it:
    `$(case, a \| b)`
pattern | `cpu-type` | directory under gcc/config, `*` where the branch sets none (the triple's first part counts) |
pattern, `*` outside any case | `rust-hook`, `jit-hook` | object (`i386-jit.o`, `${cpu_type}-rust.o`) | `$(case,
    ...)`, `$(if, ...)`
"""

_PIECE = re.compile(
    r"(?P<blank>(?:[ \t\f]|\\\n)+)|(?P<newline>\n)|(?P<operator>;;|&&|\|\||<<|[<>]+&?|[;&|()])"
    r"""|(?P<plain>[^ \t\f\n;&|()<>"'`$\\]+|\\.|'[^']*'|\$(?![({])|\\\Z)|(?P<open>["`]|\$[({])"""
)
# What may end or nest inside each construct; between backquotes the shell looks for nothing but the end.
_INSIDE = {
    '"': re.compile(r'\\.|["`]|\$[({]', re.DOTALL),
    "`": re.compile(r"\\.|`", re.DOTALL),
    ")": re.compile(r"""\\.|'[^']*'|["`()]|\$\{""", re.DOTALL),
    "}": re.compile(r'\\.|["`}]|\$[({]', re.DOTALL),
}
_CLOSER = {'"': '"', "`": "`", "(": ")", "$(": ")", "${": "}"}
_ENDS = {"fi": "if", "done": "loop", "}": "{"}
_OPENS = {"if": "if", "for": "loop", "while": "loop", "until": "loop", "{": "{"}
# Words after which another command follows.
_BEFORE_COMMAND = frozenset({"then", "else", "elif", "do", "if", "while", "until", "{", "!"})
_TARGET = re.compile(r'"?\$(?:\{target\}|target)(?:\$\{target_min\})?"?')
_GLOB = re.compile(r"[A-Za-z0-9_.*?+\[\]!-]{1,80}")
_ASSIGNMENT = re.compile(r"(\w+)=(.*)", re.DOTALL | re.ASCII)
_OBJECT = re.compile(r"[\w${}-]+\.o", re.ASCII)
# An `if` on enable_obsolete refuses where it was not given, and says which kind of list the target is on.
_NOT_ENABLED = re.compile(r"\$\{?enable_obsolete\}? != x?yes")
_VERDICT = re.compile(r"\bis (obsolete|deprecated)\b")
_HOOKS = {"rust_target_objs": "rust-hook", "jit_target_objs": "jit-hook"}
# The real script (0.25 MB) stays below a fifth of each; the bounds keep hostile input cheap.
_LARGEST = 2 * 1024 * 1024
_DEEPEST, _MOST_CASES, _MOST_PATTERNS, _LONGEST_CONDITION = 50, 5000, 500, 2000
_LAST = "configure_default_options"
# The family without which this is not the file, or not all of it.
_ANCHOR = "i[34567]86-"


@dataclass(slots=True)
class _Branch:
    """A branch of a `case` on the target: its patterns with their lines, and what it does to a triple."""

    patterns: list[tuple[int, str]] = field(default_factory=list)
    refuses: bool = False
    guard: str = ""
    cpu_type: str = "*"

    def condition(self) -> str:
        return "$(case, " + " | ".join(pattern for _, pattern in self.patterns) + ")"


@dataclass(slots=True)
class _Frame:
    """An open statement: kind is `case`, `if`, `loop`, `(` or `{`; state is where in it the reader stands."""

    kind: str
    line: int
    state: str
    target: bool = False
    condition: str = ""
    calls: str = ""
    branches: list[_Branch] = field(default_factory=list)


@dataclass(slots=True, frozen=True, eq=False)
class _Case:
    """A closed `case` on the target that no option guards; around: the conditions of the branches it stands in."""

    line: int
    around: tuple[str, ...]
    branches: list[_Branch]


def extract(text: Text) -> list[Fact]:
    """Facts per docs/facts.md. Raises: ShapeError for a script cut short, an odd pattern, or a missing `case`."""
    if len(text.content) > _LARGEST:
        raise text.drift(0, f"{len(text.content)} characters", f"a script of at most {_LARGEST}")
    reader = _Reader(text)
    for line, kind, word in _tokens(text):
        reader.read(line, kind, word)
    if reader.stack:
        frame = reader.stack[-1]
        raise text.drift(frame.line, f"'{frame.kind}' without its end", "its end before the end of the file")
    if not reader.ended:
        raise text.drift(0, f"no {_LAST}=", "the script's result, which it sets at its end")
    unique: dict[tuple[str, str, str, str], Fact] = {}
    for fact in (*_lists(text, reader.cases), *reader.hooks):
        unique.setdefault((fact.subject, fact.attribute, fact.value, fact.when), fact)
    return list(unique.values())


def _lists(text: Text, cases: list[_Case]) -> Iterator[Fact]:
    """The facts of the obsolete, unsupported, cpu_type and machine cases, and of the checks inside branches."""
    outer = [case for case in cases if not case.around]
    typed = next((c for c in outer if any(b.cpu_type != "*" for b in c.branches)), None)
    if typed is None:
        raise text.drift(0, "no case that sets cpu_type", "one case on the target that sets it")
    machines = [c for c in outer if c.branches[-1].refuses and c.branches[-1].patterns[-1][1] == "*"]
    if len(machines) != 1:
        raise text.drift(0, f"{len(machines)} cases whose last branch '*' refuses the target", "one, the machine case")
    early = [c for c in outer if c.line < typed.line]
    listed = [c for c in early if any(b.refuses for b in c.branches)]
    if len(listed) != 1:
        raise text.drift(0, f"{len(listed)} unsupported lists", "one before the case that sets cpu_type")
    if not any(p.startswith(_ANCHOR) for b in machines[0].branches for _, p in b.patterns):
        raise text.drift(machines[0].line, f"no {_ANCHOR} in the machine case", "the x86 machines")
    for case in cases:
        kinds = {b.guard for b in case.branches if b.guard}
        if len(kinds) > bool(case in early):
            raise text.drift(case.line, f"a case of {' and '.join(sorted(kinds))} targets", "one kind, before cpu_type")
        for kind in kinds:
            yield from _each(text, case, partial(_guarded, kind))
    yield from _each(text, listed[0], lambda b: ("unsupported-list", "listed" if b.refuses else "exempt"))
    yield from _each(text, typed, lambda b: ("cpu-type", b.cpu_type))
    yield from _each(text, machines[0], lambda b: ("machine", "unsupported" if b.refuses else "supported"))
    numbers: dict[str, int] = {}
    for case in cases:
        if case is machines[0] or case is listed[0] or not any(b.refuses for b in case.branches):
            continue
        when = " && ".join(case.around)
        numbers[when] = number = numbers.get(when, 0) + 1
        name = "check" if number == 1 else f"check#{number}"
        yield from _each(text, case, partial(_checked, name), when)


def _guarded(kind: str, branch: _Branch) -> tuple[str, str]:
    return kind, "yes" if branch.guard else "no"


def _checked(name: str, branch: _Branch) -> tuple[str, str]:
    return name, "unsupported" if branch.refuses else "supported"


def _each(text: Text, case: _Case, says: Callable[[_Branch], tuple[str, str]], when: str = "") -> Iterator[Fact]:
    """One fact for each pattern of each branch, in order; `says` gives a branch's attribute and value."""
    last = 0
    for branch in case.branches:
        if branch.patterns[0][0] == last:
            raise text.drift(
                last, f"two branches, of which {branch.patterns[0][1]}", "one branch a line, as lines are the order"
            )
        last = branch.patterns[-1][0]
        attribute, value = says(branch)
        for line, pattern in branch.patterns:
            yield Fact(pattern, attribute, value, when, line)


class _Reader:
    """Reads the script word by word, keeping the stack of open statements."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.stack: list[_Frame] = []
        self.cases: list[_Case] = []
        self.hooks: list[Fact] = []
        self.ended = False
        self.command = True  # the next word is a command, not an argument
        self.chained = False  # it runs only if the one before it succeeded or failed

    def read(self, line: int, kind: str, word: str) -> None:
        top = self.stack[-1] if self.stack else None
        if top and top.kind == "case" and top.state != "body":
            self._head(top, line, kind, word)
        elif kind == "word":
            self._word(top, line, word)
        elif word == "(":
            self._open("(", line)
        elif word == ")":
            self._close("(", line, word)
            self.command = False
        elif word == ";;":
            if top is None or top.kind != "case":
                raise self.text.drift(line, "';;' outside a case", "a branch of a case before it")
            top.state, self.chained = "pattern", False
            top.branches.append(_Branch())
        elif word[0] not in "<>":
            self.command, self.chained = True, word in {"&&", "||"}

    def _open(self, kind: str, line: int) -> None:
        if len(self.stack) >= _DEEPEST:
            raise self.text.drift(line, f"'{kind}' inside {_DEEPEST} others", "fewer levels")
        self.stack.append(_Frame(kind, line, "condition" if kind == "if" else "subject" if kind == "case" else ""))
        self.command = True

    def _close(self, kind: str, line: int, word: str) -> _Frame:
        if not self.stack or self.stack[-1].kind != kind:
            within = f"inside '{self.stack[-1].kind}' of line {self.stack[-1].line}" if self.stack else "outside all"
            raise self.text.drift(line, f"'{word}' {within}", f"'{word}' where '{kind}' is open")
        return self.stack.pop()

    def _head(self, case: _Frame, line: int, kind: str, word: str) -> None:
        """Read what stands between `case` and the body of a branch: WORD in PATTERN | PATTERN )."""
        if case.state == "subject" and kind == "word":
            case.target, case.state = bool(_TARGET.fullmatch(word)), "in"
        elif case.state == "in" and word == "in":
            case.state = "pattern"
            case.branches.append(_Branch())
        elif case.state == "pattern" and word == "esac" and not case.branches[-1].patterns:
            case.branches.pop()
            self._end_case(line)
        elif case.state == "pattern" and kind == "word":
            if case.target and not _GLOB.fullmatch(word):
                raise self.text.drift(line, f"pattern {word!r}", "a pattern of letters, digits and * ? [ ] only")
            if len(case.branches[-1].patterns) >= _MOST_PATTERNS:
                raise self.text.drift(line, f"a branch of more than {_MOST_PATTERNS} patterns", "fewer")
            case.branches[-1].patterns.append((line, word))
            case.state = "separator"
        elif case.state == "separator" and word == "|":
            case.state = "pattern"
        elif case.state == "separator" and word == ")":
            case.state, self.command = "body", True
        elif word not in {"\n", "("} or case.state not in {"in", "pattern"}:
            raise self.text.drift(line, f"{word!r} in the head of a case", f"its {case.state}")

    def _word(self, top: _Frame | None, line: int, word: str) -> None:
        if top and top.kind == "if" and top.state == "condition" and word != "then":
            top.condition += " " * bool(top.condition) + word.replace('"', "")
            if len(top.condition) > _LONGEST_CONDITION:
                raise self.text.drift(line, f"if {top.condition!r}", f"at most {_LONGEST_CONDITION} characters")
        if not self.command:
            self._message(top, word)
            return
        assignment = _ASSIGNMENT.fullmatch(word)
        self.command = bool(assignment) or word in _BEFORE_COMMAND
        if assignment:
            self._assign(line, assignment[1], assignment[2])
        elif word == "case" or word in _OPENS:
            self._open(_OPENS.get(word, word), line)
            self.command = self.command and word not in {"for", "case"}
        elif word == "esac":
            self._end_case(line)
        elif word in _ENDS:
            self._end(line, word)
        elif word in {"then", "elif", "else"}:
            if top is None or top.kind != "if":
                raise self.text.drift(line, f"'{word}' without if", f"'{word}' inside if")
            top.state = word
        elif word == "exit" and top and not self.chained:
            self._exit(top, line)

    def _end(self, line: int, word: str) -> None:
        frame = self._close(_ENDS[word], line, word)
        self.command = False
        if "enable_obsolete" in frame.condition and not self._guarded():
            raise self.text.drift(frame.line, f"if {frame.condition}", "a branch refused as obsolete or deprecated")

    def _guarded(self) -> bool:
        return bool(self.stack and self.stack[-1].target and self.stack[-1].branches[-1].guard)

    def _end_case(self, line: int) -> None:
        """Close a `case`; keep it where it asks for the target and nothing but the target decides on reaching it."""
        case = self._close("case", line, "esac")
        self.command = False
        branches = [b for b in case.branches if b.patterns]
        if case.target and branches and all(f.kind == "case" and f.target for f in self.stack):
            if len(self.cases) >= _MOST_CASES:
                raise self.text.drift(line, f"more than {_MOST_CASES} cases on the target", "fewer")
            around = tuple(f.branches[-1].condition() for f in self.stack)
            self.cases.append(_Case(case.line, around, branches))

    def _message(self, top: _Frame | None, word: str) -> None:
        """Note what the message of an `if` on enable_obsolete calls the target."""
        if top is None or top.kind != "if" or top.state != "then":
            return
        if verdict := _VERDICT.search(word):
            top.calls = verdict[1]

    def _exit(self, top: _Frame, line: int) -> None:
        if top.kind == "case" and top.target:
            top.branches[-1].refuses = True
        elif "enable_obsolete" in top.condition:
            case = self.stack[0]
            plain = len(self.stack) == 2 and case.target
            if not (plain and top.calls and _NOT_ENABLED.search(top.condition)):
                raise self.text.drift(line, f"exit if {top.condition}", "a target called obsolete or deprecated")
            case.branches[-1].guard = top.calls

    def _assign(self, line: int, name: str, value: str) -> None:
        case = next((f for f in reversed(self.stack) if f.target), None)
        if name == "cpu_type" and case and case is self.stack[-1]:
            if not re.fullmatch(r"\w+", value, re.ASCII):
                raise self.text.drift(line, f"cpu_type={value!r}", "the name of a directory")
            case.branches[-1].cpu_type = value
        elif name == _LAST:
            self.ended = True
        elif name in _HOOKS:
            self._hook(line, name, value)

    def _hook(self, line: int, name: str, value: str) -> None:
        """Objects added to a list: under the patterns of the innermost branch, when what is around it holds."""
        objects = [w for w in value.strip('"').split() if w not in {f"${name}", f"${{{name}}}"}]
        branches = [f.branches[-1] for f in self.stack if f.target]
        demands = [b.condition() for b in branches[:-1]]
        for frame in self.stack:
            if frame.kind == "if" and frame.state == "then" and not {"(", ")"} & set(frame.condition):
                demands.append(f"$(if, {frame.condition})")
            elif not frame.target:
                raise self.text.drift(
                    line, f"{name} inside '{frame.kind}'", "it under cases on the target and plain ifs"
                )
        for object_ in objects:
            if not _OBJECT.fullmatch(object_):
                raise self.text.drift(line, f"{name}={value!r}", "objects such as linux-rust.o")
            for _, pattern in branches[-1].patterns if branches else [(line, "*")]:
                self.hooks.append(Fact(pattern, _HOOKS[name], object_, " && ".join(demands), line))


def _tokens(text: Text) -> Iterator[tuple[int, str, str]]:
    """Each word, operator and newline of the script with its line; comments, blanks and joined lines fall away."""
    content, at, line, start, begun = text.content, 0, 1, -1, 1
    while at < len(content):
        if start < 0 and content[at] == "#":
            end = content.find("\n", at)
            at = end if end >= 0 else len(content)
            continue
        piece = _PIECE.match(content, at)
        if piece is None or piece[0] == "<<":
            raise text.drift(line, repr(content[at : at + 20]), "shell words with closed quotes, and no here-document")
        kind, end = piece.lastgroup, piece.end()
        if kind in {"plain", "open"}:
            if start < 0:
                start, begun = at, line
            if kind == "open":
                end = _closing(text, end, piece[0], line)
        else:
            if start >= 0:
                yield begun, "word", content[start:at]
                start = -1
            if kind != "blank":
                yield line, str(kind), piece[0]
        line += content.count("\n", at, end)
        at = end
    if start >= 0:
        yield begun, "word", content[start:]


def _closing(text: Text, at: int, opener: str, line: int) -> int:
    """Where the quote or substitution that `opener` opened at `line` ends, with all that nests in it."""
    closers = [_CLOSER[opener]]
    while closers:
        mark = _INSIDE[closers[-1]].search(text.content, at)
        if mark is None:
            raise text.drift(line, f"{opener} without its end", f"{closers[-1]} before the end of the file")
        at = mark.end()
        if mark[0] == closers[-1]:
            closers.pop()
        elif mark[0] in _CLOSER:
            closers.append(_CLOSER[mark[0]])
    return at
