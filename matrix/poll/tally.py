"""What several questions to hosts came to together -> the run that is kept of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.store import Run

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from matrix.fetch import Client


class Tally:
    """When the questions began, and what the client had asked and received until then."""

    def __init__(self, client: Client, clock: Callable[[], datetime]) -> None:
        self._client, self._clock = client, clock
        self._started, self._before = clock(), self._counted()

    def run(self, kind: str, *, failed: bool, good: bool) -> Run:
        """The run of that kind, ending now. failed is whether any question was, good whether any was answered."""
        requests, received = (now - then for now, then in zip(self._counted(), self._before, strict=True))
        outcome = "complete" if not failed else "partial" if good else "failed"
        return Run(
            kind=kind,
            started=self._started,
            finished=self._clock(),
            outcome=outcome,
            bytes=received,
            requests=requests,
        )

    def _counted(self) -> tuple[int, int]:
        counts = self._client.counts.values()
        return sum(c.requests for c in counts), sum(c.received for c in counts)
