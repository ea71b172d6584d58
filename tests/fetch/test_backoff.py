"""A host that wants to be left alone is, as long as it said."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from matrix.fetch import Endpoint
from tests.fetch.made import NOW, POLICY, answer, failure

URL = "https://example.org/file"
AT = "example.org: answered {}: it wants to be left alone until {} UTC"
LATER = "2026-11-20 22:33:26"
RESET = str(int((NOW + timedelta(seconds=120)).timestamp()))


@pytest.mark.parametrize(
    ("given", "status", "moment", "seconds"),
    [
        (answer(429, Retry_After="120"), 429, LATER, 120),
        (answer(429, Retry_After="Fri, 20 Nov 2026 22:33:26 GMT"), 429, LATER, 120),
        (answer(429, Retry_After="Fri, 20 Nov 2026 23:33:26 +0100"), 429, LATER, 120),
        (answer(429, Retry_After="Fri, 20 Nov 2020 22:33:26 GMT"), 429, "2026-11-20 22:31:26", 0),
        (answer(429, Retry_After="0"), 429, "2026-11-20 22:31:26", 0),
        (answer(429), 429, "2026-11-20 22:32:26", 60),
        (answer(429, Retry_After="soon"), 429, "2026-11-20 22:32:26", 60),
        (answer(429, Retry_After="²"), 429, "2026-11-20 22:32:26", 60),
        (answer(429, Retry_After="9" * 40), 429, "2026-11-21 22:31:26", 86400),
        (answer(403, Retry_After="120"), 403, LATER, 120),
        (answer(403, x_ratelimit_remaining="0", x_ratelimit_reset=RESET), 403, LATER, 120),
        (answer(429, x_ratelimit_remaining="0", x_ratelimit_reset=RESET), 429, LATER, 120),
        (answer(403, x_ratelimit_remaining="0"), 403, "2026-11-20 22:32:26", 60),
        (answer(503, Retry_After="120"), 503, LATER, 120),
    ],
)
def test_the_moment_is_told(web, given, status, moment, seconds):
    """In seconds, as a date, or as the reset of a quota; a minute without any, and a day at most."""
    w = web({URL: [given]})
    error = failure(lambda: w.get(URL, replace(POLICY, retries=3)))
    assert str(error) == AT.format(status, moment)
    assert (error.retry_after, error.passing) == (seconds, True)
    assert len(w.asked) == 1


@pytest.mark.parametrize("given", [answer(403), answer(403, x_ratelimit_remaining="7"), answer(503)])
def test_another_refusal_is_no_back_off(web, given):
    """403 with a quota left, and 503 without a moment."""
    assert failure(lambda: web({URL: [given]}).get(URL)).retry_after is None


def test_a_back_off_survives_a_restart(web):
    """The next client is given it, asks nothing meanwhile, and asks again afterwards."""
    w = web({URL: [answer(429, Retry_After="120"), answer(200, b"text")], "https://other.example/": [answer(200)]})

    async def go(backoffs):
        async with w.client(backoffs=backoffs) as client:
            try:
                await client.request("GET", Endpoint("https://other.example/"))
                return (await client.request("GET", Endpoint(URL))).body
            except Exception as error:  # noqa: BLE001 - it is looked at below
                return str(error), client.backoffs

    said, stored = asyncio.run(go({}))
    assert said == AT.format(429, LATER)
    assert stored == {"example.org": NOW + timedelta(seconds=120)}
    w.now += timedelta(seconds=119)
    assert asyncio.run(go(stored))[0] == (
        "example.org: was not asked: it wants to be left alone until 2026-11-20 22:33:26 UTC"
    )
    assert len([r for r in w.asked if str(r.url) == URL]) == 1
    w.now += timedelta(seconds=2)
    assert asyncio.run(go(stored)) == b"text"


def test_a_clock_that_was_set_back_does_not_prolong_it(web):
    """A moment more than a day ahead was noted under another clock."""
    w = web({URL: [answer(200, b"text")]})

    async def go():
        async with w.client(backoffs={"example.org": NOW + timedelta(days=10)}) as client:
            return (await client.request("GET", Endpoint(URL))).body

    assert asyncio.run(go()) == b"text"


def test_the_last_answer_of_a_quota_is_heeded(web):
    """It is a good answer; the next question would be refused. The quota for searches is another one."""
    search = answer(200, x_ratelimit_remaining="0", x_ratelimit_reset=RESET, x_ratelimit_resource="search")
    last = answer(200, b"a", x_ratelimit_remaining="0", x_ratelimit_reset=RESET)
    w = web({URL: [search, last]})

    async def go():
        async with w.client() as client:
            await client.request("GET", Endpoint(URL))
            await client.request("GET", Endpoint(URL))
            await client.request("GET", Endpoint(URL))

    assert str(failure(lambda: asyncio.run(go()))).startswith("example.org: was not asked")
    assert len(w.asked) == 2


def test_a_redirected_question_obeys_too(web):
    """The host that it would be redirected to is the one to be left alone."""
    there = "https://cdn.example.org/x"
    w = web({URL: [answer(302, location=there)], there: [answer(429, Retry_After="120")]})

    async def go():
        async with w.client() as client:
            for _ in range(2):
                with pytest.raises(Exception, match="left alone"):
                    await client.request("GET", Endpoint(URL, frozenset({"cdn.example.org"})))
            return set(client.backoffs)

    assert asyncio.run(go()) == {"cdn.example.org"}
    assert [str(r.url) for r in w.asked] == [URL, there, URL]
