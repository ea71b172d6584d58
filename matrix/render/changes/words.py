"""A change -> the words for it that every output shares: what it is about, its kind, what was and what is.

    arm-v7 with rustc + LLVM: added: target-only -> conditional if !KASAN
    rustc: raised: >= 1.78.0 -> >= 1.85.0
    config RUST: dropped: depends on !GCC_PLUGINS

In that order, each part to be had alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.change import Kind
from matrix.render.said import said_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matrix.change import Change, Side, Topic
    from matrix.model import Evidence, Registry

_KINDS = {
    Kind.REDUNDANT: "redundant (always met now)",
    Kind.RETRACTED: "retracted (said no longer)",
}
# Where one side alone says something, and the kind tells which.
_ONE_SIDED = frozenset(
    {Kind.ADDED, Kind.DROPPED, Kind.RELEASED, Kind.RETRACTED, Kind.APPEARED, Kind.RESOLVED, Kind.REDUNDANT}
    | {Kind.BROKE, Kind.RECOVERED}
)
_GENERATORS = {"llvm": "LLVM", "gcc": "GCC", "cranelift": "Cranelift"}
_TOOLS = {"gcc": "GCC", "llvm": "LLVM"}


def headline(registry: Registry, change: Change) -> str:
    """The change in one line."""
    return f"{subject(registry, change.topic)}: {what(change)}"


def what(change: Change) -> str:
    """The change without its subject: `raised: >= 1.78.0 -> >= 1.85.0`."""
    words = transition(change)
    return f"{kind_words(change.kind)}{f': {words}' if words else ''}"


def kind_words(kind: Kind) -> str:
    """`became unknown`."""
    return _KINDS.get(kind, kind.value.replace("-", " "))


def transition(change: Change) -> str:
    """`no -> yes`; one of the two alone where the kind says that the other is nothing."""
    return " -> ".join(parts(change))


def parts(change: Change) -> tuple[str, ...]:
    """What was and what is, or only what there is to say."""
    renamed = change.kind is Kind.RENAMED
    before, after = _value(change.before, named=renamed), _value(change.after, named=renamed)
    if change.topic.about == "contradiction" and not (before and after):
        return ()
    if before and after:
        return before, after
    if change.kind in _ONE_SIDED:
        return tuple(words for words in (before, after) if words)
    # An override that came or went: until then, or from then on, the minimum without a condition held.
    missing = "as for all" if change.topic.about == "requirement" and change.topic.attribute else "nothing"
    return before or missing, after or missing


def tiers(change: Change) -> str:
    """What a target was and is, whatever its name: `tier 3 -> tier 2`."""
    said = (s.said for s in (change.before, change.after))
    return " -> ".join(dict.fromkeys(said_words(s) for s in said if s is not None))


def _value(side: Side, *, named: bool) -> str:
    if side.said is None:
        return ""
    if side.topic.about == "clause":
        return f"depends on {side.topic.attribute}"
    # reStructuredText of arch-support.rst.
    words = said_words(side.said, " if ").replace("``", "")
    return f"{side.topic.subject}, {words}" if named else words


def subject(registry: Registry, topic: Topic) -> str:
    """What a change is about, wherever it stands: `arm-v7 with rustc + LLVM`."""
    if topic.about == "support":
        return f"{topic.subject} with {label(registry, topic)}"
    if topic.about in {"port", "kernel", "codegen", "target", "passed"}:
        return f"{topic.subject}, {label(registry, topic)}"
    return label(registry, topic)


def label(registry: Registry, topic: Topic) -> str:
    """The same where the variant is said above it: `rustc + LLVM`, `kernel`, `target for mrustc`."""
    name, detail = topic.subject, topic.attribute
    known = registry.projects.get(name)
    return {
        "release": known.name if known else name,
        "support": backend_words(registry, detail),
        "codegen": f"code generator of {_GENERATORS.get(detail, detail)}",
        "target": f"target for {backend_words(registry, detail)}",
        "passed": "target that the kernel passes",
        "level": f"{name} in arch-support.rst",
        "constraint": f"{name} in arch-support.rst, constraint",
        "clause": f"config {name}",
        "requirement": f"{_TOOLS.get(name, name)}{f' if {detail}' if detail else ''}",
        "rust-target": f"rustc target {name}",
        "contradiction": f"{name.replace('-', ' ')}, {detail}",
        "source": f"source {detail}",
    }.get(topic.about, topic.about)


def backend_words(registry: Registry, backend: str) -> str:
    """`rustc + LLVM`: its title, fit to stand behind "with"."""
    known = registry.backends.get(backend)
    return known.title.replace(" with ", " + ") if known else backend


def telling(side: Side, other: Side) -> Evidence | None:
    """The line of one side that tells the change where one has to do: the first that the other side has not."""
    lines = [e for e in side.evidence if e.path]
    if side.topic.about == "rust-target":
        lines.reverse()  # where its tier stands comes last
    theirs = {(e.path, e.says) for e in other.evidence}
    return next((e for e in lines if (e.path, e.says) not in theirs), lines[0] if lines else None)


def places(registry: Registry, lines: Iterable[Evidence]) -> str:
    """Several lines, each version named once: `rustc 1.90.0 src/a.md:3, src/b.rs:7; GCC 16.2.0 gcc/config.gcc:1`."""
    by_file: dict[tuple[str, str], dict[str, None]] = {}
    for item in lines:
        by_file.setdefault((item.project, item.revision), {})[place(registry, item)] = None
    words = []
    for first, *rest in by_file.values():
        version = " ".join(first.split(" ")[:-1]) + " "
        words.append(", ".join([first, *(p.removeprefix(version) for p in rest)]))
    return "; ".join(words)


def place(registry: Registry, item: Evidence) -> str:
    """`Linux 7.1.13 arch/arm/Kconfig:139`."""
    project = registry.projects.get(item.project)
    at = f"{item.path}:{item.line}" if item.line else item.path
    return f"{project.name if project else item.project} {item.revision} {at}".rstrip()
