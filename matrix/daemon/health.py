"""State -> what /healthz says, and whether all is well.

{"format": 3, "document": "health", "status": "stale", "stale": ["gcc"],
 "projects": [{"project": "gcc", "age_seconds": 300000, "budget_seconds": 259200, ...}]}
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matrix.render.contract import document

if TYPE_CHECKING:
    from datetime import datetime

    from matrix.daemon.due import Now
    from matrix.daemon.state import State


def health(state: State, now: Now) -> tuple[bool, dict[str, Any]]:
    """Whether every project is younger than its budget, and how each stands."""
    stale = state.stale(now)
    body = {
        "status": "stale" if stale else "ok",
        "stale": stale,
        "projects": [_standing(state, project, now) for project in state.schedules],
    }
    return not stale, document("health", body)


def _standing(state: State, project: str, now: Now) -> dict[str, Any]:
    job, picture = state.jobs[project], state.picture
    return {
        "project": project,
        "age_seconds": int(state.age(project, now).total_seconds()),
        "budget_seconds": int(state.schedules[project].budget.total_seconds()),
        "outcome": job.outcome or None,
        "failures": job.failures,
        "held": picture.held.get(project, 0) if picture else 0,
        "attempted_at": _words(job.attempted),
        "succeeded_at": _words(job.succeeded),
        "next_run_at": _words(state.next_run(project, now)),
    }


def _words(moment: datetime | None) -> str | None:
    return None if moment is None else f"{moment:%Y-%m-%dT%H:%M:%SZ}"
