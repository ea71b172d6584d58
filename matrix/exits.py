"""The exit codes, one table for all commands."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Exit(IntEnum):
    """How a command ended. No fault is 0 or 1: those are answers."""

    YES = 0
    NO = 1
    USAGE = 2
    CANNOT_TELL = 3
    PARTIAL = 4
    UNUSABLE = 5
    FAULT = 70
    STOPPED = 130


MEANINGS = {
    Exit.YES: "yes; done; no difference; up to date",
    Exit.NO: "no; changes found; out of date; differs",
    Exit.USAGE: "usage: an unknown name, a version that does not parse",
    Exit.CANNOT_TELL: "cannot tell",
    Exit.PARTIAL: "a refresh that failed in part",
    Exit.UNUSABLE: "store, data or installation unusable; output that cannot be written",
    Exit.FAULT: "a fault of ours",
    Exit.STOPPED: "stopped by Ctrl-C",
}


def together(codes: Iterable[int]) -> int:
    """The code of several answers: no outranks cannot tell, which outranks yes."""
    found = set(codes)
    return Exit.NO if Exit.NO in found else max(found, default=Exit.YES)
