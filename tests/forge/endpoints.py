"""A request and the hosted repositories -> what a public host would answer.

    /OWNER/REPO.git/info/refs?service=git-upload-pack   capabilities, or (without Git-Protocol: version=2) all refs
    /OWNER/REPO.git/git-upload-pack                     ls-refs and fetch, by git's own upload-pack
    /OWNER/REPO/raw/REF/PATH                            a file; strong ETag, Last-Modified, gzip
    /OWNER/REPO/releases.atom, commits/BRANCH.atom      feeds; weak ETag
    /api/repos/OWNER/REPO/...                           REST, see rest.py

OWNER/REPO may have any depth (`pub/scm/linux/kernel/git/stable/linux`) and `.git` may be left out, as with the large
hosts. A repository that is not there answers git with 401, for it might be a private one; everything else with 404.
"""

from __future__ import annotations

import asyncio
import gzip
import re
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import format_datetime
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from tests.forge.message import Response, plain
from tests.forge.repos import ENVIRONMENT

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator
    from datetime import datetime

    from tests.forge.message import Request
    from tests.forge.repos import Repository

_GIT = re.compile(r"/(?P<name>.+?)(?:\.git)?/(?P<what>info/refs|git-upload-pack|git-receive-pack)")
_FILE = re.compile(r"/(?P<name>.+?)/raw/(?P<rest>.+)")
_FEED = re.compile(r"/(?P<name>.+?)/(?:(?P<releases>releases)|commits/(?P<branch>.+))\.atom")
_SMALLEST = 512  # bytes from which a body is worth compressing
_PIECE = 32768


@dataclass
class Hosted:
    """A repository and what the host knows beside it.

    service_line: whether version 2 capabilities follow a "# service" line, as GitHub's do, or not (git's http-backend).
    releases: tag -> title for the feed; by default all tags. milestones, issues, check_runs, runs: the host's own JSON
    objects, as a list each; check_runs by commit.
    """

    name: str
    repository: Repository
    service_line: bool = True
    releases: dict[str, str] | None = None
    milestones: list[dict[str, Any]] = field(default_factory=list)
    issues: list[dict[str, Any]] = field(default_factory=list)
    check_runs: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    runs: list[dict[str, Any]] = field(default_factory=list)


async def answer(request: Request, hosted: dict[str, Hosted], origin: str) -> Response:
    """The answer of everything but REST. `origin`: scheme, host and port, for links in feeds."""
    if match := _GIT.fullmatch(request.path):
        return await _git(request, hosted.get(match["name"]), match["what"])
    if request.method not in ("GET", "HEAD"):
        return plain(405)
    for pattern, endpoint in ((_FEED, _feed), (_FILE, _file)):
        match = pattern.fullmatch(request.path)
        if match and match["name"] in hosted:
            return endpoint(request, hosted[match["name"]], match, origin)
    return plain(404)


# --- git --------------------------------------------------------------------------------------------------------------


async def _git(request: Request, host: Hosted | None, what: str) -> Response:
    if host is None or what == "git-receive-pack" or request.query.get("service") == "git-receive-pack":
        return plain(401, "Repository not found.", ("www-authenticate", 'Basic realm="Forge"'))
    version = request.headers.get("git-protocol", "")
    never = (("cache-control", "no-cache, max-age=0, must-revalidate"), ("expires", "Fri, 01 Jan 1980 00:00:00 GMT"))
    if what == "info/refs":
        if request.query.get("service") != "git-upload-pack":
            return plain(403, "Please upgrade your git client.")
        body = b"".join([piece async for piece in _upload_pack(host.repository, version, b"", "--advertise-refs")])
        if host.service_line or "version=2" not in version:
            body = b"001e# service=git-upload-pack\n0000" + body
        return Response(200, (("content-type", "application/x-git-upload-pack-advertisement"), *never), body)
    if request.method != "POST":
        return plain(405)
    if request.headers.get("content-type") != "application/x-git-upload-pack-request":
        return plain(415)
    headers = (("content-type", "application/x-git-upload-pack-result"), *never)
    return Response(200, headers, _upload_pack(host.repository, version, request.content))


async def _upload_pack(
    repository: Repository, version: str, stdin: bytes, *options: str
) -> AsyncGenerator[bytes, None]:
    """What git says to a request, as it comes; git is ended when nobody listens any more."""
    process = await asyncio.create_subprocess_exec(
        *("git", "upload-pack", "--strict", "--stateless-rpc", *options, str(repository.path)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={**ENVIRONMENT, "GIT_PROTOCOL": version},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(stdin)
        process.stdin.write_eof()
        while piece := await process.stdout.read(_PIECE):
            yield piece
    finally:
        if not process.stdout.at_eof():
            with suppress(ProcessLookupError):
                process.kill()
            await process.stdout.read()  # a full pipe would keep the process's end from being seen
        await process.wait()


# --- files ------------------------------------------------------------------------------------------------------------


def _file(request: Request, host: Hosted, match: re.Match[str], _: str) -> Response:
    found = host.repository.find(match["rest"])
    if found is None or (name := host.repository.tree(found[0]).get(found[1])) is None:
        return plain(404)
    body = host.repository.blob(name)
    # A strong ETag names bytes as sent: the compressed ones are others.
    packed = "gzip" in request.headers.get("accept-encoding", "") and len(body) >= _SMALLEST
    own, other = (f'"{name}-gzip"', f'"{name}"') if packed else (f'"{name}"', f'"{name}-gzip"')
    headers = (
        ("content-type", "text/plain; charset=utf-8"),
        ("etag", own),
        ("last-modified", _http_date(_date(host.repository, found[0]))),
        ("cache-control", "max-age=300"),
        ("vary", "Accept-Encoding"),
    )
    if not_modified(request, own, other, modified=headers[2][1]):
        return Response(304, headers[1:])
    if packed:
        return Response(200, (*headers, ("content-encoding", "gzip")), _gzip(body))
    return Response(200, headers, body)


def not_modified(request: Request, *etags: str, modified: str = "") -> bool:
    """Whether the client has it. If-None-Match decides alone where it is sent; a date must be the server's own."""
    asked = request.headers.get("if-none-match")
    if asked is not None:
        names = {_weak(name) for name in asked.split(",")}
        return "*" in names or any(_weak(etag) in names for etag in etags)
    return bool(modified) and request.headers.get("if-modified-since") == modified


def _weak(etag: str) -> str:
    return etag.strip().removeprefix("W/")


@lru_cache(maxsize=1024)
def _gzip(body: bytes) -> bytes:
    return gzip.compress(body, 6, mtime=0)


@lru_cache(maxsize=1024)
def _date(repository: Repository, commit: str) -> datetime:
    return repository.date(commit)


def _http_date(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)


# --- feeds ------------------------------------------------------------------------------------------------------------


def _feed(request: Request, host: Hosted, match: re.Match[str], origin: str) -> Response:
    home = f"{origin}/{host.name}"
    if match["releases"]:
        entries = list(_releases(host, home))
        text = _atom(f"{home}/releases", f"Release notes from {host.name.rpartition('/')[2]}", entries)
    else:
        commit = host.repository.resolve(match["branch"])
        if commit is None:
            return plain(404)
        entries = list(_commits(host, home, commit))
        text = _atom(f"{home}/commits/{match['branch']}", f"Recent Commits to {match['branch']}", entries)
    body = text.encode()
    etag = f'W/"{sha256(body).hexdigest()[:32]}"'
    headers = (
        ("content-type", "application/atom+xml; charset=utf-8"),
        ("etag", etag),
        ("cache-control", "max-age=0, private, must-revalidate"),
        ("vary", "Accept-Encoding"),
    )
    if not_modified(request, etag):
        return Response(304, headers[1:])
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(200, (*headers, ("content-encoding", "gzip")), _gzip(body))
    return Response(200, headers, body)


def _releases(host: Hosted, home: str) -> Iterator[tuple[str, str, str, datetime, str]]:
    refs = host.repository.refs
    tags = {name.removeprefix("refs/tags/"): ref for name, ref in refs.items() if name.startswith("refs/tags/")}
    shown = host.releases if host.releases is not None else {name: name for name in tags}
    dated = [(_date(host.repository, tags[name].commit), name, title) for name, title in shown.items()]
    for date, name, title in sorted(dated, reverse=True)[:10]:
        yield f"tag:forge.example,2008:Repository/1/{name}", f"{home}/releases/tag/{name}", title, date, "No content."


def _commits(host: Hosted, home: str, commit: str) -> Iterator[tuple[str, str, str, datetime, str]]:
    for one in host.repository.log(commit, 20):
        title = f"\n        {one.subject}\n    "  # GitHub's titles stand on a line of their own
        yield f"tag:forge.example,2008:Grit::Commit/{one.id}", f"{home}/commit/{one.id}", title, one.date, one.subject


def _atom(home: str, title: str, entries: list[tuple[str, str, str, datetime, str]]) -> str:
    updated = max((entry[3] for entry in entries), default=None)
    return "\n".join([
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/" xml:lang="en-US">',
        f"  <id>tag:forge.example,2008:{escape(home)}</id>",
        f'  <link type="text/html" rel="alternate" href="{escape(home)}"/>',
        f'  <link type="application/atom+xml" rel="self" href="{escape(home)}.atom"/>',
        f"  <title>{escape(title)}</title>",
        *([f"  <updated>{updated:%Y-%m-%dT%H:%M:%SZ}</updated>"] if updated else []),
        *(_entry(*entry) for entry in entries),
        "</feed>",
        "",
    ])  # fmt: skip


def _entry(name: str, link: str, title: str, date: datetime, content: str) -> str:
    return "\n".join([
        "  <entry>",
        f"    <id>{escape(name)}</id>",
        f"    <updated>{date:%Y-%m-%dT%H:%M:%SZ}</updated>",
        f'    <link rel="alternate" type="text/html" href="{escape(link)}"/>',
        f"    <title>{escape(title)}</title>",
        f'    <content type="html">&lt;p&gt;{escape(escape(content))}&lt;/p&gt;</content>',
        "    <author>",
        "      <name>keeper</name>",
        "    </author>",
        "  </entry>",
    ])  # fmt: skip
