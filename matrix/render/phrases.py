"""Values -> the phrases that every output shares."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from matrix import places
from matrix.model import Truth
from matrix.versions import decode_cc, decode_rustc

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from matrix.model import Registry, Revision
    from matrix.query.answer import ByCompiler
    from matrix.query.question import Scene
    from matrix.resolve.passed import Passed
    from matrix.resolve.requirement import Requirement

# Which C compiler a minimum is of.
_TOOLS_OF = {"gcc": "gcc", "llvm": "clang"}

COMPILER_NAMES = {"clang": "clang", "gcc": "GCC"}

_NUMBER = re.compile(r"\b(RUSTC_VERSION|RUSTC_LLVM_VERSION|GCC_VERSION|CLANG_VERSION)\b [<>=!]+ (\d+)")


def verdict_words(answer: Truth, condition: str) -> str:
    """`yes`, `yes, if CC_IS_CLANG`, `no`, `cannot tell`."""
    if answer is Truth.YES:
        return f"yes, if {condition}" if condition else "yes"
    return "no" if answer is Truth.NO else "cannot tell"


def revision_words(registry: Registry, revision: Revision) -> str:
    """`Linux 7.1.13 (2026-09-02)`."""
    date = f" ({revision.date:%Y-%m-%d})" if revision.date else ""
    return f"{registry.projects[revision.project].name} {revision.label}{date}"


def backwards_words(registry: Registry, before: Revision, after: Revision) -> str:
    """A warning where the older series' release is the newer one: a backport then looks like a loss; else ""."""
    if before.date is None or after.date is None or before.date <= after.date:
        return ""
    return (
        f"{registry.projects[before.project].name} {before.label} was released after {after.label}: what it got as a"
        f" backport, and {after.label} did not yet, looks dropped here."
    )


def versions_words(registry: Registry, scene: Scene) -> str:
    """The versions that an answer rests on, with their dates; a named version that is not known is said so."""
    words = []
    for project, revision in scene.revisions.items():
        if revision is not None and project in scene.own:
            words.append(f"{registry.projects[project].name} {revision.label} (your tree)")
        elif revision is not None:
            words.append(revision_words(registry, revision))
        else:
            asked = scene.question.versions.get(project)
            words.append(f"{registry.projects[project].name} {f'{asked} (not known)' if asked else '(none known)'}")
    if scene.question.cc:
        words.append(f"C compiler {COMPILER_NAMES[scene.question.cc]}")
    return ", ".join(words)


def explained(condition: str) -> str:
    """What the numbers of a condition stand for: `RUSTC_VERSION >= 108200` is rustc 1.82.0; "" where there are none."""
    found = dict.fromkeys(_NUMBER.findall(condition))
    decode = {"RUSTC_VERSION": ("rustc", decode_rustc), "GCC_VERSION": ("GCC", decode_cc)}
    words = []
    for symbol, number in found:
        name, reader = decode.get(symbol, ("LLVM", decode_cc))
        words.append(f"{number} is {name} {reader(int(number))}")
    return ", ".join(words)


def needs_words(requirements: Sequence[Requirement], cc: str) -> str:
    """What the kernel needs; of the two C compilers either, or the one that was named."""
    compilers = [str(r) for r in requirements if r.tool in {"gcc", "llvm"} and cc in {"", _TOOLS_OF.get(r.tool)}]
    others = [str(r) for r in requirements if r.tool not in {"gcc", "llvm"}]
    return ", ".join([*others, " or ".join(compilers)] if compilers else others)


def compilers_words(by_compiler: tuple[ByCompiler, ...]) -> str:
    """`with clang: yes; with GCC: no`."""
    return "; ".join(f"with {COMPILER_NAMES[b.cc]}: {verdict_words(b.answer, b.condition)}" for b in by_compiler)


def target_words(passed: Passed, tier: str, fallback: str) -> str:
    """The target that the kernel passes, with the tier that rustc gives it."""
    when = f" if {passed.when}" if passed.when else ""
    if passed.custom:
        best = f"; best listed target: {fallback}" if fallback else ""
        return f"custom spec for {passed.name}, no tier{best}{when}"
    return f"{passed.name}{f', tier {tier}' if tier else ', tier not stated'}{when}"


def checked_words(then: datetime, now: datetime) -> str:
    """`2026-11-20 (3 days ago)`."""
    return places.checked_words(f"{then:%Y-%m-%d}", (now - then).total_seconds())


def age_words(then: datetime, now: datetime) -> str:
    """`today`, `1 day ago`, `30 days ago`."""
    return places.days_words((now - then).days)
