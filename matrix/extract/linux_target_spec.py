"""scripts/generate_rust_target.rs -> what each branch of the generator of custom target specifications writes.

The shape, one chain of `if` in main, whose conditions are the kernel's ports:

    if cfg.has("SH") {
        panic!("... builtin ...");                      on purpose: the port uses a target that rustc has
    } else if cfg.has("M68K") {
        if !cfg.has("MMU") {
            panic!("... only works ...");               what follows in the branch is under MMU
        }
        if cfg.rustc_version_atleast(1, 86, 0) {        RUSTC_VERSION >= 108600
            ts.push("rustc-abi", "softer");
        }
        let mut some = "-one".to_string();
        some += ",+two";                                a value that begins with a comma goes on from the one before
        ts.push("features", some);
    } else {
        panic!("... unsupported ...");
    }
    ts.push("frame-pointer", "may-omit");               of every branch: subject `*`

That a branch is reached only where those before it are not is left unsaid: a kernel has one port. A call goes over
several lines where it is long; a fact's line is that of its value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from matrix import expression, rust
from matrix.model import Fact

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from matrix.text import Text

VERSION = 2
# A line a fact: subject | attribute | value | when. docs/facts.md is made of these (scripts/document-facts).
EMITS = """
the generator's cfg (`X86_64`) | `llvm-target` | its LLVM target | nested cfg (`UML`), version tests
same | `builtin` | `yes` where it panics because a built-in target is used |
same | `spec:KEY` | a key of the specification (`spec:rustc-abi`, `spec:arch`); subject `*` for what stands outside
    the chain | likewise
"""

# The real chain nests two deep; the bounds keep hostile input from exhausting stack and memory.
_DEEPEST = 8
_LONGEST_CONDITION = 1000

_MAIN = re.compile(r"^fn main\(\) \{", re.MULTILINE)
_BUILTIN = re.compile(r"built-?in", re.IGNORECASE)
_REFUSAL = re.compile(r"unsupported|not supported|only works", re.IGNORECASE)
_LITERAL = re.compile(r"\d+|true|false")
_CLOSING = {"(": ")", "[": "]", "{": "}"}


def extract(text: Text) -> Iterator[Fact]:
    """The facts of each branch, in the order of the file.

    Raises: ShapeError for a statement, condition or message of another kind, a main without its chain, a chain
    without X86_64 or without a last branch that refuses, and a file that ends early.
    """
    main = _MAIN.search(text.content)
    if main is None:
        raise text.drift(0, "no main", "fn main() {")
    reader = _Reader(text, list(rust.rust_tokens(text, main.end())))
    seen: set[tuple[str, str, str, str]] = set()
    targets = set()
    for fact in reader.main():
        identity = (fact.subject, fact.attribute, fact.value, fact.when)
        if identity not in seen:
            seen.add(identity)
            yield fact
        if fact.attribute == "llvm-target":
            targets.add(fact.subject)
    if "X86_64" not in targets:
        raise text.drift(0, "no llvm-target for X86_64", 'a branch cfg.has("X86_64") that pushes one')


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in main a statement stands: in which branch of the chain, under which further conditions."""

    subject: str = "*"
    conditions: tuple[str, ...] = ()
    depth: int = 0

    @property
    def when(self) -> str:
        return " && ".join(f"({c})" if "||" in c else c for c in self.conditions)


class _Part(NamedTuple):
    """A string that goes into a variable, and under which conditions it does."""

    value: str
    conditions: tuple[str, ...]
    line: int


@dataclass(slots=True)
class _Reader:
    """The tokens of main's body, how far they are read, and whether its chain was."""

    text: Text
    tokens: list[rust.RustToken]
    at: int = 0
    chained: bool = False

    def main(self) -> Iterator[Fact]:
        """The body of main, whose first if is the chain of ports."""
        yield from self.block(_Place(), {})
        if not self.chained:
            raise self.text.drift(0, "no chain of if in main", "one whose conditions are the ports")

    def block(self, place: _Place, strings: dict[str, list[_Part]]) -> Generator[Fact, None, bool]:
        """The statements up to the closing brace, which is read too; whether they end in a panic."""
        if place.depth > _DEEPEST:
            raise self.text.drift(self.peek().line, f"more than {_DEEPEST} nested blocks", "fewer")
        panics = False
        while self.peek().text != "}":
            word = self.take()
            if word.text == "if" and place.depth == 0 and not self.chained:
                yield from self.chain()
            elif word.text == "if":
                left, panics = yield from self.branches(place, strings)
                place = self.under(place, *left)
            elif word.text == "panic":
                panics = True
                yield from self.panic(place, word)
            elif word.text == "let":
                self.let(place, strings)
            elif word.text == "ts":
                yield from self.push(place, strings)
            elif word.text == "println":
                self.expect("!", "(")
                self.until(")")
                self.expect(";")
            elif word.text in strings:
                self.expect("+", "=")
                strings[word.text].append(self.part(place))
                self.expect(";")
            else:
                raise self.text.drift(word.line, word.text, "if, let, panic!, println!, ts.push or a known string")
        self.take()
        return panics

    def chain(self) -> Iterator[Fact]:
        """The chain of ports, its first `if` read already."""
        self.chained = True
        while True:
            line = self.peek().line
            port = self.condition()
            if not re.fullmatch(r"\w+", port):
                raise self.text.drift(line, port, 'cfg.has("PORT") alone')
            yield from self.block(_Place(port, (), 1), {})
            self.expect("else")
            if self.peek().text != "if":
                break
            self.take()
        line = self.expect("{").line
        panics = yield from self.block(_Place("*", (), 1), {})
        if not panics:
            raise self.text.drift(line, "a last branch that generates", "one that panics")

    def branches(self, place: _Place, strings: dict[str, list[_Part]]) -> Generator[Fact, None, tuple[list[str], bool]]:
        """Any other if: the conditions under which what follows it is reached, and whether nothing is."""
        left: list[str] = []
        always = True
        while True:
            condition = self.condition()
            panics = yield from self.block(self.under(place, condition, deeper=1), strings)
            left.extend([_not(condition)] if panics else [])
            always = always and panics
            place = self.under(place, _not(condition))
            if self.peek().text != "else":
                return left, False
            self.take()
            if self.peek().text != "if":
                break
            self.take()
        self.expect("{")
        panics = yield from self.block(self.under(place, deeper=1), strings)
        return left, panics and always

    def under(self, place: _Place, *more: str, deeper: int = 0) -> _Place:
        conditions = tuple(dict.fromkeys((*place.conditions, *more)))
        if sum(map(len, conditions)) > _LONGEST_CONDITION:
            raise self.text.drift(self.peek().line, "a condition", f"at most {_LONGEST_CONDITION} letters")
        return _Place(place.subject, conditions, place.depth + deeper)

    def condition(self) -> str:
        """The condition up to the brace that opens its block, as a Kconfig expression."""
        line = self.peek().line
        parts: list[str] = []
        while (token := self.take()).text != "{":
            if token.text == "cfg":
                parts.append(self.question())
            elif token.text in {"&", "|"}:
                self.expect(token.text)
                parts.append(f" {token.text * 2} ")
            elif token.text in {"!", "(", ")"}:
                parts.append(token.text)
            else:
                raise self.text.drift(line, token.text, "cfg.has(...) or cfg.rustc_version_atleast(...)")
        said = "".join(parts)
        # A comparison is negated as a whole.
        said = re.sub(r"!(RUSTC_VERSION >= \d+)", r"!(\1)", said)
        try:
            expression.parse(said or "(")
        except expression.ExpressionError:
            raise self.text.drift(line, said or "nothing", "a condition") from None
        return said

    def question(self) -> str:
        """What is asked of cfg, whose name is read already."""
        self.expect(".")
        asked = self.take()
        self.expect("(")
        answer = self.until(")")
        words = [t.text for t in answer if t.text != ","]
        if asked.text == "has" and len(answer) == 1 and re.fullmatch(r'"\w+"', words[0]):
            return words[0].strip('"')
        if (
            asked.text == "rustc_version_atleast"
            and len(words) == 3
            and all(re.fullmatch("[0-9]{1,3}", w) for w in words)
        ):
            major, minor, patch = map(int, words)
            return f"RUSTC_VERSION >= {100_000 * major + 100 * minor + patch}"
        raise self.text.drift(asked.line, asked.text, 'has("SYMBOL") or rustc_version_atleast(MAJOR, MINOR, PATCH)')

    def panic(self, place: _Place, word: rust.RustToken) -> Iterator[Fact]:
        self.expect("!", "(")
        message = self.until(")")
        if self.peek().text == ";":
            self.take()
        said = message[0].text if message else "nothing"
        if _BUILTIN.search(said) and place.subject != "*":
            yield Fact(place.subject, "builtin", "yes", place.when, message[0].line)
        elif not _REFUSAL.search(said):
            raise self.text.drift(
                word.line, said, "a message that speaks of a builtin target or of what is unsupported"
            )

    def let(self, place: _Place, strings: dict[str, list[_Part]]) -> None:
        """`let mut NAME = "...".to_string();`, or one of the two values that main works with."""
        name = self.take()
        if name.text == "mut":
            name = self.take()
        self.expect("=")
        if name.text in {"cfg", "ts"}:
            self.until(";")
            return
        strings[name.text] = [self.part(place)]
        for mark in (".", "to_string", "(", ")", ";"):
            self.expect(mark)

    def part(self, place: _Place) -> _Part:
        token = self.take()
        if token.kind != "string":
            raise self.text.drift(token.line, token.text, "a string")
        return _Part(token.string, place.conditions, token.line)

    def push(self, place: _Place, strings: dict[str, list[_Part]]) -> Iterator[Fact]:
        self.expect(".", "push", "(")
        pushed = self.until(")")
        end = self.expect(";")
        if len(pushed) < 3 or pushed[0].kind != "string" or pushed[1].text != ",":
            raise self.text.drift(end.line, rust.written(pushed), 'ts.push("KEY", VALUE)')
        key, value = pushed[0], pushed[2:-1] if pushed[-1].text == "," else pushed[2:]
        attribute = key.string if key.string == "llvm-target" else f"spec:{key.string}"
        if len(value) == 1 and value[0].text in strings:
            # The string is moved into the specification: it cannot be pushed twice.
            for part in strings.pop(value[0].text):
                there = self.under(place, *part.conditions)
                yield Fact(place.subject, attribute, part.value, there.when, part.line)
            return
        yield Fact(place.subject, attribute, self.value(value, end), place.when, value[0].line)

    def value(self, tokens: list[rust.RustToken], end: rust.RustToken) -> str:
        """A string without its quotes, a number, true or false; a list as written."""
        if len(tokens) == 1 and tokens[0].kind == "string":
            return tokens[0].string
        written = rust.written(tokens)
        if _LITERAL.fullmatch(written) or written.startswith(("[", "vec![")):
            return written
        raise self.text.drift(end.line, written, "a string, a number, true, false, a list or a known string")

    def until(self, closing: str) -> list[rust.RustToken]:
        """The tokens up to the mark given, which is read too; brackets in between are passed over as a whole."""
        start, opened = self.at, [closing]
        while opened:
            token = self.take()
            if token.kind == "mark" and token.text == opened[-1]:
                opened.pop()
            elif token.kind == "mark" and token.text in _CLOSING:
                opened.append(_CLOSING[token.text])
        return self.tokens[start : self.at - 1]

    def expect(self, *marks: str) -> rust.RustToken:
        for mark in marks:
            token = self.take()
            if token.text != mark:
                raise self.text.drift(token.line, token.text, mark)
        return token

    def take(self) -> rust.RustToken:
        token = self.peek()
        self.at += 1
        return token

    def peek(self) -> rust.RustToken:
        if self.at >= len(self.tokens):
            raise self.text.drift(0, "the end of the file", "the end of main")
        return self.tokens[self.at]


def _not(condition: str) -> str:
    if re.fullmatch(r"!?\w+", condition):
        return condition[1:] if condition.startswith("!") else f"!{condition}"
    return f"!({condition})"
