"""Steps and events -> Markdown pages: one for each step, one for each month in which something was observed, an index.

Deterministic, dates absolute; each change has links to the lines of both sides.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from matrix.model import Truth
from matrix.query.spine import is_mainline
from matrix.render.changes.about import concerning
from matrix.render.changes.markdown import change_lines, section_values
from matrix.render.changes.words import headline
from matrix.render.phrases import backwards_words, revision_words
from matrix.render.report.templating import fill, templates
from matrix.versions import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matrix.changes import Change, Event, Step
    from matrix.model import Registry
    from matrix.render.links import UrlOf

_CAUSES = ("upstream", "ours")


def change_pages(registry: Registry, steps: Sequence[Step], events: Sequence[Event], url_of: UrlOf) -> dict[str, str]:
    """Each page's path below reports/ -> its text. A step that changed nothing has a page that says so."""
    environment = templates()
    files = {step_path(s): fill(environment, "step.md.j2", **_step(registry, s, url_of)) for s in steps}
    months = [(month, list(own)) for month, own in groupby(newest_events(events), key=lambda e: f"{e.moment:%Y-%m}")]
    for month, own in months:
        days = _days(registry, own, url_of)
        files[month_path(month)] = fill(environment, "month.md.j2", month=month, days=days)
    listed = [_listed(registry, step) for step in newest_steps(steps)]
    observed = [{"month": month, "counted": counted(e.change for e in own)} for month, own in months]
    files["changes/README.md"] = fill(environment, "changes.md.j2", steps=listed, months=observed)
    return files


def step_path(step: Step) -> str:
    """`changes/linux-6.12.107-6.18.15.md`."""
    return f"changes/{step.after.project}-{step.before.label}-{step.after.label}.md"


def month_path(month: str) -> str:
    """`changes/2026-11.md`."""
    return f"changes/{month}.md"


def arch_changes(registry: Registry, steps: Iterable[Step], arch: str, url_of: UrlOf) -> list[dict[str, Any]]:
    """What the steps changed for one port, the newest first, for its page."""
    return [
        {"title": step_words(registry, step), "page": f"../{step_path(step)}", "lines": lines}
        for step in newest_steps(steps)
        if (lines := change_lines(registry, concerning(registry, step.changes, arch), url_of))
    ]


def newest_steps(steps: Iterable[Step]) -> list[Step]:
    """By project, as they are given, and in each the newest first."""
    listed = list(steps)
    projects = list(dict.fromkeys(s.after.project for s in listed))
    ordered = sorted(listed, key=lambda s: parse(s.after.label), reverse=True)
    return sorted(ordered, key=lambda s: projects.index(s.after.project))


def newest_events(events: Iterable[Event]) -> list[Event]:
    """The newest first."""
    return sorted(events, key=lambda e: (e.moment, e.id), reverse=True)


def step_words(registry: Registry, step: Step) -> str:
    """`Linux 6.12.107 to 6.18.15 (2026-02-27)`."""
    name = registry.projects[step.after.project].name
    return f"{name} {step.before.label} to {revision_words(registry, step.after).removeprefix(f'{name} ')}"


def counted(changes: Iterable[Change]) -> str:
    """`2 added, 1 dropped, 3 raised`; "" where there is nothing but a release."""
    kinds: dict[str, int] = {}
    for change in changes:
        if change.topic.about != "release":
            words = change.kind.value.replace("-", " ")
            kinds[words] = kinds.get(words, 0) + 1
    return ", ".join(f"{count} {words}" for words, count in sorted(kinds.items()))


def _step(registry: Registry, step: Step, url_of: UrlOf) -> dict[str, Any]:
    return {
        "title": step_words(registry, step),
        "before": revision_words(registry, step.before),
        "after": revision_words(registry, step.after),
        "exact": step.exact,
        "stand_in": not (is_mainline(step.before) and is_mainline(step.after)),
        "note": backwards_words(registry, step.before, step.after),
        "counted": counted(step.changes),
        "sections": section_values(registry, (c for c in step.changes if c.topic.about != "release"), url_of),
    }


def _days(registry: Registry, events: Sequence[Event], url_of: UrlOf) -> list[dict[str, Any]]:
    found = []
    for day, own in groupby(events, key=lambda e: f"{e.moment:%Y-%m-%d}"):
        by_cause: dict[str, list[Change]] = {}
        # Within a day as it happened.
        for event in reversed(list(own)):
            by_cause.setdefault("ours" if event.cause == "ours" else "upstream", []).append(event.change)
        causes = [(cause, section_values(registry, by_cause[cause], url_of)) for cause in _CAUSES if cause in by_cause]
        found.append({"day": day, "causes": causes})
    return found


def _listed(registry: Registry, step: Step) -> dict[str, Any]:
    answers = [headline(registry, c) for c in step.changes if c.topic.about == "support" and _concerns_a_yes(c)]
    page = step_path(step).removeprefix("changes/")
    return {"title": step_words(registry, step), "page": page, "counted": counted(step.changes), "answers": answers}


def _concerns_a_yes(change: Change) -> bool:
    """Whether the cell was or became one: what a reader of the index looks for."""
    return any(s.said is not None and s.said.truth is Truth.YES for s in (change.before, change.after))
