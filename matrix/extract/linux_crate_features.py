"""A crate root of the kernel -> the unstable features that the crate turns on for itself.

The shape, before the crate's first item:

    #![feature(one)]
    #![cfg_attr(not(CONFIG_RUSTC_HAS_TWO), feature(two, three))]
    #![cfg_attr(all(feature = "alloc", NEW),
                feature(four))]

`feature = "alloc"` is Cargo's word for an option of the crate and turns nothing on. A crate that needs no unstable
feature gives no facts, and a vendored one gives its own: whether that counts is for the reader of the facts to say.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from matrix import rust
from matrix.model import Fact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matrix.text import Text

VERSION = 1
# A line a fact: subject | attribute | value | when. docs/facts.md is made of these (scripts/document-facts).
EMITS = """
path of the crate's root | `unstable-feature` | feature | the cfg as written, inside `$(cfg, ...)`, nested ones joined
    by `&&`
"""

# cfg_attr inside cfg_attr: real crates do not; the bound keeps the time linear.
_DEEPEST = 8

_CLOSING = {"(": ")", "[": "]", "{": "}"}
_FEATURE = re.compile(r"[A-Za-z_]\w*")


def extract(text: Text) -> Iterator[Fact]:
    """One fact for each feature and condition, the condition as written inside `$(cfg, ...)`.

    Raises: ShapeError for an attribute that does not end, and for a feature or cfg_attr of another shape.
    """
    seen: set[tuple[str, str]] = set()
    for attribute in _attributes(text):
        for feature, when, line in _features(text, attribute, ""):
            if (feature, when) not in seen:
                seen.add((feature, when))
                yield Fact(text.path, "unstable-feature", feature, when, line)


def _attributes(text: Text) -> Iterator[list[rust.RustToken]]:
    """The tokens between the brackets of each inner attribute at the head of the file, up to the first item."""
    source = rust.rust_tokens(text)
    for token in source:
        bang, bracket = next(source, None), next(source, None)
        if token.text != "#" or not bang or bang.text != "!" or not bracket or bracket.text != "[":
            return
        yield list(_bracketed(text, source, token.line))


def _bracketed(text: Text, source: Iterator[rust.RustToken], line: int) -> Iterator[rust.RustToken]:
    """The tokens up to the `]` that closes the attribute."""
    closing = ["]"]
    for token in source:
        if token.kind == "mark" and token.text in _CLOSING:
            closing.append(_CLOSING[token.text])
        elif token.kind == "mark" and token.text in _CLOSING.values() and token.text != closing.pop():
            raise text.drift(token.line, token.text, "the bracket that closes the last one opened")
        if not closing:
            return
        yield token
    raise text.drift(line, "#![", "the end of the attribute")


def _features(text: Text, attribute: list[rust.RustToken], when: str, depth: int = 0) -> Iterator[tuple[str, str, int]]:
    """Each feature of one attribute, with the condition it is under and its line."""
    name = attribute[0].text if attribute else ""
    if name not in {"feature", "cfg_attr"}:
        return
    line = attribute[0].line
    if depth > _DEEPEST:
        raise text.drift(line, f"more than {_DEEPEST} nested cfg_attr", "fewer")
    if len(attribute) < 3 or attribute[1].text != "(" or attribute[-1].text != ")":
        raise text.drift(line, rust.written(attribute), f"{name}(...)")
    arguments = _arguments(attribute[2:-1])
    if name == "cfg_attr":
        if len(arguments) < 2 or not arguments[0]:
            raise text.drift(line, rust.written(attribute), "cfg_attr(condition, attribute)")
        condition = f"$(cfg, {rust.written(arguments[0])})"
        # In a string, it would end the $(...) early.
        if any(t.kind != "mark" and re.search("[()]", t.text) for t in arguments[0]):
            raise text.drift(line, condition, "a condition without parentheses in its strings")
        both = f"{when} && {condition}" if when else condition
        for inner in arguments[1:]:
            yield from _features(text, inner, both, depth + 1)
        return
    for argument in arguments:
        if len(argument) != 1 or not _FEATURE.fullmatch(argument[0].text):
            raise text.drift(line, rust.written(argument), "the name of a feature")
        yield argument[0].text, when, argument[0].line


def _arguments(tokens: list[rust.RustToken]) -> list[list[rust.RustToken]]:
    """The tokens parted at the commas that stand in no bracket; one comma more at the end parts nothing off."""
    arguments: list[list[rust.RustToken]] = [[]]
    depth = 0
    for token in tokens:
        if token.kind == "mark":
            depth += (token.text in _CLOSING) - (token.text in _CLOSING.values())
        if token.text == "," and not depth:
            arguments.append([])
        else:
            arguments[-1].append(token)
    return arguments if arguments[-1] else arguments[:-1]
