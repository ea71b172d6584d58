"""Each fault does what it says, once, to the request it is meant for; and the forge goes on as if nothing had been.

What httpx makes of a fault stands here too, for some it takes without a word: half of a gzip stream, a body that the
closing of the connection ends, one that never ends.
"""

from __future__ import annotations

import asyncio
import gzip
import os
import socket
import ssl
import subprocess
import time
import tracemalloc
import zlib
from email.utils import parsedate_to_datetime

import h2.exceptions
import httpx
import pytest

from tests.forge import faults
from tests.forge.repos import Repository

# It changes seldom, and every test that uses it would notice most of what it may do wrong.
pytestmark = pytest.mark.slow
BODY = "".join(f"row{number:04}  yes\n" for number in range(200)).encode()
PATH = "/rust-lang/rust/raw/main/table.txt"
LS_REFS = b"0014command=ls-refs\n0016object-format=sha100010009peel\n001bref-prefix refs/heads/\n0000"
POST = {"content-type": "application/x-git-upload-pack-request", "git-protocol": "version=2"}


@pytest.fixture
def rust(forge, tmp_path):
    """One repository with one file of 2600 bytes."""
    repository = Repository.create(tmp_path / "made" / "rust.git", {"table.txt": BODY}, tag="1.95.0")
    forge.add("rust-lang/rust", repository)
    return repository


@pytest.fixture(params=["http", "https"])
def client(request, forge, rust):
    """httpx over HTTP/1.1 in the open, and over HTTP/2 with a certificate."""
    host = forge.host(request.param)
    verify = forge.client_context() if request.param == "https" else False
    plain = {"accept-encoding": "identity"}
    options = {"base_url": host.url, "headers": plain, "trust_env": False, "timeout": 300}
    with httpx.Client(verify=verify, http2=True, **options) as client:
        client.http2 = request.param == "https"
        yield client


@pytest.fixture(autouse=True)
def goes_on(forge):
    """After each test every fault has happened, and the forge answers."""
    yield
    assert forge.faults.pending == 0
    forge.faults.clear()
    assert httpx.get(forge.url, trust_env=False).status_code == 200


def raw(forge, path=PATH):
    """All bytes that come back on a plain socket, and what ended them: "" in order, or the error's name."""
    with socket.create_connection(("127.0.0.1", forge.http.port), timeout=300) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".encode())
        came = b""
        try:
            while piece := connection.recv(65536):
                came += piece
        except OSError as error:
            return came, type(error).__name__
        return came, ""


# --- which request ----------------------------------------------------------------------------------------------------


def test_a_fault_takes_the_requests_it_is_meant_for(forge, client):
    """By path, command, method and host, after so many others, so many times; the log says which were faulty."""
    other = forge.other.name
    forge.faults.add(faults.status(500), "*/table.txt", skip=1, times=2)
    forge.faults.add(faults.status(503), command="ls-refs")
    forge.faults.add(faults.status(418), host=other)
    assert [client.get(PATH).status_code for _ in range(4)] == [200, 500, 500, 200]
    assert client.get("/rust-lang/rust/releases.atom").status_code == 200
    address = "/rust-lang/rust.git/git-upload-pack"
    assert [client.post(address, content=LS_REFS, headers=POST).status_code for _ in range(2)] == [503, 200]
    assert httpx.get(forge.other.url + PATH, trust_env=False).status_code == 418
    assert [entry.fault for entry in forge.log] == ["", "says", "says", "", "", "says", "", "says"]


def test_a_fault_without_an_end_stays(forge, client):
    """times=None is for ever."""
    forge.faults.add(faults.status(500), times=None)
    assert {client.get(PATH).status_code for _ in range(5)} == {500}


# --- transport --------------------------------------------------------------------------------------------------------


def test_refused_is_a_closed_port_and_passes(forge, rust):
    """Nobody listens, open connections are reset; afterwards the same port answers again."""
    with httpx.Client(base_url=forge.url, trust_env=False) as client:
        assert client.get(PATH).status_code == 200
        with forge.refused():
            with pytest.raises(httpx.TransportError):
                client.get(PATH)
            with pytest.raises(httpx.ConnectError, match="refused"):
                client.get(PATH)
            assert httpx.get(forge.other.url + PATH, trust_env=False).status_code == 200
        assert client.get(PATH).status_code == 200


def test_a_name_of_invalid_does_not_resolve():
    """For DNS failure no forge is needed."""
    with pytest.raises(httpx.ConnectError):
        httpx.get(faults.UNRESOLVABLE, trust_env=False)


def test_a_reset_is_a_reset(forge, rust):
    """RST before any byte, half through the headers, half through the body."""
    forge.faults.add(faults.reset())
    forge.faults.add(faults.reset_in_head())
    forge.faults.add(faults.reset_in_body())
    assert raw(forge) == (b"", "ConnectionResetError")
    came, end = raw(forge)
    assert came.startswith(b"HTTP/1.1 200 ")
    assert b"\r\n\r\n" not in came
    assert end == "ConnectionResetError"
    came, end = raw(forge)
    assert came.endswith(BODY[: len(BODY) // 2])
    assert end == "ConnectionResetError"
    assert all(entry.fault.startswith("reset") for entry in forge.log)


@pytest.mark.parametrize("fault", [faults.reset, faults.reset_in_head, faults.reset_in_body])
def test_httpx_sees_a_reset(forge, client, fault):
    """As a transport error, over both protocols, and connects anew."""
    forge.faults.add(fault())
    with pytest.raises(httpx.TransportError):
        client.get(PATH)
    assert client.get(PATH).content == BODY


def test_a_hang_says_nothing(forge, client):
    """A read timeout is all that ends it."""
    forge.faults.add(faults.hang())
    with pytest.raises(httpx.ReadTimeout):
        client.get(PATH, timeout=httpx.Timeout(300, read=0.3))


def test_slow_headers_and_a_slow_body_come_whole(forge, client):
    """Nothing is left out, and it takes as long as its pauses together."""
    forge.faults.add(faults.slow_head(pause=0.002))
    began = time.monotonic()
    assert client.get(PATH).content == BODY
    assert time.monotonic() - began > 0.3
    forge.faults.add(faults.drip(pause=0.005, size=50))
    began = time.monotonic()
    assert client.get(PATH).content == BODY
    assert time.monotonic() - began > 0.25


def test_a_wrong_certificate_is_refused(forge, rust):
    """Another authority's, another host's, one out of date; the right one passes."""
    reasons = {"untrusted": "unable to get local issuer", "misnamed": "match", "expired": "expired"}
    context = forge.client_context()
    for name, reason in reasons.items():
        with pytest.raises(httpx.ConnectError, match=reason) as caught:
            httpx.get(forge.host(name).url, verify=context, trust_env=False)
        causes = [caught.value, *iter_causes(caught.value)]
        assert any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes)
    assert httpx.get(forge.https.url, verify=context, trust_env=False).status_code == 200


def iter_causes(error):
    """What an error came from, and that from."""
    while error := error.__cause__ or error.__context__:
        yield error


# --- truncation -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("framing", ["length", "chunked", "close"])
def test_a_body_stops_halfway(forge, rust, framing):
    """In order, with the framing that was promised."""
    forge.faults.add(faults.half(framing))
    came, end = raw(forge)
    head, _, body = came.partition(b"\r\n\r\n")
    assert end == ""
    assert (b"content-length: 2600" in head, b"transfer-encoding: chunked" in head) == (
        framing == "length",
        framing == "chunked",
    )
    half = BODY[: len(BODY) // 2]
    assert body == (b"%x\r\n%b\r\n" % (len(half), half) if framing == "chunked" else half)


@pytest.mark.parametrize("framing", ["length", "chunked", "close"])
def test_httpx_sees_half_a_body_unless_only_the_closing_ends_it(forge, client, framing):
    """Over HTTP/1.1 and closed, half looks whole; over HTTP/2 the stream's end is missing."""
    forge.faults.add(faults.half(framing))
    if framing == "close" and not client.http2:
        assert client.get(PATH).content == BODY[: len(BODY) // 2]
    else:
        with pytest.raises(httpx.RemoteProtocolError):
            client.get(PATH)


@pytest.mark.parametrize("difference", [100, -100])
def test_a_wrong_length_is_announced(forge, client, difference):
    """100 bytes too many or too few. HTTP/1.1: httpx takes as many as announced; HTTP/2: it lets h2's own error out."""
    forge.faults.add(faults.wrong_length(difference))
    if difference < 0 and not client.http2:
        answer = client.get(PATH)
        assert answer.headers["content-length"] == "2500"
        assert answer.content == BODY[:2500]
    else:
        with pytest.raises(h2.exceptions.InvalidBodyLengthError if client.http2 else httpx.RemoteProtocolError):
            client.get(PATH)


def test_half_a_gzip_stream_is_taken_by_httpx_without_a_word(forge, client):
    """The length is right, the stream does not end."""
    forge.faults.add(faults.half_gzip(), times=2)
    with client.stream("GET", PATH) as answer:
        packed = b"".join(answer.iter_raw())
    assert int(answer.headers["content-length"]) == len(packed)
    unpack = zlib.decompressobj(31)
    assert BODY.startswith(unpack.decompress(packed))
    assert not unpack.eof
    assert len(client.get(PATH).content) < len(BODY)


def test_a_part_that_nobody_asked_for(forge, client):
    """206, Content-Range, the first half."""
    forge.faults.add(faults.partial())
    answer = client.get(PATH)
    assert (answer.status_code, answer.headers["content-range"]) == (206, "bytes 0-1299/2600")
    assert answer.content == BODY[:1300]


# --- wrong content ----------------------------------------------------------------------------------------------------


def test_wrong_content_comes_with_200(forge, client):
    """A page, nothing, no UTF-8, one bit changed."""
    for fault in (faults.html(), faults.empty(), faults.bad_utf8(), faults.altered()):
        forge.faults.add(fault)
    page, nothing, bad, altered = (client.get(PATH) for _ in range(4))
    assert {answer.status_code for answer in (page, nothing, bad, altered)} == {200}
    assert page.headers["content-type"].startswith("text/html")
    assert nothing.content == b""
    assert nothing.headers["etag"] == client.get(PATH).headers["etag"]
    with pytest.raises(UnicodeDecodeError):
        bad.content.decode()
    assert sum(one != other for one, other in zip(altered.content, BODY, strict=True)) == 1


def test_compressed_content_stays_compressed(forge, client):
    """A changed body keeps the coding that its headers name."""
    forge.faults.add(faults.changed(lambda body: body.replace(b"yes", b"no", 1)))
    answer = client.get(PATH, headers={"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.content == BODY.replace(b"yes", b"no", 1)


@pytest.mark.parametrize("fault", [faults.altered, faults.half, faults.reset_in_body, faults.html, faults.empty])
def test_git_refuses_a_broken_pack(forge, rust, tmp_path, fault):
    """Its own hashes tell, or the transport does; then it fetches the same without the fault."""
    forge.faults.add(fault(), command="fetch")
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    command = ["git", "clone", "-q", "--bare", f"{forge.url}/rust-lang/rust.git", tmp_path / "x.git"]
    assert subprocess.run(command, env=environment, capture_output=True, check=False).returncode
    subprocess.run(command, env=environment, capture_output=True, check=True)


def test_git_says_the_hosts_own_error(forge, rust, tmp_path):
    """An ERR line, as for an object that is gone."""
    forge.faults.add(faults.git_error(), command="fetch")
    command = ["git", "clone", "-q", "--bare", f"{forge.url}/rust-lang/rust.git", tmp_path / "x.git"]
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    assert "upload-pack: not our ref" in done.stderr


def test_a_head_moves_between_refs_and_fetch(forge, rust, client):
    """The change is done when the request is there and its answer is not."""
    before = rust.head
    forge.faults.add(faults.moving(lambda: rust.commit({"table.txt": "new\n"})), "*/table.txt")
    address = "/rust-lang/rust.git/git-upload-pack"
    assert before.encode() in client.post(address, content=LS_REFS, headers=POST).content
    assert client.get(PATH).text == "new\n"
    assert rust.head.encode() in client.post(address, content=LS_REFS, headers=POST).content
    assert client.get(PATH.replace("main", before)).content == BODY


# --- status -----------------------------------------------------------------------------------------------------------


def test_a_status_and_then_the_truth(forge, client):
    """404, 410, 500 and 503, each once."""
    for code in (404, 410, 500, 503):
        forge.faults.add(faults.status(code))
    assert [client.get(PATH).status_code for _ in range(5)] == [404, 410, 500, 503, 200]


def test_too_many_says_when_to_come_again(forge, client):
    """In seconds, and as a date."""
    forge.faults.add(faults.too_many(7))
    forge.faults.add(faults.too_many(7, date=True))
    seconds, date = client.get(PATH), client.get(PATH)
    assert (seconds.status_code, seconds.headers["retry-after"]) == (429, "7")
    assert date.status_code == 429
    assert 5 <= parsedate_to_datetime(date.headers["retry-after"]).timestamp() - time.time() <= 7


def test_an_exhausted_quota_says_when_it_is_renewed(forge, client):
    """403, nothing remaining, the moment in seconds since 1970."""
    forge.faults.add(faults.exhausted(1800))
    answer = client.get(PATH)
    assert (answer.status_code, answer.headers["x-ratelimit-remaining"]) == (403, "0")
    assert 1790 < int(answer.headers["x-ratelimit-reset"]) - time.time() <= 1800


def test_redirects_lead_where_an_answer_waits(forge, client):
    """To another host, from https to http, anywhere; only the client's manners keep it from going."""
    forge.faults.add(faults.elsewhere())
    forge.faults.add(faults.redirect("https://elsewhere.example{target}", 302))
    answer = client.get(PATH)
    assert (answer.status_code, answer.headers["location"]) == (301, forge.other.url + PATH)
    assert client.get(PATH).headers["location"] == "https://elsewhere.example" + PATH
    assert httpx.get(answer.headers["location"], trust_env=False).content == BODY
    assert forge.log[-1].host == "other"
    if client.http2:
        forge.faults.add(faults.downgrade())
        assert client.get(PATH).headers["location"] == forge.http.url + PATH


def test_a_redirect_loop_has_no_end(forge, client):
    """The same place again, for as long as one follows."""
    forge.faults.add(faults.redirect_loop(), times=None)
    with pytest.raises(httpx.TooManyRedirects):
        client.get(PATH, follow_redirects=True)


def test_304_to_a_question_without_condition(forge, client):
    """And to one whose content changed."""
    forge.faults.add(faults.not_changed())
    answer = client.get(PATH)
    assert (answer.status_code, answer.content) == (304, b"")


def test_a_weak_etag(forge, client):
    """The true content under a weak name; the forge knows it again."""
    forge.faults.add(faults.weak_etag())
    answer = client.get(PATH)
    assert answer.content == BODY
    assert answer.headers["etag"].startswith('W/"')
    assert client.get(PATH, headers={"if-none-match": answer.headers["etag"]}).status_code == 304


# --- size -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("framing", ["length", "chunked"])
def test_an_endless_body_is_sent_while_it_is_taken(forge, client, framing):
    """2 GB announced, or nothing announced; neither is ever held in memory."""
    forge.faults.add(faults.endless(framing=framing))
    tracemalloc.start()
    came = 0
    with client.stream("GET", PATH) as answer:
        assert answer.headers.get("content-length") == ("2147483648" if framing == "length" else None)
        for piece in answer.iter_raw():
            came += len(piece)
            if came > 20_000_000:
                break
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    client.close()
    assert peak < 20_000_000
    assert forge.log[-1].bytes_out < 60_000_000


def test_a_gzip_bomb_is_small_until_it_is_opened(forge, client):
    """A thousandth of what it becomes."""
    forge.faults.add(faults.gzip_bomb(64 << 20))
    with client.stream("GET", PATH) as answer:
        packed = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip"
    assert len(packed) < 100_000
    assert len(gzip.decompress(packed)) == 64 << 20


# --- others meanwhile -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["http", "https"])
def test_one_faulty_request_delays_no_other(forge, rust, name):
    """While one hangs, others are answered, on the same HTTP/2 connection too."""

    async def ask():
        context = forge.client_context()
        options = {"base_url": forge.host(name).url, "trust_env": False, "timeout": 300}
        async with httpx.AsyncClient(verify=context, http2=True, **options) as client:
            await client.get(PATH)
            hanging = asyncio.create_task(client.get("/rust-lang/rust/releases.atom"))
            while not forge.requests("releases.atom"):  # noqa: ASYNC110 - another thread logs it
                await asyncio.sleep(0.01)
            assert {(await client.get(PATH)).status_code for _ in range(10)} == {200}
            assert not hanging.done()
            hanging.cancel()
            with pytest.raises(asyncio.CancelledError):
                await hanging

    forge.faults.add(faults.hang(), "*/releases.atom")
    asyncio.run(ask())
    assert len({entry.connection for entry in forge.log}) == (1 if name == "https" else 2)
