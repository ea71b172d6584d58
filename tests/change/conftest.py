"""The shipped facts, to compare their releases."""

from __future__ import annotations

import pytest

from matrix.query.knowledge import Knowledge
from matrix.registry import data_folder, load
from matrix.shipped import load_text
from matrix.store import Store


@pytest.fixture(scope="session")
def registry():
    return load(data_folder())


@pytest.fixture(scope="session")
def knowledge():
    """What the shipped facts know, read from their text."""
    with Store.memory() as store:
        load_text(store, data_folder())
        yield Knowledge([store])
