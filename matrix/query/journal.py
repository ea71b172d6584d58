"""What was observed over time -> the journal of what was held true, and the changes to tell of it.

The journal is today's code asked about every past moment. So when the code or data/ change it is made anew, and where
what it says of the last moment differs from before, that difference is ours and no change of upstream's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.change import Picture, Said, Statement, Topic, apply, compare
from matrix.model import Evidence
from matrix.query.picture import picture
from matrix.query.question import PROJECTS, Question
from matrix.query.scene import set_scene
from matrix.store import JournalState, Turn

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from matrix.model import Registry
    from matrix.query.knowledge import Knowledge
    from matrix.store import Held, Sightings, SourceState, Store

# Not made from observations: how the sources fared.
SOURCE_TOPIC = "source"
# One failure may be the network's, and two its retry's; a source that fails three times in a row is broken.
BROKEN_AFTER = 3
_EMPTY = Picture({})


def keep_journal(registry: Registry, store: Store, knowledge: Knowledge, stamp: str, now: datetime) -> None:
    """Bring the store's journal up to what it knows now, and tell what changed. Raises: StoreError.

    knowledge is of this store and what is laid under it.
    """
    moments = knowledge.moments()
    made = store.journal.state
    upto = moments[-1] if moments else now
    today = JournalState(stamp=stamp, moment=upto, sightings=knowledge.sightings(upto))
    if made is not None and made.stamp == stamp and knowledge.sightings(made.moment) == made.sightings:
        before = Picture(store.journal.pictured())
        new = [m for m in moments if m > made.moment]
        # Resolved again: the journal has each statement with the lines of when it was first made.
        held = _resolved(registry, knowledge.at(made.moment)) if new else _EMPTY
        if not new or not compare(held, _without_sources(before)):
            turns = list(_upstream(registry, knowledge, held, new))
            turns += _sources(before, store.polls.states(), store.polls.held(), now)
            if turns or new:
                store.journal.keep(turns, today)
            return
    replayed = list(_upstream(registry, knowledge, _EMPTY, moments))
    told: list[Turn] = []
    before = Picture(store.journal.pictured())
    if made is None or not before.said:
        # What was found at the first moment is where everything starts, and no change.
        told = replayed[1:]
    else:
        then = _after(replayed, made.moment)
        differing = compare(_without_sources(before), then)
        late = made.stamp == stamp and _only_seen_late(made.sightings, knowledge.sightings(made.moment))
        told = [Turn(now, "upstream" if late else "ours", differing)] if differing else []
        told += [turn for turn in replayed if turn.moment > made.moment]
    store.journal.rewrite(replayed, told, today, besides=SOURCE_TOPIC)
    if turns := _sources(before, store.polls.states(), store.polls.held(), now):
        store.journal.keep(turns, today)


def _upstream(
    registry: Registry,
    knowledge: Knowledge,
    before: Picture,
    moments: Sequence[datetime],
) -> Iterator[Turn]:
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
            yield Turn(moment, "upstream", changes)
        held = found


def _resolved(registry: Registry, knowledge: Knowledge) -> Picture:
    return picture(registry, set_scene(registry, knowledge, Question()))


def _only_seen_late(made: tuple[Sightings, ...], today: tuple[Sightings, ...]) -> bool:
    """Whether they differ in what was seen, and nothing was read anew: by a clock that had been ahead."""
    return made != today and [seen.anew for seen in made] == [seen.anew for seen in today]


def _after(turns: Iterable[Turn], moment: datetime) -> Picture:
    """What held after all turns up to a moment."""
    held = _EMPTY
    for turn in turns:
        if turn.moment > moment:
            break
        held = apply(held, turn.changes)
    return held


def _without_sources(found: Picture) -> Picture:
    return Picture({t: s for t, s in found.said.items() if t.about != SOURCE_TOPIC})


def _sources(before: Picture, states: Iterable[SourceState], held: Iterable[Held], now: datetime) -> list[Turn]:
    """Sources that broke or recovered since the last look."""
    found: dict[Topic, Statement] = {}
    for state in states:
        if state.failures >= BROKEN_AFTER:
            where = Evidence(project=state.project, revision=state.revision, path="", line=0, says=state.error)
            found[Topic(SOURCE_TOPIC, state.project, state.source)] = Statement(Said("broken"), (where,), state.error)
    for item in held:
        where = Evidence(project=item.project, revision=item.revision, path="", line=0, says=item.reason)
        found[Topic(SOURCE_TOPIC, item.project, item.source)] = Statement(Said("held"), (where,), item.reason)
    was = Picture({t: s for t, s in before.said.items() if t.about == SOURCE_TOPIC})
    changes = compare(was, Picture(found))
    return [Turn(now, "upstream", changes)] if changes else []
