"""A request -> what goes back: /healthz, /metrics, or a file of the reports, for reading alone."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from matrix.daemon import static
from matrix.daemon.metrics import TYPE as METRICS
from matrix.daemon.readable import page

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back. handle is an open file in place of the body, of so many bytes; -1 for none."""

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    handle: int = -1
    size: int = 0


@dataclass(frozen=True, slots=True)
class Site:
    """What is served: health says (well, JSON), metrics is their text, reports the folder (None: there is none)."""

    health: Callable[[], tuple[bool, dict[str, Any]]]
    metrics: Callable[[], bytes]
    reports: Callable[[], Path | None]

    def answer(self, method: str, target: str, etags: str = "", accept: str = "") -> Answer:
        """One request. target is as sent; etags what If-None-Match said, accept what Accept did, "" for nothing."""
        if method not in ("GET", "HEAD"):
            return plain(405, "only GET and HEAD are answered", ("allow", "GET, HEAD"))
        path = target.partition("?")[0]
        if path == "/healthz":
            well, said = self.health()
            body = json.dumps(said, indent=2).encode() + b"\n"
            return Answer(200 if well else 503, [("content-type", "application/json"), _FRESH], body)
        if path == "/metrics":
            return Answer(200, [("content-type", METRICS), _FRESH], self.metrics())
        root = self.reports()
        found = static.find(root, path) if root is not None else None
        if found is None:
            there = "and so are the reports, once they are written" if root else "reports are not (--reports)"
            return plain(404, f"nothing is here; /healthz and /metrics are, {there}")
        if isinstance(found, static.Moved):
            # A path of slashes would be read as another host.
            return plain(301, "it is a folder", ("location", "/" + found.to.lstrip("/")))
        return _file(found, etags, accept)


def _file(found: static.Opened, etags: str, accept: str) -> Answer:
    """A file as it is; a page of Markdown as HTML for whoever asks for that, as every browser does."""
    headers = [("cache-control", "no-cache")]
    etag, readable = found.etag, False
    if found.kind == static.MARKDOWN:
        headers.append(("vary", "accept"))
        readable = "text/html" in accept and found.size <= _LONGEST_PAGE
        etag = f'{etag[:-1]}-html"' if readable else etag
    headers.append(("etag", etag))
    if _matches(etags, etag):
        os.close(found.handle)
        return Answer(304, headers)
    if readable:
        with open(found.handle, "rb") as file:  # noqa: PTH123 - it is open
            body = page(file.read(found.size).decode("utf-8", "replace")).encode()
        return Answer(200, [("content-type", "text/html; charset=utf-8"), *headers], body)
    return Answer(200, [("content-type", found.kind), *headers], handle=found.handle, size=found.size)


_FRESH = ("cache-control", "no-store")
# Longer ones would hold up everybody while they are put into HTML.
_LONGEST_PAGE = 1024 * 1024


def plain(status: int, words: str, *headers: tuple[str, str]) -> Answer:
    """A few words."""
    return Answer(status, [("content-type", "text/plain; charset=utf-8"), *headers], f"{words}\n".encode())


def _matches(etags: str, etag: str) -> bool:
    return etags.strip() == "*" or etag in (tag.strip().removeprefix("W/") for tag in etags.split(","))
