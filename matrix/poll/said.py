"""The feeds and the REST API of public repositories -> what a project says of itself: rows of the store's `said`.

    topic            value (JSON)
    commit           {"commit": "3f2a...", "title": "...", "date": "2026-11-19T08:00:00+00:00"}; null: an empty feed
    release          {"title": "v0.12.0", "date": "..."}; null: an empty feed
    milestones       [{"title": "...", "state": "open", "open": 3, "closed": 19, "due": "..." or null, "url": "..."}]
    checks           {"commit": "3f2a...", "conclusion": "failure", "total": 9, "failed": ["..."]}
    issues/LABEL     12
    fault            "why the last attempt failed"; it goes with the next one that does not

Nothing of this is a fact that answers rest on, and none of it fails a refresh's facts. Feeds cost no quota. The API is
asked with a token only, one question after the other; one that asks to be left alone is left alone. A topic that was
not answered keeps what it said before, with its age.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from matrix.errors import FetchError, MatrixError, ShapeError
from matrix.fetch import JSON, Changed, Endpoint, GitHub, Unchanged, get_if_changed, parse_feed
from matrix.moment import moment_words
from matrix.poll.tally import Tally
from matrix.store import Cached, Notice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from matrix.fetch import Client, Entry
    from matrix.model import Upstream
    from matrix.store import Store

NO_TOKEN = "no token was given (GITHUB_TOKEN or --token-file)"
FAULT = "fault"
_LONGEST, _MOST_NAMES = 200, 20
_COMMIT = re.compile(r".*[/:]([0-9a-f]{40}|[0-9a-f]{64})")
# Nobody mends a token, or an API that changed, while a refresh runs.
_IN_A_ROW = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What became of the questions to one project: the topics that were answered, what failed, what was not asked.

    skipped is why the rest was not asked: "" where all was.
    """

    upstream: str
    topics: tuple[str, ...]
    errors: tuple[str, ...]
    skipped: str


class Inquiry(NamedTuple):
    """One question: its topic and address, for whom; `api` says that it needs a token."""

    upstream: Upstream
    topic: str
    url: str
    api: bool


def questions(upstreams: Iterable[Upstream]) -> list[Inquiry]:
    """All that would be asked, with a token, in no order that matters."""
    inquiries = []
    for upstream in upstreams:
        site = upstream.site
        feeds = {"commit": site.commits, "release": site.releases}
        inquiries += [Inquiry(upstream, topic, url, api=False) for topic, url in feeds.items() if url]
        asked = {"milestones": site.milestones, "checks": site.checks}
        topics = [topic for topic, wanted in asked.items() if wanted] + [f"issues/{label}" for _, label in site.labels]
        inquiries += [Inquiry(upstream, topic, site.api, api=True) for topic in topics]
    return inquiries


@dataclass(slots=True)
class Asking:
    """One refresh's questions: what they need, and what became of them so far."""

    store: Store
    client: Client
    clock: Callable[[], datetime]
    _answered: dict[str, list[str]] = field(default_factory=dict, init=False)
    _errors: dict[str, list[str]] = field(default_factory=dict, init=False)
    _skipped: dict[str, str] = field(default_factory=dict, init=False)
    _hubs: dict[str, GitHub] = field(default_factory=dict, init=False)

    async def run(self, upstreams: Iterable[Upstream], moved: frozenset[str] | None = None) -> tuple[Told, ...]:
        """Ask what there is to ask and record it, topic by topic. Raises: StoreError.

        moved are the ids of the repositories where something moved: the feeds of others say nothing new, and are asked
        only where their last answer is not at hand, or the last attempt failed. None is all.
        """
        asked = [q for q in questions(upstreams) if q.api or self._may_be_new(q, moved)]
        if not asked:
            return ()
        tally = Tally(self.client, self.clock)
        tasks = [asyncio.ensure_future(self._feed(q)) for q in asked if not q.api]
        tasks.append(asyncio.ensure_future(self._api([q for q in asked if q.api])))
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        told = tuple(self._told(id_) for id_ in dict.fromkeys(q.upstream.id for q in asked))
        self._note_faults(told)
        failed, good = any(t.errors for t in told), any(t.topics for t in told)
        self.store.facts.record(tally.run("status", failed=failed, good=good), [])
        return told

    def _may_be_new(self, question: Inquiry, moved: frozenset[str] | None) -> bool:
        if moved is None or question.upstream.id in moved or self.store.polls.cached(question.url, "") is None:
            return True
        return any(s.upstream == question.upstream.id and s.topic == FAULT for s in self.store.polls.notices())

    # --- feeds ------------------------------------------------------------------------------------

    async def _feed(self, question: Inquiry) -> None:
        known = self.store.polls.cached(question.url, "")
        endpoint = Endpoint(question.url, frozenset(question.upstream.hosts))
        try:
            reply = await get_if_changed(self.client, endpoint, known.etag if known else "")
            if isinstance(reply, Unchanged):
                # Only an ETag of ours is answered so, and with that came a body.
                body, changed = known.body if known else b"", []
            else:
                body = reply.body
                changed = [Cached(question.url, "", reply.etag, body)] if reply.etag else []
            entry = next(iter(parse_feed(body, question.url)), None)
        except (FetchError, ShapeError) as error:
            self._fail(question, error)
            return
        value = None if entry is None else _commit(entry) if question.topic == "commit" else _release(entry)
        self._answer(question, value, entry.link if entry else question.url, changed)

    # --- the API ----------------------------------------------------------------------------------

    async def _api(self, asked: list[Inquiry]) -> None:
        """One question after the other, as the API wants it; those that draw on the small quota last."""
        if not self.client.policy.token:
            self._skip(asked, NO_TOKEN)
            return
        in_a_row = 0
        for number, question in enumerate(ordered := self._ordered(asked)):
            if reason := self._searched_out(question):
                self._skip(ordered[number:], reason)
                return
            try:
                value = await self._put(question)
            except FetchError as error:
                if error.retry_after is not None:
                    self._skip(ordered[number:], str(error))
                    return
                self._fail(question, error)
                self._hub(question).changed.clear()
                in_a_row += 1
                if error.passing or in_a_row == _IN_A_ROW:
                    self._skip(ordered[number + 1 :], str(error))
                    return
                continue
            in_a_row = 0
            self._answer(question, value, question.url, self._bodies(question))

    def _ordered(self, asked: list[Inquiry]) -> list[Inquiry]:
        """Searches last, and of them first what was never answered or longest ago: not all may be within the quota."""
        ages = {(s.upstream, s.topic): s.checked_at.timestamp() for s in self.store.polls.notices()}

        def rank(question: Inquiry) -> tuple[bool, float]:
            search = question.topic.startswith("issues/")
            return search, ages.get((question.upstream.id, question.topic), 0.0) if search else 0.0

        return sorted(asked, key=rank)

    def _searched_out(self, question: Inquiry) -> str:
        """Why there is no use in searching now, "" where there may be."""
        quota = self._hub(question).quotas.get("search") if question.topic.startswith("issues/") else None
        if quota is None or quota.remaining or quota.reset <= self.clock():
            return ""
        return f"the quota of searches is used up until {moment_words(quota.reset)}"

    async def _put(self, question: Inquiry) -> object:
        site, hub = question.upstream.site, self._hub(question)
        if question.topic == "milestones":
            milestones = await hub.milestones(site.repository)
            return [
                {
                    "title": _short(m.title),
                    "state": _short(m.state),
                    "open": m.open,
                    "closed": m.closed,
                    "due": m.due.isoformat() if m.due else None,
                    "url": _short(m.url),
                }
                for m in milestones
            ]
        if question.topic == "checks":
            head = self._head(question.upstream)
            checks = await hub.checks(site.repository, head or question.upstream.branch or "HEAD")
            failed = [_short(name) for name in checks.failed[:_MOST_NAMES]]
            return {"commit": head or None, "conclusion": checks.conclusion, "total": checks.total, "failed": failed}
        return await hub.open_issues(site.repository, question.topic.removeprefix("issues/"))

    def _head(self, upstream: Upstream) -> str:
        """The commit that git named as the head: so that what CI says is said of it."""
        name = "HEAD" if upstream.branch == "HEAD" else f"refs/heads/{upstream.branch}"
        ref = self.store.polls.refs(upstream.id).get(name)
        return ref.oid if ref else ""

    def _hub(self, question: Inquiry) -> GitHub:
        if question.url not in self._hubs:
            asker = _asker(self.client.policy.token)

            def known(url: str) -> Changed | None:
                cached = self.store.polls.cached(url, asker)
                return Changed(cached.body, cached.etag) if cached else None

            self._hubs[question.url] = GitHub(self.client, Endpoint(question.url), known)
        return self._hubs[question.url]

    def _bodies(self, question: Inquiry) -> list[Cached]:
        """What the question brought that need not be brought again."""
        hub, asker = self._hub(question), _asker(self.client.policy.token)
        bodies = [Cached(url, asker, changed.etag, changed.body) for url, changed in hub.changed.items()]
        hub.changed.clear()
        return bodies

    # --- what became of it ------------------------------------------------------------------------

    def _answer(self, question: Inquiry, value: object, url: str, bodies: list[Cached]) -> None:
        row = Notice(question.upstream.id, question.topic, json.dumps(value), url, self.clock())
        self.store.polls.record_notices([row], bodies)
        self._answered.setdefault(question.upstream.id, []).append(question.topic)

    def _fail(self, question: Inquiry, error: MatrixError) -> None:
        self._errors.setdefault(question.upstream.id, []).append(f"{question.topic}: {error}")

    def _skip(self, asked: Iterable[Inquiry], reason: str) -> None:
        for question in asked:
            self._skipped[question.upstream.id] = reason

    def _told(self, id_: str) -> Told:
        return Told(
            upstream=id_,
            topics=tuple(self._answered.get(id_, ())),
            errors=tuple(self._errors.get(id_, ())),
            skipped=self._skipped.get(id_, ""),
        )

    def _note_faults(self, told: tuple[Told, ...]) -> None:
        """A failure shows until it is over: until something was answered, and nothing failed."""
        for item in told:
            if item.errors:
                self.store.polls.record_notices(
                    [Notice(item.upstream, FAULT, json.dumps("; ".join(item.errors)), "", self.clock())]
                )
            elif item.topics:
                self.store.polls.forget_notice(item.upstream, FAULT)


async def probe_said(client: Client, upstreams: Iterable[Upstream]) -> list[tuple[str, str, bool]]:
    """(address, what became of it, whether it is good) of each feed, and of each API if there is a token."""
    asked = list({q.url: q for q in questions(upstreams) if client.policy.token or not q.api}.values())
    return [await _tried(client, question) for question in asked]


async def _tried(client: Client, question: Inquiry) -> tuple[str, str, bool]:
    endpoint = Endpoint(question.url, frozenset(question.upstream.hosts))
    try:
        if question.api:
            # The one question that costs nothing of the quota.
            await client.request("GET", endpoint.at("/rate_limit"), expects=JSON, limits=client.policy.api)
            return question.url, "answers, and accepts the token", True
        reply = await get_if_changed(client, endpoint, "")
        entries = parse_feed(reply.body, question.url) if isinstance(reply, Changed) else ()
    except (FetchError, ShapeError) as error:
        return question.url, str(error), False
    return question.url, f"answers, with {len(entries)} entries", True


def announced(upstreams: Iterable[Upstream], *, token: bool) -> Iterator[str]:
    """What `refresh` would ask of whom, for people."""
    asked = questions(upstreams)
    for question in asked:
        if not question.api:
            yield f"GET {question.url}: the newest {question.topic}, only if it changed"
    if any(q.api for q in asked) and not token:
        yield f"{NO_TOKEN}: no request to the API"
    apis: dict[tuple[str, str], list[str]] = {}
    for question in asked:
        if question.api:
            apis.setdefault((question.url, question.upstream.site.repository), []).append(question.topic)
    for (url, repository), topics in apis.items():
        labels = sum(topic.startswith("issues/") for topic in topics)
        rest = [topic for topic in topics if not topic.startswith("issues/")]
        words = [*rest, f"open issues by {labels} labels"] if labels else rest
        how = "with the token" if token else "needs a token: skipped"
        number = "1 request" if len(topics) == 1 else f"{len(topics)} requests"
        yield f"GET {url}, {number} about {repository}: {', '.join(words)} ({how})"


def _commit(entry: Entry) -> dict[str, str | None]:
    match = _COMMIT.fullmatch(entry.id) or _COMMIT.fullmatch(entry.link)
    return {
        "commit": match[1] if match else None,
        "title": _short(entry.title),
        "date": entry.updated.isoformat(),
    }


def _release(entry: Entry) -> dict[str, str]:
    return {"title": _short(entry.title), "date": entry.updated.isoformat()}


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."


def _asker(token: str) -> str:
    """Stands for a token where the token itself must not stand."""
    return hashlib.sha256(f"archmatrix {token}".encode()).hexdigest()[:16]
