"""rustc's spec/mod.rs -> what rustc asks for before it takes a target specification from a JSON file.

    pub fn search(target_tuple: &TargetTuple, ..., unstable_options: bool) -> ... {
        match *target_tuple {
            TargetTuple::TargetTuple(ref tuple) => { ... }              a target by name
            TargetTuple::TargetJson { .. } if !unstable_options => {    `--target=FILE.json`
                Err("... require `-Zunstable-options`".to_string())
            }
            TargetTuple::TargetJson { ref contents, .. } => Target::from_json(contents),
        }
    }

Up to 1.94 the first of the two branches for a file is not there, and nothing is asked for. TargetTuple was called
TargetTriple before 1.84. A refusal that is put in other words is a changed shape: silence must not read as "nothing".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from matrix import rust
from matrix.model import Fact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matrix.text import Text

VERSION = 1
# A line a fact: subject | attribute | value | when. docs/facts.md is made of these (scripts/document-facts).
EMITS = """
`json-target` | `needs` | what rustc asks for before it reads a target specification from a file:
    `-Zunstable-options`, or `none` |
"""

_SEARCH = re.compile(r"^ {4}pub fn search\(", re.MULTILINE)
_ENUM = {"TargetTuple", "TargetTriple"}
_GUARD = ["if", "!", "unstable_options"]
_FLAG = "-Zunstable-options"
_OPEN, _CLOSE = frozenset("([{"), frozenset(")]}")


class _Arm(NamedTuple):
    """One branch of a match for TargetJson: the words between its pattern and `=>`, and its body."""

    line: int
    guard: list[str]
    body: list[rust.RustToken]


def extract(text: Text) -> list[Fact]:
    """One fact: what `json-target` `needs`, `-Zunstable-options` or `none`, at the refusal or the branch that reads.

    Raises: ShapeError where Target::search is missing or twice there, where it has no branch that reads a JSON file,
    and where one is guarded or refused in another way.
    """
    starts = list(_SEARCH.finditer(text.content))
    if len(starts) != 1:
        raise text.drift(0, f"{len(starts)} functions named search", "one `pub fn search(`, of Target")
    tokens = _function(text, starts[0].end() - 1)
    arms = list(_arms(text, tokens))
    reading = [arm for arm in arms if not arm.guard and any(t.text == "from_json" for t in arm.body)]
    refusing = [arm for arm in arms if arm not in reading]
    if len(reading) != 1:
        line = arms[0].line if arms else tokens[0].line
        raise text.drift(line, f"{len(reading)} branches that read a file", "one: TargetJson { .. } => ..from_json..")
    for arm in refusing:
        said = next((t for t in arm.body if t.kind == "string" and _FLAG in t.text), None)
        if arm.guard != _GUARD or said is None or len(refusing) != 1:
            raise text.drift(
                arm.line, " ".join(arm.guard) or "a second branch", f"if !unstable_options => Err({_FLAG})"
            )
        return [Fact("json-target", "needs", _FLAG, line=said.line)]
    if asked := next((t for t in tokens if "unstable" in t.text), None):
        raise text.drift(asked.line, asked.text, f"{_FLAG} to be asked for in a branch for TargetJson, or nowhere")
    return [Fact("json-target", "needs", "none", line=reading[0].line)]


def _function(text: Text, start: int) -> list[rust.RustToken]:
    """The tokens of the function whose parameters open at `start`, up to the end of its body."""
    tokens: list[rust.RustToken] = []
    depth = 0
    for token in rust.rust_tokens(text, start):
        tokens.append(token)
        if token.kind == "mark":
            depth += (token.text in _OPEN) - (token.text in _CLOSE)
            if not depth and token.text == "}":
                return tokens
    raise text.drift(tokens[0].line if tokens else 0, "the end of the file", "the end of fn search")


def _arms(text: Text, tokens: list[rust.RustToken]) -> Iterator[_Arm]:
    """Every `TargetTuple::TargetJson { .. } GUARD => BODY` among the tokens."""
    for at, token in enumerate(tokens):
        if token.text != "TargetJson" or at < 3 or tokens[at - 3].text not in _ENUM:
            continue
        after = _end(text, tokens, at + 1)
        arrow = after
        while arrow < len(tokens) - 1 and (tokens[arrow].text, tokens[arrow + 1].text) != ("=", ">"):
            arrow += 1
        body = tokens[arrow + 2 : _end(text, tokens, arrow + 2)]
        yield _Arm(token.line, [t.text for t in tokens[after:arrow]], body)


def _end(text: Text, tokens: list[rust.RustToken], at: int) -> int:
    """Behind the brackets that open at `at`; where none open, the next `,` or closing bracket of the same depth."""
    depth = 0
    bracketed = at < len(tokens) and tokens[at].text in _OPEN
    for place in range(at, len(tokens)):
        token = tokens[place]
        if token.kind != "mark":
            continue
        if not depth and not bracketed and (token.text == "," or token.text in _CLOSE):
            return place
        depth += (token.text in _OPEN) - (token.text in _CLOSE)
        if not depth and bracketed:
            return place + 1
    raise text.drift(tokens[-1].line, "the end of fn search", "the end of a branch for TargetJson")
