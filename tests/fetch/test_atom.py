"""Feeds: what they say, and what is no feed."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.errors import ShapeError
from matrix.fetch import Changed, Endpoint, Entry, Unchanged, get_if_changed, parse_feed
from tests.fetch.made import answer, failure

URL = "https://example.org/releases.atom"
FEED = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/">
  <id>tag:example.org,2008:releases</id>
  <title>Releases</title>
  <updated>2026-05-24T13:16:06Z</updated>
  <link rel="self" href="https://example.org/releases.atom"/>
  <entry>
    <id>tag:example.org,2008:1/v2</id>
    <updated>2026-05-24T13:16:06+08:00</updated>
    <link rel="enclosure" href="https://example.org/v2.tar"/>
    <link rel="alternate" type="text/html" href="https://example.org/v2"/>
    <title>  Release
      v2 &amp; more</title>
    <content type="html">&lt;p&gt;words&lt;/p&gt;</content>
    <author><id>someone</id><title>Dr.</title></author>
    <media:title>another title</media:title>
  </entry>
  <entry>
    <title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">v<b>1</b></div></title>
    <updated>2025-01-02t03:04:05.678z</updated>
    <id>1</id>
  </entry>
</feed>
"""


def entry(updated: str) -> str:
    return f"<entry><id>1</id><title>t</title><updated>{updated}</updated></entry>"


def feed(inside: str) -> bytes:
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{inside}</feed>'.encode()


def test_entries_in_order():
    """Moments in UTC, titles on one line, the link meant for people; other people's elements are passed over."""
    assert parse_feed(FEED.encode()) == (
        Entry(
            id="tag:example.org,2008:1/v2",
            title="Release v2 & more",
            updated=datetime(2026, 5, 24, 5, 16, 6, tzinfo=timezone.utc),
            link="https://example.org/v2",
        ),
        Entry(id="1", title="v1", updated=datetime(2025, 1, 2, 3, 4, 5, tzinfo=timezone.utc), link=""),
    )
    assert parse_feed(feed("")) == ()
    assert parse_feed(FEED.replace("UTF-8", "UTF-16").encode("utf-16"))[1].title == "v1"


BILLION = '<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "f:1: found broken XML (no element found), expected a whole feed"),
        (FEED.encode()[:-9], "f:22: found broken XML (no element found), expected a whole feed"),
        (FEED.encode()[:500], "f:11: found broken XML (unclosed token), expected a whole feed"),
        (FEED.encode() + b"<x/>", "f:24: found broken XML (junk after document element), expected a whole feed"),
        (b"not xml", "f:1: found broken XML (syntax error), expected a whole feed"),
        (b"<rss version='2.0'><channel/></rss>", "f:1: found the element 'rss', expected an Atom feed"),
        (b"<feed/>", "f:1: found the element 'feed', expected an Atom feed"),
        (BILLION.encode() + feed("&b;"), "f:1: found a document type, expected none in a feed"),
        ((BILLION + "<feed/>").encode("utf-16"), "f:1: found a document type, expected none in a feed"),
        (b'<!DOCTYPE feed SYSTEM "file:///etc/passwd"><feed/>', "f:1: found a document type, expected none in a feed"),
        (feed("&b;"), "f:1: found broken XML (undefined entity), expected a whole feed"),
        (feed("<entry/>"), "f:1: found an entry without id, expected one with it"),
        (feed("<entry><id>1</id><title/></entry>"), "f:1: found an entry without updated, expected one with it"),
        (feed(entry("yesterday")), "f:1: found updated 'yesterday', expected a moment such as 2026-05-24T13:16:06Z"),
        (feed(entry("2026-02-30T00:00:00Z")),
         "f:1: found updated '2026-02-30T00:00:00Z', expected a moment such as 2026-05-24T13:16:06Z"),
        (feed(entry("0001-01-01T00:00:00+23:00")),
         "f:1: found updated '0001-01-01T00:00:00+23:00', expected a moment such as 2026-05-24T13:16:06Z"),
        (feed("<a>" * 40), "f:1: found elements 32 deep, expected less"),
        (feed(entry("2026-05-24T13:16:06Z") * 1001), "f:1: found more than 1000 entries, expected fewer"),
        (b"<?xml version='1.0' encoding='klingon'?><feed/>",
         "f:1: found an unknown encoding, expected UTF-8"),
        (feed("\xff").replace("\xff".encode(), b"\xff"),
         "f:1: found broken XML (not well-formed (invalid token)), expected a whole feed"),
    ],
)  # fmt: skip
def test_what_is_no_feed(body, message):
    """Cut, of another kind, or made to do harm."""
    with pytest.raises(ShapeError) as caught:
        parse_feed(body, "f")
    assert str(caught.value) == message


@pytest.mark.slow
def test_many_empty_elements_take_little_time():
    """Nothing is built of them."""
    start = time.process_time()
    assert parse_feed(feed("<a/>" * 2_000_000)) == ()
    assert time.process_time() - start < 20


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda t: feed(f"<entry>{t}</entry>")))
def test_any_bytes_give_entries_or_a_shape_error(body):
    """Never another exception."""
    with suppress(ShapeError):
        parse_feed(body)


def changed(web, etag, *answers):
    w = web({URL: answers})

    async def go():
        async with w.client() as client:
            return await get_if_changed(client, Endpoint(URL), etag)

    return asyncio.run(go()), w.asked[0].headers


def test_a_feed_is_asked_for_conditionally(web):
    """With the ETag it came with."""
    new = answer(200, b"<feed/>", content_type="application/atom+xml", ETag='W/"b"')
    found, headers = changed(web, 'W/"a"', new)
    assert found == Changed(b"<feed/>", 'W/"b"')
    assert headers["if-none-match"] == 'W/"a"'
    assert changed(web, '"a"', answer(304))[0] == Unchanged()


@pytest.mark.parametrize("etag", ["", "unquoted", '"a"\r\nX: y', '"' + "x" * 600 + '"'])
def test_what_is_no_etag_is_not_used(web, etag):
    """Neither ours nor theirs."""
    _, headers = changed(web, etag, answer(200, b"<feed/>"))
    assert "if-none-match" not in headers
    if "\n" not in etag:
        assert changed(web, "", answer(200, b"<feed/>", ETag=etag))[0] == Changed(b"<feed/>", "")


def test_a_sign_in_page_is_no_feed(web):
    """Whatever its status."""
    page = answer(200, b"<html>", content_type="text/html")
    assert str(failure(lambda: changed(web, "", page))) == "example.org: found an HTML page, expected an Atom feed"
