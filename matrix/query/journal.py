"""What was observed over time -> the journal of what was held true, and the changes to tell of it.

The journal is today's code asked about every past moment. So when the code or data/ change it is made anew, and where
what it says of the last moment differs from before, that difference is ours and no change of upstream's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.changes import Picture, Statement, Topic, apply, compare
from matrix.model import Evidence
from matrix.query.picture import picture
from matrix.query.question import PROJECTS, Question, set_scene
from matrix.store import Entry, JournalState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from matrix.model import Registry
    from matrix.query.knowledge import Knowledge
    from matrix.store import Held, State, Store

# Not made from observations: how the sources fared.
SOURCE = "source"
# One failure may be the network's, and two its retry's; a source that fails three times in a row is broken.
BROKEN_AFTER = 3
_EMPTY = Picture({})


def keep_journal(registry: Registry, store: Store, knowledge: Knowledge, stamp: str, now: datetime) -> None:
    """Bring the store's journal up to what it knows now, and tell what changed. Raises: StoreError.

    knowledge is of this store and what is laid under it.
    """
    moments = knowledge.sightings()
    made = store.journal
    upto = moments[-1] if moments else now
    today = JournalState(stamp=stamp, moment=upto, sightings=knowledge.sightings_sum(upto))
    if made is not None and made.stamp == stamp and knowledge.sightings_sum(made.moment) == made.sightings:
        before = Picture(store.pictured())
        new = [m for m in moments if m > made.moment]
        # Resolved again: the journal has each statement with the lines of when it was first made.
        held = _resolved(registry, knowledge.at(made.moment)) if new else _EMPTY
        if not new or held.values == _without_sources(before).values:
            entries = list(_upstream(registry, knowledge, held, new))
            entries += _sources(before, store.states(), store.held(), now)
            if entries or new:
                store.keep_journal(entries, today)
            return
    replayed = list(_upstream(registry, knowledge, _EMPTY, moments))
    told: list[Entry] = []
    before = Picture(store.pictured())
    if made is None or not before.said:
        # What was found at the first moment is where everything starts, and no change.
        told = replayed[1:]
    else:
        then = _after(replayed, made.moment)
        differing = compare(_without_sources(before), then)
        late = made.stamp == stamp and _only_seen_late(made.sightings, knowledge.sightings_sum(made.moment))
        told = [Entry(now, "upstream" if late else "ours", differing)] if differing else []
        told += [entry for entry in replayed if entry.moment > made.moment]
    store.rewrite_journal(replayed, told, today, besides=SOURCE)
    if entries := _sources(before, store.states(), store.held(), now):
        store.keep_journal(entries, today)


def _upstream(
    registry: Registry,
    knowledge: Knowledge,
    before: Picture,
    moments: Sequence[datetime],
) -> Iterator[Entry]:
    """What each moment changed in what the newest releases say; `before` is what they said until then."""
    held = before
    rests_on: object = None
    for moment in moments:
        then = knowledge.at(moment)
        scene = set_scene(registry, then, Question())
        chosen = [scene.revisions[p] for p in PROJECTS]
        on = tuple((r, then.latest(r)) if r else None for r in chosen)
        if on == rests_on:
            continue
        rests_on = on
        found = picture(registry, scene)
        if changes := compare(held, found):
            yield Entry(moment, "upstream", changes)
        held = found


def _resolved(registry: Registry, knowledge: Knowledge) -> Picture:
    return picture(registry, set_scene(registry, knowledge, Question()))


def _only_seen_late(made: str, today: str) -> bool:
    """Whether two sums differ in what was seen, and nothing was read anew: by a clock that had been ahead.

    A sum is sightings, their sum, readings anew; one for each store.
    """
    anew = [[part.split()[2] for part in text.split("; ")] for text in (made, today)]
    return made != today and anew[0] == anew[1]


def _after(entries: Iterable[Entry], moment: datetime) -> Picture:
    """What held after all entries up to a moment."""
    held = _EMPTY
    for entry in entries:
        if entry.moment > moment:
            break
        held = apply(held, entry.changes)
    return held


def _without_sources(found: Picture) -> Picture:
    return Picture({t: s for t, s in found.said.items() if t.about != SOURCE})


def _sources(before: Picture, states: Iterable[State], held: Iterable[Held], now: datetime) -> list[Entry]:
    """Sources that broke or recovered since the last look."""
    found: dict[Topic, Statement] = {}
    for state in states:
        if state.failures >= BROKEN_AFTER:
            where = Evidence(project=state.project, revision=state.revision, path="", line=0, says=state.error)
            found[Topic(SOURCE, state.project, state.source)] = Statement("broken", (where,), state.error)
    for item in held:
        where = Evidence(project=item.project, revision=item.revision, path="", line=0, says=item.reason)
        found[Topic(SOURCE, item.project, item.source)] = Statement("held", (where,), item.reason)
    was = Picture({t: s for t, s in before.said.items() if t.about == SOURCE})
    changes = compare(was, Picture(found))
    return [Entry(now, "upstream", changes)] if changes else []
