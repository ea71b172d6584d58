"""A request -> what goes back: /healthz, /metrics, or a file of the reports, for reading alone."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from matrix.daemon import static
from matrix.daemon.metrics import TYPE as METRICS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back. handle is an open file in place of the body, of so many bytes; -1 for none."""

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    handle: int = -1
    size: int = 0


@dataclass(frozen=True, slots=True)
class Served:
    """What is served: health says (well, JSON), metrics is their text, folders hold the files (none: no reports).

    What is in several folders is the first one's.
    """

    health: Callable[[], tuple[bool, dict[str, Any]]]
    metrics: Callable[[], bytes]
    folders: Callable[[], Sequence[Path]]

    def answer(self, method: str, target: str, etags: str = "") -> Reply:
        """One request. target is as sent; etags what If-None-Match said, "" for nothing."""
        if method not in ("GET", "HEAD"):
            return text_reply(405, "only GET and HEAD are answered", ("allow", "GET, HEAD"))
        path = target.partition("?")[0]
        if path == "/healthz":
            well, said = self.health()
            body = json.dumps(said, indent=2).encode() + b"\n"
            return Reply(200 if well else 503, [("content-type", "application/json"), _FRESH], body)
        if path == "/metrics":
            return Reply(200, [("content-type", METRICS), _FRESH], self.metrics())
        folders = self.folders()
        served = next((file for folder in folders if (file := static.find(folder, path))), None)
        if served is None:
            there = "and so are the reports, once they are written" if folders else "reports are not (--reports)"
            return text_reply(404, f"nothing is here; /healthz and /metrics are, {there}")
        if isinstance(served, static.Moved):
            # A path of slashes would be read as another host.
            return text_reply(301, "it is a folder", ("location", "/" + served.to.lstrip("/")))
        return _file(served, etags)


def _file(opened: static.Opened, etags: str) -> Reply:
    headers = [("cache-control", "no-cache"), ("etag", opened.etag)]
    if _matches(etags, opened.etag):
        os.close(opened.handle)
        return Reply(304, headers)
    return Reply(200, [("content-type", opened.kind), *headers], handle=opened.handle, size=opened.size)


_FRESH = ("cache-control", "no-store")


def text_reply(status: int, words: str, *headers: tuple[str, str]) -> Reply:
    """A few words."""
    return Reply(status, [("content-type", "text/plain; charset=utf-8"), *headers], f"{words}\n".encode())


def _matches(etags: str, etag: str) -> bool:
    return etags.strip() == "*" or etag in (tag.strip().removeprefix("W/") for tag in etags.split(","))
