"""GitHub's REST API."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import datetime, timezone

import pytest

from matrix.fetch import Changed, Checks, Endpoint, GitHub, Milestone, Quota
from tests.fetch.made import NOW, POLICY, answer, failure

API = "https://api.example.org"
TOKEN = replace(POLICY, token="secret", token_host="api.example.org")  # noqa: S106 - none is
MILESTONES = f"{API}/repos/o/r/milestones?state=all&direction=asc&per_page=100&page="
CHECKS = f"{API}/repos/o/r/commits/release%2F16/check-runs?filter=latest&per_page=100&page="
SEARCH = f"{API}/search/issues?q=repo%3Ao%2Fr+is%3Aissue+is%3Aopen+label%3A%22backend%3APowerPC%22&per_page=1"
NEXT = f'<{API}/anything>; rel="next", <{API}/last>; rel="last"'


def said(value, **headers):
    return answer(200, json.dumps(value).encode(), content_type="application/json", **headers)


def ask(web, answers, call):
    """What `call` gives for an API with those answers, the web, and the API."""
    w = web(answers)

    async def go():
        async with w.client(TOKEN) as client:
            github = GitHub(client, Endpoint(API))
            return await call(github), w, github

    return asyncio.run(go())


def milestone(**changes):
    return {
        "title": "Drop checks", "state": "open", "open_issues": 3, "closed_issues": 19, "due_on": None,
        "html_url": "https://example.org/o/r/milestone/1",
    } | changes  # fmt: skip


def run(name="build", status="completed", conclusion="success"):
    return {"name": name, "status": status, "conclusion": conclusion}


def test_milestones_of_all_pages(web):
    """In order, with their progress; the token goes along, and the quota is noted."""
    quota = {"x_ratelimit_limit": "5000", "x_ratelimit_remaining": "4987", "x_ratelimit_reset": "1795214000"}
    answers = {
        MILESTONES + "1": [said([milestone()], link=NEXT)],
        MILESTONES + "2": [said([milestone(state="closed", due_on="2026-12-01T08:00:00Z")], **quota)],
    }
    found, w, github = ask(web, answers, lambda g: g.milestones("o/r"))
    first = Milestone(
        title="Drop checks", state="open", open=3, closed=19, due=None, url="https://example.org/o/r/milestone/1"
    )
    assert found == (first, replace(first, state="closed", due=datetime(2026, 12, 1, 8, tzinfo=timezone.utc)))
    assert [r.headers["authorization"] for r in w.asked] == ["Bearer secret"] * 2
    assert github.quotas == {
        "core": Quota(limit=5000, remaining=4987, reset=datetime.fromtimestamp(1795214000, tz=timezone.utc))
    }


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        ([], Checks(conclusion="none", total=0, failed=())),
        ([run(), run(conclusion="skipped")], Checks(conclusion="success", total=2, failed=())),
        ([run(), run(status="in_progress", conclusion=None)], Checks(conclusion="pending", total=2, failed=())),
        (
            [run("b", conclusion="timed_out"), run("a", conclusion="failure"), run(status="queued", conclusion=None)],
            Checks(conclusion="failure", total=3, failed=("a", "b")),
        ),
    ],
)
def test_checks_have_one_conclusion(web, runs, expected):
    """One failure decides; what still runs leaves it open."""
    answers = {CHECKS + "1": [said({"total_count": 9, "check_runs": runs})]}
    assert ask(web, answers, lambda g: g.checks("o/r", "release/16"))[0] == expected


def test_open_issues_are_counted(web):
    """By the search, which leaves pull requests out."""
    answers = {SEARCH: [said({"total_count": 41, "incomplete_results": False, "items": []})]}
    assert ask(web, answers, lambda g: g.open_issues("o/r", "backend:PowerPC"))[0] == 41


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (answer(200, b"[{"), "found no JSON that can be read, expected JSON"),
        (answer(200, b"\xff"), "found no JSON that can be read, expected JSON"),
        (answer(200, b""), "found no JSON that can be read, expected JSON"),
        (answer(200, b"[" * 200_000), "found no JSON that can be read, expected JSON"),
        (answer(200, b"x" * (3 << 20)), "the answer has 3145728 bytes or more, expected at most 2097152"),
        (said({}), "found an object in the JSON, expected a list"),
        (said([1]), "found a number in the JSON, expected an object"),
        (said([milestone(title=None)]), "found nothing as title, expected a text"),
        (said([milestone(open_issues="3")]), "found a text as open_issues, expected a count"),
        (said([milestone(open_issues=True)]), "found a truth value as open_issues, expected a count"),
        (said([milestone(open_issues=-1)]), "found a number as open_issues, expected a count"),
        (said([milestone(due_on="soon")]), "found 'soon', expected a moment such as 2026-05-24T13:16:06Z"),
        (answer(401), "answered 401 at /repos/o/r/milestones: it does not accept the token"),
    ],
)
def test_an_answer_of_another_shape(web, given, message):
    """Each says what was found."""
    error = failure(lambda: ask(web, {MILESTONES + "1": [given]}, lambda g: g.milestones("o/r")))
    assert str(error) == f"api.example.org: {message}"


def test_a_search_that_was_given_up(web):
    """Its count is none."""
    answers = {SEARCH: [said({"total_count": 4, "incomplete_results": True})]}
    error = failure(lambda: ask(web, answers, lambda g: g.open_issues("o/r", "backend:PowerPC")))
    assert (str(error), error.passing) == ("api.example.org: the search was given up before its end", True)


def test_pages_without_end(web):
    """Ten are enough."""
    answers = {MILESTONES + str(n): [said([], link=NEXT)] for n in range(1, 12)}
    error = failure(lambda: ask(web, answers, lambda g: g.milestones("o/r")))
    assert str(error) == "api.example.org: found more than 10 pages of milestones"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda g: g.milestones("o/r/../.."), "found repository 'o/r/../..', expected OWNER/NAME"),
        (lambda g: g.open_issues("o/r", 'a" b'), "found a quotation mark in label 'a\" b', expected none"),
    ],
)
def test_what_would_ask_something_else(web, call, message):
    """Nothing is sent."""
    assert str(failure(lambda: ask(web, {}, call))) == f"api.example.org: {message}"


def test_an_exhausted_quota(web):
    """The host is left alone until the reset."""
    reset = str(int(NOW.timestamp()) + 90)
    given = answer(403, x_ratelimit_limit="60", x_ratelimit_remaining="0", x_ratelimit_reset=reset)
    error = failure(lambda: ask(web, {MILESTONES + "1": [given]}, lambda g: g.milestones("o/r")))
    assert str(error) == "api.example.org: answered 403: it wants to be left alone until 2026-11-20 22:32:56 UTC"
    assert error.retry_after == 90


# --- what is known already ------------------------------------------------------------------------------------------


def test_what_came_before_is_asked_for_if_it_changed(web):
    """A 304 is answered from what is known; a new body is given out for the next time."""
    entry = {"title": "a", "state": "open", "open_issues": 1, "closed_issues": 2, "due_on": None, "html_url": "u"}
    before = {f"{MILESTONES}1": Changed(json.dumps([entry] * 100).encode(), '"old"')}
    w = web(
        {
            f"{MILESTONES}1": [answer(304)],
            # A page that is full may be followed, though a 304 need not say so.
            f"{MILESTONES}2": [said([entry], etag='W/"new"')],
        }
    )

    async def go():
        async with w.client(TOKEN) as client:
            github = GitHub(client, Endpoint(API), before.get)
            return await github.milestones("o/r"), github.changed

    found, changed = asyncio.run(go())
    assert len(found) == 101
    assert [request.headers.get("if-none-match") for request in w.asked] == ['"old"', None]
    assert changed == {f"{MILESTONES}2": Changed(json.dumps([entry]).encode(), 'W/"new"')}


def test_checks_are_not_kept(web):
    """Their address changes with every commit."""
    w = web({f"{CHECKS}1": [said({"check_runs": []}, etag='"x"')]})

    async def go():
        async with w.client(TOKEN) as client:
            github = GitHub(client, Endpoint(API), lambda _: Changed(b"", '"old"'))
            return await github.checks("o/r", "release/16"), github.changed

    assert asyncio.run(go()) == (Checks(conclusion="none", total=0, failed=()), {})
    assert "if-none-match" not in w.asked[0].headers
