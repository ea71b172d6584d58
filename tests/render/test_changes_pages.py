"""The Markdown pages of what changed."""

from __future__ import annotations

import re
from dataclasses import replace

from matrix.render.changes.blocks import changes_page
from matrix.render.changes.pages import arch_changes, change_pages
from matrix.render.markdown import page_markdown
from matrix.render.page import Items, PageLink, plain
from tests.render.conftest import HAND, NEW, OLD, RAISED, STEP

CONTROL = re.compile(r"[^\n\x20-\x7e\u00a0-\u202d\u2030-\ufffd]")


def written(registry, steps, events, url_of):
    """The pages as Markdown, by their files' names."""
    pages = change_pages(registry, steps, events, url_of)
    return {f"{name}.md": page_markdown(page) for name, page in pages.items()}


def changes_markdown(*args):
    return page_markdown(changes_page(*args))


def test_a_page_for_each_step_and_month_and_an_index(registry, events, url_of):
    pages = written(registry, [STEP], events, url_of)
    months = ["changes/2026-10.md", "changes/2026-11.md"]
    assert sorted(pages) == [*months, "changes/index.md", "changes/linux-6.18.15-7.1.13.md"]


def test_the_index_names_the_newest_first(registry, steps, events, url_of):
    """And the pages that it links to are there."""
    pages = written(registry, steps, events, url_of)
    index = pages["changes/index.md"]
    linked = re.findall(r"\]\(<?([^)>]+\.md)>?\)", index)
    assert {f"changes/{name}" for name in linked if not name.startswith("../")} == pages.keys() - {"changes/index.md"}
    assert linked.index("2026-11.md") < linked.index("2026-10.md") < linked.index("linux-6.18.15-7.1.13.md")
    assert linked.index("linux-6.18.15-7.1.13.md") < linked.index("linux-6.1.176-6.12.107.md")
    assert "  - arm-v7 with rustc + LLVM: narrowed: supported -\\> conditional if !KASAN\n" in index


def test_each_change_has_links_to_both_sides(registry, url_of):
    page = written(registry, [STEP], [], url_of)["changes/linux-6.18.15-7.1.13.md"]
    assert "- **rustc**: raised: \\>= 1.78.0 -\\> \\>= 1.85.0\n" in page
    lines = re.findall(r"  - (before|after): \[Linux \S+ scripts/min-tool-version.sh:\d+\]\(<(.+)>\)", page)
    assert [word for word, _ in lines] == ["before", "after"]
    assert [address.rpartition("h=v")[2] for _, address in lines] == ["6.18.15#n34", "7.1.13#n36"]
    assert "| armv6-none-eabi " in page
    assert "(108200 is rustc 1.82.0)" in page


def test_a_gap_is_said_to_be_one(registry, url_of):
    """And nothing is, where the releases follow each other."""
    page = written(registry, [STEP], [], url_of)["changes/linux-6.18.15-7.1.13.md"]
    assert "Releases in between were not observed" in page
    assert "the newest of it that is known stands for it" in page
    first, second = replace(OLD, label="7.0"), replace(NEW, label="7.1")
    exact = replace(STEP, before=first, after=second, exact=True)
    page = written(registry, [exact], [], url_of)["changes/linux-7.0-7.1.md"]
    assert "not observed" not in page
    assert "stands for it" not in page


def test_a_step_without_changes_says_so(registry, url_of):
    quiet = replace(STEP, changes=())
    pages = written(registry, [quiet], [], url_of)
    assert "Nothing that answers rest on changed." in pages["changes/linux-6.18.15-7.1.13.md"]
    assert "nothing that answers rest on" in pages["changes/index.md"]


def test_no_step_at_all(registry, url_of):
    pages = written(registry, [], [], url_of)
    assert list(pages) == ["changes/index.md"]
    assert "No two releases of a project are known." in pages["changes/index.md"]


def test_a_month_has_its_days_and_what_is_ours_apart(registry, events, url_of):
    page = written(registry, [], events, url_of)["changes/2026-11.md"]
    assert re.findall(r"^# (2026.*)$", page, re.MULTILINE) == [
        "2026-11-21: what archmatrix corrected, upstream being the same",
        "2026-11-20",
    ]


def test_upstream_s_words_are_no_markup(registry, url_of):
    """No HTML, no link, no control character, whatever a line of theirs holds."""
    for text in [*written(registry, [STEP], [], url_of).values(), changes_markdown(registry, "a", HAND, url_of)]:
        body = re.sub(r"^<!--.*-->$|\(<[a-z0-9:./][^>]*>\)", "", text, flags=re.MULTILINE)
        assert not re.search(r"(?<!\\)<", body)
        assert not re.search(r"(?<!\\)\]\(javascript", body)
        assert not CONTROL.search(text)


def test_the_same_from_the_same(registry, steps, events, url_of):
    """In whatever order events come; ends with one newline, and no line ends in a blank."""
    pages = written(registry, steps, events, url_of)
    assert pages == written(registry, steps, list(reversed(events)), url_of)
    for text in pages.values():
        assert text.endswith("\n")
        assert not text.endswith("\n\n")
        assert not re.search(r"[ \t]$|\n\n\n", text, re.MULTILINE)


def test_an_arch_s_page_lists_what_concerns_it(registry, url_of):
    """In a line each; the kernel rung, which stands on the cell's lines, is not told again."""
    step, lines = arch_changes(registry, [STEP], "arm", url_of)
    assert [s.page for s in step.text if isinstance(s, PageLink)] == ["../changes/linux-6.18.15-7.1.13"]
    assert isinstance(lines, Items)
    told = [plain(item.text).partition(":")[0] for item in lines.items]
    assert told == ["arm-v7 with rustc + LLVM", "rustc target armv6-none-eabi", "levels differ, arm"]
    assert list(arch_changes(registry, [STEP], "alpha", url_of)) == []


def test_a_document_of_its_own(registry, url_of):
    """For `diff --format markdown`."""
    text = changes_markdown(registry, "Linux 1 to 2", [RAISED], url_of)
    assert text.startswith("# Linux 1 to 2\n\n## The kernel in general\n\n- **rustc**")
    assert "No change." in changes_markdown(registry, "a to b", [], url_of)
