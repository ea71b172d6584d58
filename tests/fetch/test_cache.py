"""The object cache: what git accepts gets in, what a kill leaves behind does no harm, and a full disk is said."""

from __future__ import annotations

import asyncio
import hashlib
import os
import random
import signal
import struct
import subprocess
import sys
import textwrap
import time
import zlib
from datetime import timedelta
from pathlib import Path

import pytest

from matrix.errors import FetchError, StoreError
from matrix.fetch import ObjectCache, PackInfo
from matrix.trees import open_tree

A = "a" * 40


def packed(upstream, *objects: str, shallow=(), unshallow=()) -> PackInfo:
    """A pack as it might have arrived, in a folder of its own."""
    path = upstream.path.parent / "arrived.pack"
    listed = "".join(f"{name}\n" for name in objects)
    command = ["git", "-C", upstream.path, "pack-objects", "--stdout", "-q"]
    path.write_bytes(subprocess.run(command, input=listed.encode(), capture_output=True, check=True).stdout)
    return PackInfo(
        host="example.org", path=path, bytes=path.stat().st_size, objects=len(objects),
        shallow=frozenset(shallow), unshallow=frozenset(unshallow),
    )  # fmt: skip


def noise(size: int) -> str:
    """Text that does not compress well, the same each time."""
    return random.Random(size).randbytes(size).hex()  # noqa: S311 - nobody must not guess it


def trees_of(upstream, commit: str) -> list[str]:
    """The commit and its trees, no blob."""
    return upstream.git("rev-list", "--objects", "--no-object-names", "--filter=blob:none", "-1", commit).split()


async def filled(path: Path, *packs: PackInfo) -> ObjectCache:
    cache = await ObjectCache.open(path)
    for pack in packs:
        await cache.add_pack(pack)
    return cache


def test_a_cache_is_made_once(tmp_path):
    """Bare, without hooks, and with nothing that would start by itself; then only opened."""
    path = tmp_path / "deep" / "linux.git"
    asyncio.run(ObjectCache.open(path))
    made = sorted(p.name for p in path.iterdir())
    asyncio.run(ObjectCache.open(path))
    assert made == sorted(p.name for p in path.iterdir()) == ["HEAD", "config", "incoming", "objects", "refs"]
    assert [p.name for p in path.parent.iterdir()] == ["linux.git"]


def test_the_surroundings_do_not_reach_it(tmp_path, monkeypatch):
    """Another repository in the environment, and a configuration that would break everything."""
    (tmp_path / "config").write_text("[core]\n\trepositoryFormatVersion = 99\n")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "config"))
    assert asyncio.run(asyncio.run(ObjectCache.open(tmp_path / "c.git")).refs()) == {}


def test_a_commit_without_its_files(upstream, tmp_path):
    """Its paths are known; what they hold is not; history before it is not missed; trees are read as of a clone."""
    upstream.commit({"Makefile": "VERSION = 1\n"})
    commit = upstream.commit({"Makefile": "VERSION = 2\n", "arch/na\u00efve": "x", "b/c/d": "y"}, tag="v2")
    names, blob = trees_of(upstream, commit), upstream.blob("Makefile")

    async def go():
        cache = await filled(tmp_path / "c.git", packed(upstream, *names, shallow=[commit]))
        await cache.set_ref("refs/tags/v2", commit)
        absent = await cache.has([*names, blob, A])
        await cache.add_pack(packed(upstream, blob))
        kept = await cache.paths(commit, lambda path: path.startswith("b/"))
        assert list(kept) == ["b/c/d"]
        return absent, await cache.has([blob]), await cache.paths(commit), await cache.refs()

    absent, present, paths, refs = asyncio.run(go())
    assert (absent, present) == (set(names), {blob})
    assert set(paths) == {"Makefile", "arch/na\u00efve", "b/c/d"}
    assert paths["Makefile"] == ("100644", blob)
    assert refs == {"refs/tags/v2": commit}
    tree = open_tree(tmp_path / "c.git", commit)
    assert tree.describe("v{version}") == "2"
    assert dict(tree.read(["Makefile"])) == {"Makefile": b"VERSION = 2\n"}


def test_a_missing_file_is_said_and_not_fetched(upstream, tmp_path):
    """Whoever reads it."""
    commit = upstream.commit({"Makefile": "VERSION = 2\n"})
    asyncio.run(filled(tmp_path / "c.git", packed(upstream, *trees_of(upstream, commit), shallow=[commit])))
    with pytest.raises(Exception, match="found no content in this partial clone, expected blob"):
        list(open_tree(tmp_path / "c.git", commit).read(["Makefile"]))


def altered(pack: PackInfo, at: int) -> PackInfo:
    data = bytearray(pack.path.read_bytes())
    data[at] ^= 0x40
    pack.path.write_bytes(data)
    return pack


@pytest.mark.parametrize("at", [0, 7, 11, 13, 40, -25, -1])
def test_an_altered_byte_is_found(upstream, tmp_path, at):
    """Wherever it stands; nothing of the pack gets in."""
    commit = upstream.commit({"Makefile": "VERSION = 2\n"})
    names = trees_of(upstream, commit)
    with pytest.raises(FetchError) as caught:
        asyncio.run(filled(tmp_path / "c.git", altered(packed(upstream, *names), at)))
    assert str(caught.value).startswith("example.org: sent what is not a pack that git accepts (")
    assert asyncio.run(asyncio.run(ObjectCache.open(tmp_path / "c.git")).has(names)) == set()
    assert not (upstream.path.parent / "arrived.pack").exists()


@pytest.mark.parametrize("body", [b"", b"PACK", b"<html>not a pack</html>" * 9, b"PACK\0\0\0\2\xff\xff\xff\xff" * 9])
def test_no_pack_at_all(upstream, tmp_path, body):
    """In git's words."""
    upstream.commit({"a": "1"})
    pack = packed(upstream, upstream.blob("a"))
    pack.path.write_bytes(body)
    with pytest.raises(FetchError, match=r"example\.org: sent what is not a pack that git accepts"):
        asyncio.run(filled(tmp_path / "c.git", pack))


def test_a_difference_without_its_base(upstream, tmp_path):
    """A thin pack that rests on what is not here."""
    text = "".join(f"line {number}\n" for number in range(500))
    upstream.commit({"a": text})
    old = upstream.blob("a")
    upstream.commit({"a": text + "more\n"})
    command = ["git", "-C", upstream.path, "pack-objects", "--stdout", "-q", "--thin", "--revs"]
    thin = subprocess.run(command, input=b"HEAD\n^HEAD~\n", capture_output=True, check=True).stdout
    pack = packed(upstream, old)
    base = pack.path.read_bytes()
    pack.path.write_bytes(thin)
    with pytest.raises(FetchError) as caught:
        asyncio.run(filled(tmp_path / "c.git", pack))
    assert str(caught.value) == "example.org: sent what is not a pack that git accepts (pack has 1 unresolved delta)"
    pack.path.write_bytes(base)
    cache = asyncio.run(filled(tmp_path / "c.git", pack))
    pack.path.write_bytes(thin)
    asyncio.run(cache.add_pack(pack))
    assert asyncio.run(cache.has([upstream.blob("a")])) == {upstream.blob("a")}


def test_a_pack_larger_than_allowed(upstream, tmp_path):
    """git stops reading it."""
    upstream.commit({"a": noise(9000)})
    pack = packed(upstream, upstream.blob("a"))

    async def go():
        cache = await ObjectCache.open(tmp_path / "c.git", largest=1000)
        await cache.add_pack(pack)

    with pytest.raises(FetchError, match=r"\(pack exceeds maximum allowed size"):
        asyncio.run(go())


def number(value: int) -> bytes:
    """As deltas write sizes: seven bits a byte, the lowest first."""
    return bytes([value]) if value < 128 else bytes([value & 127 | 128]) + number(value >> 7)


def delta_bomb(size: int) -> bytes:
    """A pack whose second object is its first one, 64 KiB, again and again."""
    base, copies = bytes(1 << 16), size >> 16
    # Copy 0x10000 bytes from offset 0: no offset and no size is written out.
    packed_delta = zlib.compress(number(len(base)) + number(size) + b"\x80" * copies)
    first = bytes([0x30 | 0x80, *number(len(base) >> 4)]) + zlib.compress(base)
    length = len(number(len(base))) + len(number(size)) + copies
    distance, back = len(first), b""
    while distance:
        back = bytes([distance & 127 | (128 if back else 0)]) + back
        distance = (distance >> 7) - 1 if distance > 127 else 0
    second = bytes([0x60 | length & 15 | 0x80, *number(length >> 4)]) + back + packed_delta
    body = b"PACK" + struct.pack(">II", 2, 2) + first + second
    return body + hashlib.sha1(body, usedforsecurity=False).digest()


def test_differences_that_unpack_without_end(upstream, tmp_path):
    """A few hundred bytes ask for a gigabyte; a small one of the same make is taken."""
    upstream.commit({"a": "1"})
    pack = packed(upstream, upstream.blob("a"))
    pack.path.write_bytes(delta_bomb(1 << 20))
    cache = asyncio.run(filled(tmp_path / "c.git", pack))
    pack.path.write_bytes(delta_bomb(1 << 30))
    assert pack.path.stat().st_size < 1000
    with pytest.raises(FetchError) as caught:
        asyncio.run(cache.add_pack(pack))
    assert str(caught.value) == (
        "example.org: sent what is not a pack that git accepts (attempting to allocate 1073741825 over limit 67108864)"
    )


def test_git_does_not_take_for_ever(tmp_path, monkeypatch):
    """Nor does it live on."""
    cache = asyncio.run(ObjectCache.open(tmp_path / "c.git"))
    fake = tmp_path / "bin" / "git"
    fake.parent.mkdir()
    fake.write_text("#!/bin/sh\nexec sleep 600\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}:{os.environ['PATH']}")
    slow = ObjectCache(cache.path, timeout=timedelta(milliseconds=300))
    with pytest.raises(StoreError) as caught:
        asyncio.run(slow.has([A]))
    assert str(caught.value) == f"{cache.path}: git: cat-file took longer than 0.3 seconds"
    started = [child for task in Path("/proc/self/task").iterdir() for child in (task / "children").read_text().split()]
    commands = [Path(f"/proc/{child}/cmdline").read_bytes() for child in started]
    assert b"sleep\x00600\x00" not in commands
    assert not [command for command in commands if bytes(fake) in command]


def test_no_git(tmp_path, monkeypatch):
    """Said as it is."""
    cache = asyncio.run(ObjectCache.open(tmp_path / "c.git"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StoreError, match=r"found no git to run \(No such file or directory\), expected it in PATH"):
        asyncio.run(cache.refs())


@pytest.mark.parametrize("made", ["file", "folder", "link"])
def test_what_is_no_cache_is_left_alone(tmp_path, made):
    """And named."""
    path = tmp_path / "c.git"
    {"file": path.touch, "folder": path.mkdir, "link": lambda: path.symlink_to("nowhere")}[made]()
    with pytest.raises(StoreError) as caught:
        asyncio.run(ObjectCache.open(path))
    assert str(caught.value) == f"{path}: found no sound git repository, expected the object cache (delete it)"


def test_a_ref_needs_its_object(tmp_path):
    """No ref stands for what is not here."""
    cache = asyncio.run(ObjectCache.open(tmp_path / "c.git"))
    with pytest.raises(StoreError, match="git: "):
        asyncio.run(cache.set_ref("refs/heads/main", A))
    with pytest.raises(StoreError, match="git: "):
        asyncio.run(cache.set_ref("refs/heads/--x..", A))
    with pytest.raises(StoreError, match="git: "):
        asyncio.run(cache.paths(A))


def test_a_broken_boundary_is_said(tmp_path):
    """The shallow file is ours to read."""
    cache = asyncio.run(ObjectCache.open(tmp_path / "c.git"))
    (cache.path / "shallow").write_bytes(b"\xff")
    with pytest.raises(StoreError, match="found no list of commits, expected one"):
        cache.shallow()


def test_leftovers_are_deleted(tmp_path):
    """Of git and of ours, and never what belongs there."""
    cache = asyncio.run(ObjectCache.open(tmp_path / "c.git"))
    kept = set(tmp_path.rglob("*"))
    for name in (
        "incoming/x.pack", "objects/pack/tmp_pack_X", "objects/pack/tmp_idx_X", "objects/pack/pack-1.pack",
        "shallow.lock", "refs/heads/main.lock", "shallow.new1", "objects/ab/tmp_obj_X",
    ):  # fmt: skip
        (cache.path / name).parent.mkdir(exist_ok=True)
        (cache.path / name).touch()
    (tmp_path / ".c.git.77.new").mkdir()
    assert cache.prune() == 8
    assert set(tmp_path.rglob("*")) - {cache.path / "objects" / "ab"} == kept


POLL = textwrap.dedent("""
    import asyncio, sys
    from datetime import datetime, timezone
    from pathlib import Path
    from matrix.fetch import *

    async def main(url, path):
        client = Client(Policy(home="https://example.org"), clock=lambda: datetime.now(timezone.utc))
        cache = await ObjectCache.open(Path(path))
        cache.prune()
        repository = Endpoint(url)
        async with client:
            able = await capabilities(client, repository)
            refs = await ls_refs(client, repository, ["refs/heads/"], able)
            commit = refs["refs/heads/main"].commit
            pack = await fetch_pack(client, repository, able, wants=[commit], haves=(await cache.refs()).values(),
                shallow=cache.shallow(), depth=1, filter="blob:none", into=cache.incoming())
            await cache.add_pack(pack)
            await cache.set_ref("refs/heads/main", commit)
            wanted = {oid for _, oid in (await cache.paths(commit)).values()}
            missing = wanted - await cache.has(wanted)
            if missing:
                await cache.add_pack(await fetch_pack(client, repository, able, wants=missing, into=cache.incoming()))
            print(commit)

    asyncio.run(main(*sys.argv[1:]))
""")


def poll(upstream, path: Path, **more) -> subprocess.Popen[str]:
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent.parent)}
    command = [sys.executable, "-c", POLL, upstream.endpoint.url, str(path)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env=environment, stdout=pipe, stderr=pipe, text=True, **more)


@pytest.mark.slow
def test_a_kill_at_any_moment(upstream, tmp_path):
    """The next poll completes, and every ref stands for a commit that is here with all its trees."""
    path = tmp_path / "c.git"
    upstream.commit({f"d/{number}/f": f"{number}\n" for number in range(50)})
    chance = random.Random(7)  # noqa: S311 - the same moments each time, as far as the machine allows
    for turn in range(12):
        commit = upstream.commit({f"d/{turn}/f": f"again {turn}\n"})
        process = poll(upstream, path, start_new_session=True)
        time.sleep(chance.uniform(0.25, 0.9))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        if path.exists():
            cache = asyncio.run(ObjectCache.open(path))
            for at in asyncio.run(cache.refs()).values():
                assert len(asyncio.run(cache.paths(at))) == 50
    done = poll(upstream, path)
    said, errors = done.communicate(timeout=300)
    assert (said.strip(), errors) == (commit, "")
    cache = asyncio.run(ObjectCache.open(path))
    assert cache.prune() == 0
    assert dict(open_tree(path, commit).read(["d/11/f"])) == {"d/11/f": b"again 11\n"}


def test_a_disk_that_is_full(upstream, tmp_path):
    """A limit on what a file may grow to stands for it; what was there stays, and later it goes on."""
    path = tmp_path / "c.git"
    first = upstream.commit({"a": "1\n"})
    asyncio.run(filled(path, packed(upstream, *trees_of(upstream, first), shallow=[first])))
    asyncio.run(ObjectCache(path).set_ref("refs/heads/main", first))
    upstream.commit({"a": noise(200_000)})
    big = packed(upstream, upstream.blob("a"))
    code = textwrap.dedent(f"""
        import asyncio, resource
        from pathlib import Path
        from matrix.errors import StoreError
        from matrix.fetch import ObjectCache, PackInfo
        nothing = frozenset()
        pack = PackInfo(host="h", path=Path({str(big.path)!r}), bytes=1, objects=1, shallow=nothing, unshallow=nothing)
        cache = asyncio.run(ObjectCache.open(Path({str(path)!r})))
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
        try:
            asyncio.run(cache.add_pack(pack))
        except StoreError as error:
            print(error)
    """)
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent.parent)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.startswith(f"{path}: git: "), done
    cache = asyncio.run(ObjectCache.open(path))
    assert asyncio.run(cache.refs()) == {"refs/heads/main": first}
    cache.prune()
    asyncio.run(cache.add_pack(packed(upstream, upstream.blob("a"))))
    assert asyncio.run(cache.has([upstream.blob("a")])) == {upstream.blob("a")}


def test_a_stop_ends_git_too(upstream, tmp_path):
    """A cancelled call leaves no process behind."""
    upstream.commit({"a": "1\n"})
    cache = asyncio.run(ObjectCache.open(tmp_path / "c.git"))
    pipe = tmp_path / "never.pack"
    os.mkfifo(pipe)
    # Both ends open: git waits for bytes that never come.
    holder = os.open(pipe, os.O_RDWR)
    pack = PackInfo(host="h", path=pipe, bytes=1, objects=1, shallow=frozenset(), unshallow=frozenset())

    async def go():
        task = asyncio.ensure_future(cache.add_pack(pack))
        await asyncio.sleep(0.2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(go())
    os.close(holder)
    assert cache.prune() <= 2


def test_more_objects_than_a_pack_of_its_size_can_have(tmp_path):
    """git would make room for four thousand million before it looks at the first: it is not asked."""
    path = tmp_path / "arrived.pack"
    path.write_bytes(b"PACK\0\0\0\2\xff\xff\xff\xff" + bytes(100))
    pack = PackInfo(
        host="example.org", path=path, bytes=112, objects=2**32 - 1, shallow=frozenset(), unshallow=frozenset()
    )
    with pytest.raises(FetchError, match=r"example.org: names 4294967295 objects in a pack of 112 bytes"):
        asyncio.run(filled(tmp_path / "cache.git", pack))
    assert not path.exists()
