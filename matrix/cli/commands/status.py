"""`archmatrix status`: how each source fared, what is held back, the daemon's jobs, where each project stands, runs."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from matrix.cli import output, surroundings
from matrix.exits import Exit
from matrix.operations.status import read_status
from matrix.render import style
from matrix.render.contract import document
from matrix.render.distros import index_json, index_lines
from matrix.render.layout import wrap
from matrix.render.phrases import age_words
from matrix.render.standing import job_json, job_lines, standing_json, standing_lines

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from datetime import datetime

    from matrix.model import Registry
    from matrix.operations.status import StoreStatus
    from matrix.store import Run, SourceState


def run(args: argparse.Namespace) -> int:
    """0 where all sources succeeded last, 4 where one failed, is held or was not read, 3 where there is no store."""
    work = surroundings.workplace(args)
    found = read_status(work)
    if found is None:
        why = f"{work.store}: nothing was polled yet; answers rest on the shipped facts"
        output.complain(why, then="archmatrix refresh")
        return Exit.CANNOT_TELL
    now, back = work.clock(), Counter(item.project for item in found.held)
    runs = found.runs if args.runs else []
    if args.json:
        body = {
            **_json(found, runs),
            "daemon": found.daemon or None,
            "jobs": [job_json(job, back[job.project], now) for job in found.jobs],
            "projects": [standing_json(p) for p in found.projects],
            "distributions": [index_json(id_, state) for id_, state in found.indexes.items()],
        }
        output.write_json(document("status", body))
    else:
        lines = _text(work.registry, found, runs, now)
        lines += job_lines(found.jobs, back, found.daemon, now)
        lines += [*standing_lines(found.projects, now), *index_lines(found.indexes, now)]
        output.write(style.safe_lines(lines))
    return Exit.PARTIAL if found.failed else Exit.YES


def _text(known: Registry, found: StoreStatus, runs: Sequence[Run], now: datetime) -> list[str]:
    lines = []
    failing = [s for s in found.states if s.failures]
    good = len(found.states) - len(failing)
    lines.append(
        f"{good} of {len(found.states)} sources are up to date"
        if found.states
        else "no repository was polled: all that is here was read from trees, clones and package indexes"
        if found.indexes
        else "no repository was polled: all that is here was read from trees and clones"
    )
    back = {(item.project, item.source) for item in found.held}
    alike: dict[str, list[SourceState]] = {}
    for state in failing:
        if (state.project, state.source) not in back:
            alike.setdefault(_fared(state, now), []).append(state)
    for words, states in alike.items():
        lines += wrap(f"{_named(states)}: {words}", 2)
    for unread in found.unread:
        name = known.projects[unread.project].name
        lines += wrap(f"{unread.source} of {name} {unread.revision}: not read: {unread.reason}", 2)
    for item in found.held:
        lines += wrap(f"{item.source} of {item.revision}: held {age_words(item.since, now)}: {item.reason}", 2)
        lines += wrap(f"archmatrix accept {item.source}", 4)
    for done in runs:
        lines += wrap(
            f"run {done.id}: {done.started:%Y-%m-%d %H:%M:%S}, {done.kind}, {done.outcome}, {done.documents} files, "
            f"{done.bytes} bytes",
            2,
        )
    return lines


def _fared(state: SourceState, now: datetime) -> str:
    since = f"last good {age_words(state.succeeded, now)}" if state.succeeded else "never good here"
    times = "once" if state.failures == 1 else f"{state.failures} times"
    dead = ", dead" if state.failures >= _DEAD else ""
    return f"failed {times}{dead}, {since}: {state.error}"


def _named(states: Sequence[SourceState]) -> str:
    """The sources that fared alike; of many, such as all that one host has, only how many, and of which projects."""
    if len(states) <= _FEW:
        return ", ".join(s.source for s in states)
    return f"{len(states)} sources of {', '.join(dict.fromkeys(s.project for s in states))}"


_FEW = 4
# A source that failed this often in a row is called dead: nobody mended it for weeks of daily polls.
_DEAD = 30


def _json(found: StoreStatus, runs: Sequence[Run]) -> dict[str, object]:
    return {
        "sources": [
            {
                "project": s.project,
                "source": s.source,
                "version": s.revision or None,
                "attempted_at": s.attempted.isoformat(),
                "succeeded_at": s.succeeded.isoformat() if s.succeeded else None,
                "failures": s.failures,
                "error": s.error or None,
            }
            for s in found.states
        ],
        "not_read": [
            {
                "project": u.project,
                "source": u.source,
                "version": u.revision,
                "reason": u.reason,
                "seen_at": u.seen.isoformat(),
            }
            for u in found.unread
        ],
        "held": [
            {
                "project": h.project,
                "source": h.source,
                "version": h.revision,
                "reason": h.reason,
                "held_at": h.since.isoformat(),
            }
            for h in found.held
        ],
        "runs": [
            {
                "id": r.id,
                "kind": r.kind,
                "started_at": r.started.isoformat(),
                "finished_at": r.finished.isoformat(),
                "outcome": r.outcome,
                "files": r.documents,
                "bytes": r.bytes,
            }
            for r in runs
        ],
    }
