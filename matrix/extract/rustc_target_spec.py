"""One module of rustc's spec/targets -> what it says itself of the target it defines.

    pub(crate) fn target() -> Target {
        let mut base = base::some_os::opts();
        base.endian = Endian::Big;
        Target {
            llvm_target: "arm-none-eabi".into(),
            metadata: TargetMetadata { description: None, tier: Some(3), host_tools: Some(false), std: None },
            pointer_width: 32,
            data_layout: "E-m:e-p:32:32".into(),
            arch: Arch::Arm,        // once "arm".into()
            options: TargetOptions { mcount: "x".into(), ..base },
        }
    }

or it starts from a whole specification, of another module (`super::other::target()`) or made by a helper
(`some_os::arm()`), and changes fields of it: `base.llvm_target = ...`. That is `inherits`, and every fact of this
module overrides what it inherits. The byte order is stated, or hidden in options of a helper; the data layout, which
rustc requires to agree, always begins with it: `E` big, `e` little. A value that a helper computes is no fact here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from matrix.model import Fact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matrix.errors import ShapeError
    from matrix.text import Text

VERSION = 1
# A line a fact: subject | attribute | value | when. docs/facts.md is made of these (scripts/document-facts).
EMITS = """
module (file name without .rs) | `llvm-target`, `arch`, `pointer-width` |  |
module | `endian` | `big`, `little` |
module | `metadata-tier` | `1`..`3` or `None` |
module | `metadata-host-tools`, `metadata-std` | `true`, `false`, `None` |
module | `inherits` | module whose specification it starts from, or the path of the helper that makes it
    (`nto_qnx::aarch64`) |
"""

_HEAD = re.compile(r"^pub(?:\(crate\))? fn target\(\) -> Target \{", re.MULTILINE)
_TOKEN = re.compile(
    r"(?P<space>\s+|//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)"
    r'|(?P<text>"(?:[^"\\]|\\.)*"|r"[^"]*"|r#"(?:[^"]|"(?!#))*"#'
    r"|'(?:[^'\\\n]|\\[^\n][^'\n]{0,8})')"
    r'|(?P<open>/\*|r?#?")'
    r"|(?P<word>\w+(?:::\w+)*)"
    r"|(?P<mark>[=!<>]=|[-=]>|[^\w\s])",
    re.DOTALL,
)
_INHERITS = re.compile(r"super::(\w+)::target")
_HELPER = re.compile(r"(?!super::)(?:\w+::)+\w+")
_LONGEST = 100_000  # characters; the longest module of 1.95 has some 5,000

# The fields read: the struct that has each, the attribute it gives, how a value looks that the file states, and one.
_STRING = r'"([^"\\\s]+)"\s*\.into\(\)'
_END = r"\s*[,;}]"
_FIELDS = {
    "llvm_target": ("Target", "llvm-target", _STRING + _END, '"arm-none-eabi".into()'),
    "arch": ("Target", "arch", rf"(?:{_STRING}|(?:crate::spec::)?Arch::(\w+)){_END}", "Arch::Arm"),
    "pointer_width": ("Target", "pointer-width", r"(\d+)" + _END, "32"),
    "data_layout": ("Target", "endian", r'(?:concat!\(\s*)?"(?:\\\n\s*)?([eE])-', '"e-m:e".into()'),
    "endian": ("TargetOptions", "endian", r"(?:\w+::)*Endian::(Big|Little)" + _END, "Endian::Big"),
    "metadata": ("Target", "", r"(?:\w+::)*(TargetMetadata)\s*\{", "TargetMetadata { }"),
    "tier": ("TargetMetadata", "metadata-tier", rf"(?:Some\(([123])\)|(None)){_END}", "Some(2)"),
    "host_tools": (
        "TargetMetadata",
        "metadata-host-tools",
        rf"(?:Some\((true|false)\)|(None)){_END}",
        "Some(true)",
    ),
    "std": ("TargetMetadata", "metadata-std", rf"(?:Some\((true|false)\)|(None)){_END}", "Some(true)"),
}
_STATED = {name: re.compile(r"\s*" + field[2]) for name, field in _FIELDS.items()}
_ORDER = {"e": "little", "E": "big"}
# A variable, or a call of a helper: what it makes is not said in this file.
_COMPUTED = re.compile(r"\s*[a-z_][\w:.]*(?:\([^()\"]*\))?(?:\.\w+\(\))?\s*[,;}]")
_MAY_BE_COMPUTED = {"llvm_target", "arch", "metadata", "data_layout"}
_STRUCTS = {"Target", "TargetOptions", "TargetMetadata"}
_REQUIRED = {
    "Target": ("llvm_target", "pointer_width", "data_layout", "arch"),
    "TargetMetadata": ("tier", "host_tools", "std"),
}


def extract(text: Text) -> list[Fact]:
    """The module's `llvm-target`, `arch`, `pointer-width` (bits), `endian`, `metadata-*` and `inherits`.

    Raises: ShapeError where the file is far too long or has no `fn target`, where a field is given twice, inside a
    branch or in no known way, where a specification lacks a field, and where the byte order stated is not the data
    layout's.
    """
    if len(text.content) > _LONGEST:
        raise text.drift(0, f"{len(text.content)} characters", f"one module of at most {_LONGEST}")
    heads = list(_HEAD.finditer(text.content))
    if len(heads) != 1:
        raise text.drift(0, f"{len(heads)} times fn target() -> Target", "it once, as pub or pub(crate)")
    return _Body(text, heads[0].end()).facts()


class _Body:
    """The function's body while it is read: what stands before the reader, and what has been found."""

    def __init__(self, text: Text, start: int) -> None:
        self.text = text
        self.start = start
        self.line = text.line_of(start)
        self.first_line = self.line
        self.module = text.path.rpartition("/")[2].removesuffix(".rs")
        # The brackets that are open: "(", "[", a struct's name, or "{" for any other block.
        self.open: list[str] = []
        self.found: dict[str, Fact] = {}
        self.given: dict[str, int] = {}
        self.called: list[tuple[str, int]] = []

    def facts(self) -> list[Fact]:
        """Everything the body says, in its order."""
        before = ("", "", "")
        for word, end in self._tokens():
            self._field(before, word, end)
            if word in ("{", "(", "["):
                self._enter(word, before[-1])
            elif word == "}" and not self.open:
                break
            elif word in ("}", ")", "]"):
                self._leave(word)
            before = (*before[1:], word)
        else:
            raise self._drift("the end", "the } of fn target")
        self._origin()
        self._endian()
        return list(self.found.values())

    def _tokens(self) -> Iterator[tuple[str, int]]:
        """Each word and mark with the offset behind it; a string is `""`, for no name is looked for in it."""
        for token in _TOKEN.finditer(self.text.content, self.start):
            if token.lastgroup == "open":
                raise self._drift(token[0], "its end")
            if token.lastgroup == "text":
                yield '""', token.end()
            elif token.lastgroup != "space":
                yield token[0], token.end()
            self.line += token[0].count("\n")

    def _enter(self, bracket: str, before: str) -> None:
        name = before.rpartition("::")[2]
        struct = name if bracket == "{" and name[:1].isupper() else bracket
        if struct == "Target":
            if self.open:
                raise self._drift(f"Target {{ inside {self.open[-1]}", "a specification in no branch")
            self._once("Target")
        elif bracket == "(" and "::" in before and not self.open:
            self.called.append((before, self.line))
        elif bracket == "(" and _INHERITS.fullmatch(before):
            raise self._drift(f"{before} inside {self.open[-1]}", "an inherited specification as a statement")
        self.open.append(struct)

    def _leave(self, bracket: str) -> None:
        struct = self.open.pop() if self.open else "fn target"
        if {"(": ")", "[": "]"}.get(struct, "}") != bracket:
            raise self._drift(repr(bracket), f"what closes {struct}")
        if missing := [name for name in _REQUIRED.get(struct, ()) if name not in self.given]:
            raise self._drift(f"{struct} without {missing[0]}", "the field")

    def _field(self, before: tuple[str, str, str], mark: str, end: int) -> None:
        """What the field says, where the word before `mark` is one that is read."""
        owner, dot, name = before
        if name not in _FIELDS:
            return
        struct = _FIELDS[name][0]
        place = self.open[-1] if self.open else ""
        if dot == "." and mark == "=":
            if struct == "TargetMetadata" and owner != "metadata":
                return  # of a variable that a helper made, as its whole metadata is
            if self.open:
                raise self._drift(f".{name} = inside {place}", "an assignment in no branch")
            # What a helper computes would hide behind the value that is inherited.
            self._value(name, end, computed=False)
        elif dot == "." and (name, mark) != ("metadata", "."):
            raise self._drift(f".{name} {mark}", f"an assignment .{name} = ...")
        elif mark == ":" and place == struct:
            self._value(name, end, computed=name in _MAY_BE_COMPUTED)
        elif mark in (",", "}") and dot in ("{", ",") and place == struct:
            self._once(name)  # from a variable of the same name, which a helper made
        elif (place in _STRUCTS and dot in ("{", ",")) or (mark in (":", "=") and dot not in ("let", "mut")):
            raise self._drift(f"{name} {mark}", f"{name}: ... in {struct} {{ }}")

    def _value(self, name: str, end: int, *, computed: bool) -> None:
        if "{" in self.open:
            raise self._drift(f"{name} in a branch", "it in none")
        self._once(name)
        _, attribute, _, example = _FIELDS[name]
        stated = _STATED[name].match(self.text.content, end)
        if stated and attribute:
            value = next(group for group in stated.groups() if group)
            if name == "data_layout":
                value = _ORDER[value]
            elif name in ("arch", "endian"):
                value = value.lower()  # the variants of enum Arch are rustc's own names but for their capitals
            self.found[name] = Fact(self.module, attribute, value, line=self.line)
        elif not stated and not (computed and _COMPUTED.match(self.text.content, end)):
            shown = self.text.content[end : end + 80].strip().partition("\n")[0]
            raise self._drift(f"{name}: {shown}", f"a value such as {example}")

    def _once(self, name: str) -> None:
        if name in self.given:
            raise self._drift(f"{name} again", f"it once, as on line {self.given[name]}")
        self.given[name] = self.line

    def _origin(self) -> None:
        parents = [(path, line) for path, line in self.called if path.startswith("super::")]
        if "Target" in self.given:
            if parents:
                raise self.text.drift(parents[0][1], f"{parents[0][0]} and Target {{", "one of them")
            return
        # Without a Target { } of its own the first call makes the specification; later ones make parts of it.
        path, line = (parents or self.called or [("", self.first_line)])[0]
        module = _INHERITS.fullmatch(path)
        if len(parents) > 1 or not (module or _HELPER.fullmatch(path)):
            raise self.text.drift(line, path or "no specification", "Target { } or super::module::target()")
        self.found["inherits"] = Fact(self.module, "inherits", module[1] if module else path, line=line)

    def _endian(self) -> None:
        layout = self.found.pop("data_layout", None)
        if layout is None:
            return
        stated = self.found.setdefault("endian", layout)
        if stated.value != layout.value:
            raise self.text.drift(stated.line, f"{stated.value} endian", f"{layout.value}, as data_layout begins")

    def _drift(self, found: str, expected: str) -> ShapeError:
        return self.text.drift(self.line, found, expected)
