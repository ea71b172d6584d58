"""A folder of made-up tools, and a pipe that nobody writes to."""

from __future__ import annotations

import os

import pytest

from tests.machine.made import Bench


@pytest.fixture
def bench(tmp_path):
    """Tools to be made, each alone."""
    return Bench(tmp_path)


@pytest.fixture
def forever(tmp_path):
    """A shell command that waits until it is ended, and costs nothing meanwhile."""
    place = tmp_path / "never"
    os.mkfifo(place)
    return f'read -r nothing <"{place}"'
