"""Changes and events -> JSON values.

    change  kind, about, subject, attribute, arch, arch_ids, variant, backend, before, after
    before  (and after) subject, attribute, value, note, evidence
    event   id, moment, cause, and the keys of its change

The documents of `diff` and `log` hold them, and what hooks are told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matrix.render.answer.cells import lines_json
from matrix.render.changes.about import OF_VARIANTS, arches
from matrix.render.contract import document
from matrix.render.said import said_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matrix.change import Change, Event, Side
    from matrix.model import Registry
    from matrix.render.links import UrlOf


def diff_json(
    registry: Registry, before: str, after: str, changes: Sequence[Change], notes: Sequence[str], url_of: UrlOf
) -> dict[str, Any]:
    """The document of `diff`: from and to are the two states in words."""
    told = [change_json(registry, change, url_of) for change in changes]
    return document("diff", {"from": before, "to": after, "notes": list(notes), "changes": told})


def log_json(registry: Registry, events: Iterable[Event], url_of: UrlOf) -> dict[str, Any]:
    """The document of `log`."""
    return document("log", {"events": [event_json(registry, event, url_of) for event in events]})


def change_json(registry: Registry, change: Change, url_of: UrlOf) -> dict[str, Any]:
    """A change.

    kind, about, subject and attribute are words of docs/history.md. arch_ids are the kernel's ports that it concerns
    ([] for all of them or none), arch the only one of them, else null; variant and backend are ids, or null.
    """
    topic, ports = change.topic, arches(registry, change)
    return {
        "kind": change.kind.value,
        "about": topic.about,
        "subject": topic.subject,
        "attribute": topic.attribute or None,
        "arch": ports[0] if len(ports) == 1 else None,
        "arch_ids": list(ports),
        "variant": topic.subject if topic.about in OF_VARIANTS else None,
        "backend": topic.attribute if topic.about in {"support", "target"} else None,
        "before": _side(change.before, url_of),
        "after": _side(change.after, url_of),
    }


def event_json(registry: Registry, event: Event, url_of: UrlOf) -> dict[str, Any]:
    """A change as it was observed: moment is ISO 8601 in UTC, cause "upstream" or "ours"."""
    said = {"id": event.id, "moment": event.moment.isoformat(), "cause": event.cause}
    return {**said, **change_json(registry, event.change, url_of)}


def _side(side: Side, url_of: UrlOf) -> dict[str, Any]:
    """One side; value is null where nothing was said; evidence is then where it would stand.

    subject and attribute differ from the change's where one thing became another: a renamed target.
    """
    return {
        "subject": side.topic.subject,
        "attribute": side.topic.attribute or None,
        "value": None if side.said is None else said_words(side.said),
        "note": side.note or None,
        "evidence": lines_json(side.evidence, url_of),
    }
