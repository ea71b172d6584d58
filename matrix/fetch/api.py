"""GitHub's REST API -> how far a repository's milestones are, whether its branch passes CI, how many issues are open.

    github = GitHub(client, Endpoint("https://api.github.com"))
    await github.milestones("Rust-GCC/gccrs")           # (Milestone(title="...", open=3, closed=19, ...), ...)
    await github.checks("Rust-GCC/gccrs", "master")     # Checks(conclusion="success", total=9, failed=())
    await github.open_issues("llvm/llvm-project", "backend:PowerPC")
    github.quotas                                       # {"core": Quota(limit=5000, remaining=4987, ...)}

With `known`, what came before is sent again only if it changed, and costs nothing of the quota where it did not. The
client sends its token to this host alone, and keeps away from it once a quota is used up.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from matrix.errors import FetchError
from matrix.fetch.atom import Changed, sound_etag
from matrix.fetch.faults import one_line
from matrix.fetch.response import JSON

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from matrix.fetch.client import Client
    from matrix.fetch.policy import Endpoint

_VERSION = {"x-github-api-version": "2022-11-28"}
_PAGE, _MOST_PAGES = 100, 10
_REPOSITORY = re.compile(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+")
_NEXT = re.compile(r'<[^<>]*>;\s*rel="next"')
# What counts as passed: a check that was not wanted, or that only remarks, hinders no merge.
_PASSED = ("success", "neutral", "skipped")


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """A milestone and its progress. due is aware UTC, None where none is set; state is "open" or "closed"."""

    title: str
    state: str
    open: int
    closed: int
    due: datetime | None
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks:
    """CI at a commit: "success", "failure", "pending" (nothing failed yet), or "none" where nothing ran.

    failed are the names of the checks that did not pass, sorted.
    """

    conclusion: str
    total: int
    failed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """What may still be asked of one resource ("core", "search") until reset (aware UTC)."""

    limit: int
    remaining: int
    reset: datetime


class GitHub:
    """The API at `base`. quotas hold what the last answer of each resource said.

    known gives what an address answered before, to the same token. changed are the answers since then, by address.
    """

    def __init__(self, client: Client, base: Endpoint, known: Callable[[str], Changed | None] = lambda _: None) -> None:
        self._client, self._base, self._known = client, base, known
        self.quotas: dict[str, Quota] = {}
        self.changed: dict[str, Changed] = {}

    async def milestones(self, repository: str) -> tuple[Milestone, ...]:
        """The milestones of "OWNER/NAME", open and closed, in the order of their numbers.

        Raises: FetchError.
        """
        milestones_of = []
        async for page in self._pages(repository, "milestones", state="all", direction="asc"):
            milestones_of += [
                self._milestone(_mapping(self._base.host, entry)) for entry in _list(self._base.host, page)
            ]
        return tuple(milestones_of)

    async def checks(self, repository: str, ref: str) -> Checks:
        """The newest run of every check at a branch, tag or commit.

        Raises: FetchError.
        """
        host, runs = self._base.host, []
        what = f"commits/{quote(ref, safe='')}/check-runs"
        # Large, and at another address with every commit: not worth keeping.
        async for page in self._pages(repository, what, kept=False, filter="latest"):
            for entry in _list(host, _mapping(host, page).get("check_runs")):
                run = _mapping(host, entry)
                concluded = run.get("conclusion")
                runs.append((_text(host, run, "name"), concluded if run.get("status") == "completed" else None))
        failed = tuple(sorted({name for name, concluded in runs if concluded and concluded not in _PASSED}))
        if failed:
            conclusion = "failure"
        elif any(not concluded for _, concluded in runs):
            conclusion = "pending"
        else:
            conclusion = "success" if runs else "none"
        return Checks(conclusion=conclusion, total=len(runs), failed=failed)

    async def open_issues(self, repository: str, label: str) -> int:
        """How many issues (pull requests are none) with the label are open. It draws on the quota named "search".

        Raises: FetchError.
        """
        _check_repository(self._base.host, repository)
        if '"' in label:
            raise FetchError(self._base.host, f"found a quotation mark in label {one_line(label)!r}, expected none")
        words = urlencode({"q": f'repo:{repository} is:issue is:open label:"{label}"', "per_page": 1})
        reply = _mapping(self._base.host, (await self._ask(f"/search/issues?{words}"))[0])
        if reply.get("incomplete_results") is not False:
            raise FetchError(self._base.host, "the search was given up before its end", passing=True)
        return _number(self._base.host, reply, "total_count")

    def _milestone(self, entry: Mapping[str, Any]) -> Milestone:
        host = self._base.host
        return Milestone(
            title=_text(host, entry, "title"),
            state=_text(host, entry, "state"),
            open=_number(host, entry, "open_issues"),
            closed=_number(host, entry, "closed_issues"),
            due=None if entry.get("due_on") is None else _moment(host, _text(host, entry, "due_on")),
            url=_text(host, entry, "html_url"),
        )

    async def _pages(self, repository: str, what: str, *, kept: bool = True, **words: str) -> AsyncIterator[Any]:
        _check_repository(self._base.host, repository)
        for number in range(1, _MOST_PAGES + 1):
            query = urlencode({**words, "per_page": _PAGE, "page": number})
            page, more = await self._ask(f"/repos/{repository}/{what}?{query}", kept=kept)
            yield page
            if not more:
                return
        raise FetchError(self._base.host, f"found more than {_MOST_PAGES} pages of {what.rpartition('/')[2]}")

    async def _ask(self, path: str, *, kept: bool = True) -> tuple[Any, bool]:
        """The parsed answer, and whether another page follows."""
        endpoint = self._base.at(path)
        before = self._known(endpoint.url) if kept else None
        answer = await self._client.request(
            "GET",
            endpoint,
            expects=JSON,
            limits=self._client.policy.api,
            headers=_VERSION,
            etag=before.etag if before else "",
        )
        self._note_quota(answer.headers)
        same = before if answer.status == 304 else None
        try:
            value = json.loads(same.body if same else answer.body)
        except (ValueError, RecursionError):
            raise FetchError(answer.host, "found no JSON that can be read, expected JSON", passing=True) from None
        if kept and not same and (etag := sound_etag(answer.headers)):
            self.changed[endpoint.url] = Changed(answer.body, etag)
        # A 304 need not say what follows; a page that is full may be followed.
        full = same is not None and isinstance(value, list) and len(value) >= _PAGE
        return value, full or bool(_NEXT.search(answer.headers.get("link", "")))

    def _note_quota(self, headers: Mapping[str, str]) -> None:
        words = [headers.get(f"x-ratelimit-{name}", "") for name in ("limit", "remaining", "reset")]
        if all(word.isascii() and word.isdigit() and len(word) < 12 for word in words):
            limit, remaining, reset = map(int, words)
            self.quotas[headers.get("x-ratelimit-resource", "core")] = Quota(
                limit=limit, remaining=remaining, reset=datetime.fromtimestamp(reset, tz=timezone.utc)
            )


def _check_repository(host: str, repository: str) -> None:
    if not _REPOSITORY.fullmatch(repository):
        raise FetchError(host, f"found repository {one_line(repository)!r}, expected OWNER/NAME")


def _mapping(host: str, value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise FetchError(host, f"found {_kind(value)} in the JSON, expected an object")
    return value


def _list(host: str, value: object) -> list[Any]:
    if not isinstance(value, list):
        raise FetchError(host, f"found {_kind(value)} in the JSON, expected a list")
    return value


def _text(host: str, entry: Mapping[str, Any], key: str) -> str:
    value = entry.get(key)
    if not isinstance(value, str):
        raise FetchError(host, f"found {_kind(value)} as {key}, expected a text")
    return value


def _number(host: str, entry: Mapping[str, Any], key: str) -> int:
    value = entry.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise FetchError(host, f"found {_kind(value)} as {key}, expected a count")
    return value


def _moment(host: str, text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    except ValueError:
        raise FetchError(host, f"found {one_line(text)!r}, expected a moment such as 2026-05-24T13:16:06Z") from None


def _kind(value: object) -> str:
    kinds = {dict: "an object", list: "a list", str: "a text", bool: "a truth value", type(None): "nothing"}
    return kinds.get(type(value), "a number")
