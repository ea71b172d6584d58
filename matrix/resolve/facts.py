"""The located facts of one revision -> an index that the rules ask by source, subject and attribute."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, TypeVar

from matrix.model import Evidence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from matrix.model import Located, Revision

_Made = TypeVar("_Made")


class Facts:
    """What is known of one project at one revision. Iteration order of an answer is path, then line."""

    def __init__(self, revision: Revision, located: Iterable[Located]) -> None:
        self.revision = revision
        # What is at hand, by source. What is not is read by the source's reader when it is first asked for.
        self._at_hand: dict[str, Sequence[Located]] = {}
        self._readers: dict[str, Callable[[], Sequence[Located]]] = {}
        self._checked: Mapping[str, datetime] | None = None
        self._beginnings: dict[str, Located] = {}
        self._by_path: dict[str, dict[str, list[Located]]] = {}
        self._by_subject: dict[str, dict[tuple[str, str], list[Located]]] = {}
        self.made: dict[tuple[str, str], Any] = {}
        by_source: dict[str, list[Located]] = defaultdict(list)
        for item in located:
            by_source[item.source].append(item)
        self._at_hand.update(by_source)

    @classmethod
    def read_when_asked(
        cls,
        revision: Revision,
        readers: Mapping[str, Callable[[], Sequence[Located]]],
        checked: Mapping[str, datetime],
    ) -> Facts:
        """The same of facts that are read source by source, as questions ask for them.

        readers has every source that was read, none of them without facts; checked says when each file was.
        """
        facts = cls(revision, ())
        facts._readers.update(readers)
        facts._checked = checked
        return facts

    def _all(self, source: str) -> Sequence[Located]:
        if source not in self._at_hand and source in self._readers:
            self._at_hand[source] = self._readers[source]()
        return self._at_hand.get(source, ())

    def once(self, kind: str, key: str, make: Callable[[], _Made]) -> _Made:
        """What a rule makes of these facts alone, made once however many questions rest on them."""
        if (kind, key) not in self.made:
            self.made[kind, key] = make()
        made: _Made = self.made[kind, key]
        return made

    def checked_at(self, path: str) -> datetime | None:
        """When a file was last checked; None where it was not read."""
        if self._checked is None:
            self._checked = {item.path: item.checked_at for items in self._at_hand.values() for item in items}
        return self._checked.get(path)

    def has(self, source: str) -> bool:
        """Whether files of this source were read at all; False leaves every question about them unknown."""
        return source in self._at_hand or source in self._readers

    def of(self, source: str) -> tuple[Located, ...]:
        """All facts of a source."""
        return tuple(self._all(source))

    def by_path(self, source: str) -> Mapping[str, Sequence[Located]]:
        """All facts of a source, file by file."""
        files = self._by_path.get(source)
        if files is None:
            files = self._by_path[source] = {}
            for item in self._all(source):
                files.setdefault(item.path, []).append(item)
        return files

    def about(self, source: str, subject: str, attribute: str) -> tuple[Located, ...]:
        """The facts of a source with this subject and attribute, in line order."""
        index = self._by_subject.get(source)
        if index is None:
            index = self._by_subject[source] = defaultdict(list)
            for item in sorted(self._all(source), key=lambda i: (i.path, i.fact.line)):
                index[item.fact.subject, item.fact.attribute].append(item)
        return tuple(index.get((subject, attribute), ()))

    def first(self, source: str, subject: str, attribute: str) -> Located | None:
        """The first such fact, or None."""
        return next(iter(self.about(source, subject, attribute)), None)

    def evidence(self, item: Located, says: str = "") -> Evidence:
        """Where a located fact stands, in its own words unless `says` puts it better."""
        fact = item.fact
        words = says or f"{fact.subject}: {fact.attribute} {fact.value}{f' if {fact.when}' if fact.when else ''}"
        return Evidence(
            project=self.revision.project, revision=self.revision.label, path=item.path, line=fact.line, says=words
        )

    def beginning(self, source: str) -> Located | None:
        """The first fact of a source by path and line; None where none was read."""
        if source not in self._beginnings and (found := self._all(source)):
            # Asked for by every cell that something is missing for, of thousands of facts.
            self._beginnings[source] = min(found, key=lambda i: (i.path, i.fact.line))
        return self._beginnings.get(source)
