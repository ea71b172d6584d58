"""Words -> words that mean themselves in Markdown, and rows -> a Markdown table."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tabulate import tabulate

if TYPE_CHECKING:
    from collections.abc import Sequence

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~$])")


def escape(words: str) -> str:
    """Upstream's words as Markdown text: no markup, no HTML, no control character, no end of a table cell."""
    return _SPECIAL.sub(r"\\\1", _line(words))


def _line(words: str) -> str:
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in " ".join(words.split()))


def code(words: str) -> str:
    """Words as inline code, with a fence longer than any run of backticks in them."""
    if not words:
        return ""
    longest = max((len(run) for run in re.findall(r"`+", words)), default=0)
    fence, pad = "`" * (longest + 1), " " if words.startswith("`") or words.endswith("`") else ""
    return f"{fence}{pad}{_line(words)}{pad}{fence}".replace("|", "\\|")


def link(words: str, address: str) -> str:
    """A link; the bare words where there is no address."""
    return f"[{words}](<{address}>)" if address else words


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A GitHub table of ready cells."""
    return tabulate(rows, heads, tablefmt="github", disable_numparse=True)
