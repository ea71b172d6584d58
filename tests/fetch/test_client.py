"""What a client asks, follows, refuses and waits for."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from matrix.errors import FetchError
from matrix.fetch import FEED, GIT, JSON, Client, Endpoint, Limits
from tests.fetch.made import NOW, POLICY, answer, failure

URL = "https://example.org/file"
HOST = "example.org"
PATIENT = replace(POLICY, retries=3)
SECRET = "ghp_tHeToKeN"
WITH_TOKEN = replace(POLICY, token=SECRET, token_host=HOST)


def test_an_answer_is_whole(web):
    """Status, headers by lower-case name, the body, and who answered; the question names the project."""
    w = web({URL: [answer(200, b"one ", b"two", ETag='"a"')]})
    got = w.get(URL)
    assert (got.status, got.headers["etag"], got.body, got.host) == (200, '"a"', b"one two", HOST)
    assert w.asked[0].headers["user-agent"] == "archmatrix/0.1.0 (+https://example.org/archmatrix)"
    assert "authorization" not in w.asked[0].headers


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://example.org/", "example.org: found the scheme 'http', expected https"),
        ("ftp://example.org/", "example.org: found the scheme 'ftp', expected https"),
        ("https://me:pw@example.org/", "example.org: found an address with a name or password in it, expected none"),
        ("https://[::1/", "(no host): gave an address that cannot be read"),
        ("file:///etc/passwd", "(no host): found the scheme 'file', expected https"),
    ],
)
def test_only_https_is_asked(web, url, message):
    """Nothing is sent to any other address."""
    w = web({})
    assert str(failure(lambda: w.get(url))) == message
    assert w.asked == []


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080/", "http://[::1]:8080/", "http://localhost:8080/"])
def test_this_machine_may_be_asked_without_tls(web, url):
    """A forge for tests has no certificate."""
    assert web({url: [answer(200, b"text")]}).get(url).body == b"text"


CERTIFICATES = "cannot use the certificates that SSL_CERT_FILE, SSL_CERT_DIR or SSLKEYLOGFILE name"
PROXIES = "cannot read an address that HTTPS_PROXY, HTTP_PROXY, ALL_PROXY or NO_PROXY names"


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("HTTPS_PROXY", "garbage://me:pw@x", PROXIES),
        ("ALL_PROXY", "http://me:pw@[::bad", PROXIES),
        ("NO_PROXY", "[::bad,http://:x", PROXIES),
        ("ALL_PROXY", "socks5://127.0.0.1:1", "a SOCKS proxy is named, which takes pip install 'httpx[socks]'"),
        ("SSL_CERT_FILE", __file__, f"{CERTIFICATES} (NO_CERTIFICATE_OR_CRL_FOUND)"),
        ("SSL_CERT_FILE", "/dev/null/none", f"{CERTIFICATES} (Not a directory)"),
    ],
)
def test_an_environment_that_cannot_be_used_is_told(monkeypatch, name, value, told):
    """By the variables that may be meant, without their values: nobody's fault but the environment's."""
    for other in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(other, raising=False)
        monkeypatch.delenv(other.lower(), raising=False)
    monkeypatch.setenv(name, value)
    with pytest.raises(FetchError) as caught:
        Client(POLICY, clock=lambda: NOW)
    assert str(caught.value) == f"this machine: {told}"


def test_redirects_stay_within_the_hosts_allowed(web):
    """Each address once, in order; a relative one too."""
    w = web(
        {
            URL: [answer(301, location="/moved")],
            "https://example.org/moved": [answer(307, location="https://cdn.example.org/x")],
            "https://cdn.example.org/x": [answer(200, b"here")],
        }
    )
    assert w.get(URL, hosts={"cdn.example.org"}).body == b"here"
    assert len(w.asked) == 3


@pytest.mark.parametrize(
    ("location", "message"),
    [
        ("https://evil.example/x", "redirects to evil.example, expected only example.org"),
        ("https://example.org:8443/x", "redirects to example.org:8443, expected only example.org"),
        ("http://example.org/x", "redirects from https to 'http'"),
        ("http://127.0.0.1/x", "redirects from https to 'http'"),
        ("https://example.org@evil.example/", "redirects to evil.example, expected only example.org"),
        ("https://x:many/", "gave an address that cannot be read"),
    ],
)
def test_a_redirect_elsewhere_is_refused(web, location, message):
    """Another host, another port, or without TLS."""
    w = web({URL: [answer(302, location=location)]})
    assert str(failure(lambda: w.get(URL))) == f"example.org: {message}"
    assert len(w.asked) == 1


def test_a_redirect_loop_ends(web):
    """After five, and without being tried again."""
    w = web({URL: [answer(302, location=URL)]})
    assert str(failure(lambda: w.get(URL, PATIENT))) == "example.org: redirected more than 5 times"
    assert len(w.asked) == 6


def test_a_redirect_without_an_address_is_no_answer(web):
    """And so is a 303 to a POST: what stands elsewhere does not answer it."""
    assert str(failure(lambda: web({URL: [answer(301)]}).get(URL))) == "example.org: answered 301 at /file"
    w = web({URL: [answer(303, location="/x")]})
    assert str(failure(lambda: w.ask("POST", URL, content=b"q"))) == "example.org: answered 303 at /file"


def test_a_redirected_post_is_sent_whole(web):
    """Our POSTs only read."""
    w = web({URL: [answer(301, location="/there")], "https://example.org/there": [answer(200, b"a")]})
    w.ask("POST", URL, content=b"question")
    assert [(r.method, r.content) for r in w.asked] == [("POST", b"question")] * 2


def test_the_token_goes_to_its_host_alone(web):
    """Never across a redirect, not even to the same host."""
    other = "https://other.example/"
    w = web({URL: [answer(302, location="/b")], "https://example.org/b": [answer(200)], other: [answer(200)]})
    w.get(URL, WITH_TOKEN)
    w.get(other, WITH_TOKEN)
    assert [r.headers.get("authorization") for r in w.asked] == [f"Bearer {SECRET}", None, None]


def test_the_token_is_nowhere_in_words(web, caplog):
    """Not in a message, a log or what the policy looks like."""
    caplog.set_level(logging.DEBUG)
    w = web({URL: [answer(401)]})
    error = failure(lambda: w.get(URL, WITH_TOKEN))
    assert str(error) == "example.org: answered 401 at /file: it does not accept the token"
    assert not error.passing
    assert SECRET not in repr(WITH_TOKEN) + caplog.text + repr(error.__dict__)
    for name in ("httpx", "httpcore.http2", "hpack.hpack", "h2"):
        assert not logging.getLogger(name).isEnabledFor(logging.INFO)


def test_cookies_are_not_kept(web):
    """A host learns nothing from one question that another answered."""
    w = web({URL: [answer(200, b"", Set_Cookie="a=b")]})

    async def go():
        async with w.client() as client:
            await client.request("GET", Endpoint(URL))
            w.answers[URL] = [answer(200)]
            await client.request("GET", Endpoint(URL))

    asyncio.run(go())
    assert "cookie" not in w.asked[1].headers


@pytest.mark.parametrize(
    ("given", "message", "passing"),
    [
        (answer(404), "answered 404 at /file", False),
        (answer(410), "answered 410 at /file", False),
        (answer(403), "answered 403 at /file", False),
        (answer(401), "answered 401 at /file", False),
        (answer(500), "answered 500 at /file", True),
        (answer(502), "answered 502 at /file", True),
        (answer(204), "answered 204 at /file", False),
        (answer(206, b"x"), "answered 206 at /file: a part of what was asked for whole", False),
        (answer(304), "answered 304 at /file: unchanged since nothing, for the question was not conditional", False),
    ],
)
def test_another_status_is_an_error(web, given, message, passing):
    """It says which, and whether it may pass."""
    error = failure(lambda: web({URL: [given]}).get(URL))
    assert (str(error), error.passing, error.host) == (f"example.org: {message}", passing, HOST)


def test_a_304_answers_a_conditional_question(web):
    """Only If-None-Match is sent: a clock of ours could differ from theirs."""
    w = web({URL: [answer(304)]})
    got = w.get(URL, etag='W/"a"')
    assert (got.status, got.body) == (304, b"")
    assert w.asked[0].headers["if-none-match"] == 'W/"a"'
    assert "if-modified-since" not in w.asked[0].headers


@pytest.mark.parametrize(
    ("expects", "given", "message"),
    [
        (FEED, answer(200, b"x", content_type="text/html; charset=utf-8"), "an HTML page, expected an Atom feed"),
        (JSON, answer(200, b" <!DOCTYPE html>", content_type="application/json"), "an HTML page, expected JSON"),
        (JSON, answer(200, b"\xef\xbb\xbf<HTML lang=en>"), "an HTML page, expected JSON"),
        (
            GIT,
            answer(200, b"0000", content_type="text/html"),
            "text/html, expected application/x-git-upload-pack-result",
        ),
        (GIT, answer(200, b"0000"), "no Content-Type, expected application/x-git-upload-pack-result"),
    ],
)
def test_a_page_for_people_is_refused(web, expects, given, message):
    """A sign-in form, say, under status 200."""
    assert str(failure(lambda: web({URL: [given]}).get(URL, expects=expects))) == f"example.org: found {message}"


def test_what_passes_is_asked_again(web):
    """500, then a broken connection, then the answer; the pauses are drawn from windows of 1 and 2 seconds."""
    w = web({URL: [answer(500), httpx.ReadError("reset"), answer(200, b"text")]})
    assert w.get(URL, PATIENT).body == b"text"
    assert len(w.pauses) == 2
    assert 0 <= w.pauses[0] <= 1
    assert 0 <= w.pauses[1] <= 2


def test_retries_end(web):
    """The last error is the one told."""
    w = web({URL: [answer(500), answer(500), answer(500), answer(503)]})
    assert str(failure(lambda: w.get(URL, PATIENT))) == "example.org: answered 503 at /file"
    assert len(w.asked) == 4


def test_what_lasts_is_not_asked_again(web):
    """4xx."""
    w = web({URL: [answer(404)]})
    failure(lambda: w.get(URL, PATIENT))
    assert (len(w.asked), w.pauses) == (1, [])


def test_requests_and_bytes_are_counted_by_host(web):
    """Redirects and retries too; bytes as they were sent."""
    w = web(
        {
            URL: [answer(500), answer(301, location="https://cdn.example.org/x")],
            "https://cdn.example.org/x": [answer(200, b"12345")],
        }
    )

    async def go():
        async with w.client(PATIENT) as client:
            await client.request("GET", Endpoint(URL, frozenset({"cdn.example.org"})))
            return {host: (count.requests, count.received) for host, count in client.counts.items()}

    assert asyncio.run(go()) == {HOST: (2, 0), "cdn.example.org": (1, 5)}


def test_a_host_has_few_requests_under_way(web):
    """Eight at once, and another host none the less."""
    most = {"a.example": 0, "b.example": 0}
    now = dict(most)

    async def handle(request):
        host = request.url.host
        now[host] += 1
        most[host] = max(most[host], now[host])
        await asyncio.sleep(0.01)
        now[host] -= 1
        return answer(200, b"x")

    async def go():
        async with Client(POLICY, clock=lambda: NOW, transport=httpx.MockTransport(handle)) as client:
            asks = [client.request("GET", Endpoint(f"https://{h}/{n}")) for h in most for n in range(20)]
            await asyncio.gather(*asks)

    asyncio.run(go())
    assert most == {"a.example": 8, "b.example": 8}


def test_a_slow_drip_meets_the_total_deadline():
    """Each byte comes in time; the whole does not."""

    class Drip(httpx.AsyncByteStream):
        async def __aiter__(self):
            while True:
                await asyncio.sleep(0.01)
                yield b"."

    async def go():
        transport = httpx.MockTransport(lambda _: httpx.Response(200, stream=Drip(), headers={"content-length": "99"}))
        limits = Limits(total=timedelta(milliseconds=150))
        async with Client(PATIENT, clock=lambda: NOW, transport=transport) as client:
            await client.request("GET", Endpoint(URL), limits=limits)

    error = failure(lambda: asyncio.run(go()))
    assert str(error) == "example.org: took longer than 0.15 seconds in all"
    assert error.passing


def test_a_client_can_be_cancelled(web):
    """A stop is a stop, not a failure that is retried."""

    async def go():
        hanging = httpx.MockTransport(lambda _: asyncio.sleep(600))
        async with Client(PATIENT, clock=lambda: NOW, transport=hanging) as client:
            task = asyncio.ensure_future(client.request("GET", Endpoint(URL)))
            await asyncio.sleep(0.01)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(asyncio.wait_for(go(), 300))
