"""A rustc target specification in JSON -> what it says of the machine.

Shape (target_specs/m68k-unknown-linux-gnu.json; the file's name is the target's):

    {
      "arch": "m68k",
      "llvm-target": "m68k-unknown-linux-gnu",
      "target-endian": "big",
      "target-pointer-width": 32
    }

The width was a string ("32") up to rustc 1.90 and is a number in 1.95; both mean bits. rustc takes a missing
target-endian for little, and so does this. llvm-target is a name that rustc wants even where no LLVM is involved.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from matrix.model import Fact

if TYPE_CHECKING:
    from matrix.text import Text

VERSION = 1
# A line a fact: subject | attribute | value | when. docs/facts.md is made of these (scripts/document-facts).
EMITS = """
target (file name without .json) | `llvm-target`, `arch`, `pointer-width`, `endian` |  |
"""

# A specification has some thirty lines.
_LARGEST = 256 * 1024
_NAME = re.compile(r"[A-Za-z0-9_.-]+")
_WIDTHS = ("16", "32", "64")
_ENDIANS = ("big", "little")


def extract(text: Text) -> list[Fact]:
    """Four facts of the target: `llvm-target`, `arch`, `pointer-width` (bits), `endian`.

    Raises: ShapeError for what is no JSON object, and for a key that is missing or has a value of another kind.
    """
    if len(text.content) > _LARGEST:
        raise text.drift(0, f"{len(text.content)} characters", f"at most {_LARGEST}")
    try:
        spec = json.loads(text.content)
    except (ValueError, RecursionError) as error:
        raise text.drift(0, f"no JSON ({error})", "a target specification in JSON") from None
    if not isinstance(spec, dict):
        raise text.drift(0, type(spec).__name__, "a JSON object")
    name = text.path.rpartition("/")[2]
    if not name.endswith(".json"):
        raise text.drift(0, name, "a file named TARGET.json")
    target = name.removesuffix(".json")
    return [
        Fact(target, "llvm-target", _string(text, spec, "llvm-target"), line=_line(text, "llvm-target")),
        Fact(target, "arch", _string(text, spec, "arch"), line=_line(text, "arch")),
        Fact(target, "pointer-width", _width(text, spec), line=_line(text, "target-pointer-width")),
        Fact(target, "endian", _endian(text, spec), line=_line(text, "target-endian")),
    ]


def _string(text: Text, spec: dict[str, object], key: str) -> str:
    value = spec.get(key)
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise text.drift(_line(text, key), f"{key} = {_shown(value)}", "a name")
    return value


def _width(text: Text, spec: dict[str, object]) -> str:
    value = spec.get("target-pointer-width")
    # By type and not by value: to Python True is 1, and 32.0 is 32.
    for bits in _WIDTHS:
        if (type(value) is int and value == int(bits)) or value == bits:
            return bits
    raise text.drift(
        _line(text, "target-pointer-width"), f"target-pointer-width = {_shown(value)}", f"one of {', '.join(_WIDTHS)}"
    )


def _endian(text: Text, spec: dict[str, object]) -> str:
    value = spec.get("target-endian", "little")
    if value not in _ENDIANS:
        raise text.drift(_line(text, "target-endian"), f"target-endian = {_shown(value)}", "big or little")
    return str(value)


def _shown(value: object) -> str:
    """The value for a message; a number too long to print is no reason to fail in another way."""
    return json.dumps(value)[:60] if isinstance(value, (str, float, bool, type(None))) else type(value).__name__


def _line(text: Text, key: str) -> int:
    """The line of `"key":`; 0 where it is absent or spelled with escapes."""
    start = f'"{key}"'
    return next((number for number, line in text.lines() if line.lstrip().startswith(start)), 0)
