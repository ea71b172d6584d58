"""What the daemon knows while it runs, in memory: what /healthz, /metrics and the loop read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from matrix.daemon.due import Seen, age, is_due, next_run
from matrix.moment import moment_words
from matrix.store import Job

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta

    from matrix.daemon.due import Now
    from matrix.daemon.ledger import Overview
    from matrix.model import Schedule


@dataclass
class State:
    """schedules, jobs and seen are by project; runs counts (project, outcome), told (hook, "ok" or "failed")."""

    started: Now
    schedules: Mapping[str, Schedule]
    jobs: dict[str, Job] = field(default_factory=dict)
    seen: dict[str, Seen] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    picture: Overview | None = None
    running: tuple[str, ...] = ()
    runs: Counter[tuple[str, str]] = field(default_factory=Counter)
    told: Counter[tuple[str, str]] = field(default_factory=Counter)
    published: Counter[str] = field(default_factory=Counter)
    reloads: Counter[str] = field(default_factory=Counter)

    def adopt(self, jobs: Mapping[str, Job]) -> None:
        """Take over the rows that an earlier process left; a project without one is known from now on."""
        for project in self.schedules:
            self.jobs[project] = jobs.get(project) or Job(project=project, known=self.started.wall)
            self.seen[project] = Seen(started=self.started.steady)

    def due(self, now: Now) -> list[str]:
        """The projects that are due, the one that waited longest first."""
        projects = [p for p in self.schedules if is_due(self.schedules[p], self.jobs[p], self.seen[p], now)]
        return sorted(projects, key=lambda p: self.next_run(p, now))

    def next_run(self, project: str, now: Now) -> datetime:
        """When a project is due."""
        return next_run(self.schedules[project], self.jobs[project], self.seen[project], now)

    def scheduled(self, now: Now) -> list[Job]:
        """All rows, each with when it is due."""
        for project, job in self.jobs.items():
            self.jobs[project] = replace(job, due=self.next_run(project, now))
        return list(self.jobs.values())

    def age(self, project: str, now: Now) -> timedelta:
        """How long ago all of a project's sources were good."""
        return age(self.jobs[project], self.seen[project], now)

    def stale(self, now: Now) -> list[str]:
        """The projects older than their budget."""
        return [p for p, schedule in self.schedules.items() if self.age(p, now) > schedule.budget]

    def words(self, now: Now) -> str:
        """What is done now, or next, for people."""
        if self.running:
            return f"refreshing {', '.join(self.running)}"
        soonest = min(((self.next_run(p, now), p) for p in self.schedules), default=None)
        return f"next: {soonest[1]} at {moment_words(soonest[0])}" if soonest else "nothing is scheduled"
