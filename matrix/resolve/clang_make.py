"""A kernel's facts, a port and a version of clang -> how make is told to compile it with clang (kbuild/llvm.rst)."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

from matrix.versions import cc_number

if TYPE_CHECKING:
    from matrix.resolve.context import Context

_SOURCE = "linux-llvm"
_OPERATORS = {">=": operator.ge, "<=": operator.le, "<": operator.lt, ">": operator.gt, "=": operator.eq}


def clang_make(context: Context, srcarch: str, version: str) -> str:
    """`LLVM=1`, or `CC=clang LLVM_IAS=0`; "" where llvm.rst has no command for the port with this clang.

    version is clang's, "" for any: then the command for the newest one.
    """
    linux = context.known(_SOURCE)
    commands = linux.about(_SOURCE, srcarch, "clang-make") if linux else ()
    fitting = [item.fact.value for item in commands if _holds(item.fact.when, version)]
    return fitting[0] if fitting else ""


def _holds(when: str, version: str) -> bool:
    """Whether a version is one that `LLVM >= 18.1.0` speaks of; "" is newer than all."""
    if not when:
        return True
    _, sign, bound = when.split(" ")
    if not version:
        return sign in {">=", ">"}
    return bool(_OPERATORS[sign](cc_number(version), cc_number(bound)))
