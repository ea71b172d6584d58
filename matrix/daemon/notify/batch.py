"""Events -> one message for a machine, one for a person.

    {"format": 3, "document": "delivery", "delivery": "12-15",
     "events": [{"id": 12, "headline": "...", ...}, ..., {"id": 15, ...}]}

An event keeps its id for ever: whoever is told twice can tell.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from matrix.render.contract import document
from matrix.render.style import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST_LINES = 200


class HookError(Exception):
    """A hook could not be told: why, in words fit for a log, and for how many seconds it is to be left alone."""

    def __init__(self, why: str, *, wait: float = 0.0) -> None:
        self.wait = wait
        super().__init__(why)


@dataclass(frozen=True, slots=True)
class Batch:
    """Some events, in the order of their ids; never empty."""

    events: tuple[dict[str, Any], ...]

    @property
    def first(self) -> int:
        return int(self.events[0]["id"])

    @property
    def last(self) -> int:
        return int(self.events[-1]["id"])

    @property
    def delivery(self) -> str:
        """What the message is called."""
        return f"{self.first}-{self.last}"

    @property
    def body(self) -> bytes:
        """The message as JSON, ASCII alone."""
        told = document("delivery", {"delivery": self.delivery, "events": list(self.events)})
        return json.dumps(told).encode("ascii")

    @property
    def subject(self) -> str:
        """The message in a line."""
        count = len(self.events)
        return f"archmatrix: {count} change{'s' if count > 1 else ''}"

    def lines(self) -> Sequence[str]:
        """The message for a person; no control character of upstream's is left."""
        told = [f"#{event['id']}  {printable(_words(event))}" for event in self.events[:_MOST_LINES]]
        if len(self.events) > _MOST_LINES:
            told.append(f"and {len(self.events) - _MOST_LINES} more")
        return told


def _words(event: dict[str, Any]) -> str:
    if isinstance(event.get("headline"), str):
        return str(event["headline"])
    return json.dumps({key: value for key, value in event.items() if key != "id"})
