"""What goes wrong below HTTP, on real sockets where that can be done on one machine."""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from threading import Thread

import httpx
import pytest

from matrix.fetch import Endpoint
from matrix.fetch.faults import fault, one_line
from tests.fetch.made import POLICY, failure

URL = "https://example.org/file"
QUICK = replace(POLICY, connect=timedelta(seconds=1), read=timedelta(milliseconds=200))


@contextmanager
def serving(*pieces: bytes, reset: bool = False, stay: bool = False):
    """A server that reads the question, says the pieces as they are, and hangs up (rudely, or not at all)."""
    listener = socket.create_server(("127.0.0.1", 0))
    held = []

    def serve():
        try:
            while True:
                connection, _ = listener.accept()
                held.append(connection)
                connection.recv(65536)
                for piece in pieces:
                    connection.sendall(piece)
                if reset:
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                if not stay:
                    connection.close()
        except OSError:
            pass

    thread = Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()
        for connection in held:
            connection.close()


def asked(online, url: str, policy=QUICK):
    async def go():
        async with online(policy=policy) as client:
            return await client.request("GET", Endpoint(url))

    return asyncio.run(go())


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        return listener.getsockname()[1]


def test_a_refused_connection(online):
    """Nobody listens."""
    port = free_port()
    error = failure(lambda: asked(online, f"http://127.0.0.1:{port}/x"))
    assert (str(error), error.passing) == (f"127.0.0.1:{port}: the connection was refused", True)


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"


CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
BROKE = "broke off, or broke the rules of HTTP"
CUT = "peer closed connection without sending complete message body"


@pytest.mark.parametrize(
    ("pieces", "how", "message"),
    [
        ((), {"stay": True}, "was silent for too long"),
        ((HEAD,), {"stay": True}, "was silent for too long"),
        ((HEAD + b"Content-Length: 9\r\n\r\n12",), {"stay": True}, "was silent for too long"),
        ((), {"reset": True}, "the connection broke"),
        ((HEAD + b"Content-Length: 9\r\n\r\n12",), {"reset": True}, "the connection broke"),
        ((), {}, f"{BROKE} (Server disconnected without sending a response.)"),
        ((HEAD + b"Content-Length: 9\r\n\r\n12",), {}, f"{BROKE} ({CUT} (received 2 bytes, expected 9))"),
        ((HEAD + CHUNKED + b"5\r\n12345\r\n",), {}, f"{BROKE} ({CUT} (incomplete chunked read))"),
        ((HEAD + b"\r\nhalf of i",), {}, "the answer does not say where it ends, and text has no end of its own"),
        ((b"SSH-2.0-OpenSSH\r\n\r\n",), {}, f"{BROKE} (illegal status line: bytearray(b'SSH-2.0-OpenSSH'))"),
    ],
)  # fmt: skip
def test_a_connection_that_fails(online, pieces, how, message):
    """Silence before, within and after the head; a reset; an end before the end."""
    with serving(*pieces, **how) as port:
        error = failure(lambda: asked(online, f"http://127.0.0.1:{port}/x"))
    assert str(error) == f"127.0.0.1:{port}: {message}"


def test_a_body_with_more_than_it_declared(online):
    """The rest belongs to nothing."""
    with serving(HEAD + b"Content-Length: 2\r\n\r\n12345") as port:
        assert asked(online, f"http://127.0.0.1:{port}/x").body == b"12"


def test_no_tls_where_tls_was_expected(online):
    """A server that speaks plain HTTP."""
    with serving(HEAD + b"\r\n") as port:
        error = failure(lambda: asked(online, f"https://127.0.0.1:{port}/x"))
    assert str(error).startswith(f"127.0.0.1:{port}: the TLS connection failed (")


def test_this_machine_is_not_asked_through_a_proxy(online, monkeypatch):
    """Whatever the environment says of proxies."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    with serving(HEAD + b"Content-Length: 2\r\n\r\nok") as port:
        assert asked(online, f"http://127.0.0.1:{port}/x").body == b"ok"


def caused(error: Exception, *causes: Exception) -> Exception:
    for outer, inner in zip((error, *causes), causes, strict=False):
        outer.__cause__ = inner
    return error


CERTIFICATE = ssl.SSLCertVerificationError(1, "certificate verify failed")
CERTIFICATE.verify_message = "has expired"


@pytest.mark.parametrize(
    ("error", "message", "passing"),
    [
        (caused(httpx.ConnectError("x"), OSError("x"), socket.gaierror(-2, "x")), "the name was not found (DNS)", True),
        (caused(httpx.ConnectError("x"), CERTIFICATE), "its certificate was not accepted (has expired)", False),
        (httpx.ConnectError("x"), "no connection could be made", True),
        (httpx.ConnectTimeout("x"), "did not accept a connection in time", True),
        (httpx.WriteTimeout("x"), "did not take the question in time", True),
        (httpx.PoolTimeout("x"), "no connection to it was free in time", True),
        (httpx.ProxyError("x"), "the proxy refused", True),
        (httpx.ProxyError("502 Bad Gateway"), "the proxy refused (it answered 502)", True),
        (
            httpx.ProxyError("407 Proxy Authentication Required\x1b[2J"),
            "the proxy refused (it answered 407, and wants a name and a password)",
            True,
        ),
        (httpx.LocalProtocolError("x"), "the question cannot be written as HTTP", False),
    ],
)  # fmt: skip
def test_each_fault_has_its_sentence(error, message, passing):
    """Whichever library it was found by."""
    found = fault("example.org", error)
    assert (str(found), found.passing) == (f"example.org: {message}", passing)


def test_foreign_words_are_made_plain():
    """One printable line, and not a long one."""
    assert one_line("a\x1b[31m\n\tb\u202e") == "a [31m b"
    assert one_line("x" * 500) == "x" * 197 + "..."
