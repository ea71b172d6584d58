"""A REST request -> JSON, with a quota per asker: 60 an hour without a token, 5000 with one.

    /api/repos/OWNER/REPO/milestones            state=open|closed|all
    /api/repos/OWNER/REPO/issues                state=..., labels=A,B (all of them); pull requests are among them
    /api/repos/OWNER/REPO/commits/REF/check-runs
    /api/repos/OWNER/REPO/actions/runs          branch=..., status=...
    /api/search/issues                          q=repo:OWNER/REPO is:issue is:open label:"A"; a quota of its own, 30
    /api/rate_limit                             costs nothing

Lists come in pages (per_page, page) with a Link header. ETags are weak and differ per token. A 304 is free with a known
token and costs one request without. No User-Agent: 403. Unknown token: 401.
"""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from tests.forge.endpoints import not_modified
from tests.forge.message import Response

if TYPE_CHECKING:
    from tests.forge.endpoints import Hosted
    from tests.forge.message import Request

PREFIX = "/api/"
HOUR = 3600
_SEARCH = "/api/search/issues"
_QUERY = re.compile(r'repo:(?P<name>\S+) is:issue is:open label:"(?P<label>[^"]+)"')
_REPOSITORY = re.compile(
    r"/api/repos/(?P<name>[^/]+/[^/]+)/(?P<what>milestones|issues|actions/runs|commits/(?P<ref>.+)/check-runs)"
)


@dataclass
class Quota:
    """What one asker has left; `reset` in seconds since 1970."""

    limit: int
    used: int = 0
    resource: str = "core"
    reset: int = field(default_factory=lambda: int(time.time()) + HOUR)

    @property
    def remaining(self) -> int:
        return max(self.limit - self.used, 0)

    def headers(self) -> tuple[tuple[str, str], ...]:
        return (
            ("x-ratelimit-limit", str(self.limit)),
            ("x-ratelimit-remaining", str(self.remaining)),
            ("x-ratelimit-used", str(self.used)),
            ("x-ratelimit-reset", str(self.reset)),
            ("x-ratelimit-resource", self.resource),
        )


class Rest:
    """`tokens` are those that the host knows; `quotas` by token, "" for everybody else."""

    def __init__(self) -> None:
        self.tokens = {"good-token"}
        self.quotas: dict[str, Quota] = {}
        self.searches: dict[str, Quota] = {}

    def quota(self, token: str = "") -> Quota:
        """An asker's quota, to read or to change."""
        return self.quotas.setdefault(token, Quota(5000 if token else 60))

    def search(self, token: str = "") -> Quota:
        """The same for searches."""
        return self.searches.setdefault(token, Quota(30 if token else 10, resource="search"))

    def answer(self, request: Request, hosted: dict[str, Hosted], origin: str) -> Response:
        if not request.headers.get("user-agent"):
            return _json(403, {"message": "Request forbidden by administrative rules: no User-Agent header."})
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind and (kind.lower() not in ("bearer", "token") or token not in self.tokens):
            return _json(401, {"message": "Bad credentials"})
        quota = self.search(token) if request.path == _SEARCH else self.quota(token)
        if request.path == "/api/rate_limit":
            core = {"limit": quota.limit, "used": quota.used, "remaining": quota.remaining, "reset": quota.reset}
            return _json(200, {"resources": {"core": core}, "rate": core}, *quota.headers())
        if not quota.remaining:
            return _json(403, {"message": f"API rate limit exceeded for {request.host}."}, *quota.headers())
        found = _content(request, hosted) if request.method in ("GET", "HEAD") else None
        if found is None:
            quota.used += 1
            return _json(404, {"message": "Not Found", "status": "404"}, *quota.headers())
        content, pages = found
        links = _links(request, pages, origin)
        etag = f'W/"{sha256(repr((token, content, links)).encode()).hexdigest()}"'
        same = not_modified(request, etag)
        quota.used += not (same and token)
        headers = (("etag", etag), ("vary", "Accept, Authorization"), *links, *quota.headers())
        return Response(304, headers) if same else _json(200, content, *headers)


def _content(request: Request, hosted: dict[str, Hosted]) -> tuple[Any, int] | None:
    """(what to send, the number of pages), None where there is no such thing."""
    if request.path == _SEARCH:
        return _found(request, hosted)
    match = _REPOSITORY.fullmatch(request.path)
    if match is None or (host := hosted.get(match["name"])) is None:
        return None
    query = request.query
    if match["what"] in ("milestones", "issues"):
        rows = host.milestones if match["what"] == "milestones" else host.issues
        state = query.get("state", "open")
        rows = [row for row in rows if state == "all" or row.get("state", "open") == state]
        if wanted := set(filter(None, query.get("labels", "").split(","))):
            rows = [row for row in rows if wanted <= {label["name"] for label in row.get("labels", ())}]
        return _page(rows, query)
    if match["what"] == "actions/runs":
        rows = host.runs
        if "branch" in query:
            rows = [row for row in rows if row.get("head_branch") == query["branch"]]
        if "status" in query:
            rows = [row for row in rows if query["status"] in (row.get("status"), row.get("conclusion"))]
        name = "workflow_runs"
    else:
        commit = host.repository.resolve(match["ref"])
        if commit is None:
            return None
        rows, name = host.check_runs.get(commit, []), "check_runs"
    page, pages = _page(rows, query)
    return {"total_count": len(rows), name: page}, pages


def _found(request: Request, hosted: dict[str, Hosted]) -> tuple[Any, int] | None:
    match = _QUERY.fullmatch(request.query.get("q", ""))
    if match is None or (host := hosted.get(match["name"])) is None:
        return None
    rows = [
        row
        for row in host.issues
        if row.get("state", "open") == "open"
        and "pull_request" not in row
        and match["label"] in {label["name"] for label in row.get("labels", ())}
    ]
    page, _ = _page(rows, request.query)
    return {"total_count": len(rows), "incomplete_results": False, "items": page}, 1


def _page(rows: list[Any], query: dict[str, str]) -> tuple[list[Any], int]:
    size, number = min(int(query.get("per_page", "30")), 100), int(query.get("page", "1"))
    return rows[(number - 1) * size : number * size], max(-(-len(rows) // size), 1)


def _links(request: Request, pages: int, origin: str) -> tuple[tuple[str, str], ...]:
    now = int(request.query.get("page", "1"))
    wanted = {"prev": now - 1, "next": now + 1, "last": pages, "first": 1}
    links = [
        f'<{origin}{request.path}?{urlencode({**request.query, "page": number})}>; rel="{name}"'
        for name, number in wanted.items()
        if 1 <= number <= pages and number != now
    ]
    return (("link", ", ".join(links)),) if links else ()


def _json(status: int, content: Any, *headers: tuple[str, str]) -> Response:
    body = json.dumps(content).encode()
    return Response(status, (("content-type", "application/json; charset=utf-8"), *headers), body)
