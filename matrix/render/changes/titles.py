"""Changes -> a title that says to a person what they come to: what was won and lost first, steps towards it later.

    arm: Rust is now possible with rustc + LLVM on arm-v6 (if CPU_32v7) and arm-v7
    um: Rust with rustc + LLVM is now possible with GCC too on um-x86_64
    the kernel now needs rustc >= 1.85.0 (was >= 1.78.0)

Statements that are the same but for the variant or the backend are one. What only follows from an answer that is told
(a rung of it) is not told again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from matrix.change import Kind
from matrix.expression import YES, And, ExpressionError, all_of, parse, show
from matrix.model import Truth
from matrix.render.changes.about import OF_VARIANTS, backends
from matrix.render.changes.words import backend_words, label, subject
from matrix.render.said import said_words

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Sequence

    from matrix.change import Change, Said
    from matrix.expression import Expr
    from matrix.model import Registry

# So many statements stand in a title, the second where both have so many letters at most; so many names in a statement.
_STATEMENTS, _LETTERS, _NAMED = 2, 140, 3
# A condition that is longer says less to a reader than that there is one.
_LONG = 60
_CLANG = "CC_IS_CLANG"
# What is told first.
_ANSWER, _CONDITION, _KERNEL, _RUNG, _REST, _UPSTREAM = range(6)
_RUNGS = {
    # A target that is listed, in the language that the kernel is written in: either may have changed.
    ("target", Kind.ADDED): "{by} can compile what the kernel needs for {on} now",
    ("target", Kind.DROPPED): "{by} can no longer compile what the kernel needs for {on}",
    ("target", Kind.SETTLED): "{by} cannot compile what the kernel needs for {on}, as is known now",
    ("target", Kind.BECAME_UNKNOWN): "whether {by} can compile what the kernel needs for {on} can no longer be told",
    ("codegen", Kind.ADDED): "{by} can generate code for {on} now",
    ("codegen", Kind.DROPPED): "{by} can no longer generate code for {on}",
    ("codegen", Kind.SETTLED): "{by} cannot generate code for {on}, as is known now",
    ("codegen", Kind.BECAME_UNKNOWN): "whether {by} can generate code for {on} can no longer be told",
    ("kernel", Kind.ADDED): "the kernel itself admits Rust on {on} now",
    ("kernel", Kind.DROPPED): "the kernel itself no longer admits Rust on {on}",
    ("port", Kind.ADDED): "the kernel can be built for {on} now",
    ("port", Kind.DROPPED): "the kernel can no longer be built for {on}",
}
_GENERATORS = {"llvm": "LLVM", "gcc": "GCC", "cranelift": "Cranelift"}


class _Statement(NamedTuple):
    """Words with places to fill.

    {on} is for variants, {many} for an s if they are several, {by} for backends, {have} and {are} for what these do.
    """

    weight: int
    words: str
    on: str = ""
    by: str = ""


def title_words(registry: Registry, changes: Iterable[Change]) -> str:
    """What the changes come to, in one line: the weightiest statements, and how many more there are."""
    listed = list(changes)
    told = _joined(sorted(_statements(registry, listed), key=lambda s: s.weight))
    words = told[:1]
    for statement in told[1:_STATEMENTS]:
        words += [statement] if sum(map(len, [*words, statement])) <= _LETTERS else []
    more = len(told) - len(words)
    return "; ".join([*words, f"{more} more change{'s' if more > 1 else ''}"] if more else words)


def _statements(registry: Registry, changes: Iterable[Change]) -> Iterator[_Statement]:
    listed = [c for c in changes if not _says_nothing(c)]
    decided = {c.topic[1:] for c in listed if c.topic.about == "support" and _concerns_a_yes(c)}
    variants = {variant for variant, _ in decided}
    moved = {(c.topic.subject, b) for c in listed if c.topic.about != "support" for b in backends(c)}
    gone = {c.topic.subject for c in listed if c.topic.about == "port"}
    for change in listed:
        topic = change.topic
        if topic.about == "support":
            if _concerns_a_yes(change):
                yield _answer(registry, change)
            elif (topic.subject, topic.attribute) not in moved and topic.subject not in gone:
                yield _Statement(_REST, _between(change), topic.subject, backend_words(registry, topic.attribute))
        elif topic.about in OF_VARIANTS:
            users = {(topic.subject, backend) for backend in backends(change)}
            if not users <= decided if users else topic.subject not in variants:
                yield _rung(registry, change)
        else:
            yield _other(registry, change)


def _says_nothing(change: Change) -> bool:
    """A release alone, and what was not known before and is not known after."""
    sides = (change.before.said, change.after.said)
    return change.kind is Kind.RELEASED or all(s is not None and s.truth is Truth.UNKNOWN for s in sides)


def _concerns_a_yes(change: Change) -> bool:
    return Truth.YES in {_truth(change.before.said), _truth(change.after.said)}


def _truth(said: Said | None) -> Truth:
    return Truth.UNKNOWN if said is None else said.truth


def _answer(registry: Registry, change: Change) -> _Statement:
    """A cell that was or became a yes."""
    was, now = change.before.said, change.after.said
    on, by = change.topic.subject, backend_words(registry, change.topic.attribute)
    if now is None or now.truth is Truth.UNKNOWN:
        return _Statement(_ANSWER, "whether Rust is possible with {by} on {on} can no longer be told", on, by)
    if now.truth is Truth.NO:
        return _Statement(_ANSWER, "Rust is no longer possible with {by} on {on}", on, by)
    if was is None or was.truth is not Truth.YES:
        return _Statement(_ANSWER, f"Rust is now possible with {{by}} on {{on}}{_if(now.condition)}", on, by)
    return _Statement(_CONDITION, _conditions(change.kind, was.condition, now.condition), on, by)


def _if(condition: str) -> str:
    if not condition:
        return ""
    return f" (if {_braced(condition)})" if len(condition) <= _LONG else " (under conditions)"


def _conditions(kind: Kind, was: str, now: str) -> str:
    """What a yes hangs on that it did not hang on before, or the other way round."""
    before, after = _parts(was), _parts(now)
    came, went = [p for p in after if p not in before], [p for p in before if p not in after]
    if [show(p) for p in went] == [_CLANG] and not came:
        return "Rust with {by} is now possible with GCC too on {on}"
    if [show(p) for p in came] == [_CLANG] and not went:
        return "Rust with {by} is now possible with clang alone on {on}"
    if came and not went:
        return f"Rust with {{by}} on {{on}} now asks for {_short(came)}"
    if went and not came:
        why = ", which is always met now" if kind is Kind.REDUNDANT else ""
        return f"Rust with {{by}} on {{on}} no longer asks for {_short(went)}{why}"
    words = {Kind.WIDENED: "wider", Kind.NARROWED: "narrower"}.get(kind, "others")
    return f"the conditions of Rust with {{by}} on {{on}} are {words} now"


def _parts(condition: str) -> tuple[Expr, ...]:
    """What has to hold, each by itself."""
    try:
        tree = parse(condition) if condition else YES
    except ExpressionError:
        return ()
    return tuple(tree.items) if isinstance(tree, And) else () if tree == YES else (tree,)


def _short(parts: list[Expr]) -> str:
    words = show(all_of(parts))
    if len(words) <= _LONG:
        return _braced(words)
    return "a condition" if len(parts) == 1 else "several conditions"


def _braced(words: str) -> str:
    """Words of upstream's in a statement, where braces would be places to fill."""
    return words.replace("{", "{{").replace("}", "}}")


def _between(change: Change) -> str:
    """A cell that was no yes and is none."""
    was, now = _truth(change.before.said), _truth(change.after.said)
    if now is Truth.UNKNOWN:
        return "{by} {are} no longer ruled out on {on}"
    if was is Truth.UNKNOWN:
        return "{by} {are} ruled out on {on}"
    return "{by} {have} come closer on {on}" if change.kind is Kind.PROMOTED else "{by} {are} further away on {on}"


def _rung(registry: Registry, change: Change) -> _Statement:
    topic = change.topic
    by = _GENERATORS.get(topic.attribute, "") if topic.about == "codegen" else ""
    by = by or (backend_words(registry, topic.attribute) if topic.attribute else "")
    words = _RUNGS.get((topic.about, change.kind))
    if words is None:
        named = {"passed": "the target that the kernel passes", "target": "the target of {by}"}
        words = f"{named.get(topic.about, f'the {topic.about} rung')} hangs on something else on {{on}} now"
    weight = _ANSWER if topic.about == "port" else _RUNG
    return _Statement(weight, words, topic.subject, by)


def _other(registry: Registry, change: Change) -> _Statement:
    """What is not about variants."""
    topic, was, now = change.topic, change.before.said, change.after.said
    name = _braced(topic.subject)
    if topic.about == "requirement":
        tool = _braced(label(registry, topic._replace(attribute="")))
        where = f" where {_braced(topic.attribute)}" if topic.attribute else ""
        if now is None:
            return _Statement(_KERNEL, f"the kernel asks for no {tool} of its own any more{where}")
        before = f" (was {_braced(said_words(was))})" if was is not None else ""
        return _Statement(_KERNEL, f"the kernel now needs {tool} {_braced(said_words(now))}{where}{before}")
    if topic.about == "clause":
        clause = _braced(topic.attribute)
        clause = clause if len(clause) <= _LONG else "another condition"
        if now is None:
            return _Statement(_KERNEL, f"config {name} no longer depends on {clause}")
        words = "now depends on" if was is None else "depends in another way on"
        return _Statement(_KERNEL, f"config {name} {words} {clause}")
    if topic.about == "rust-target":
        return _Statement(_REST, _target(change), name)
    if topic.about == "contradiction":
        happened = {Kind.APPEARED: "upstream contradicts itself", Kind.RESOLVED: "a contradiction is resolved"}
        what, rule = happened.get(change.kind, "a contradiction changed"), _braced(topic.subject.replace("-", " "))
        return _Statement(_UPSTREAM, f"{what}: {rule} ({{on}})", topic.attribute)
    if topic.about == "source":
        verb = {Kind.BROKE: "can no longer be read", Kind.RECOVERED: "can be read again"}.get(change.kind, "changed")
        return _Statement(_UPSTREAM, f"{_braced(topic.attribute)} {verb}")
    said = said_words(now) if now is not None else ""
    about = _braced(subject(registry, topic))
    return _Statement(_REST, f"{about}: {_braced(said)}" if said and len(said) <= _LONG else f"{about}: another text")


def _target(change: Change) -> str:
    was, now = change.before.said, change.after.said
    if now is None:
        return "rustc no longer has the target{many} {on}"
    if was is None:
        return "rustc has the target{many} {on} now"
    if change.kind is Kind.RENAMED:
        return f"rustc calls {_braced(change.before.topic.subject)} {{on}} now"
    return f"now {_braced(said_words(now))} in rustc: {{on}}"


def _joined(statements: Iterable[_Statement]) -> list[str]:
    """The statements in words, each once: with all variants of one backend, then with all backends of these."""
    variants: dict[tuple[int, str, str], dict[str, None]] = {}
    for one in statements:
        variants.setdefault((one.weight, one.words, one.by), {})[one.on] = None
    alike: dict[Hashable, tuple[str, tuple[str, ...], list[str]]] = {}
    for (weight, words, by), on in variants.items():
        _, _, named = alike.setdefault((weight, words, tuple(on)), (words, tuple(on), []))
        named.append(by)
    return [_filled(*one) for one in alike.values()]


def _filled(words: str, on: Sequence[str], by: Sequence[str]) -> str:
    several = len(by) > 1
    return words.format(
        on=_list(on),
        many="s" if len(on) > 1 else "",
        by=_list(by),
        have="have" if several else "has",
        are="are" if several else "is",
    )


def _list(listed: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`, `a, b, c and 4 more`."""
    shown = list(listed) if len(listed) <= _NAMED + 1 else [*listed[:_NAMED], f"{len(listed) - _NAMED} more"]
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)
