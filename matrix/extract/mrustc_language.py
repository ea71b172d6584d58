"""mrustc's rust-version -> the Rust release that its build fetches and compiles unless told otherwise.

Shape: the whole file is a version and a newline:

    1.29.0

It is the default of the build scripts, not the newest language mrustc knows: that stands in mrustc_versions, and the
default stayed at 1.29.0 while newer ones were added.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from matrix.model import Fact

if TYPE_CHECKING:
    from matrix.text import Text

VERSION = 1
# A line a fact: subject | attribute | value | when. docs/facts.md is made of these (scripts/document-facts).
EMITS = """
`rustc` | `default` | `1.29.0` |
"""

_VERSION = re.compile(r"[0-9]{1,4}\.[0-9]{1,4}\.[0-9]{1,4}")


def extract(text: Text) -> list[Fact]:
    """The one fact `rustc`, `default`, the version as written.

    Raises: ShapeError for anything but one version.
    """
    version = text.content.removesuffix("\n")
    if not _VERSION.fullmatch(version):
        raise text.drift(1, repr(version[:60]), "one line with a version such as 1.29.0")
    return [Fact("rustc", "default", version, line=1)]
