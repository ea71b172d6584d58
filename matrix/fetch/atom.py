"""An Atom feed -> its entries; and a question that is only answered in full where the answer changed.

    <feed xmlns="http://www.w3.org/2005/Atom">
      <entry>
        <id>tag:example.org,2026:Repository/1/v0.12.0</id>
        <updated>2026-05-24T13:16:06Z</updated>
        <link rel="alternate" href="https://example.org/releases/tag/v0.12.0"/>
        <title>v0.12.0</title>

Atom has no use for a document type, and a document type is where entities that grow without end are declared: it is
refused. Titles are the words of strangers, to be escaped for wherever they go.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING
from xml.parsers import expat

from matrix.errors import ShapeError
from matrix.fetch.response import FEED

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypeAlias

    from matrix.fetch.client import Client
    from matrix.fetch.policy import Endpoint
    from matrix.fetch.response import Expects

_ATOM = "http://www.w3.org/2005/Atom "
_DEEPEST, _MOST_ENTRIES, _LONGEST = 32, 1000, 4096
_TEXTS = ("id", "title", "updated")
_ETAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e]{0,512}"')
# RFC 3339.
_MOMENT = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})[Tt](?P<time>[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]{1,9})?"
    r"(?:[Zz]|(?P<sign>[+-])(?P<hours>[0-9]{2}):(?P<minutes>[0-9]{2}))",
    re.ASCII,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry: a release or a commit. updated is aware UTC; link is "" where there is none."""

    id: str
    title: str
    updated: datetime
    link: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A new body. etag stands for it next time, "" where the host gave none."""

    body: bytes
    etag: str


@dataclass(frozen=True, slots=True)
class Unchanged:
    """What the etag stands for still holds."""


Conditional: TypeAlias = "Changed | Unchanged"


async def get_if_changed(client: Client, endpoint: Endpoint, etag: str, expects: Expects = FEED) -> Conditional:
    """The feed, or file, unless it is still the one that the etag ("" for none) came with.

    Raises: FetchError.
    """
    answer = await client.request("GET", endpoint, expects=expects, etag=etag if _ETAG.fullmatch(etag) else "")
    if answer.status == 304:
        return Unchanged()
    return Changed(answer.body, sound_etag(answer.headers))


def sound_etag(headers: Mapping[str, str]) -> str:
    """The ETag of an answer, "" where there is none that may be sent back."""
    etag = headers.get("etag", "")
    return etag if _ETAG.fullmatch(etag) else ""


def parse_feed(body: bytes, path: str = "feed") -> tuple[Entry, ...]:
    """The entries, in the feed's order; path names the feed in messages.

    Raises: ShapeError for what is no complete Atom feed.
    """
    reader = _Reader(path)
    try:
        reader.parser.Parse(body, True)
    except expat.ExpatError as error:
        found = f"broken XML ({expat.ErrorString(error.code)})"
        raise ShapeError(path=path, line=error.lineno, found=found, expected="a whole feed") from None
    except (LookupError, ValueError):
        raise reader.drift("an unknown encoding", "UTF-8") from None
    return tuple(reader.entries)


@dataclass
class _Reader:
    """Reads on without building a tree: 16 MiB of empty elements would fill the memory."""

    path: str
    entries: list[Entry] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    reading: str = ""
    pieces: list[str] = field(default_factory=list)
    stack: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self.refuse
        self.parser.EntityDeclHandler = self.refuse
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text

    def drift(self, found: str, expected: str) -> ShapeError:
        return ShapeError(path=self.path, line=self.parser.CurrentLineNumber, found=found, expected=expected)

    def refuse(self, *_: object) -> None:
        raise self.drift("a document type", "none in a feed")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.stack.append(name)
        if len(self.stack) == 1 and name != f"{_ATOM}feed":
            raise self.drift(f"the element {name.rpartition(' ')[2][:60]!r}", "an Atom feed")
        if len(self.stack) > _DEEPEST:
            raise self.drift(f"elements {_DEEPEST} deep", "less")
        if len(self.stack) == 2 and name == f"{_ATOM}entry":
            self.texts = {}
        if len(self.stack) != 3 or self.stack[1] != f"{_ATOM}entry":
            return
        own = name.removeprefix(_ATOM)
        if own in _TEXTS and own not in self.texts:
            self.reading, self.pieces = own, []
        elif own == "link" and attributes.get("rel", "alternate") == "alternate":
            self.texts.setdefault("link", attributes.get("href", "")[:_LONGEST])

    def text(self, data: str) -> None:
        if self.reading:
            self.pieces.append(data)

    def end(self, name: str) -> None:
        self.stack.pop()
        if self.reading and len(self.stack) == 2:
            self.texts[self.reading] = " ".join("".join(self.pieces).split())[:_LONGEST]
            self.reading = ""
        if len(self.stack) == 1 and name == f"{_ATOM}entry":
            self.entries.append(self.entry())
            if len(self.entries) > _MOST_ENTRIES:
                raise self.drift(f"more than {_MOST_ENTRIES} entries", "fewer")

    def entry(self) -> Entry:
        for name in _TEXTS:
            if name not in self.texts:
                raise self.drift(f"an entry without {name}", "one with it")
        return Entry(
            id=self.texts["id"],
            title=self.texts["title"],
            updated=self.moment(self.texts["updated"]),
            link=self.texts.get("link", ""),
        )

    def moment(self, text: str) -> datetime:
        match = _MOMENT.fullmatch(text)
        try:
            if not match:
                raise ValueError  # noqa: TRY301 - a moment in the wrong shape is as bad as one that never was
            moment = datetime.fromisoformat(f"{match['date']}T{match['time']}+00:00")
            if match["sign"]:
                offset = timedelta(hours=int(match["hours"]), minutes=int(match["minutes"]))
                moment -= offset if match["sign"] == "+" else -offset
            return moment.astimezone(timezone.utc)
        except (ValueError, OverflowError):
            raise self.drift(f"updated {text[:60]!r}", "a moment such as 2026-05-24T13:16:06Z") from None
