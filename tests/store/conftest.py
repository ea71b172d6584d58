"""Values to record: snapshots, runs and moments, from few words."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta, timezone

import pytest

from matrix.model import Document, Fact, Reading, Revision
from matrix.store import Observation, Run, Snapshot

START = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=timezone.utc)


@pytest.fixture
def day():
    """The moment n days after the first."""
    return lambda n=0.0: START + timedelta(days=n)


@pytest.fixture
def run():
    """A run's entry in the log."""
    return Run(
        kind="tree", started=START, finished=START + timedelta(seconds=2), outcome="complete", bytes=7, documents=1
    )


@pytest.fixture
def seen(day):
    """An observation: what was in a file, on which days, and which facts were read from it."""

    def make(
        content, facts=(), *, path="MAINTAINERS", source="linux-maintainers", on=0.0, until=None, version=1, **more
    ):
        sha256 = hashlib.sha256(content.encode()).hexdigest()
        facts = facts if facts is None else tuple(f if isinstance(f, Fact) else Fact(*f) for f in facts)
        return Observation(
            source=source,
            document=Document(
                project=more.get("project", "linux"),
                revision=more.get("label", "7.1.13"),
                path=path,
                sha256=sha256,
                observed_at=day(on),
                checked_at=day(on if until is None else until),
            ),
            reading=None
            if facts is None
            else Reading(
                sha256=sha256,
                source=source,
                extractor=more.get("extractor", "linux_maintainers"),
                version=version,
                facts=facts,
            ),
        )

    return make


@pytest.fixture
def snapshot():
    """A snapshot of linux 7.1.13, or of another revision."""

    def make(*observations, project="linux", label="7.1.13", **more):
        return Snapshot(Revision(project=project, label=label, **more), tuple(observations))

    return make
