"""The paths of LLVM's list of maintainers -> which of its forms this version has.

Shape (a listing: the matching paths, one a line):

    llvm/Maintainers.md

It was CODE_OWNERS.TXT up to LLVM 19 and has been Maintainers.md since. Only its presence is stated: its text names
people, not a level of support.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.model import Fact

if TYPE_CHECKING:
    from matrix.text import Text

VERSION = 1

_FORMS = ("llvm/CODE_OWNERS.TXT", "llvm/Maintainers.md", "llvm/Maintainers.rst")


def extract(text: Text) -> list[Fact]:
    """One fact a path: the path, `maintainers-file`, `yes`.

    Raises: ShapeError for a path of another form, and where there is none.
    """
    facts: dict[str, Fact] = {}
    for _, line in text.lines():
        path = line.strip()
        if not path:
            continue
        if path not in _FORMS:
            raise text.drift(0, path, f"one of {', '.join(_FORMS)}")
        facts[path] = Fact(path, "maintainers-file", "yes")
    if not facts:
        raise text.drift(0, "an empty listing", f"one of {', '.join(_FORMS)}")
    return list(facts.values())
