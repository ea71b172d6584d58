"""rust-toolchain or rust-toolchain.toml -> the rustc that a code generation backend is developed against.

Shape:

    [toolchain]
    channel = "nightly-2026-02-14"
    components = ["rust-src"]

The date can lie months before the release that the file ships in; it is what upstream's own tests ran with, and no
requirement of the release.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import tomli

from matrix.model import Fact

if TYPE_CHECKING:
    from matrix.text import Text

VERSION = 1
# A line a fact: subject | attribute | value | when. docs/facts.md is made of these (scripts/document-facts).
EMITS = """
`toolchain` | `channel` | `nightly-2026-02-14` |
"""

# The files have four lines. The bound also bounds tomli, whose time on dotted keys grows with the square.
_LARGEST = 16 * 1024
_CHANNEL = re.compile(r"(?:nightly|beta|stable)(?:-[0-9]{4}-[0-9]{2}-[0-9]{2})?|[0-9]+\.[0-9]+(?:\.[0-9]+)?")
_EXPECTED = 'channel = "nightly-YYYY-MM-DD" (or a release) under [toolchain]'


def extract(text: Text) -> list[Fact]:
    """The one fact `toolchain`, `channel`, the channel as written.

    Raises: ShapeError for what is no TOML, has no channel, or a channel of another form.
    """
    if len(text.content) > _LARGEST:
        raise text.drift(0, f"{len(text.content)} characters", f"at most {_LARGEST}")
    try:
        table = tomli.loads(text.content).get("toolchain")
    except (ValueError, RecursionError) as error:
        raise text.drift(0, f"no TOML ({error})", _EXPECTED) from None
    channel = table.get("channel") if isinstance(table, dict) else None
    if not isinstance(channel, str) or not _CHANNEL.fullmatch(channel):
        raise text.drift(_line(text, "channel"), repr(channel), _EXPECTED)
    return [Fact("toolchain", "channel", channel, line=_line(text, channel))]


def _line(text: Text, word: str) -> int:
    """The first line that says `word` outside a comment; 0 where TOML spells it in another way."""
    return next((number for number, line in text.lines() if word in line.partition("#")[0]), 0)
