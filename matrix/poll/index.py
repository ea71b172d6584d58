"""What the store keeps of a distribution's package index <-> values: the index, when it last said so, what failed.

Its rows stand among those of what projects say of themselves, under `distro/ID`:

    topic     value (JSON)
    index     the whole index: {"reader": 1, "codename": "trixie", ..., "lists": {"amd64": {"sha256": "...", ...}}}
    coming    the lists of a newer one that were read already, where not all of them were
    fault     "why the last attempt failed"; it goes with the next one that does not
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from matrix.debian import Index, Listed
from matrix.store import Notice
from matrix.value import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matrix.store import Cached, Store

# What a list is read for: it grows when that changes, and lists that were read before are then read again.
READER = 1
_PREFIX = "distro/"
_INDEX, _COMING, _FAULT = "index", "coming", "fault"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexState:
    """What is known of one distribution's index; coming are the lists of a newer one that were read already.

    index is the last good one, None where there is none; it stood at url, since is when it was first read there, and
    checked_at when it last said so. fresh is whether today's reader read it. fault is why the last attempt failed, at
    failed_at; "" where it did not.
    """

    index: Index | None = None
    url: str = ""
    since: datetime | None = None
    checked_at: datetime | None = None
    fresh: bool = False
    fault: str = ""
    failed_at: datetime | None = None
    coming: Mapping[str, Listed]


def index_states(store: Store) -> dict[str, IndexState]:
    """Each distribution of which something is kept, by id. Raises: StoreError."""
    rows: dict[str, dict[str, Notice]] = {}
    for row in store.polls.notices():
        if row.upstream.startswith(_PREFIX):
            rows.setdefault(row.upstream.removeprefix(_PREFIX), {})[row.topic] = row
    return {id_: _state(topics) for id_, topics in rows.items()}


def _state(topics: Mapping[str, Notice]) -> IndexState:
    """What the rows say; what a later program wrote in another shape is as good as not there."""
    try:
        return _read(topics)
    except (ValueError, KeyError, TypeError):
        return IndexState(coming={})


def _read(topics: Mapping[str, Notice]) -> IndexState:
    row, coming, fault = topics.get(_INDEX), topics.get(_COMING), topics.get(_FAULT)
    kept = json.loads(row.value) if row else None
    begun = json.loads(coming.value) if coming else {}
    return IndexState(
        index=_index(kept) if kept else None,
        url=row.url if row else "",
        since=datetime.fromisoformat(kept["since"]) if kept else None,
        checked_at=row.checked_at if row else None,
        fresh=kept is not None and kept["reader"] == READER,
        fault=json.loads(fault.value) if fault else "",
        failed_at=fault.checked_at if fault else None,
        coming=_lists(begun["lists"]) if begun.get("reader") == READER else {},
    )


def record_index(
    store: Store,
    id_: str,
    index: Index,
    url: str,
    *,
    since: datetime,
    moment: datetime,
    cached: Sequence[Cached] = (),
) -> None:
    """Note what the index at `url` says, and the ETag that it came with, at once. Raises: StoreError.

    What was coming has come then, and nothing fails any more.
    """
    value = {
        "reader": READER,
        "since": since.isoformat(),
        "codename": index.codename,
        "version": index.version,
        "date": index.date.isoformat(),
        "lists": _lists_json(index.lists),
    }
    with store.transaction():
        store.polls.record_notices([Notice(_PREFIX + id_, _INDEX, json.dumps(value), url, moment)], cached)
        store.polls.forget_notice(_PREFIX + id_, _COMING)
        store.polls.forget_notice(_PREFIX + id_, _FAULT)


def record_coming(store: Store, id_: str, lists: Mapping[str, Listed], url: str, moment: datetime) -> None:
    """Note the lists of a newer index that were read so far: who is stopped need not read them again."""
    value = {"reader": READER, "lists": _lists_json(lists)}
    store.polls.record_notices([Notice(_PREFIX + id_, _COMING, json.dumps(value), url, moment)])


def record_fault(store: Store, id_: str, error: str, url: str, moment: datetime) -> None:
    """Note why it came to nothing; what was known stays, with its age."""
    store.polls.record_notices([Notice(_PREFIX + id_, _FAULT, json.dumps(error), url, moment)])


def _index(kept: Mapping[str, Any]) -> Index:
    return Index(
        codename=kept["codename"],
        version=kept["version"],
        date=datetime.fromisoformat(kept["date"]),
        lists=_lists(kept["lists"]),
    )


def _lists(kept: Mapping[str, Any]) -> dict[str, Listed]:
    return {arch: Listed(one["sha256"], one["tools"]) for arch, one in kept.items()}


def _lists_json(lists: Mapping[str, Listed]) -> dict[str, Any]:
    return {arch: {"sha256": one.sha256, "tools": dict(one.tools)} for arch, one in lists.items()}
