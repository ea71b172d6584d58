"""Fixtures -> one forge for the whole session, and for each test that asks a fresh state of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.forge.server import Forge

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def forge_server() -> Iterator[Forge]:
    """The running forge; tests ask for `forge`."""
    with Forge() as server:
        yield server


@pytest.fixture
def forge(forge_server: Forge) -> Iterator[Forge]:
    """A forge without repositories, faults or log."""
    forge_server.reset()
    yield forge_server
    crashes = list(forge_server.crashes)
    forge_server.reset()
    assert not crashes, crashes
