"""Capabilities and refs, from a real git server and from servers that are none."""

from __future__ import annotations

import asyncio

import pytest

from matrix.fetch import Capabilities, Endpoint, Ref, capabilities, ls_refs
from matrix.fetch.pktline import BarePacket, encode
from tests.fetch.made import answer, failure

REPOSITORY = Endpoint("https://example.org/r.git")
INFO = "https://example.org/r.git/info/refs?service=git-upload-pack"
PACK = "https://example.org/r.git/git-upload-pack"
ADVERTISED = "application/x-git-upload-pack-advertisement"
RESULT = "application/x-git-upload-pack-result"
ABLE = Capabilities(("agent=git/2", "ls-refs", "fetch=shallow filter", "object-format=sha1"))
A, B = "a" * 40, "b" * 40


def test_a_real_server(upstream, online):
    """Branches, an annotated tag with what it is of, and the branch that HEAD stands for; other refs stay out."""
    first = upstream.commit({"Makefile": "VERSION = 1\n"}, tag="v1", annotated=True)
    second = upstream.commit({"Makefile": "VERSION = 2\n"}, tag="other-2")
    upstream.git("branch", "stable", first)

    async def go():
        async with online() as client:
            able = await capabilities(client, upstream.endpoint)
            return able, await ls_refs(client, upstream.endpoint, ["HEAD", "refs/heads/", "refs/tags/v"], able)

    able, refs = asyncio.run(go())
    assert able.supports("fetch", "filter")
    assert able.supports("fetch", "shallow")
    assert Capabilities.parse(str(able)) == able
    assert refs.head == "refs/heads/main"
    assert {name: ref.commit for name, ref in refs.items()} == {
        "HEAD": second,
        "refs/heads/main": second,
        "refs/heads/stable": first,
        "refs/tags/v1": first,
    }
    assert refs["refs/tags/v1"] == Ref(upstream.git("rev-parse", "v1"), first)


def test_a_repository_that_is_not_there(upstream, online):
    """404, from git itself."""

    async def go():
        async with online() as client:
            await capabilities(client, Endpoint(upstream.endpoint.url + "/missing"))

    error = failure(lambda: asyncio.run(go()))
    assert error.happened == "answered 404 at /upstream/.git/missing/info/refs"


def able_from(web, body: bytes) -> Capabilities:
    w = web({INFO: [answer(200, body, content_type=ADVERTISED)]})

    async def go():
        async with w.client() as client:
            return await capabilities(client, REPOSITORY)

    found = asyncio.run(go())
    assert w.asked[0].headers["git-protocol"] == "version=2"
    return found


def test_capabilities_may_be_announced(web):
    """Some servers name the service first; without object-format it is sha1."""
    body = encode("# service=git-upload-pack", BarePacket.FLUSH, "version 2", "ls-refs", "fetch", BarePacket.FLUSH)
    able = able_from(web, body)
    assert able.lines == ("ls-refs", "fetch")
    assert not able.supports("fetch", "filter")
    assert able.command("fetch", "a (b)") == ["command=fetch"]
    assert ABLE.command("fetch", "a (b)") == ["command=fetch", "agent=a-(b)", "object-format=sha1"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (encode("# service=git-upload-pack", BarePacket.FLUSH, f"{A} HEAD\0thin-pack", BarePacket.FLUSH),
         "does not speak version 2 of git's protocol"),
        (encode(BarePacket.FLUSH), "does not speak version 2 of git's protocol"),
        (encode("version 2", "ls-refs", BarePacket.FLUSH), "its git does not know the command fetch"),
        (encode("version 2", "ls-refs", "fetch", "object-format=sha256", BarePacket.FLUSH),
         "its objects are named by sha256, expected sha1"),
        (encode("version 2", "ls-refs", "fetch"), "git's answer was cut short: it has no end mark"),
        (encode("version 2", "ls-refs", "fetch")[:-3], "git's answer ended within a packet"),
        (b"", "git's answer was cut short: it has no end mark"),
        (encode("version 2", BarePacket.DELIMITER, BarePacket.FLUSH),
         "found a delimiter in git's answer, expected a line or its end"),
        (encode("ERR access denied"), "git refused: access denied"),
    ],
)  # fmt: skip
def test_another_server_is_refused(web, body, message):
    """An old one, one of SHA-256, and what was cut."""
    assert str(failure(lambda: able_from(web, body))) == f"example.org: {message}"


def refs_from(web, *pieces: bytes, prefixes=("HEAD", "refs/heads/")):
    w = web({PACK: [answer(200, *pieces, content_type=RESULT)]})

    async def go():
        async with w.client() as client:
            return await ls_refs(client, REPOSITORY, prefixes, ABLE)

    return asyncio.run(go()), w


def test_one_request_asks_for_what_is_wanted(web):
    """And what a server says beyond that is passed over."""
    lines = (f"{A} refs/heads/main", f"{B} refs/heads/n\udcefve".encode("utf-8", "surrogateescape"), f"{B} refs/pull/1")
    sent = b"".join(encode(x) if isinstance(x, str) else b"%04x" % (len(x) + 5) + x + b"\n" for x in lines)
    refs, w = refs_from(web, sent, b"0000")
    assert dict(refs) == {"refs/heads/main": Ref(A), "refs/heads/n\\xefve": Ref(B)}
    assert refs.head == ""
    assert w.asked[0].content == encode(
        "command=ls-refs", "agent=archmatrix/0.1.0-(+https://example.org/archmatrix)", "object-format=sha1",
        BarePacket.DELIMITER, "peel", "symrefs", "ref-prefix HEAD", "ref-prefix refs/heads/", BarePacket.FLUSH,
    )  # fmt: skip


def test_an_empty_repository_has_no_refs(web):
    """Which is an answer, and for the caller to judge."""
    assert dict(refs_from(web, b"0000")[0]) == {}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (encode(f"{A} HEAD"), "git's answer was cut short: it has no end mark"),
        (encode(f"{A} HEAD", BarePacket.FLUSH, BarePacket.FLUSH), "found 2 lists of refs, expected one"),
        (encode("unborn HEAD", BarePacket.FLUSH), "found 'unborn HEAD' among the refs, expected a commit and a name"),
        (encode(f"{A[1:]} HEAD", BarePacket.FLUSH),
         f"found '{A[1:]} HEAD' among the refs, expected a commit and a name"),
        (encode(f"{'a' * 64} HEAD", BarePacket.FLUSH),
         f"found '{'a' * 64} HEAD' among the refs, expected a commit and a name"),
        (encode(f"{A} refs/heads/x peeled:1", BarePacket.FLUSH),
         f"found '{A} refs/heads/x peeled:1' among the refs, expected peeled: and a commit"),
        (encode("ERR \x1b[2Jno", BarePacket.FLUSH), "git refused: [2Jno"),
    ],
)  # fmt: skip
def test_refs_that_cannot_be_believed(web, body, message):
    """Cut, doubled, or no refs at all."""
    assert str(failure(lambda: refs_from(web, body))) == f"example.org: {message}"


@pytest.mark.parametrize("sign", ["\n", "\x1b[31m", "\x7f", "*"])
def test_a_name_that_git_would_not_take_is_refused(web, sign):
    """It would stand in the store, and on a terminal."""
    error = failure(lambda: refs_from(web, encode(f"{A} refs/heads/v{sign}x", BarePacket.FLUSH)))
    assert error.happened.startswith(f"found '{A} refs/heads/v")
    assert error.happened.isprintable()


def test_more_than_a_repository_can_have_is_refused(web):
    """A name of 60 kB; and more names than are kept."""
    error = failure(lambda: refs_from(web, encode(f"{A} refs/heads/{'x' * 60_000}", BarePacket.FLUSH)))
    assert len(str(error)) < 300
    many = encode(*(f"{A} refs/heads/{number}" for number in range(20_001)), BarePacket.FLUSH)
    assert failure(lambda: refs_from(web, many)).happened == "names 20001 refs, expected at most 20000"
