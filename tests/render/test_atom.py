"""The feeds: RFC 4287, stable ids, one entry for each port and release or day."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from xml.etree import ElementTree as ET

import feedparser
import pytest

from matrix.change import Kind
from matrix.render.changes.atom import MOST_ENTRIES, feeds
from matrix.render.page import HTML, MARKDOWN
from tests.render.conftest import ADDED, NOON, RAISED, STEP, change

# The steps between all releases are resolved for them; tests/cli/test_report.py reads the feeds by default.
pytestmark = pytest.mark.slow

ATOM = "{http://www.w3.org/2005/Atom}"
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
URN = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# Section 4.1: what a feed and an entry may hold, and how often (least, most).
MANY = 1 << 30
FEED = {"id": (1, 1), "title": (1, 1), "updated": (1, 1), "author": (1, MANY), "link": (1, MANY), "entry": (0, MANY)}
ENTRY = {
    "id": (1, 1),
    "title": (1, 1),
    "updated": (1, 1),
    "link": (1, MANY),
    "category": (0, MANY),
    "content": (1, 1),
}


@pytest.fixture
def made(registry, steps, events, url_of):
    return feeds(registry, steps, events, url_of)


def children(node: ET.Element, allowed: dict[str, tuple[int, int]]) -> None:
    names = [child.tag.removeprefix(ATOM) for child in node]
    assert set(names) <= set(allowed)
    for name, (least, most) in allowed.items():
        assert least <= names.count(name) <= most, name


def words(node: ET.Element, name: str) -> str:
    return node.findtext(ATOM + name) or ""


def valid(text: str) -> ET.Element:
    """The document, having asserted what the RFC asks of it."""
    root = ET.fromstring(text)  # noqa: S314  # we made it
    assert root.tag == f"{ATOM}feed"
    children(root, FEED)
    assert words(root.find(f"{ATOM}author"), "name")
    entries = root.findall(f"{ATOM}entry")
    for node in [root, *entries]:
        assert URN.fullmatch(words(node, "id"))
        assert words(node, "title").strip()
        assert DATE.fullmatch(words(node, "updated"))
        links = [(x.get("rel"), x.get("type"), x.get("hreflang")) for x in node.findall(f"{ATOM}link")]
        assert len(links) == len(set(links))
        assert all(x.get("href") for x in node.findall(f"{ATOM}link"))
    for entry in entries:
        children(entry, ENTRY)
        assert entry.find(f"{ATOM}content").get("type") == "html"
        assert all(c.get("term") for c in entry.findall(f"{ATOM}category"))
    ids = [words(node, "id") for node in [root, *entries]]
    assert len(ids) == len(set(ids))
    dates = [words(e, "updated") for e in entries]
    assert dates == sorted(dates, reverse=True)
    assert not dates or words(root, "updated") == dates[0]
    return root


@pytest.mark.slow
def test_every_feed_is_valid(made):
    """By the letter, and to a reader of feeds."""
    for path, text in made.items():
        valid(text)
        read = feedparser.parse(text)
        assert (read.version, bool(read.bozo)) == ("atom10", False), path


def test_there_is_one_of_all_one_an_arch_and_one_a_backend(made, registry):
    """Also where nothing changed yet: who subscribes today is told tomorrow."""
    expected = {"feeds/all.atom"} | {f"feeds/arch/{a}.atom" for a in registry.arches}
    assert set(made) == expected | {f"feeds/backend/{b}.atom" for b in registry.backends}


def test_no_two_feeds_have_one_id(made):
    """And an entry has one only where it is the same: the arches', not the backends', which hold a part of it."""
    ids = [words(ET.fromstring(t), "id") for t in made.values()]  # noqa: S314
    assert len(ids) == len(set(ids))
    told: dict[str, str] = {}
    for text in made.values():
        for entry in valid(text).iter(f"{ATOM}entry"):
            body = words(entry, "content")
            assert told.setdefault(words(entry, "id"), body) == body


def test_ids_stay(registry, url_of):
    """Committed once, for ever: a reader would be told of everything anew."""
    root = valid(feeds(registry, [STEP], [], url_of)["feeds/all.atom"])
    assert [words(e, "id") for e in root.iter(f"{ATOM}entry")] == [
        "urn:uuid:6294026a-f13b-5731-8869-08cd76fae54c",
        "urn:uuid:7f69e964-216b-5f2b-9443-3d35862cb4e0",
    ]


def test_an_entry_a_port_and_a_release(registry, url_of):
    """Not one a change; dated as the release is."""
    root = valid(feeds(registry, [STEP], [], url_of)["feeds/all.atom"])
    entries = root.findall(f"{ATOM}entry")
    came = " (Linux 6.18.15 to 7.1.13)"
    assert [words(e, "title").removesuffix(came).split("; ") for e in entries] == [
        [
            "arm: Rust is now possible with rustc + LLVM on arm-v7 (if !KASAN && RUSTC_VERSION >= 108200)",
            "rustc has the target armv6-none-eabi now",
            "1 more change",
        ],
        [
            "the kernel now needs rustc >= 1.85.0 (was >= 1.78.0)",
            "rustc calls i686-unknown-redox i586-unknown-redox now",
        ],
    ]
    assert all(words(e, "title").endswith(came) for e in entries)
    assert {words(e, "updated") for e in entries} == {"2026-09-01T12:00:00Z"}
    links = {e.find(f"{ATOM}link").get("href") for e in entries}
    assert links == {"../changes/linux-6.18.15-7.1.13.md"}


def leads(node: ET.Element) -> dict[tuple[str, str], str]:
    """Where a feed or an entry leads to, by what the link is and the kind of what lies there."""
    return {(x.get("rel"), x.get("type")): x.get("href") for x in node.findall(f"{ATOM}link")}


@pytest.mark.parametrize("form", [MARKDOWN, HTML], ids=["markdown", "html"])
@pytest.mark.parametrize("base", ["", "https://example.org/rust/"], ids=["here", "published"])
def test_links_lead_to_the_pages(registry, url_of, form, base):
    """For browsers by the whole address where it is known; each feed says where it lies itself."""
    made = feeds(registry, [STEP], [], url_of, form, base=base)
    page = "changes/linux-6.18.15-7.1.13"
    beside = {("alternate", form.kind): f"../../{form.file(page)}"}
    whole = {("alternate", "text/html"): f"{base}{page}.html"} if base else {}
    root = valid(made["feeds/arch/arm.atom"])
    assert leads(root)["self", "application/atom+xml"] == (f"{base}feeds/arch/arm.atom" if base else "arm.atom")
    assert [leads(e) for e in root.iter(f"{ATOM}entry")] == [beside | whole]
    index = f"{base}changes/index.html" if base else f"../{form.file('changes/index')}"
    assert leads(valid(made["feeds/all.atom"]))["alternate", "text/html" if base else form.kind] == index


def test_an_address_changes_no_id(registry, url_of):
    """A reader is told nothing twice when the pages move."""
    plain, moved = (feeds(registry, [STEP], [], url_of, base=base) for base in ("", "https://example.org/"))
    for path, text in plain.items():
        assert re.findall("<id>.*</id>", text) == re.findall("<id>.*</id>", moved[path])


def test_both_sides_lines_are_linked(registry, url_of):
    body = words(valid(feeds(registry, [STEP], [], url_of)["feeds/all.atom"])[-1], "content")
    assert '<li>before: <a href="https://git.kernel.org/' in body
    assert "?h=v6.18.15#n34" in body
    assert '?h=v7.1.13#n36">Linux 7.1.13 scripts/min-tool-version.sh:36</a>: rustc: minimum 1.85.0</li>' in body


def test_events_are_told_by_the_day(registry, events, url_of):
    """At the moment of the last of them; ours as ours."""
    root = valid(feeds(registry, [], events, url_of)["feeds/all.atom"])
    assert [(words(e, "title"), words(e, "updated")) for e in root.findall(f"{ATOM}entry")] == [
        (
            "arm: upstream contradicts itself: levels differ (arm) (2026-11-21, corrected by archmatrix)",
            "2026-11-21T12:00:00Z",
        ),
        (
            "arm: Rust is now possible with rustc + LLVM on arm-v7 (if !KASAN && RUSTC_VERSION >= 108200) (2026-11-20)",
            "2026-11-20T12:05:00Z",
        ),
        ("the kernel now needs rustc >= 1.85.0 (was >= 1.78.0) (2026-10-21)", "2026-10-21T12:00:00Z"),
    ]


def test_a_day_that_goes_on_keeps_its_id(registry, events, url_of):
    """The entry is updated, and is no new one."""
    later = replace(events[1], id=9, moment=NOON + timedelta(hours=3), change=ADDED)
    ids = []
    for told in (events, [*events, later]):
        root = valid(feeds(registry, [], told, url_of)["feeds/all.atom"])
        ids.append([words(e, "id") for e in root.findall(f"{ATOM}entry")])
    assert ids[0] == ids[1]


def test_a_release_alone_is_no_news(registry, url_of):
    released = change(Kind.RELEASED, ("release", "linux", ""), "6.18.15", "7.1.13")
    text = feeds(registry, [replace(STEP, changes=(released,))], [], url_of)["feeds/all.atom"]
    assert "<entry>" not in text
    assert words(valid(text), "updated") == "1970-01-01T00:00:00Z"


def test_a_backend_s_feed_holds_what_is_about_it(registry, url_of):
    made = feeds(registry, [STEP], [], url_of)
    bodies = [words(e, "content") for e in valid(made["feeds/backend/rustc-llvm.atom"]).iter(f"{ATOM}entry")]
    assert len(bodies) == 1
    assert "rustc + LLVM: added" in bodies[0]
    assert "raised" not in bodies[0]
    assert "<entry>" not in made["feeds/backend/mrustc.atom"]


def test_upstream_s_words_are_words(registry, url_of):
    """What XML cannot hold is replaced, and no tag of theirs is one."""
    text = feeds(registry, [STEP], [], url_of)["feeds/all.atom"]
    assert all(c.isprintable() or c == "\n" for c in text)
    valid(text)
    read = feedparser.parse(text, sanitize_html=False)
    body = next(e for e in read.entries if e.title.startswith("arm: ")).content[0].value
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in body
    assert "<script" not in body


def test_a_feed_has_an_end(registry, events, url_of):
    """The newest are kept."""
    many = [replace(events[0], id=n, moment=NOON + timedelta(days=n), change=RAISED) for n in range(MOST_ENTRIES + 5)]
    entries = valid(feeds(registry, [], many, url_of)["feeds/all.atom"]).findall(f"{ATOM}entry")
    assert len(entries) == MOST_ENTRIES
    assert words(entries[0], "updated") == f"{NOON + timedelta(days=MOST_ENTRIES + 4):%Y-%m-%d}T12:00:00Z"
