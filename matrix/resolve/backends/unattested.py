"""The attested rung of a backend that no file which is read speaks of."""

from __future__ import annotations

from matrix.cell import Rung, RungName
from matrix.model import Truth

_RULE = "attested: only a source of evidence's own words count; silence is unknown"


def unattested(title: str) -> Rung:
    """Silence is unknown, never no. title is the backend's name for people."""
    because = f"no file that was read says that the kernel is built with {title}"
    return Rung(name=RungName.ATTESTED, truth=Truth.UNKNOWN, because=because, rule=_RULE)
