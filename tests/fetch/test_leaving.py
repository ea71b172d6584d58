"""An answer that is not wanted any more leaves no connection behind on which others get stuck."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import httpx
import pytest

from matrix.errors import FetchError
from matrix.fetch import Endpoint
from tests.fetch.made import answer, failure

URL = "https://example.org/file"


class Connection:
    """What httpcore gives as the connection of an answer."""

    closed = 0

    async def aclose(self) -> None:
        self.closed += 1


@pytest.mark.parametrize(
    ("given", "closed"),
    [
        (answer(200, b"all of it"), 0),
        (answer(404, b"a few words"), 0),
        (answer(404, *[b"x" * 10_000] * 10), 1),
        (answer(404, OSError()), 1),
        (answer(200, b"1", content_length="9"), 0),
        (answer(200, b"1", OSError()), 1),
        (answer(200, b"no gzip", b"", b"", content_encoding="gzip"), 1),
        (answer(200, content_length="2000000000"), 0),
        (answer(200, *[b"x" * 10_000] * 10, content_length="2000000000"), 1),
    ],
)
def test_a_connection_is_closed_where_the_answer_was_not_read(web, given, closed):
    """A few words are read; what broke, what is refused within, and what is long ends the connection."""
    given.extensions["network_stream"] = connection = Connection()
    w = web({URL: [given]})

    async def go():
        async with w.client() as client:
            await client.request("GET", Endpoint(URL))

    with suppress(FetchError):
        asyncio.run(go())
    assert connection.closed == closed


def test_a_long_page_under_a_redirect(web):
    """The redirect is followed all the same."""
    given = answer(302, *[b"x" * 10_000] * 10, location="/there")
    given.extensions["network_stream"] = connection = Connection()
    w = web({URL: [given], "https://example.org/there": [answer(200, b"here")]})
    assert w.get(URL).body == b"here"
    assert connection.closed == 1


def test_the_next_question_is_asked_again_at_once(web):
    """It found the closed connection, which is nobody's fault; the one after that would be."""
    broken = answer(200, OSError())
    broken.extensions["network_stream"] = Connection()
    w = web({URL: [broken, httpx.WriteError("closed"), answer(200, b"text"), httpx.WriteError("closed")]})

    async def go():
        async with w.client() as client:
            with pytest.raises(FetchError):
                await client.request("GET", Endpoint(URL))
            body = (await client.request("GET", Endpoint(URL))).body
            with pytest.raises(FetchError, match=r"example\.org: the connection broke"):
                await client.request("GET", Endpoint(URL))
            return body

    assert asyncio.run(go()) == b"text"
    assert w.pauses == []


def test_a_drip_under_an_error_does_not_hide_it(web):
    """The status is known; a second is enough for the words under it."""

    class Drip(httpx.AsyncByteStream):
        async def __aiter__(self):
            while True:
                await asyncio.sleep(0.01)
                yield b"."

    given = answer(404)
    given.stream = Drip()
    assert str(failure(lambda: web({URL: [given]}).get(URL))) == "example.org: answered 404 at /file"
