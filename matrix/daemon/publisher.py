"""What is known -> a folder of reports that shows it, and its commit; what fails is done again, ever more slowly.

Where somebody listens the same is written for a browser, beside the store: no commit has it, and no folder is needed
that we might not write to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.daemon import clock, publish
from matrix.daemon.publish import PublishError

if TYPE_CHECKING:
    from datetime import timedelta
    from pathlib import Path

    from matrix.daemon.config import Config
    from matrix.daemon.ledger import Overview
    from matrix.daemon.setup import Setup
    from matrix.daemon.state import State


class Publisher:
    """The folder that the configuration names, and how far it is. Nothing is known of one that is named anew."""

    def __init__(self, setup: Setup, state: State, config: Config) -> None:
        self._setup, self._log, self._state = setup, setup.log, state
        self._aim = _aim(config)
        self._forget()

    def aim(self, config: Config) -> None:
        """Show it as that says from now on."""
        if _aim(config) != self._aim:
            self._aim = _aim(config)
            self._forget()

    def _forget(self) -> None:
        # The generation and event that the reports show.
        self._shown: tuple[int, int] | None = None
        self._committed = True
        self._failures = 0
        self._not_before: timedelta | None = None

    async def publish(self, picture: Overview | None) -> None:
        """Write and commit, where what is known has changed since, and it is time to."""
        folder, *_ = self._aim
        if folder is None or picture is None:
            return
        if self._not_before is not None and clock.both_clocks().steady < self._not_before:
            return
        # A source that broke is an event, and no news of what is known.
        known = (picture.generation, picture.event)
        if self._shown == known and self._committed:
            return
        try:
            await self._bring(folder, known)
        except PublishError as error:
            self._failed(error)
        else:
            self._failures, self._not_before = 0, None
            self._state.published["ok"] += 1

    async def _bring(self, folder: Path, known: tuple[int, int]) -> None:
        setup, (_, commit, listened, base_url) = self._setup, self._aim
        pages = setup.pages if listened else None
        if self._shown != known:
            written = await publish.write_reports(
                setup.command, folder, pages, setup.store, setup.environ, setup.folder, base_url=base_url
            )
            self._shown, self._committed = known, not commit
            self._log.info("reports", folder=folder, written=written, generation=known[0])
        if commit:
            name = await publish.commit(folder, f"archmatrix: generation {known[0]}", setup.environ)
            if name:
                self._log.info("committed", folder=folder, commit=name)
            self._committed = True

    def _failed(self, error: PublishError) -> None:
        self._failures += 1
        pause = self._setup.retry.pause(self._failures)
        self._not_before = clock.both_clocks().steady + pause
        self._state.published["failed"] += 1
        self._log.warn("reports-failed", why=error, failures=self._failures, again_in=pause.total_seconds())


def _aim(config: Config) -> tuple[Path | None, bool, bool, str]:
    """Where, whether it is committed, whether it is for browsers too, and where these find it."""
    return config.reports, config.commit, config.listen is not None, config.base_url
