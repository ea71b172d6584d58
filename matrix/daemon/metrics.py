"""State -> /metrics, in Prometheus' text format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily

from matrix import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from prometheus_client.core import Metric

    from matrix.daemon.due import Now
    from matrix.daemon.state import State

TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """Made once; `body` is what they are at a moment."""

    def __init__(self, state: State, clock: Callable[[], Now]) -> None:
        self._state, self._clock = state, clock
        self._registry = CollectorRegistry()
        self._registry.register(self)
        # CPU, memory and open files of the daemon itself.
        ProcessCollector(registry=self._registry)

    def body(self) -> bytes:
        """All of them as text."""
        return generate_latest(self._registry)

    def describe(self) -> Iterable[Metric]:
        """Nothing: the client would collect once at the start to find it out."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Every family, from what is known now."""
        state, now = self._state, self._clock()
        yield InfoMetricFamily("archmatrix_build", "Which archmatrix this is", {"version": __version__})
        projects = list(state.schedules)
        jobs = state.jobs
        gauges: dict[str, tuple[str, Callable[[str], float]]] = {
            "age_seconds": ("Since all sources of the project were good", lambda p: state.age(p, now).total_seconds()),
            "budget_seconds": (
                "How old it may grow before /healthz says so",
                lambda p: state.schedules[p].budget.total_seconds(),
            ),
            "failures_in_a_row": ("Refreshes that failed since one succeeded", lambda p: jobs[p].failures),
            "last_attempt_timestamp_seconds": ("When it was last refreshed", lambda p: _unix(jobs[p].attempted)),
            "last_success_timestamp_seconds": ("When all of it was last good", lambda p: _unix(jobs[p].succeeded)),
            "next_run_timestamp_seconds": ("When it is due", lambda p: _unix(state.next_run(p, now))),
            "last_duration_seconds": ("What its last refresh took", lambda p: state.seconds.get(p, 0.0)),
            "running": ("Whether it is being refreshed", lambda p: float(p in state.running)),
            "sources_held": ("Sources held back", lambda p: _count(state, "held", p)),
            "sources_failing": ("Sources that failed last", lambda p: _count(state, "failing", p)),
        }
        for name, (about, value) in gauges.items():
            family = GaugeMetricFamily(f"archmatrix_project_{name}", about, labels=["project"])
            for project in projects:
                family.add_metric([project], float(value(project)))
            yield family
        yield _counter("archmatrix_refreshes", "Refreshes that ended", ("project", "outcome"), state.runs.items())
        yield _counter("archmatrix_hook_deliveries", "What hooks were told", ("hook", "outcome"), state.told.items())
        for name, about, counts in (
            ("archmatrix_reports", "Times that reports were brought up to date", state.published),
            ("archmatrix_reloads", "Times that the configuration was read anew", state.reloads),
        ):
            yield _counter(name, about, ("outcome",), (((outcome,), count) for outcome, count in counts.items()))
        generation = state.picture.generation if state.picture else 0
        yield GaugeMetricFamily("archmatrix_generation", "Grows with what is known", value=generation)
        yield GaugeMetricFamily(
            "archmatrix_start_time_seconds", "When the daemon began", value=state.started.wall.timestamp()
        )


def _counter(
    name: str, about: str, labels: tuple[str, ...], counts: Iterable[tuple[tuple[str, ...], int]]
) -> CounterMetricFamily:
    family = CounterMetricFamily(name, about, labels=labels)
    for values, count in sorted(counts):
        family.add_metric(values, count)
    return family


def _unix(moment: datetime | None) -> float:
    return 0.0 if moment is None else moment.timestamp()


def _count(state: State, which: str, project: str) -> int:
    if state.picture is None:
        return 0
    return (state.picture.held if which == "held" else state.picture.failing).get(project, 0)
