"""Configurations that distributions ship: Kconfig evaluates what it recorded, and the settings told do what they say.

scripts/get-configs brings them; ARCHMATRIX_CONFIGS names their folder.
"""

from __future__ import annotations

import os
import re
from datetime import datetime, timezone
from pathlib import Path

import pytest

from matrix.dotconfig import read_dotconfig
from matrix.operations.ask import Wish, ask
from matrix.operations.workplace import Workplace
from matrix.query.examination import examined, port_of
from matrix.registry import data_folder, load
from matrix.resolve.concrete.verdict import RustState

pytestmark = pytest.mark.trees


@pytest.fixture(scope="module")
def examine():
    """Each kernel's question is opened once for all its configurations."""
    registry = load(data_folder())
    work = Workplace(
        registry=registry,
        data=data_folder(),
        store=Path("none"),
        clock=lambda: datetime(2026, 11, 28, tzinfo=timezone.utc),
    )
    opened = {}

    def make(text):
        config = read_dotconfig(text.encode())
        if config.version not in opened:
            question = ask(work, Wish(versions={"linux": f"v{config.version}"}), deciding=False)
            opened[config.version] = question, question.__enter__()
        question = opened[config.version][1]
        port = port_of(registry, config, "x", "")
        return examined(registry, question.knowledge, question.scene, config, "x", port)

    yield make
    for question, _ in opened.values():
        question.__exit__(None, None, None)


@pytest.fixture(scope="module")
def configs():
    """Every file of the folder."""
    folder = os.environ.get("ARCHMATRIX_CONFIGS", "")
    if not folder:
        pytest.skip("no real configurations: set ARCHMATRIX_CONFIGS to a folder that scripts/get-configs made")
    found = [(place.name, place.read_text("utf-8")) for place in sorted(Path(folder).iterdir())]
    assert found
    return found


def test_rust_is_on_where_it_was_recorded_to_be(examine, configs):
    """Kconfig wrote them: what it let be y, no clause blocks."""
    for name, text in configs:
        recorded = "\nCONFIG_RUST=y\n" in text
        assert (examine(text).state is RustState.ON) == recorded, name


def test_the_settings_that_are_told_make_it_possible(examine, configs):
    """Each set, made in the file: then nothing blocks any more. A tool is no setting."""
    for name, text in configs:
        for remedy in examine(text).remedies:
            if remedy.tools:
                continue
            changed = text
            for tweak in remedy.settings:
                line = f"CONFIG_{tweak.name}=y" if tweak.value == "y" else f"# CONFIG_{tweak.name} is not set"
                changed = re.sub(rf"(?m)^(# )?CONFIG_{tweak.name}[ =].*\n", "", changed) + f"{line}\n"
            assert examine(changed).state in {RustState.POSSIBLE, RustState.ON}, (name, remedy.settings)
