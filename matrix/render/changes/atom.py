"""Entries -> Atom 1.0 feeds (RFC 4287): one of all changes, one for each port of the kernel and each backend.

Ids are made of what an entry is about (uuid5), so that a feed that is made again repeats none of them. Built as a tree:
no word of upstream can open a tag.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING
from uuid import UUID, uuid5
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from matrix.render.changes.entries import entries, of_arch, of_backend
from matrix.render.changes.groups import sections
from matrix.render.changes.words import place, what
from matrix.render.page import HTML, MARKDOWN
from matrix.render.phrases import explained

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matrix.change import Event, ReleaseStep
    from matrix.model import Registry
    from matrix.render.changes.entries import FeedEntry
    from matrix.render.changes.groups import Shown, ToldLine
    from matrix.render.links import UrlOf
    from matrix.render.page import Form

NAMESPACE = UUID("6f1c7a52-64e1-5b0c-9a3f-2d7b8c1e4a90")
_ATOM, _TYPE = "http://www.w3.org/2005/Atom", "application/atom+xml"
_NEVER = datetime(1970, 1, 1, tzinfo=timezone.utc)
# A feed tells what is new; what is older stands in the pages.
MOST_ENTRIES = 200
_NAME = "Rust in the Linux kernel"


def feeds(
    registry: Registry,
    steps: Iterable[ReleaseStep],
    events: Sequence[Event],
    url_of: UrlOf,
    form: Form = MARKDOWN,
    *,
    base: str = "",
) -> dict[str, str]:
    """Each feed's path below reports/ -> its text. There is one for each port and backend, empty ones too.

    form is that of the pages beside them. base is the address, with "/" at its end, under which the pages for browsers
    are published; "" where that is not known: then feeds and entries lead to the pages beside them.
    """
    made = _Feeds(registry, url_of, form, base)
    told = entries(registry, steps, events)
    path, title = "feeds/all.atom", f"{_NAME}: all changes"
    files = {path: made.feed(("all",), title, path, "changes/index", told)}
    for arch in registry.arches.values():
        path, title = f"feeds/arch/{arch.id}.atom", f"{_NAME} on {arch.id}"
        files[path] = made.feed(("arch", arch.id), title, path, f"arch/{arch.id}", of_arch(told, arch.id))
    for backend in registry.backends.values():
        path, title = f"feeds/backend/{backend.id}.atom", f"{_NAME} with {backend.title}"
        own = of_backend(registry, told, backend.id)
        files[path] = made.feed(("backend", backend.id), title, path, f"backend/{backend.id}", own)
    return files


def permanent_id(key: Iterable[str]) -> str:
    """`urn:uuid:...`, the same for the same key for ever."""
    return f"urn:uuid:{uuid5(NAMESPACE, chr(0).join(key))}"


def clean(words: str) -> str:
    """Words that XML can hold, and that turn no line around: other control characters are shown as such."""
    return "".join(c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in words)


class _Feeds:
    def __init__(self, registry: Registry, url_of: UrlOf, form: Form, base: str) -> None:
        self.registry, self.url_of, self.form, self.base = registry, url_of, form, base

    def feed(self, key: tuple[str, ...], title: str, path: str, page: str, feed_entries: Sequence[FeedEntry]) -> str:
        """The feed at `path`, of which a page tells as well."""
        up = "../" * path.count("/")
        told = feed_entries[:MOST_ENTRIES]
        root = Element("feed", {"xmlns": _ATOM})
        _text(root, "id", permanent_id(("feed", *key)))
        _text(root, "title", title)
        _text(root, "updated", _moment(max((e.updated for e in told), default=_NEVER)))
        _text(SubElement(root, "author"), "name", "archmatrix")
        # Where it lies itself: a reader that was handed the text alone finds the next one there.
        itself = f"{self.base}{path}" if self.base else path.rpartition("/")[2]
        SubElement(root, "link", {"rel": "self", "type": _TYPE, "href": itself})
        self.links(root, up, page)
        for entry in told:
            self.entry(SubElement(root, "entry"), entry, up)
        indent(root)
        return f"<?xml version='1.0' encoding='utf-8'?>\n{tostring(root, encoding='unicode')}\n"

    def entry(self, node: Element, entry: FeedEntry, up: str) -> None:
        _text(node, "id", permanent_id(("entry", *entry.key)))
        _text(node, "title", entry.title)
        _text(node, "updated", _moment(entry.updated))
        self.links(node, up, entry.page)
        SubElement(node, "category", {"term": entry.arch})
        for kind in sorted({c.kind.value for c in entry.changes}):
            SubElement(node, "category", {"term": kind})
        _text(node, "content", tostring(self.content(entry), encoding="unicode", method="html")).set("type", "html")

    def links(self, node: Element, up: str, page: str) -> None:
        """To the page for browsers by its whole address, where that is known; to the one beside, by the way there."""
        found = {HTML.kind: f"{self.base}{HTML.file(page)}"} if self.base else {}
        found.setdefault(self.form.kind, f"{up}{self.form.file(page)}")
        for kind, address in found.items():
            SubElement(node, "link", {"rel": "alternate", "type": kind, "href": address})

    def content(self, entry: FeedEntry) -> Element:
        """Headings and lists; every address is one that our own templates made."""
        body = Element("div")
        for section in sections(self.registry, entry.changes):
            _text(body, "h3", section.title)
            for block in section.blocks:
                if block.heads:
                    _text(body, "h4", ", ".join(block.heads))
                listed = SubElement(body, "ul")
                for item in block.items:
                    self.item(SubElement(listed, "li"), item)
        return body

    def item(self, node: Element, item: ToldLine) -> None:
        numbers = explained(what(item.change))
        node.text = clean(f"{', '.join(item.labels)}: {what(item.change)}{f' ({numbers})' if numbers else ''}")
        sides = list(zip(("before", "after"), item.sides(), strict=True))
        if any(shown.lines or shown.notes for _, shown in sides):
            listed = SubElement(node, "ul")
            for word, shown in sides:
                self.side(listed, word, shown)

    def side(self, listed: Element, word: str, shown: Shown) -> None:
        for note in () if shown.repeated else shown.notes:
            _text(listed, "li", f"{word}: {note}")
        for line in shown.lines:
            node = SubElement(listed, "li")
            node.text = f"{word}: {'not in ' if shown.missing else ''}"
            address = self.url_of(line)
            linked = SubElement(node, "a", {"href": address}) if address else SubElement(node, "span")
            linked.text = clean(place(self.registry, line))
            if line.says and not (shown.missing or shown.repeated):
                linked.tail = clean(f": {line.says}")


def _text(parent: Element, tag: str, words: str) -> Element:
    node = SubElement(parent, tag)
    node.text = clean(words)
    return node


def _moment(moment: datetime) -> str:
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
