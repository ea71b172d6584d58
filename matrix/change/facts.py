"""Two sets of located facts -> where they differ, both lines of each difference. A moved line is no difference."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from matrix.value import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matrix.model import Located


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What one side says of a subject's attribute and the other does not: the statements that only it has."""

    source: str
    subject: str
    attribute: str
    before: tuple[Located, ...]
    after: tuple[Located, ...]


def differences(before: Iterable[Located], after: Iterable[Located]) -> tuple[Difference, ...]:
    """All differences, sorted by source, subject and attribute; () where both say the same."""
    sides = _by_topic(before), _by_topic(after)
    listed = []
    for topic in sorted(sides[0].keys() | sides[1].keys()):
        old, new = sides[0].get(topic, {}), sides[1].get(topic, {})
        only_old = tuple(old[key] for key in sorted(old.keys() - new.keys()))
        only_new = tuple(new[key] for key in sorted(new.keys() - old.keys()))
        if only_old or only_new:
            source, subject, attribute = topic
            listed.append(
                Difference(source=source, subject=subject, attribute=attribute, before=only_old, after=only_new)
            )
    return tuple(listed)


def _by_topic(items: Iterable[Located]) -> dict[tuple[str, str, str], dict[tuple[str, str, str], Located]]:
    """(source, subject, attribute) -> (path, value, when) -> where it stands.

    The path belongs to a statement only where a source reads several files: a port's Kconfig speaks for the port.
    """
    by_topic: dict[tuple[str, str, str], dict[tuple[str, str, str], Located]] = defaultdict(dict)
    for item in items:
        fact = item.fact
        by_topic[item.source, fact.subject, fact.attribute].setdefault((item.path, fact.value, fact.when), item)
    return by_topic
