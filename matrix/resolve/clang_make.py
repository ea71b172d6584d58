"""A kernel's facts, a port and a version of clang -> how make is told to compile it with clang (kbuild/llvm.rst).

And for which target: scripts/Makefile.clang has a triple for each SRCARCH, or for the SUBARCH of user-mode Linux. Where
it has none, make stops.
"""

from __future__ import annotations

import operator
import re
from typing import TYPE_CHECKING

from matrix.expression import YES, Atom, Expr, Not
from matrix.value import dataclass
from matrix.versions import cc_number

if TYPE_CHECKING:
    from matrix.model import Located, Variant
    from matrix.resolve.context import Context

_SOURCE = "linux-llvm"
_TARGETS = "linux-clang-targets"
_BY_HOST = re.compile(r"\$\(CLANG_TARGET_FLAGS_\$\(SUBARCH\)\)")
# With this SUBARCH arch/x86/um/Kconfig asks for 64BIT, and arch/x86/Makefile.um gives -m32 or -m64 by the answer.
_EITHER_WIDTH = "x86"
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


@dataclass(frozen=True, slots=True)
class ClangTarget:
    """What --target= of clang is taken from.

    refused is the line by which the variant's own SUBARCH has none, None where it has. subarch is the one that has, and
    condition what the .config must then fulfil.
    """

    located: Located
    subarch: str
    condition: Expr = YES
    refused: Located | None = None


def clang_target(context: Context, variant: Variant) -> ClangTarget | None:
    """The target that clang gets for a variant; None where the file was not read, or has none for it at all."""
    linux = context.known(_TARGETS)
    item = linux.first(_TARGETS, variant.srcarch, "clang-target") if linux else None
    if linux is None or item is None or not _BY_HOST.fullmatch(item.fact.value):
        return ClangTarget(item, variant.subarch) if item else None
    own = linux.first(_TARGETS, variant.subarch, "clang-target")
    if own is not None:
        return ClangTarget(own, variant.subarch)
    either = linux.first(_TARGETS, _EITHER_WIDTH, "clang-target")
    width = Atom("64BIT")
    condition = width if variant.bits == 64 else Not(width)
    return ClangTarget(either, _EITHER_WIDTH, condition, item) if either else None
