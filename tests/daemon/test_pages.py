"""Which folders a report is asked to write, as the configuration says."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from datetime import timedelta
from types import SimpleNamespace

import pytest

from matrix.daemon.config import Config
from matrix.daemon.ledger import Overview
from matrix.daemon.publisher import Publisher
from matrix.retry import Retry
from tests.daemon.conftest import Lines

LISTENING = ("127.0.0.1", 0)
PICTURE = Overview(generation=1, event=0, held={}, failing={})


@pytest.fixture
def asked(tmp_path):
    """Publish as each of these configurations says, one after the other; what `report` was called with each time."""
    told = tmp_path / "told"
    script = f"import sys; open({str(told)!r}, 'a').write(' '.join(sys.argv[1:]) + '\\n')"
    setup = SimpleNamespace(
        command=[sys.executable, "-c", script],
        folder=tmp_path,
        environ={},
        store=tmp_path / "facts.db",
        pages=tmp_path / "facts.db.pages",
        log=Lines(),
        retry=Retry(first=timedelta(seconds=1), ceiling=timedelta(seconds=1)),
    )
    state = SimpleNamespace(published=Counter())

    def publish(*configs):
        publisher = Publisher(setup, state, configs[0])
        for config in configs:
            publisher.aim(config)
            asyncio.run(publisher.publish(PICTURE))
        assert state.published == {"ok": len(told.read_text().splitlines())} if told.exists() else not state.published
        return told.read_text().replace(str(tmp_path), "").splitlines() if told.exists() else []

    return publish


def test_pages_for_browsers_are_written_where_somebody_listens(asked, tmp_path):
    """Beside the store, and not in the folder that may be committed."""
    reports = tmp_path / "reports"
    plain = "report --store --output /reports --db /facts.db"
    # Once each: what is the same is not written again.
    found = asked(
        Config(reports=reports),
        Config(reports=reports, listen=LISTENING),
        Config(reports=reports, listen=LISTENING, log="json"),
        Config(reports=reports),
        Config(reports=reports, base_url="https://example.org/"),
    )
    assert found == [plain, f"{plain} --html /facts.db.pages", plain, f"{plain} --base-url https://example.org/"]


def test_no_reports_no_pages(asked):
    assert asked(Config(listen=LISTENING)) == []
