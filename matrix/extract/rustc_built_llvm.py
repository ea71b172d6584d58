"""rustc's build_steps/llvm.rs (once native.rs) -> the LLVM backends in a rustc built with defaults.

    let llvm_targets = match &builder.config.llvm_targets {
        Some(s) => s,
        None => "AArch64;ARM;X86",
    };

and likewise llvm_exp_targets; the string may stand in braces and run over lines. This is what decides:
bootstrap.example.toml repeats it in comments that nothing keeps true.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from matrix.model import Fact
from matrix.rust import rust_tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matrix.rust import RustToken
    from matrix.text import Text

VERSION = 1
# A line a fact: subject | attribute | value | when. docs/facts.md is made of these (scripts/document-facts).
EMITS = """
LLVM target | `built-backend` | `default` or `experimental` |
"""

_ANCHOR = "X86"
_LISTS = {"llvm_targets": "default", "llvm_exp_targets": "experimental"}
_DEFAULT = ["None", "=", ">"]
_NAME = re.compile(r"[A-Za-z]\w*")


def extract(text: Text) -> list[Fact]:
    """Each LLVM target as `built-backend`: `default` or `experimental`, at the line where its name stands.

    Raises: ShapeError where a list is missing, given twice, or has no string as its default, for a name that is none or
    stands in both, and where X86 is no default.
    """
    tokens = list(rust_tokens(text))
    facts: dict[str, Fact] = {}
    lists: dict[str, int] = {}
    for place, token in enumerate(tokens):
        if token.text not in _LISTS or not place or tokens[place - 1].text != "let":
            continue
        if token.text in lists:
            raise text.drift(token.line, f"let {token.text} again", f"it once, as on line {lists[token.text]}")
        lists[token.text] = token.line
        kind = _LISTS[token.text]
        for name, line in _names(text, _default(text, tokens, place)):
            known = facts.setdefault(name, Fact(name, "built-backend", kind, line=line))
            if known.value != kind:
                raise text.drift(line, f"{name} as {kind}", f"only {known.value}, as on line {known.line}")
    if missing := [name for name in _LISTS if name not in lists]:
        raise text.drift(
            0, f"no let {missing[0]}", f"it, with what None stands for in it: {_LISTS[missing[0]]} targets"
        )
    if _ANCHOR not in facts or facts[_ANCHOR].value != "default":
        raise text.drift(lists["llvm_targets"], f"no {_ANCHOR}", f"{_ANCHOR} among the default targets")
    return list(facts.values())


def _default(text: Text, tokens: list[RustToken], place: int) -> RustToken:
    """The string behind `None =>` of the statement that begins at a token."""
    for at in range(place, len(tokens)):
        if tokens[at].text == ";":
            break
        if [t.text for t in tokens[at : at + 3]] == _DEFAULT:
            behind = [t for t in tokens[at + 3 : at + 5] if t.text != "{"]
            if behind and behind[0].kind == "string":
                return behind[0]
    raise text.drift(tokens[place].line, f"{tokens[place].text} without it", 'None => "A;B" in its match')


def _names(text: Text, string: RustToken) -> Iterator[tuple[str, int]]:
    """The names in a string, each with its line; a backslash at the end of a line goes on below."""
    for number, part in enumerate(string.string.split("\n"), start=string.line):
        for word in part.strip().removesuffix("\\").split(";"):
            if not word.strip():
                continue
            if not _NAME.fullmatch(word.strip()):
                raise text.drift(number, repr(word), "the name of an LLVM target")
            yield word.strip(), number
