"""What is known -> a folder of reports that shows it, and its commit; what fails is done again, ever more slowly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.daemon import clock, publish
from matrix.daemon.publish import PublishError

if TYPE_CHECKING:
    from datetime import timedelta
    from pathlib import Path

    from matrix.daemon.ledger import Picture
    from matrix.daemon.setup import Setup
    from matrix.daemon.state import State


class Publisher:
    """One folder, None for nowhere, and how far it is. Nothing is known of one that is aimed at anew."""

    def __init__(self, setup: Setup, state: State, folder: Path | None, *, commit: bool) -> None:
        self._setup, self._log, self._state = setup, setup.log, state
        self._folder, self._commit = folder, commit
        self._forget()

    def aim(self, folder: Path | None, *, commit: bool) -> None:
        """Show it there from now on."""
        if (folder, commit) != (self._folder, self._commit):
            self._folder, self._commit = folder, commit
            self._forget()

    def _forget(self) -> None:
        # The generation and event that the reports show.
        self._shown: tuple[int, int] | None = None
        self._committed = True
        self._failures = 0
        self._not_before: timedelta | None = None

    async def publish(self, picture: Picture | None) -> None:
        """Write and commit, where what is known has changed since, and it is time to."""
        folder = self._folder
        if folder is None or picture is None:
            return
        if self._not_before is not None and clock.now().steady < self._not_before:
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
        setup = self._setup
        if self._shown != known:
            written = await publish.write_reports(setup.command, folder, setup.store, setup.environ, setup.folder)
            self._shown, self._committed = known, not self._commit
            self._log.info("reports", folder=folder, written=written, generation=known[0])
        if self._commit:
            name = await publish.commit(folder, f"archmatrix: generation {known[0]}", setup.environ)
            if name:
                self._log.info("committed", folder=folder, commit=name)
            self._committed = True

    def _failed(self, error: PublishError) -> None:
        self._failures += 1
        pause = self._setup.retry.pause(self._failures)
        self._not_before = clock.now().steady + pause
        self._state.published["failed"] += 1
        self._log.warn("reports-failed", why=error, failures=self._failures, again_in=pause.total_seconds())
