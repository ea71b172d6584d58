"""What a body must be to be taken, whatever it is made of."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from dataclasses import replace

import pytest

from matrix.fetch import Limits
from tests.fetch.made import POLICY, answer, failure

URL = "https://example.org/file"
TEXT = b"some words, and the same again: " * 3_000
BARE = zlib.compressobj(wbits=-15)
DEFLATED_BARE = BARE.compress(TEXT) + BARE.flush()
SMALL = replace(POLICY, file=Limits(raw=100_000, decoded=100_000))


def cut(data: bytes, size: int = 1000) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


@pytest.mark.parametrize(
    ("coding", "sent"),
    [
        ("gzip", gzip.compress(TEXT)),
        ("GZIP", gzip.compress(TEXT)),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", DEFLATED_BARE),
        ("identity", TEXT),
        ("gzip", gzip.compress(b"")),
    ],
)
@pytest.mark.parametrize("size", [1, 7, 65536])
def test_a_compressed_body_is_unpacked(web, coding, sent, size):
    """In whatever pieces it arrives."""
    got = web({URL: [answer(200, *cut(sent, size), content_encoding=coding)]}).get(URL)
    assert got.body == (TEXT if len(sent) > 100 else b"")


PACKED = gzip.compress(TEXT)


@pytest.mark.parametrize(
    ("given", "message", "passing"),
    [
        (answer(200, PACKED[:-1], content_encoding="gzip"), "the gzip stream was cut short", True),
        (answer(200, PACKED[:200], content_encoding="gzip"), "the gzip stream was cut short", True),
        (answer(200, content_encoding="gzip"), "the gzip stream was cut short", True),
        (answer(200, b"no gzip at all", content_encoding="gzip"), "the gzip stream is damaged", True),
        (answer(200, PACKED[:-5] + b"\0\0\0\0\0", content_encoding="gzip"), "the gzip stream is damaged", True),
        (answer(200, PACKED, b"x", content_encoding="gzip"), "found bytes after the end of the gzip stream", True),
        (answer(200, PACKED + b"x", content_encoding="gzip"), "found bytes after the end of the gzip stream", True),
        (
            answer(200, b"x", content_encoding="br"),
            "found Content-Encoding 'br', expected gzip, deflate or none",
            False,
        ),
        (answer(200, b"12345", content_length="9"), "the answer ended after 5 of 9 bytes", True),
        (answer(200, b"12345", content_length="4"), "the answer ended after 5 of 4 bytes", True),
        (answer(200, b"12345", content_length="five"), "found Content-Length 'five', expected a number", True),
        (answer(200, b"12345", content_length="5, 5"), "found Content-Length '5, 5', expected a number", True),
    ],
)
def test_a_body_that_is_not_whole_is_refused(web, given, message, passing):
    """Cut, damaged, too long, or of an unknown kind."""
    error = failure(lambda: web({URL: [given]}).get(URL))
    assert (str(error), error.passing) == (f"example.org: {message}", passing)


def test_text_needs_an_end(web):
    """Where only the end of the connection ends it, a cut text looks whole."""
    given = answer(200, b"half of i")
    del given.headers["transfer-encoding"]
    error = failure(lambda: web({URL: [given]}).get(URL))
    assert str(error) == "example.org: the answer does not say where it ends, and text has no end of its own"


def test_a_large_body_is_refused_before_it_is_read(web):
    """By what it declares."""
    given = answer(200, content_length="2000000000")
    message = "example.org: the answer has 2000000000 bytes, expected at most 16777216"
    assert str(failure(lambda: web({URL: [given]}).get(URL))) == message


def test_an_endless_body_is_given_up(web):
    """Declared or not."""

    def endless():
        while True:
            yield b"x" * 30_000

    given = answer(200)
    given.stream.pieces = endless()
    message = "example.org: the answer has 120000 bytes or more, expected at most 100000"
    assert str(failure(lambda: web({URL: [given]}).get(URL, SMALL))) == message


@pytest.mark.slow
def test_a_gzip_bomb_is_given_up_without_its_memory(web):
    """A megabyte that unpacks to a gigabyte, in one piece."""
    packer = zlib.compressobj(wbits=31)
    block = bytes(1 << 20)
    bomb = b"".join(packer.compress(block) for _ in range(1 << 10)) + packer.flush()
    w = web({URL: [answer(200, bomb, content_encoding="gzip")]})
    tracemalloc.start()
    message = str(failure(lambda: w.get(URL)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert message == "example.org: the answer unpacks to more than 16777216 bytes"
    assert peak < 40 << 20
