"""/etc/os-release -> the distribution, and those that it says it is like.

ID=ubuntu
ID_LIKE="debian"
VERSION_ID="26.04"
PRETTY_NAME="Ubuntu 26.04 LTS"
"""

from __future__ import annotations

import re

from matrix.value import dataclass

_LINE = re.compile(r"""^([A-Z][A-Z0-9_]*)=(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S*))\s*$""", re.MULTILINE)
_ESCAPED = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """ids are its own and then those it is like, the nearest first; () where the file does not say."""

    ids: tuple[str, ...] = ()
    name: str = ""
    version: str = ""


def distribution(text: str) -> Distribution:
    """Read the text of os-release; of a key that is there twice the last counts, as for a shell."""
    values = {}
    for key, double, single, bare in _LINE.findall(text):
        values[key] = _ESCAPED.sub(r"\1", double) or single or bare
    ids = [values.get("ID", ""), *values.get("ID_LIKE", "").split()]
    return Distribution(
        ids=tuple(dict.fromkeys(id_.lower() for id_ in ids if id_)),
        name=values.get("PRETTY_NAME", "")[:80],
        version=values.get("VERSION_ID", "")[:40],
    )
