"""The parts of scripts/kconfig-judge as modules, and hand-made answers of the oracle."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "scripts"
if SCRIPTS.is_dir():
    sys.path.insert(0, str(SCRIPTS))


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Only a checkout has scripts/."""
    return None if SCRIPTS.is_dir() or collection_path.name == "conftest.py" else True


@pytest.fixture
def answer():
    """Make what the oracle says of a .config: clauses as (text, value), RUST_IS_AVAILABLE told by itself."""

    def make(*clauses, value="n", tools="y", visible=None, around=(), selects=(), prompt=True):
        rows = [("RUST_IS_AVAILABLE", tools), *clauses]
        inside = [v for _, v in rows] + [v for one in around for v in (one["value"], one["visible"])]
        return {
            "file": "x",
            "defined": True,
            "value": value,
            "visible": visible or ("n" if "n" in inside else "y"),
            "prompt": prompt,
            "clauses": [
                {"line": f"init/Kconfig:{n}", "text": text, "value": letter, "symbols": {}}
                for n, (text, letter) in enumerate(rows, start=10)
            ],
            "around": list(around),
            "selects": list(selects),
            "symbols": {},
        }

    return make
