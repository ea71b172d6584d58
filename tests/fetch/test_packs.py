"""Packs, from a real git server into a real repository, and streams that hold none."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from matrix.errors import FetchError, StoreError
from matrix.fetch import Capabilities, Endpoint, Limits, ObjectCache, capabilities, fetch_pack
from matrix.fetch.pktline import BarePacket, encode
from tests.fetch.made import POLICY, answer, failure

REPOSITORY = Endpoint("https://example.org/r.git")
PACK = "https://example.org/r.git/git-upload-pack"
RESULT = "application/x-git-upload-pack-result"
ABLE = Capabilities(("ls-refs", "fetch=shallow filter"))
A, B = "a" * 40, "b" * 40
HEADER = b"PACK\0\0\0\2\0\0\0\7"


def test_one_commit_without_files_then_one_file(upstream, online, tmp_path):
    """The way of a first poll: trees only, no history, then the blobs by name."""
    upstream.commit({f"arch/{name}/Kconfig": f"config {name}\n" * 200 for name in ("alpha", "arm", "x86")})
    commit = upstream.commit({"Makefile": "VERSION = 2\n"})
    blob = upstream.blob("arch/arm/Kconfig")

    async def go():
        cache = await ObjectCache.open(tmp_path / "cache.git")
        async with online() as client:
            able = await capabilities(client, upstream.endpoint)
            first = await fetch_pack(
                client, upstream.endpoint, able, wants=[commit], depth=1, filter="blob:none", into=cache.incoming()
            )
            await cache.add_pack(first)
            await cache.set_ref("refs/heads/main", commit)
            before = await cache.has([blob, commit])
            second = await fetch_pack(client, upstream.endpoint, able, wants=[blob], into=cache.incoming())
            await cache.add_pack(second)
        return cache, first, before, second, await cache.has([blob, commit]), await cache.paths(commit)

    cache, first, before, second, after, paths = asyncio.run(go())
    # The commit, its tree, arch and three folders in it.
    assert (first.objects, first.shallow, first.unshallow) == (6, {commit}, frozenset())
    assert (before, after) == ({commit}, {commit, blob})
    assert (second.objects, second.shallow) == (1, frozenset())
    assert paths["arch/arm/Kconfig"] == ("100644", blob)
    assert sorted(paths) == ["Makefile", "arch/alpha/Kconfig", "arch/arm/Kconfig", "arch/x86/Kconfig"]
    assert cache.shallow() == {commit}
    assert list((tmp_path / "cache.git" / "incoming").iterdir()) == []


def test_a_moved_head_brings_only_what_changed(upstream, online, tmp_path):
    """Trees that did not change are not sent again, and one that did is sent as a difference."""
    old = upstream.commit({f"drivers/d{number}/Kconfig": f"config X{number}\n" for number in range(300)})
    cache_path = tmp_path / "cache.git"

    async def poll(client, cache, able, commit, old=()):
        pack = await fetch_pack(
            client, upstream.endpoint, able,
            wants=[commit], haves=old, shallow=cache.shallow(), depth=1, filter="blob:none", into=cache.incoming(),
        )  # fmt: skip
        await cache.add_pack(pack)
        await cache.set_ref("refs/heads/main", commit)
        return pack, await cache.paths(commit)

    async def go():
        cache = await ObjectCache.open(cache_path)
        async with online() as client:
            able = await capabilities(client, upstream.endpoint)
            first, _ = await poll(client, cache, able, old)
            new = upstream.commit({"drivers/d7/Kconfig": "config Y\n"})
            second, paths = await poll(client, cache, able, new, [old])
            # Two commits further on, the one between is never seen.
            upstream.commit({"drivers/d8/Kconfig": "config Z\n"})
            newest = upstream.commit({"drivers/d8/Kconfig": "config ZZ\n"})
            third, last = await poll(client, cache, able, newest, [new])
            return first, second, paths, third, last, cache, (old, new, newest)

    first, second, paths, third, last, cache, commits = asyncio.run(go())
    assert first.objects > 300
    assert (second.objects, third.objects) == (4, 4)
    assert second.bytes < first.bytes / 20
    assert paths["drivers/d7/Kconfig"] == ("100644", upstream.blob("drivers/d7/Kconfig", commits[1]))
    assert last["drivers/d8/Kconfig"] == ("100644", upstream.blob("drivers/d8/Kconfig", commits[2]))
    assert len(last) == 300
    assert cache.shallow() == set(commits)
    assert asyncio.run(cache.refs()) == {"refs/heads/main": commits[2]}


def test_history_is_deepened(upstream, online, tmp_path):
    """What was the end of history is one no longer."""
    first, second = upstream.commit({"a": "1"}), upstream.commit({"a": "2"})

    async def go():
        cache = await ObjectCache.open(tmp_path / "cache.git")
        async with online() as client:
            able = await capabilities(client, upstream.endpoint)
            pack = await fetch_pack(client, upstream.endpoint, able, wants=[second], depth=1, into=cache.incoming())
            await cache.add_pack(pack)
            shallow = cache.shallow()
            pack = await fetch_pack(
                client, upstream.endpoint, able,
                wants=[second], haves=[second], shallow=shallow, depth=9, into=cache.incoming(),
            )  # fmt: skip
            await cache.add_pack(pack)
        return shallow, pack.unshallow, cache.shallow(), await cache.has([first])

    assert asyncio.run(go()) == ({second}, {second}, frozenset(), {first})


def test_an_object_that_is_not_there(upstream, online, tmp_path):
    """git's words, and no file left."""
    upstream.commit({"a": "1"})

    async def go():
        async with online() as client:
            able = await capabilities(client, upstream.endpoint)
            await fetch_pack(client, upstream.endpoint, able, wants=[A], into=tmp_path / "p.pack")

    error = failure(lambda: asyncio.run(go()))
    assert error.happened == f"git refused: upload-pack: not our ref {A}"
    assert not (tmp_path / "p.pack").exists()


def fetched(web, into: Path, *answers, policy=POLICY, able=ABLE, **more):
    w = web({PACK: [a if not isinstance(a, bytes) else answer(200, a, content_type=RESULT) for a in answers]})

    async def go():
        async with w.client(policy) as client:
            return await fetch_pack(client, REPOSITORY, able, into=into, **({"wants": [A]} | more))

    return asyncio.run(go()), w


def band(number: int, data: bytes) -> bytes:
    return b"%04x" % (len(data) + 5) + bytes([number]) + data


def test_what_is_asked(web, tmp_path):
    """Word for word."""
    body = encode("packfile") + band(1, HEADER) + b"0000"
    pack, w = fetched(
        web, tmp_path / "p", body, wants=[A, B], haves=["c" * 40], shallow=["c" * 40], depth=1, filter="blob:none"
    )
    assert pack.objects == 7
    assert w.asked[0].content == encode(
        "command=fetch", BarePacket.DELIMITER, "thin-pack", "no-progress", "ofs-delta", f"want {A}", f"want {B}",
        f"have {'c' * 40}", f"shallow {'c' * 40}", "deepen 1", "filter blob:none", "done", BarePacket.FLUSH,
    )  # fmt: skip
    assert w.asked[0].headers["content-type"] == "application/x-git-upload-pack-request"


def test_all_sections(web, tmp_path):
    """Acknowledgments, where history was cut, progress and empty bands, and the pack in pieces."""
    body = (
        encode("acknowledgments", f"ACK {A}", "ready", BarePacket.DELIMITER)
        + encode("shallow-info", f"shallow {A}", f"unshallow {B}", BarePacket.DELIMITER, "packfile")
        + band(2, b"counting\x1b[2J") + band(1, b"") + band(1, HEADER[:5]) + band(1, HEADER[5:] + b"rest") + b"0000"
    )  # fmt: skip
    pack, _ = fetched(web, tmp_path / "p", body)
    assert pack.path.read_bytes() == HEADER + b"rest"
    assert (pack.bytes, pack.objects, pack.shallow, pack.unshallow) == (16, 7, {A}, {B})


START = encode("packfile") + band(1, HEADER)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (START, "git's answer was cut short: it has no end mark"),
        (START + b"0010\1half", "git's answer ended within a packet"),
        (b"", "git's answer was cut short: it has no end mark"),
        (b"0000", "git's answer holds no pack"),
        (encode("acknowledgments", "NAK", BarePacket.FLUSH), "git's answer holds no pack"),
        (encode("packfile", BarePacket.FLUSH), "found b'' at the start of the pack, expected PACK"),
        (encode("packfile") + band(1, b"<html><body>") + b"0000",
         "found b'<html><body>' at the start of the pack, expected PACK"),
        (encode("packfile") + band(1, b"PACK") + b"0000", "found b'PACK' at the start of the pack, expected PACK"),
        (START + band(3, b"out of \x1b[2Jmemory\n") + b"0000", "git gave up: out of [2Jmemory"),
        (START + band(3, b""), "git gave up: without a word"),
        (START + band(4, b"x"), r"found side band b'\x04' in git's answer, expected 1, 2 or 3"),
        (START + b"0004", "found side band b'' in git's answer, expected 1, 2 or 3"),
        (START + b"0001", "found a delimiter in git's answer, expected a section or its content"),
        (START + b"0002", "found a delimiter in git's answer, expected a section or its content"),
        (START + b"0000" + START, "git's answer goes on after its end mark"),
        (encode("packfile-uris"), "found 'packfile-uris' as a section of git's answer"),
        (encode("shallow-info", "shallow main"), "found 'shallow main' in section shallow-info of git's answer"),
        (encode("ERR too many wants"), "git refused: too many wants"),
    ],
)  # fmt: skip
def test_a_stream_that_holds_no_pack(web, tmp_path, body, message):
    """Each with its reason, and no file left."""
    into = tmp_path / "p.pack"
    assert str(failure(lambda: fetched(web, into, body))) == f"example.org: {message}"
    assert not into.exists()


def test_a_retry_writes_from_the_beginning(web, tmp_path):
    """The first answer broke after more than the second one holds."""
    cut = answer(200, START + band(1, b"x" * 1000), ConnectionResetError(), content_type=RESULT)
    pack, w = fetched(web, tmp_path / "p", cut, START + b"0000", policy=replace(POLICY, retries=1))
    assert pack.path.read_bytes() == HEADER
    assert (pack.bytes, len(w.pauses)) == (12, 1)


def test_a_pack_has_a_limit_of_its_own(web, tmp_path):
    """The policy's."""
    policy = replace(POLICY, file=Limits(raw=9), pack=Limits(raw=5000))
    into = tmp_path / "p"
    assert fetched(web, into, START + b"0000", policy=policy)[0].bytes == 12
    message = "example.org: the answer has 9039 bytes or more, expected at most 5000"
    body = START + band(1, b"x" * 9000) + b"0000"
    assert str(failure(lambda: fetched(web, into, body, policy=policy))) == message


@pytest.mark.parametrize(
    ("able", "message"),
    [
        (Capabilities(("fetch=shallow",)), "its git cannot leave out what files hold (no filter)"),
        (Capabilities(("fetch=filter",)), "its git cannot send a commit without the history before it"),
        (Capabilities(("fetch",)), "its git cannot send a commit without the history before it"),
    ],
)
def test_a_server_is_not_asked_for_what_it_cannot(web, tmp_path, able, message):
    """It would send everything."""
    with pytest.raises(FetchError) as caught:
        fetched(web, tmp_path / "p", b"", able=able, depth=1, filter="blob:none")
    assert str(caught.value) == f"example.org: {message}"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_full_disk(web, tmp_path):
    """Our fault, not the host's, and not tried again."""
    into = tmp_path / "p.pack"
    into.symlink_to("/dev/full")
    with pytest.raises(StoreError) as caught:
        fetched(web, into, START + b"0000", policy=replace(POLICY, retries=3))
    assert str(caught.value) == f"{into}: found No space left on device, expected to write a pack there"
    assert not into.is_symlink()


def test_a_folder_that_is_gone(web, tmp_path):
    """Nothing is asked."""
    with pytest.raises(StoreError, match="found No such file or directory, expected to write a pack there"):
        fetched(web, tmp_path / "missing" / "p.pack", b"")


def streamed(web, tmp_path, body):
    """What is wrong with an answer to `fetch`."""

    async def go():
        async with web({PACK: [answer(200, body, content_type=RESULT)]}).client() as client:
            return await fetch_pack(client, REPOSITORY, ABLE, wants=[A], into=tmp_path / "arrived.pack")

    return failure(lambda: asyncio.run(go())).happened


def test_more_boundaries_than_commits_were_asked_for(web, tmp_path):
    """Each costs time at every commit that git looks at later."""
    lines = [f"shallow {number:040x}" for number in range(2_001)]
    said = streamed(web, tmp_path, encode("shallow-info", *lines, BarePacket.DELIMITER, BarePacket.FLUSH))
    assert said == "cuts history at more than 2000 commits"
