"""How a refresh of several projects ended, and what it printed -> the outcome of each.

complete    all of it is as new as its repositories
partial     something failed or is held; the note says what
failed      the refresh itself ended before its time, for all that it was of
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from matrix.exits import Exit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from matrix.daemon.child import Ran

# A fault of ours at one project (70) leaves the others their document, where it came so far.
_TOLD = (Exit.YES, Exit.PARTIAL, Exit.FAULT)
_LONGEST = 1000


class Outcome(NamedTuple):
    """One of the words above, and why in a line: "" for a complete one."""

    word: str
    note: str


def outcomes(projects: Sequence[str], upstreams: Mapping[str, str], ran: Ran) -> dict[str, Outcome]:
    """Each project's. upstreams are the repositories and distributions that there are, with their projects."""
    if ran.late:
        return _all(projects, f"it was stopped after {ran.seconds:.0f} seconds")
    if ran.code not in _TOLD or (ran.code == Exit.FAULT and not ran.out.strip()):
        return _all(projects, ran.said or f"it ended with {ran.code}")
    reasons: dict[str, list[str]] = {project: [] for project in projects}
    missing = {id_ for id_, project in upstreams.items() if project in reasons}
    try:
        for id_, told in _told(json.loads(ran.out)):
            missing.discard(id_)
            reasons.get(upstreams[id_], []).extend(told)
    except (ValueError, TypeError, KeyError, AttributeError):
        return _all(projects, "it did not say what became of its repositories")
    for id_ in sorted(missing):
        reasons[upstreams[id_]].append(f"{id_}: the refresh does not say what became of it")
    return {
        p: Outcome("partial", "; ".join(r)[:_LONGEST]) if r else Outcome("complete", "") for p, r in reasons.items()
    }


def _all(projects: Sequence[str], note: str) -> dict[str, Outcome]:
    return dict.fromkeys(projects, Outcome("failed", note[:_LONGEST]))


def _told(report: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Each repository and distribution that `refresh --json` names, and what went wrong there."""
    for polled in report["upstreams"]:
        failed = [f"{polled['upstream']}: {polled['error']}"] if polled["error"] else []
        failed += [f"{one['source']}: {one['reason']}" for one in polled["failed_sources"]]
        failed += [f"{one['source']} held: {one['reason']}" for one in polled["held"]]
        yield polled["upstream"], failed
    for told in report["said"]:
        yield told["upstream"], [f"{told['upstream']}: {error}" for error in told["errors"]]
    for indexed in report["distributions"]:
        yield indexed["distro"], [f"{indexed['distro']}: {indexed['error']}"] if indexed["error"] else []
