"""Steps and events -> pages: one for each step, one for each month in which something was observed, an index.

Deterministic, dates absolute; each change has links to the lines of both sides.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from matrix.model import Truth
from matrix.query.spine import is_mainline
from matrix.render.changes.about import concerning
from matrix.render.changes.blocks import change_lines, section_blocks
from matrix.render.changes.words import headline
from matrix.render.page import BREAK, Heading, Item, Items, Link, Page, PageLink, Paragraph
from matrix.render.phrases import backwards_words, revision_words
from matrix.versions import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from matrix.change import Change, Event, ReleaseStep
    from matrix.model import Registry
    from matrix.render.links import UrlOf
    from matrix.render.page import Part

# What stands above each cause's changes of a day.
_CAUSES = {"upstream": "", "ours": ": what archmatrix corrected, upstream being the same"}
_BACK = Paragraph((PageLink(("All changes",), "index"), ", ", PageLink(("the matrix",), "../index")))


def change_pages(
    registry: Registry, steps: Sequence[ReleaseStep], events: Sequence[Event], url_of: UrlOf
) -> dict[str, Page]:
    """The pages by their names. A step that changed nothing has a page that says so."""
    pages = {step_page(s): Page(step_words(registry, s), list(_step(registry, s, url_of))) for s in steps}
    months = [(month, list(own)) for month, own in groupby(newest_events(events), key=lambda e: f"{e.moment:%Y-%m}")]
    for month, own in months:
        pages[month_page(month)] = Page(f"Observed in {month}", [_BACK, *_days(registry, own, url_of)])
    observed = [_listed_month(month, own) for month, own in months]
    listed = [_listed_step(registry, step) for step in newest_steps(steps)]
    pages["changes/index"] = Page("What changed", list(_index(observed, listed)))
    return pages


def step_page(step: ReleaseStep) -> str:
    """`changes/linux-6.12.107-6.18.15`."""
    return f"changes/{step.after.project}-{step.before.label}-{step.after.label}"


def month_page(month: str) -> str:
    """`changes/2026-11`."""
    return f"changes/{month}"


def arch_changes(registry: Registry, steps: Iterable[ReleaseStep], arch: str, url_of: UrlOf) -> Iterator[Part]:
    """What the steps changed for one port, the newest first, for its page."""
    for step in newest_steps(steps):
        if lines := change_lines(registry, concerning(registry, step.changes, arch), url_of):
            yield Paragraph((PageLink((step_words(registry, step),), f"../{step_page(step)}"),))
            yield Items([Item(line) for line in lines])


def newest_steps(steps: Iterable[ReleaseStep]) -> list[ReleaseStep]:
    """By project, as they are given, and in each the newest first."""
    listed = list(steps)
    projects = list(dict.fromkeys(s.after.project for s in listed))
    ordered = sorted(listed, key=lambda s: parse(s.after.label), reverse=True)
    return sorted(ordered, key=lambda s: projects.index(s.after.project))


def newest_events(events: Iterable[Event]) -> list[Event]:
    """The newest first."""
    return sorted(events, key=lambda e: (e.moment, e.id), reverse=True)


def step_words(registry: Registry, step: ReleaseStep) -> str:
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


def _index(observed: Sequence[Item], listed: Sequence[Item]) -> Iterator[Part]:
    yield Paragraph((
        "From release to release, and as it was observed. Each page has both sides of each change with their lines.",
        " The same as", BREAK, "feeds: ", Link(("all",), "../feeds/all.atom"), ", and one for each arch and backend. ",
        PageLink(("The matrix",), "../index"),
    ))  # fmt: skip
    if observed:
        yield Heading(2, ("As observed",))
        yield Items(observed)
    yield Heading(2, ("From release to release",))
    yield Items(listed) if listed else Paragraph(("No two releases of a project are known.",))


def _step(registry: Registry, step: ReleaseStep, url_of: UrlOf) -> Iterator[Part]:
    before, after = revision_words(registry, step.before), revision_words(registry, step.after)
    words = f"From {before} to {after}"
    if step.exact:
        words += ", the release that follows it."
    else:
        words += f". Releases in between were not observed: what changed came with {after} at the latest."
    if not (is_mainline(step.before) and is_mainline(step.after)):
        words += (
            " Where the first release of a series is not known, the newest of it that is known stands for it, with"
            " what it got since."
        )
    if note := backwards_words(registry, step.before, step.after):
        words += f" {note}"
    yield Paragraph((words, BREAK, "The other projects are at their newest release that is known."))
    count = counted(step.changes)
    yield Paragraph((f"{count}." if count else "Nothing that answers rest on changed.",))
    yield _BACK
    yield from section_blocks(registry, (c for c in step.changes if c.topic.about != "release"), url_of)


def _days(registry: Registry, events: Sequence[Event], url_of: UrlOf) -> Iterator[Part]:
    for day, own in groupby(events, key=lambda e: f"{e.moment:%Y-%m-%d}"):
        by_cause: dict[str, list[Change]] = {}
        # Within a day as it happened.
        for event in reversed(list(own)):
            by_cause.setdefault("ours" if event.cause == "ours" else "upstream", []).append(event.change)
        for cause, words in _CAUSES.items():
            if cause in by_cause:
                yield Heading(1, (f"{day}{words}",))
                yield from section_blocks(registry, by_cause[cause], url_of)


def _listed_month(month: str, events: Iterable[Event]) -> Item:
    count = counted(e.change for e in events)
    return Item((PageLink((month,), month_page(month).removeprefix("changes/")), f": {count or 'releases alone'}"))


def _listed_step(registry: Registry, step: ReleaseStep) -> Item:
    answers = [headline(registry, c) for c in step.changes if c.topic.about == "support" and _concerns_a_yes(c)]
    page = PageLink((step_words(registry, step),), step_page(step).removeprefix("changes/"))
    count = counted(step.changes) or "nothing that answers rest on"
    return Item((page, f": {count}"), [(words,) for words in answers])


def _concerns_a_yes(change: Change) -> bool:
    """Whether the cell was or became one: what a reader of the index looks for."""
    return any(s.said is not None and s.said.truth is Truth.YES for s in (change.before, change.after))
