"""Where upstream repositories and the daemon's jobs stand -> a block of text for each, and JSON.

    jobs (the daemon runs: process 4711)
      linux       last good 12 minutes ago; next in 5 hours
      gcc         failed 3 times, last good 2 days ago; next in 40 minutes: gcc: refused

    llvm (llvm/llvm-project)
      head        3f2a1b9c8d7e of 2026-11-19, checked today
      release     22.1.8 of 2026-09-02, checked today
      CI          failure: 2 of 90 checks failed (a, b), checked today
      issues      arm 12, arm64 30, checked today

Titles, labels and names of checks are the words of strangers: in the text no control character of theirs is left, nor
a colour that looks like ours. JSON is made safe by what prints it (output.write_json).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matrix.render.layout import field
from matrix.render.phrases import age_words
from matrix.render.style import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime, timedelta

    from matrix.poll.standing import LastSaid, Point, Standing
    from matrix.store import Job

_COLUMN = 14
_MOST_MOVED, _LONGEST = 5, 200


def standing_lines(found: Sequence[Standing], now: datetime) -> list[str]:
    """The blocks, each after an empty line."""
    lines = []
    for one in found:
        lines += ["", f"{one.id} ({one.repository})"]
        for label, words in _fields(one, now):
            lines += field(f"  {label}", printable(words), _COLUMN)
    return lines


def _fields(one: Standing, now: datetime) -> Iterator[tuple[str, str]]:
    if one.head:
        yield "head", _point_words(one.head, now)
    if one.release:
        yield "release", _point_words(one.release, now)
    label = "moved tags"
    for ref in one.moved[:_MOST_MOVED]:
        words = f"{ref.name.removeprefix('refs/tags/')} from {ref.before[:12]} to {ref.oid[:12]}"
        yield label, words if len(words) <= _LONGEST else f"{words[:_LONGEST]}..."
        label = ""
    if len(one.moved) > _MOST_MOVED:
        yield "", f"and {len(one.moved) - _MOST_MOVED} others"
    topics = one.topics
    if "commit" in topics:
        yield "last commit", _entry_words(topics["commit"], now)
    if "release" in topics:
        yield "announced", _entry_words(topics["release"], now)
    if "checks" in topics:
        yield "CI", _checks_words(topics["checks"], now)
    if "milestones" in topics:
        yield from _milestones(topics["milestones"], now)
    if counts := _issues(one):
        words = ", ".join(f"{arch} {count}" for arch, (count, _) in counts.items())
        yield "open issues", f"{words}, checked {age_words(min(moment for _, moment in counts.values()), now)}"
    if "fault" in topics:
        fault = topics["fault"]
        yield "failed", f"{age_words(fault.checked_at, now)}: {fault.value}"


def _point_words(point: Point, now: datetime) -> str:
    what = point.version or point.commit[:12]
    date = f" of {point.date:%Y-%m-%d}" if point.date else ""
    return f"{what}{date}, checked {age_words(point.checked_at, now)}"


def _entry_words(topic: LastSaid, now: datetime) -> str:
    if not topic.value:
        return f"none, checked {age_words(topic.checked_at, now)}"
    return f"{topic.value['title']} ({topic.value['date'][:10]}), checked {age_words(topic.checked_at, now)}"


def _checks_words(topic: LastSaid, now: datetime) -> str:
    said = topic.value
    at = f" at {said['commit'][:12]}" if said["commit"] else ""
    failed = f", failed: {', '.join(said['failed'])}" if said["failed"] else ""
    words = f"{said['conclusion']}{at} ({said['total']} checks{failed})" if said["total"] else f"none{at}"
    return f"{words}, checked {age_words(topic.checked_at, now)}"


def _milestones(topic: LastSaid, now: datetime) -> Iterator[tuple[str, str]]:
    """The open ones, each on its own line; the finished are counted."""
    label = "milestones"
    for said in topic.value:
        if said["state"] == "open":
            due = f", due {said['due'][:10]}" if said["due"] else ""
            yield label, f"{said['title']}: {said['closed']} of {said['closed'] + said['open']} done{due}"
            label = ""
    closed = sum(said["state"] != "open" for said in topic.value)
    yield label, f"{closed} closed, checked {age_words(topic.checked_at, now)}"


def _issues(one: Standing) -> dict[str, tuple[int, datetime]]:
    """Arch -> how many issues are open under its labels, and when the label that was asked longest ago was."""
    counts: dict[str, tuple[int, datetime]] = {}
    for arch, label in one.labels:
        if (topic := one.topics.get(f"issues/{label}")) is not None:
            before = counts.get(arch, (0, topic.checked_at))
            counts[arch] = (before[0] + topic.value, min(before[1], topic.checked_at))
    return counts


def standing_json(one: Standing) -> dict[str, Any]:
    """The same with every moment, as plain values."""
    fault = one.topics.get("fault")
    said = ("commit", "release", "checks", "milestones")
    return {
        "upstream": one.id,
        "project": one.project,
        "repository": one.repository,
        "head": _point_json(one.head),
        "release": _point_json(one.release),
        "moved_tags": [{"ref": ref.name, "before": ref.before, "after": ref.oid} for ref in one.moved],
        "said": [_topic_json(topic, one.topics[topic]) for topic in said if topic in one.topics],
        "open_issues": [
            {"arch": arch, "label": label, "open": topic.value, "checked_at": topic.checked_at.isoformat()}
            for arch, label in one.labels
            if (topic := one.topics.get(f"issues/{label}")) is not None
        ],
        "error": str(fault.value) if fault else None,
    }


def _point_json(point: Point | None) -> dict[str, Any] | None:
    if point is None:
        return None
    return {
        "version": point.version or None,
        "commit": point.commit,
        "date": point.date.isoformat() if point.date else None,
        "checked_at": point.checked_at.isoformat(),
    }


def _topic_json(name: str, topic: LastSaid) -> dict[str, Any]:
    return {"topic": name, "value": topic.value, "url": topic.url, "checked_at": topic.checked_at.isoformat()}


# --- the daemon ----------------------------------------------------------------------------------------------------


def job_lines(jobs: Sequence[Job], held: Mapping[str, int], holder: str, now: datetime) -> list[str]:
    """The daemon's jobs, after an empty line; nothing where none ever ran. held are sources by project.

    holder is who runs as the daemon, "" for nobody.
    """
    if not (jobs or holder):
        return []
    lines = ["", f"jobs ({f'the daemon runs: {holder}' if holder else 'no daemon runs'})"]
    for job in jobs:
        words = [_job_words(job, now, running=bool(holder))]
        if held.get(job.project):
            words.append(f"{held[job.project]} held")
        if job.due and holder and job.outcome != "running":
            words.append(f"next {'now' if job.due <= now else f'in {_span(job.due - now)}'}")
        lines += field(f"  {job.project}", printable("; ".join(words) + (f": {job.note}" if job.note else "")), _COLUMN)
    return lines


def _job_words(job: Job, now: datetime, *, running: bool) -> str:
    if job.attempted is None:
        return "not refreshed yet"
    if job.outcome == "running":
        since = _span(now - job.attempted)
        return f"being refreshed for {since}" if running else f"cut short, begun {since} ago"
    good = f"last good {_span(now - job.succeeded)} ago" if job.succeeded else "never good"
    if not job.failures:
        return good
    return f"{job.outcome} {'once' if job.failures == 1 else f'{job.failures} times'}, {good}"


def _span(length: timedelta) -> str:
    """`40 seconds`, `3 hours`: in the largest unit of which there are two."""
    seconds = max(0, int(length.total_seconds()))
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}s"
    return "1 second" if seconds == 1 else f"{seconds} seconds"


def job_json(job: Job, held: int, now: datetime) -> dict[str, Any]:
    """The same with every moment, as plain values."""
    moments = {
        "attempted_at": job.attempted,
        "finished_at": job.finished,
        "succeeded_at": job.succeeded,
        "next_run_at": job.due,
    }
    return {
        "project": job.project,
        "outcome": job.outcome or None,
        "failures": job.failures,
        "held": held,
        "age_seconds": int((now - job.succeeded).total_seconds()) if job.succeeded else None,
        **{key: moment.isoformat() if moment else None for key, moment in moments.items()},
        "note": job.note or None,
    }
